"""Check that each flow has its texts, and that no text is left of one that is gone."""

from typing import Any

import pytest

from .files import english
from .flows import ENTRANCES, Flow, fields, flow
from .source import (
    appliance_reasons,
    flow_reasons,
    form_reasons,
    place_reasons,
    provider_reasons,
)
from .test_translations import flat, placeholders

FLOWS = {
    "config": "ConfigFlow",
    "options": "OptionsFlow",
    "appliance": "ConfigSubentryFlow",
}


@pytest.fixture
def texts() -> dict[str, Any]:
    """Return the English texts, with those of subentries by their type."""
    found = english()
    return found | found["config_subentries"]


@pytest.fixture(params=FLOWS)
def part(request: pytest.FixtureRequest) -> str:
    """Return the part of the translations of one flow after the other."""
    found: str = request.param
    return found


@pytest.fixture
def shown(part: str) -> Flow:
    """Return the flow of the part."""
    return flow(FLOWS[part])


def translated_fields(step: dict[str, Any]) -> dict[str, Any]:
    """Return the fields that the translations of a form know."""
    found: dict[str, Any] = {}
    if "data" in step:
        found["data"] = set(step["data"])
    if "sections" in step:
        found["sections"] = {
            name: translated_fields(part) for name, part in step["sections"].items()
        }
    return found


def check_steps(texts: dict[str, Any], shown: Flow) -> None:
    """Compare the texts of a flow with what it shows, step by step."""
    visible = shown.forms.keys() | shown.menus.keys()
    assert texts["step"].keys() == visible
    assert visible <= shown.steps, "nobody answers what is submitted"
    assert shown.steps - visible <= ENTRANCES, "a step shows nothing"
    for step_id, form in shown.forms.items():
        assert translated_fields(texts["step"][step_id]) == fields(form.schema), step_id


def test_steps_and_fields(texts: dict[str, Any], part: str, shown: Flow) -> None:
    """Each step has its texts, with a label for each field of its form."""
    check_steps(texts[part], shown)


def test_every_step_speaks(texts: dict[str, Any], part: str) -> None:
    """Each step has a title; all but the options say what each page is about."""
    for step_id, step in texts[part]["step"].items():
        assert "title" in step, step_id
        assert "description" in step or part == "options", step_id


def test_menus(texts: dict[str, Any], part: str, shown: Flow) -> None:
    """Each menu has a line for each of its choices, and each choice is a form."""
    for step_id, offered in shown.menus.items():
        assert offered <= shown.forms.keys()
        assert texts[part]["step"][step_id]["menu_options"].keys() == offered
    with_menu = {
        it for it, step in texts[part]["step"].items() if "menu_options" in step
    }
    assert with_menu == shown.menus.keys()


def test_every_option_can_be_reached(shown: Flow, part: str) -> None:
    """No page of the options is missing in the menu, and each has a name of its own."""
    if part == "options":
        assert shown.menus == {"init": set(shown.forms)}
    else:
        assert shown.menus == {}


def test_gaps(texts: dict[str, Any], part: str, shown: Flow) -> None:
    """A gap in the texts of a step is filled by the form that shows it."""
    for step_id, step in texts[part]["step"].items():
        form = shown.forms.get(step_id)
        open_gaps = {name for _, it in flat(step) for name in placeholders(it)}
        assert open_gaps == (form.filled if form else set()), step_id
    others = {name: text for name, text in texts[part].items() if name != "step"}
    assert not any(placeholders(text) for _, text in flat(others))


def test_ends(texts: dict[str, Any], part: str, shown: Flow) -> None:
    """A flow that ends early says why."""
    assert texts[part].get("abort", {}).keys() == shown.aborts


def test_setup_errors(texts: dict[str, Any]) -> None:
    """The set-up has a sentence for each reason to refuse what was entered."""
    reasons = form_reasons()
    assert {"unknown_value", "credential_missing", "rate_too_large"} <= reasons
    assert {"no_suggestions", "unexpected"} <= flow_reasons()
    everything = reasons | flow_reasons() | place_reasons() | provider_reasons()
    assert sorted(texts["config"]["error"]) == sorted(everything)


def test_option_errors(texts: dict[str, Any]) -> None:
    """The options ask no provider while a form is open."""
    assert sorted(texts["options"]["error"]) == sorted(form_reasons())


def test_appliance_errors(texts: dict[str, Any]) -> None:
    """An appliance has a sentence for each reason to refuse what was entered."""
    reasons = appliance_reasons()
    assert {"not_a_number", "off_peak_overlap", "order_is_circle"} <= reasons
    assert {"duration_too_long", "duration_longer_than_window"} <= reasons
    assert {"profile_not_read", "too_few_segments", "unknown_value"} <= reasons
    assert flow_reasons("flows/appliance.py") == set()
    assert sorted(texts["appliance"]["error"]) == sorted(reasons)


def test_subentries_say_what_they_are(texts: dict[str, Any]) -> None:
    """Each way into the flow has a name, and nothing is left that no flow shows."""
    assert texts["config_subentries"].keys() == {"appliance"}
    assert texts["appliance"].keys() == {
        *("abort", "create_entry", "entry_type", "error", "initiate_flow", "step")
    }
    assert texts["appliance"]["initiate_flow"].keys() == {"reconfigure", "user"}
    assert texts["appliance"]["create_entry"].keys() == {"default"}


def test_errors_read_the_same(texts: dict[str, Any]) -> None:
    """A mistake has the same sentence wherever it is made."""
    known = texts["config"]["error"]
    assert texts["options"]["error"].items() <= known.items()
    for reason, sentence in texts["appliance"]["error"].items():
        assert known.get(reason, sentence) == sentence
