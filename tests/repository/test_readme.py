"""Check that the README speaks of everything that a user can choose or see."""

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
import re
from typing import Any

import pytest

from custom_components.spot_planner.engine.planning.model import Rule
from custom_components.spot_planner.engine.runs.event import RunEventType
from custom_components.spot_planner.engine.runs.run import RunProblem, RunStatus

from .files import INTEGRATION, ROOT, english, load_yaml

# What a heading says where the answer to a rule of the quality scale stands below.
HEADINGS = {
    "docs-actions": r"\bactions?\b",
    "docs-conditions": r"\bconditions?\b",
    "docs-configuration-parameters": r"configur|option|setting",
    "docs-data-update": r"ask|how often|updat|when",
    "docs-examples": r"automation|blueprint|card|dashboard|example",
    "docs-installation-instructions": r"install",
    "docs-installation-parameters": r"configur|install|set(ting)?[ -]?up",
    "docs-known-limitations": r"limit|not do",
    "docs-removal-instructions": r"remov|uninstall",
    "docs-supported-functions": r"entit|sensor|what you get",
    "docs-triggers": r"\btriggers?\b",
    "docs-troubleshooting": r"help|problem|troubleshoot|wrong",
    "docs-use-cases": r"\buses?\b|what .* for|what .* do|why",
}

# The parts of the translations in which a flow says what is wrong.
FLOWS = ("config", "options")

# The longest README that is one page.
LONGEST_README = 300


def pages() -> Iterator[Path]:
    """Go through the pages for users."""
    yield ROOT / "README.md"
    yield from sorted((ROOT / "docs").rglob("*.md"))


def lines(pattern: str) -> Iterator[str]:
    """Go through the lines of the pages for users that begin in a certain way."""
    for path in pages():
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
    parts = ("config", "config_subentries", "options")
    return sorted({name for part in parts for name in labels(document[part])})


def page_names() -> list[str]:
    """Return the names of the pages of the options."""
    steps = english()["options"]["step"].values()
    return sorted(it for step in steps for it in step.get("menu_options", {}).values())


def provider_names() -> list[str]:
    """Return the names of the providers, without what is said about them."""
    options = english()["selector"]["provider"]["options"]
    return sorted(name.partition(" (")[0] for name in options.values())


def choice_names() -> list[str]:
    """Return the labels of all choices; those of the providers are long ones."""
    selectors = {k: v for k, v in english()["selector"].items() if k != "provider"}
    return sorted(it for one in selectors.values() for it in one["options"].values())


def issue_names() -> list[str]:
    """Return the titles of the notices under Repairs."""
    return sorted(without_gaps(it["title"]) for it in english()["issues"].values())


def messages() -> list[str]:
    """Return what an entry or a form says when something is wrong.

    Of several sentences, the first is what people search for.
    """
    document = english()
    texts = [it["message"] for it in document["exceptions"].values()]
    flows = [
        *(document[flow] for flow in FLOWS),
        *document["config_subentries"].values(),
    ]
    for flow in flows:
        texts += flow["error"].values()
    return sorted({without_gaps(it).partition(". ")[0].strip(".") for it in texts})


def without_gaps(text: str) -> str:
    """Return a text as the pages quote it: with dots where something is filled in."""
    return re.sub(r"\{\w+\}", "…", text.replace(" ({detail})", ""))


def anchors(path: Path) -> set[str]:
    """Return the names by which links reach the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", it).lower().replace(" ", "-") for it in headings}


@pytest.mark.parametrize(
    "name",
    [
        *entity_names(),
        *option_names(),
        *page_names(),
        *provider_names(),
        *choice_names(),
        *issue_names(),
        *messages(),
    ],
)
def test_readme_explains(name: str) -> None:
    """The name that the user sees stands in a heading, a table or a list.

    In a sentence it may be there by chance; in these places it is explained.
    """
    whole = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    assert any(whole.search(line) for line in lines(r"\s*(#|\||[-*] )"))


@pytest.mark.parametrize("rule", HEADINGS)
def test_readme_has_what_the_quality_scale_claims(rule: str) -> None:
    """A rule about documentation is done when there is something to read."""
    answer = load_yaml(INTEGRATION / "quality_scale.yaml")["rules"][rule]
    assert "done" in (answer, answer["status"] if isinstance(answer, dict) else None)
    topic = re.compile(HEADINGS[rule], re.IGNORECASE)
    assert any(topic.search(line) for line in lines("#"))


@pytest.mark.parametrize(
    "state", [*Rule, *RunStatus, *RunProblem, *RunEventType], ids=lambda it: it.value
)
def test_pages_tell_what_becomes_of_a_run(state: StrEnum) -> None:
    """Each word that an appliance's entities use stands in a table."""
    assert any(f"`{state.value}`" in line for line in lines(r"\||\*Run status\* has"))


def test_rules_stand_in_the_order_in_which_they_are_given_up() -> None:
    """The page lists them as the planner gives them up."""
    row = next(lines(r"\| `price_limit_relaxed`"))
    told = re.findall(r"`(\w+_relaxed)`", row)
    assert told == [rule.value for rule in Rule if rule.value.endswith("_relaxed")]


@pytest.mark.parametrize("page", pages(), ids=lambda path: path.stem)
def test_links_lead_somewhere(page: Path) -> None:
    """A link to a page or a picture of the project finds it, and its heading too."""
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)|src=\"([^\"]+)", text)
    for linked, anchor, picture in links:
        target = page.parent / (linked or picture) if linked or picture else page
        assert target.is_file(), linked or picture
        assert not anchor or anchor in anchors(target), f"{target.name}#{anchor}"


def test_readme_leads_to_every_page() -> None:
    """The README is one page, and no other one has to be found by chance."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST_README
    others = [path for path in pages() if path.name != "README.md"]
    assert all(f"](docs/{path.name})" in text for path in others)
