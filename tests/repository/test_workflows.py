"""Check what GitHub runs."""

from pathlib import Path
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


@pytest.mark.parametrize("path", sorted(WORKFLOWS.glob("*.yml")), ids=lambda p: p.stem)
def test_workflows_may_do_little(path: Path) -> None:
    """Every workflow says what it may do, so that none may do all."""
    assert "permissions" in load_yaml(path)
