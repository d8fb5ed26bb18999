"""Check the files of triggers, conditions and blueprints against each other."""

from pathlib import Path
import re
from typing import Any
from urllib.parse import quote

import pytest

from homeassistant.components.automation.config import AUTOMATION_BLUEPRINT_SCHEMA
from homeassistant.components.blueprint.models import Blueprint
from homeassistant.util.yaml import Input, load_yaml as load_tagged

from .files import INTEGRATION, ROOT, english, load, load_yaml
from .test_readme import pages

REPOSITORY = load(INTEGRATION / "manifest.json")["documentation"]
FOLDER = "blueprints/automation/spot_planner"
BLUEPRINTS = sorted((ROOT / FOLDER).glob("*.yaml"))
IMPORT = "https://my.home-assistant.io/redirect/blueprint_import/?blueprint_url="
# Where a person chooses one of our entities or devices.
OURS = {"integration": "spot_planner"}

kinds = pytest.mark.parametrize("kind", ["trigger", "condition"])
every_blueprint = pytest.mark.parametrize(
    "path", BLUEPRINTS, ids=lambda path: path.stem
)


def described(kind: str) -> dict[str, dict[str, Any]]:
    """Return what the descriptions say of each trigger or condition."""
    return load_yaml(INTEGRATION / f"{kind}s.yaml")


@kinds
def test_texts(kind: str) -> None:
    """Each trigger and condition has its words, and so has each of its fields."""
    texts = english()[f"{kind}s"]
    assert texts.keys() == described(kind).keys()
    for key, item in described(kind).items():
        fields = texts[key].get("fields", {})
        assert texts[key].keys() <= {"name", "description", "fields"}
        assert fields.keys() == item.get("fields", {}).keys(), key
        assert all(field.keys() == {"name", "description"} for field in fields.values())


@kinds
def test_icons(kind: str) -> None:
    """Each trigger and condition has an icon."""
    icons = load(INTEGRATION / "icons.json")[f"{kind}s"]
    assert icons.keys() == described(kind).keys()


@kinds
def test_targets(kind: str) -> None:
    """Only our own entities are offered."""
    for key, item in described(kind).items():
        assert item["target"]["entity"].items() >= OURS.items(), key


@kinds
def test_pages_tell_of_them(kind: str) -> None:
    """Each trigger and condition stands in the pages with the name that people see."""
    text = "\n".join(page.read_text(encoding="utf-8") for page in pages())
    for key, item in english()[f"{kind}s"].items():
        assert f"| {item['name']} | `spot_planner.{key}` |" in text, key


def test_there_are_blueprints() -> None:
    """The blueprints that are promised are there."""
    assert {path.stem for path in BLUEPRINTS} == {
        *("car_ready_by", "cheapest_window_start", "negative_price"),
        *("stop_when_red", "tomorrow_notify"),
    }


def inputs(value: Any) -> set[str]:
    """Return the inputs that a part of a blueprint uses."""
    if isinstance(value, Input):
        return {value.name}
    parts = value.values() if isinstance(value, dict) else value
    if isinstance(value, dict | list):
        return {name for part in parts for name in inputs(part)}
    return set()


@every_blueprint
def test_blueprint(path: Path) -> None:
    """It is valid, says where it is from, and for which versions it is."""
    document: Any = load_tagged(path)
    blueprint = Blueprint(
        document,
        expected_domain="automation",
        path=path.name,
        schema=AUTOMATION_BLUEPRINT_SCHEMA,
    )
    # What is in the way would be told here.
    assert blueprint.validate() is None
    head = document["blueprint"]
    assert head["source_url"] == f"{REPOSITORY}/blob/main/{FOLDER}/{path.name}"
    assert head["homeassistant"] == {"min_version": "2025.4.0"}
    assert "max_exceeded" in document
    assert not {"trigger", "condition", "action"} & document.keys()


@every_blueprint
def test_blueprint_asks_for_little(path: Path) -> None:
    """Every input is used, named, and chosen without writing a template."""
    document: Any = load_tagged(path)
    asked = document["blueprint"]["input"]
    body = {key: part for key, part in document.items() if key != "blueprint"}
    assert inputs(body) == asked.keys()
    for name, item in asked.items():
        assert item["name"], name
        (selector,) = item["selector"]
        assert selector not in {"object", "template"}, name
        assert "input_" not in str(item), name
    assert OURS.items() <= first_filter(asked).items()


def first_filter(asked: dict[str, Any]) -> dict[str, Any]:
    """Return the filter of the input by which our entity or device is chosen."""
    filters: list[dict[str, Any]] = [
        item["selector"][kind]["filter"][0]
        for item in asked.values()
        for kind in ("entity", "device")
        if kind in item["selector"]
    ]
    return next(it for it in filters if "integration" in it)


@every_blueprint
def test_blueprint_can_be_imported(path: Path) -> None:
    """The page about blueprints names each, with a link that imports it."""
    text = (ROOT / "docs" / "blueprints.md").read_text(encoding="utf-8")
    source = f"{REPOSITORY}/blob/main/{FOLDER}/{path.name}"
    assert f"{IMPORT}{quote(source, safe='')}" in text
    name = load_tagged(path)["blueprint"]["name"]  # type: ignore[index, call-overload]
    assert re.search(rf"^## {name}$", text, re.MULTILINE)
    assert f"(../{FOLDER}/{path.name})" in text
