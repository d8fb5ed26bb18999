"""Check the icons against the entities that show them."""

from collections.abc import Iterator
import json
import re
from typing import Any

import hass_frontend
import pytest

from .entities import EntityTexts, entity_texts
from .files import INTEGRATION, english, load

ICON = re.compile(r"mdi:[a-z0-9]+(-[a-z0-9]+)*")


@pytest.fixture
def icons() -> dict[str, dict[str, dict[str, Any]]]:
    """Return the icons by platform and translation key."""
    document = load(INTEGRATION / "icons.json")
    known = {"conditions", "entity", "services", "triggers"}
    assert document.keys() == known, "a new kind of icon needs a check here"
    entity: dict[str, dict[str, dict[str, Any]]] = document["entity"]
    return entity


def action_icons() -> dict[str, str]:
    """Return the icon of each action, trigger and condition."""
    document, found = load(INTEGRATION / "icons.json"), dict[str, str]()
    for kind in ("condition", "service", "trigger"):
        for name, part in document[f"{kind}s"].items():
            assert part.keys() == {kind}, name
            found[f"{kind} {name}"] = part[kind]
    return found


def each(
    icons: dict[str, dict[str, dict[str, Any]]],
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Go through the icons: platform, key and icons of one entity."""
    for platform, entities in icons.items():
        for key, icon in entities.items():
            yield platform, key, icon


def test_names(icons: dict[str, dict[str, dict[str, Any]]]) -> None:
    """Every icon is one of Material Design's."""
    for _, key, icon in each(icons):
        names = [icon["default"], *icon.get("state", {}).values()]
        assert all(ICON.fullmatch(name) for name in names), key
        assert icon.keys() <= {"default", "state"}
    assert all(ICON.fullmatch(name) for name in action_icons().values())


def test_icons_exist(icons: dict[str, dict[str, dict[str, Any]]]) -> None:
    """Every icon is one that the front end can draw."""
    drawn: set[str] = set()
    for path in (hass_frontend.where() / "static" / "mdi").glob("*.json"):
        part = json.loads(path.read_text(encoding="utf-8"))
        drawn |= {name for name in part if isinstance(part, dict)}
    assert len(drawn) > 1000
    for _, key, icon in each(icons):
        names = {icon["default"], *icon.get("state", {}).values()}
        assert {name.removeprefix("mdi:") for name in names} <= drawn, key
    assert {it.removeprefix("mdi:") for it in action_icons().values()} <= drawn


def test_no_currency(icons: dict[str, dict[str, dict[str, Any]]]) -> None:
    """No icon shows the money of one country only."""
    assert "currency" not in str(icons)


def test_states(icons: dict[str, dict[str, dict[str, Any]]]) -> None:
    """A state has an icon only where it differs from the default."""
    for _, key, icon in each(icons):
        assert icon["default"] not in icon.get("state", {}).values(), key


def test_every_icon_is_shown(icons: dict[str, dict[str, dict[str, Any]]]) -> None:
    """An icon belongs to an entity, and to a state that it can have."""
    known = english()["entity"]
    for platform, key, icon in each(icons):
        states = {"on", "off"} | known[platform][key].get("state", {}).keys()
        assert icon.get("state", {}).keys() <= states, key


@pytest.mark.parametrize("item", entity_texts(), ids=str)
def test_every_entity_has_an_icon(
    icons: dict[str, dict[str, dict[str, Any]]], item: EntityTexts
) -> None:
    """An entity has an icon of its own, or one that its device class brings."""
    has_own = item.key in icons.get(item.platform, {})
    assert has_own or item.has_device_class
