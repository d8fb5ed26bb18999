"""Check that the README speaks of everything that a user can choose or see."""

from collections.abc import Iterator
import re
from typing import Any

import pytest

from .files import INTEGRATION, ROOT, english, load_yaml

# What a heading says where the answer to a rule of the quality scale stands below.
HEADINGS = {
    "docs-configuration-parameters": r"configur|option|setting",
    "docs-data-update": r"ask|how often|updat|when",
    "docs-examples": r"automation|blueprint|card|dashboard|example",
    "docs-installation-instructions": r"install",
    "docs-installation-parameters": r"configur|install|set(ting)?[ -]?up",
    "docs-known-limitations": r"limit|not do",
    "docs-removal-instructions": r"remov|uninstall",
    "docs-supported-functions": r"entit|sensor|what you get",
    "docs-troubleshooting": r"help|problem|troubleshoot|wrong",
    "docs-use-cases": r"\buses?\b|what .* for|what .* do|why",
}


def lines(pattern: str) -> Iterator[str]:
    """Go through the lines of the pages for users that begin in a certain way."""
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))):
        for line in path.read_text(encoding="utf-8").splitlines():
            if re.match(pattern, line):
                yield line


def labels(document: dict[str, Any]) -> set[str]:
    """Return the labels of all fields, wherever they are nested."""
    found = set(document.get("data", {}).values())
    for value in document.values():
        if isinstance(value, dict):
            found |= labels(value)
    return found


def entity_names() -> list[str]:
    """Return the names of all entities that have a fixed one."""
    names = [
        item["name"]
        for entities in english()["entity"].values()
        for item in entities.values()
    ]
    return sorted({name for name in names if "{" not in name})


def option_names() -> list[str]:
    """Return the labels of everything that a form asks for."""
    document = english()
    return sorted(labels(document["config"]) | labels(document["options"]))


@pytest.mark.parametrize("name", [*entity_names(), *option_names()])
def test_readme_explains(name: str) -> None:
    """The name that the user sees stands in a heading, a table or a list.

    In a sentence it may be there by chance; in these places it is explained.
    """
    whole = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    assert any(whole.search(line) for line in lines(r"\s*(#|\||[-*] )"))


@pytest.mark.parametrize("rule", HEADINGS)
def test_readme_has_what_the_quality_scale_claims(rule: str) -> None:
    """A rule about documentation is done when there is something to read."""
    if load_yaml(INTEGRATION / "quality_scale.yaml")["rules"][rule] != "done":
        pytest.skip("the rule is not done")
    topic = re.compile(HEADINGS[rule], re.IGNORECASE)
    assert any(topic.search(line) for line in lines("#"))
