"""Check what GitHub runs."""

from pathlib import Path
import re
import tomllib
from typing import Any

import pytest

from .files import ROOT, load, load_yaml

WORKFLOWS = ROOT / ".github" / "workflows"
# The oldest and the newest Python that the supported Home Assistants run on.
PYTHON_ENDS = ["3.13", "3.14"]


def jobs(name: str) -> dict[str, Any]:
    """Return the jobs of a workflow."""
    found: dict[str, Any] = load_yaml(WORKFLOWS / f"{name}.yml")["jobs"]
    return found


def test_both_ends_are_tested() -> None:
    """The tests run with the oldest and the newest Home Assistant."""
    matrix = jobs("test")["test"]["strategy"]["matrix"]["include"]
    assert [row["python"] for row in matrix] == PYTHON_ENDS


def test_ends_are_the_ones_that_are_promised() -> None:
    """The oldest end is the one that HACS and the project name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["requires-python"].startswith(f">={PYTHON_ENDS[0]}")
    matrix = jobs("test")["test"]["strategy"]["matrix"]["include"]
    oldest = load(ROOT / "hacs.json")["homeassistant"]
    assert oldest.startswith(f"{matrix[0]['home-assistant']}.")


def test_others_validate() -> None:
    """Both validators look at the repository, and HACS overlooks nothing."""
    steps = [step for job in jobs("validate").values() for step in job["steps"]]
    used = [step["uses"].partition("@")[0] for step in steps]
    assert "home-assistant/actions/hassfest" in used
    hacs = steps[used.index("hacs/action")]
    assert hacs["with"] == {"category": "integration"}


def test_release_compares_versions() -> None:
    """A release whose tag is not the manifest's version fails before it is made."""
    steps = [
        step.get("run", "") for job in jobs("release").values() for step in job["steps"]
    ]
    check = next(index for index, run in enumerate(steps) if "manifest.json" in run)
    upload = next(index for index, run in enumerate(steps) if "gh release" in run)
    assert check < upload
    assert all(part in steps[check] for part in (".version", "TAG#v", "!=", "exit 1"))


def test_actions_are_pinned() -> None:
    """What others write runs as it was when somebody here has looked at it."""
    for path in sorted(WORKFLOWS.glob("*.yml")):
        for used in re.findall(r"uses: (.+)", path.read_text(encoding="utf-8")):
            assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # \S+", used), used


@pytest.mark.parametrize("path", sorted(WORKFLOWS.glob("*.yml")), ids=lambda p: p.stem)
def test_workflows_may_do_little(path: Path) -> None:
    """Every workflow says what it may do, so that none may do all."""
    assert "permissions" in load_yaml(path)


def test_dependencies_are_audited() -> None:
    """What is installed is looked up each week and with each change, by a pinned tool."""
    document = load_yaml(WORKFLOWS / "audit.yml")
    # YAML reads the word `on` as true.
    triggers = document.get("on") or document[True]  # type: ignore[index]
    assert {"pull_request", "schedule"} <= set(triggers)
    steps = document["jobs"]["dependencies"]["steps"]
    runs = [step["run"] for step in steps if "run" in step]
    setup = runs.index("scripts/setup")
    audit = next(index for index, run in enumerate(runs) if "pip_audit" in run)
    assert setup < audit
    assert "pip-audit==" in runs[audit]
    assert "|| true" not in runs[audit]


def test_no_rule_about_safety_is_ignored_without_a_reason() -> None:
    """Bandit's rules are ruff's `S`: all are selected, and exceptions say why."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lint = project["tool"]["ruff"]["lint"]
    assert "S" in lint["select"]
    assert not [rule for rule in lint["ignore"] if rule.startswith("S1")]
    ignored = lint["per-file-ignores"]
    assert not [path for path in ignored if path.startswith("custom_components")]
    for path in (ROOT / "custom_components").rglob("*.py"):
        for line in path.read_text(encoding="utf-8").splitlines():
            if re.search(r"noqa:[^-]*\bS\d", line):
                assert re.search(r"noqa: [A-Z0-9, ]+ - \w", line), line
