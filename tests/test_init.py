"""Test setting up, unloading and removing an entry."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from dev.price_server import PriceServer, Status
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant

from .conftest import DOMAIN, set_up, state


async def test_an_entry_loads_and_unloads(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Come and go without a trace."""
    assert loaded.state is ConfigEntryState.LOADED
    assert await hass.config_entries.async_unload(loaded.entry_id)
    assert loaded.state is ConfigEntryState.NOT_LOADED


@pytest.mark.parametrize(
    ("data", "options", "field", "value"),
    [
        ({"provider": "acme"}, {}, "provider", "acme"),
        ({}, {}, "provider", "None"),
        (
            {"provider": "sobry", "base_url": "http://example.com"},
            {},
            "base_url",
            "http://example.com",
        ),
        ({"provider": "sobry"}, {"turpe_option": "X"}, "turpe_option", "X"),
        (
            {"provider": "sobry"},
            {"segment": "C4", "turpe_option": "CU4"},
            "turpe_option",
            "CU4",
        ),
        ({"provider": "sobry"}, {"off_peak_hours": ""}, "off_peak_hours", "-"),
        ({"provider": "energysignal", "token": "a b"}, {}, "token", "-"),
        ({"provider": "sobry"}, {"supplier_markup": "a"}, "supplier_markup", "a"),
        (
            {"provider": "sobry"},
            {"supplier_markup": "nan"},
            "supplier_markup",
            "nan",
        ),
    ],
)
async def test_a_setting_that_cannot_be_used_stops_the_entry(
    hass: HomeAssistant,
    data: dict[str, Any],
    options: dict[str, Any],
    field: str,
    value: str,
) -> None:
    """Name the setting and its value instead of asking anybody anything."""
    entry = MockConfigEntry(domain=DOMAIN, data=data, options=options)
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert entry.error_reason_translation_key == "invalid_setting"
    assert entry.error_reason_translation_placeholders == {
        "field": field,
        "value": value,
    }


async def test_changed_options_reload_the_entry(
    hass: HomeAssistant, loaded: MockConfigEntry, price_server: PriceServer
) -> None:
    """Show the price of the new tariff as soon as the option is saved."""
    before = state(hass, "current_price")
    hass.config_entries.async_update_entry(loaded, options={"turpe_option": "LU"})
    await hass.async_block_till_done(wait_background_tasks=True)
    assert loaded.state is ConfigEntryState.LOADED
    assert "turpe=LU" in price_server.requests[-1].query
    assert state(hass, "current_price") != before


async def test_an_entry_removed_before_its_first_price_leaves_nothing(
    hass: HomeAssistant, entry: MockConfigEntry, price_server: PriceServer
) -> None:
    """Forget what was asked for an entry that is gone."""
    price_server.control.behave(Status(500))
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    await hass.config_entries.async_remove(entry.entry_id)
    assert hass.data["spot_planner_last_asked"] == {}
