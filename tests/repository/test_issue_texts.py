"""Check the texts of what the user is told under Repairs."""

import ast
from typing import Any

import pytest

from custom_components.spot_planner.engine.providers.vendors import VENDORS
from custom_components.spot_planner.issues import FIXABLE, RUN_ISSUES, Issue
from custom_components.spot_planner.repairs import async_create_fix_flow
from homeassistant.core import HomeAssistant

from .files import ENGLISH, english, load
from .flows import Flow
from .source import (
    argument,
    calls,
    connection_reasons,
    flow_reasons,
    keys,
    last_name,
    place_reasons,
    provider_reasons,
    subclasses,
)
from .test_flow_texts import check_steps
from .test_translations import flat, placeholders

# The vendors whose keys end after a known time.
KEYS_END = [key for key, vendor in VENDORS.items() if vendor.ending]


@pytest.fixture
def issues() -> dict[str, Any]:
    """Return the English texts of the issues."""
    found: dict[str, Any] = english()["issues"]
    return found


@pytest.fixture
async def flows(hass: HomeAssistant) -> dict[Issue, Flow]:
    """Return the flow that mends each issue that can be mended."""
    classes = {item.name: item for item in subclasses("RepairsFlow")}
    found: dict[Issue, Flow] = {}
    for kind in FIXABLE:
        data: dict[str, str | int | float | None] = {
            "entry_id": "x",
            "kind": kind.value,
        }
        mending = await async_create_fix_flow(hass, f"{kind}_x", data)
        vendors = KEYS_END if kind is Issue.KEY_ENDS else VENDORS
        found[kind] = Flow(classes[type(mending).__name__], tuple(vendors))
    return found


def filled() -> dict[str, set[str]]:
    """Return the gaps that are filled in the texts of each issue."""
    found: dict[str, set[str]] = {}
    for created in calls("async_create_issue"):
        given = keys(argument(created, "translation_placeholders"))
        kind = argument(created, "translation_key")
        if isinstance(kind, ast.Attribute) and last_name(kind.value) == "Issue":
            found[Issue[kind.attr].value] = set(given)
        else:
            # This one makes all others, from what it is handed besides.
            assert given == {"entry"}
            found |= {it.value: set(given) for it in Issue if it.value not in found}
    for call in calls("async_set_issue"):
        kind = argument(call, "kind", position=2)
        names = {keyword.arg for keyword in call.keywords} - {
            "is_active",
            "kind",
            "part",
        }
        assert None not in names, "what fills a gap is not named"
        if isinstance(kind, ast.Attribute) and last_name(kind.value) == "Issue":
            found[Issue[kind.attr].value] |= {name for name in names if name}
        elif isinstance(kind, ast.Subscript) and last_name(kind.value) == "RUN_ISSUES":
            for issue in RUN_ISSUES.values():
                found[issue.value] |= {name for name in names if name}
        else:
            assert not names, "which issue has this gap cannot be told"
    return found


@pytest.mark.parametrize("path", sorted(ENGLISH.parent.iterdir()), ids=lambda p: p.stem)
def test_every_issue_is_told(path: Any) -> None:
    """Each issue has a title, and either says what to do or has a form for it."""
    issues = load(path)["issues"]
    assert issues.keys() == {kind.value for kind in Issue}
    for kind in Issue:
        how = "fix_flow" if kind in FIXABLE else "description"
        assert issues[kind].keys() == {"title", how}, kind


def test_gaps_of_issues(issues: dict[str, Any]) -> None:
    """Every gap is filled, and all that is known about an issue is told."""
    given = filled()
    assert given[Issue.FALLBACK_ACTIVE] == {"entry", "source"}
    for kind, issue in issues.items():
        open_gaps = {name for _, it in flat(issue) for name in placeholders(it)}
        assert open_gaps == given[kind], kind
        # Home Assistant lists issues by their titles alone.
        is_of_all = kind == Issue.NOT_SAVED
        assert is_of_all or {"entry", "appliance"} & placeholders(issue["title"]), kind


def test_forms_of_issues(issues: dict[str, Any], flows: dict[Issue, Flow]) -> None:
    """Each form under Repairs has its texts, and each form belongs to an issue."""
    used = {shown.tree.name for shown in flows.values()}
    assert used == {item.name for item in subclasses("RepairsFlow")}
    for kind, shown in flows.items():
        mending = issues[kind]["fix_flow"]
        assert mending.keys() <= {"abort", "error", "step"}
        check_steps(mending, shown)
        assert shown.menus == {}
        assert mending.get("abort", {}).keys() == shown.aborts
        for step_id, step in mending["step"].items():
            assert step.keys() >= {"title", "description"}, step_id
            is_duty = kind is Issue.RUN_NOT_STOPPED
            gaps = {"appliance", "entity"} if is_duty else {"entry"}
            assert shown.forms[step_id].filled == gaps
        can_fail = any(form.has_errors for form in shown.forms.values())
        assert ("error" in mending) == can_fail


def test_errors_of_issues(issues: dict[str, Any]) -> None:
    """A form that asks the provider says why it fails, in the words of the set-up."""
    # Any vendor may change its currency, and then not know the place any more.
    place = place_reasons() | flow_reasons("flows/connection.py")
    reasons = {
        Issue.KEY_ENDS: connection_reasons(*KEYS_END) | provider_reasons(),
        Issue.WRONG_CURRENCY: connection_reasons() | place | provider_reasons(),
        # Nobody is asked, so nothing can fail.
        Issue.RUN_NOT_STOPPED: set(),
    }
    assert "credential_invalid" in reasons[Issue.KEY_ENDS]
    assert not {"unknown_region", "unknown_location"} & reasons[Issue.KEY_ENDS]
    assert {"unknown_region", "unknown_location"} <= reasons[Issue.WRONG_CURRENCY]
    told = {
        kind: set(issue["fix_flow"].get("error", ()))
        for kind, issue in issues.items()
        if "fix_flow" in issue
    }
    assert told == reasons
    known = english()["config"]["error"]
    for kind in told:
        errors = issues[kind]["fix_flow"].get("error", {})
        assert errors.items() <= known.items()
