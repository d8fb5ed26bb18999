"""Test that a provider's words become few entities with plain names, for good."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
import json
import re

from aiohttp import web
from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from dev.price_server import Custom, PriceServer
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from ..conftest import ENTRY_ID, NOW, Clock, set_up

KNOWN = {"spot", "grid", "excise", "supplier", "cee_capa", "vat"}
PLAIN = re.compile(r"[A-Za-z0-9_ -]{1,40}")

type Respond = Callable[[web.Request, web.Response], Awaitable[web.StreamResponse]]


def adding(*names: str) -> Custom:
    """Return a behaviour that adds components to each of the first rows."""

    async def respond(_: web.Request, right: web.Response) -> web.StreamResponse:
        body = json.loads(right.text or "")
        for row in body["data"][-4:]:
            row |= {f"{name}_eur_kwh": 0.001 for name in names}
        return web.json_response(body)

    return Custom(respond)


def unknown(hass: HomeAssistant) -> list[str]:
    """Return the names of the entry's components beyond the known ones."""
    entries = er.async_entries_for_config_entry(er.async_get(hass), ENTRY_ID)
    prefix = f"{ENTRY_ID}_component_"
    return [
        name
        for item in entries
        if (name := item.unique_id.removeprefix(prefix)) != item.unique_id
        and name not in KNOWN
    ]


async def test_two_thousand_components_become_twelve(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    price_server: PriceServer,
) -> None:
    """Make no entity of what nobody will ever look at, and lose no amount."""
    freezer.move_to(NOW)
    html = "<img src=x onerror=alert(1)>" + "y" * 5000
    price_server.control.behave(adding(html, *(f"part_{n}" for n in range(2000))))
    await set_up(hass, entry)
    found = unknown(hass)
    assert len(found) == 12
    assert "other" in found
    assert all(PLAIN.fullmatch(name) for name in found)
    for item in er.async_entries_for_config_entry(er.async_get(hass), ENTRY_ID):
        assert len(item.unique_id) < 100
        assert len(item.entity_id) < 100
        assert "<" not in (item.original_name or "")
    rows = [
        it for it in entry.runtime_data.prices.known.series if it.component("other")
    ]
    assert len(rows) == 4
    for row in rows:
        assert row.component("other") == pytest.approx(0.001 * (2001 - 11))


async def test_new_names_each_day_make_no_entities_for_ever(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Eleven names are as many as an entry has room for; the rest has one together."""
    start = datetime.fromisoformat(NOW)
    freezer.move_to(start)
    price_server.control.behave(adding("day_0_a", "day_0_b"))
    await set_up(hass, entry)
    for day in range(1, 9):
        price_server.control.behave(adding(f"day_{day}_a", f"day_{day}_b"))
        await advance(start + timedelta(days=day))
    found = unknown(hass)
    assert len(found) == 12
    assert found[:2] == ["day_0_a", "day_0_b"]
    assert found[-1] == "other"
    assert "day_8_a" not in found


async def test_stored_names_are_made_plain_as_well(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    price_server: PriceServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An older release has stored what it was told."""
    freezer.move_to(NOW)
    with monkeypatch.context() as older:
        for place in ("coordinator", "engine.providers.sobry.public"):
            older.setattr(
                f"custom_components.spot_planner.{place}.with_few_names",
                lambda series, *_: series,
            )
        older.setattr(
            "custom_components.spot_planner.sensor.further_sensors", lambda _: ()
        )
        names = ("<b>" * 1000, *(f"part_{n}" for n in range(50)))
        price_server.control.behave(adding(*names))
        await set_up(hass, entry)
        await hass.config_entries.async_unload(entry.entry_id)
    price_server.control.forget()
    await set_up(hass, entry)
    assert not price_server.requests
    found = unknown(hass)
    assert len(found) == 12
    assert all(PLAIN.fullmatch(name) for name in found)
