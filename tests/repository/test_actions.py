"""Check that the actions are described as they are, in every language."""

import ast
from datetime import datetime
import re
from typing import Any

import pytest
import voluptuous as vol

from custom_components.spot_planner.services import ACTIONS, Action
from homeassistant.helpers.selector import validate_selector

from .actions import action_fields
from .files import ENGLISH, INTEGRATION, ROOT, load

every_action = pytest.mark.parametrize(
    "action", ACTIONS, ids=lambda action: action.name
)

# A value that the front end may send for each kind of field.
SENT: dict[str, Any] = {
    "boolean": True,
    "config_entry": "01JSPOTPLANNERTESTENTRY000",
    "datetime": "2026-04-15 20:00:00",
    "duration": {"hours": 2, "minutes": 0, "seconds": 0},
    "entity": "sensor.meter",
    "number": 3,
    "text": "Washer",
}


def markers(action: Action) -> dict[str, vol.Marker]:
    """Return the fields that the schema of an action knows."""
    return {str(marker): marker for marker in action.schema.schema}


def value(field: dict[str, Any]) -> Any:
    """Return something that the front end may send for a field."""
    ((kind, config),) = field["selector"].items()
    if kind == "select":
        return config["options"][-1]
    if kind == "object":
        return ast.literal_eval(field["example"])
    return SENT[kind]


def test_every_action_is_described() -> None:
    """What is registered and what the front end shows are the same."""
    assert action_fields().keys() == {action.name for action in ACTIONS}


@every_action
def test_fields(action: Action) -> None:
    """The front end shows the fields that the schema knows, and what is needed."""
    fields, known = action_fields()[action.name], markers(action)
    assert fields.keys() == known.keys()
    for name, field in fields.items():
        assert field.keys() <= {"default", "example", "required", "selector"}, name
        needed = isinstance(known[name], vol.Required)
        assert field.get("required", False) is needed, name
        default = getattr(known[name], "default", None)
        if "default" in field:
            assert callable(default)
            assert field["default"] == default(), name


@every_action
def test_selectors_are_known(action: Action) -> None:
    """Home Assistant knows each way to choose a value."""
    for name, field in action_fields()[action.name].items():
        (kind,) = field["selector"]
        assert validate_selector(field["selector"]).keys() == {kind}, name


@every_action
def test_what_the_front_end_sends_is_taken(action: Action) -> None:
    """The schema takes what its selectors give."""
    fields = action_fields()[action.name]
    sent = {name: value(field) for name, field in fields.items()}
    taken = action.schema(sent)
    assert taken.keys() == sent.keys()
    for name, field in fields.items():
        if "datetime" in field["selector"]:
            assert isinstance(taken[name], datetime)


@every_action
def test_examples_are_taken(action: Action) -> None:
    """An example is one."""
    for name, field in action_fields()[action.name].items():
        if "example" in field:
            example = field["example"]
            if "object" in field["selector"]:
                example = ast.literal_eval(example)
            marker = markers(action)[name]
            vol.Schema({marker: action.schema.schema[marker]})({name: example})


@pytest.mark.parametrize(
    "path", sorted(ENGLISH.parent.glob("*.json")), ids=lambda path: path.stem
)
@every_action
def test_words(action: Action, path: Any) -> None:
    """Each action and each field has a name and a description that adds something."""
    part = load(path)["services"][action.name]
    assert part.keys() == {"name", "description", "fields"}
    assert part["fields"].keys() == markers(action).keys()
    for item in (part, *part["fields"].values()):
        assert item["name"]
        assert item["description"].endswith(".")
        assert item["name"] != item["description"].strip(".")
    for field in part["fields"].values():
        assert field.keys() == {"name", "description"}


def test_no_words_for_what_is_gone() -> None:
    """No action that is gone still has words or an icon."""
    names = {action.name for action in ACTIONS}
    assert load(ENGLISH)["services"].keys() == names
    assert load(INTEGRATION / "icons.json")["services"].keys() == names


@every_action
def test_page(action: Action) -> None:
    """The page about actions tells each field, and has an example that uses it."""
    page = (ROOT / "docs" / "actions.md").read_text(encoding="utf-8")
    (section,) = re.findall(
        rf"^## .*`{action.name}`\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL
    )
    for name in markers(action).keys() - {"config_entry_id"}:
        assert re.search(rf"^\| .*`{name}`", section, re.MULTILINE), name
    assert f"action: spot_planner.{action.name}" in section
