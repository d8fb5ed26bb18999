"""Test what the sensors show."""

from datetime import datetime, timedelta
from decimal import Decimal
import json
from typing import Any

from aiohttp import ClientSession
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.spot_planner.engine.prices import Prices
from custom_components.spot_planner.engine.series import (
    Component,
    PriceInterval,
    PriceSeries,
)
from dev.price_server import Down, PriceServer, Wrong, WrongKind
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.util import dt as dt_util

from ..conftest import DOMAIN, ENTRY_ID, NOW, Clock, entity_id, state

PRICE_KEYS = (
    "current_price",
    "next_price",
    "average_price_today",
    "lowest_price_today",
    "highest_price_today",
    "average_price_tomorrow",
    "lowest_price_tomorrow",
    "highest_price_tomorrow",
    "cheapest_window_price",
)


async def rows(server: PriceServer, first: str, end: str) -> list[dict[str, Any]]:
    """Return the server's own rows: an independent account of the prices."""
    url = f"{server.url}/api/prices/raw"
    query = {"start": first, "end": end, "turpe": "CU4", "profil": "particulier"}
    async with ClientSession() as session, session.get(url, params=query) as response:
        return (await response.json())["data"]


async def test_the_sensors_of_the_contract_exist(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Find every key of the contract, on or off as it says."""
    registry = er.async_get(hass)
    entries = {
        item.unique_id.removeprefix(f"{ENTRY_ID}_"): item
        for item in er.async_entries_for_config_entry(registry, ENTRY_ID)
        if item.domain == "sensor"
    }
    on = {key for key, item in entries.items() if not item.disabled_by}
    off = set(entries) - on
    assert on == {
        *PRICE_KEYS,
        "price_level",
        "price_rank",
        "cheapest_window_start",
        "cheapest_window_end",
        "prices_known_until",
    }
    assert off == {
        "component_spot",
        "component_grid",
        "component_excise",
        "component_supplier",
        "component_cee_capa",
        "component_vat",
        "last_fetch",
    }
    assert entries["prices_known_until"].entity_category == "diagnostic"
    assert entries["last_fetch"].entity_category == "diagnostic"


async def test_the_device_is_a_service(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Show one device that says whose prices these are, and for which tariff."""
    (device,) = dr.async_entries_for_config_entry(dr.async_get(hass), ENTRY_ID)
    assert device.identifiers == {(DOMAIN, ENTRY_ID)}
    assert device.entry_type is dr.DeviceEntryType.SERVICE
    assert device.name == "Sobry"
    assert device.manufacturer == "Sobry"
    assert device.model == "C5 CU4 particulier TTC"


async def test_prices_are_the_servers(
    hass: HomeAssistant, loaded: MockConfigEntry, price_server: PriceServer
) -> None:
    """Show the prices of today and tomorrow just as the provider states them."""
    today = await rows(price_server, "2026-04-15", "2026-04-16")
    tomorrow = await rows(price_server, "2026-04-16", "2026-04-17")
    # 14:00 in Paris is row 56 of the day.
    assert float(state(hass, "current_price")) == today[56]["price_ttc_eur_kwh"]
    assert float(state(hass, "next_price")) == today[57]["price_ttc_eur_kwh"]
    for name, day in (("today", today), ("tomorrow", tomorrow)):
        prices = [row["price_ttc_eur_kwh"] for row in day]
        lowest, highest = min(prices), max(prices)
        average = sum(prices) / len(prices)
        assert float(state(hass, f"lowest_price_{name}")) == lowest
        assert float(state(hass, f"highest_price_{name}")) == highest
        assert float(state(hass, f"average_price_{name}")) == pytest.approx(
            average, abs=1e-5
        )
        for key, price in (("lowest", lowest), ("highest", highest)):
            shown = hass.states.get(entity_id(hass, "sensor", f"{key}_price_{name}"))
            assert shown
            expected = day[prices.index(price)]["timestamp"]
            assert shown.attributes["start"] == datetime.fromisoformat(expected)


async def test_prices_have_a_unit_and_five_decimals(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Write prices as the Energy dashboard and people need them."""
    for key in PRICE_KEYS:
        shown = hass.states.get(entity_id(hass, "sensor", key))
        assert shown
        assert shown.attributes["unit_of_measurement"] == "EUR/kWh"
        assert Decimal(shown.state).as_tuple().exponent == -5


async def test_the_current_price_says_when_it_holds_and_whence_it_is(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Carry the attributes of the contract."""
    shown = hass.states.get(entity_id(hass, "sensor", "current_price"))
    assert shown
    attributes = dict(shown.attributes)
    assert attributes["start"] == datetime.fromisoformat(NOW)
    assert attributes["end"] == datetime.fromisoformat(NOW) + timedelta(minutes=15)
    assert attributes["estimated"] is False
    assert attributes["source"] == "sobry"
    assert "prices_today" not in attributes
    assert "raw_today" not in attributes


async def test_the_rank_is_the_share_of_the_day_that_is_cheaper(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Rank a price among the quarter-hours of the local day."""
    day = await rows(price_server, "2026-04-15", "2026-04-16")
    prices = [row["price_ttc_eur_kwh"] for row in day]
    for index in (56, 60, 75, 95):
        await advance(datetime.fromisoformat(day[index]["timestamp"]))
        cheaper = sum(price < prices[index] for price in prices)
        assert float(state(hass, "price_rank")) == round(100 * cheaper / 96, 2)


async def test_the_level_follows_the_rank(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Colour the cheapest third green and the dearest red."""
    day = await rows(price_server, "2026-04-15", "2026-04-16")
    prices = [row["price_ttc_eur_kwh"] for row in day]
    seen = set()
    for index in range(56, 96):
        await advance(datetime.fromisoformat(day[index]["timestamp"]))
        share = sum(price < prices[index] for price in prices) / 96
        expected = "green" if share < 1 / 3 else "red" if share >= 2 / 3 else "yellow"
        assert state(hass, "price_level") == expected
        seen.add(expected)
    assert seen == {"green", "yellow", "red"}


async def test_known_until_is_the_end_of_the_last_price(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Know prices until tomorrow's midnight in Paris."""
    assert state(hass, "prices_known_until") == "2026-04-16T22:00:00+00:00"


@pytest.mark.usefixtures("entity_registry_enabled_by_default")
async def test_components_add_up_to_the_price(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Show every part of the price, once it is switched on."""
    names = ("spot", "grid", "excise", "supplier", "cee_capa", "vat")
    parts = [float(state(hass, f"component_{name}")) for name in names]
    assert sum(parts) == pytest.approx(float(state(hass, "current_price")), abs=2e-5)
    assert state(hass, "component_grid") == "0.01660"
    assert state(hass, "component_excise") == "0.03085"
    assert state(hass, "last_fetch") == NOW


@pytest.mark.usefixtures("entity_registry_enabled_by_default")
async def test_a_component_that_appears_later_gets_a_sensor(
    hass: HomeAssistant, loaded: MockConfigEntry, price_server: PriceServer
) -> None:
    """Show a part of the price that nobody foresaw, under its own name."""
    coordinator = loaded.runtime_data.prices
    now = dt_util.utcnow()
    interval = PriceInterval(
        now, now + timedelta(hours=1), 0.5, (Component("moon_tax", 0.5),)
    )
    price_server.control.behave(Down())
    coordinator._learn(Prices(PriceSeries("EUR", (interval,))), now)
    coordinator.start()
    await hass.async_block_till_done()
    assert state(hass, "component_moon_tax") == "0.50000"
    shown = hass.states.get(entity_id(hass, "sensor", "component_moon_tax"))
    assert shown
    assert shown.attributes["friendly_name"] == "Sobry Component moon_tax"


@pytest.mark.parametrize("options", [{"price_lists": "generic"}])
async def test_generic_price_lists(
    hass: HomeAssistant, loaded: MockConfigEntry, price_server: PriceServer
) -> None:
    """List time and price of both days, in local time."""
    shown = hass.states.get(entity_id(hass, "sensor", "current_price"))
    assert shown
    for key, first, end in (
        ("prices_today", "2026-04-15", "2026-04-16"),
        ("prices_tomorrow", "2026-04-16", "2026-04-17"),
    ):
        assert shown.attributes[key] == [
            {"time": row["timestamp"], "price": row["price_ttc_eur_kwh"]}
            for row in await rows(price_server, first, end)
        ]


@pytest.mark.parametrize("options", [{"price_lists": "nordpool"}])
async def test_nordpool_price_lists(
    hass: HomeAssistant, loaded: MockConfigEntry, price_server: PriceServer
) -> None:
    """Offer the attributes that cards and templates for Nord Pool read."""
    shown = hass.states.get(entity_id(hass, "sensor", "current_price"))
    assert shown
    today = await rows(price_server, "2026-04-15", "2026-04-16")
    assert shown.attributes["today"] == [row["price_ttc_eur_kwh"] for row in today]
    assert shown.attributes["tomorrow_valid"] is True
    assert len(shown.attributes["tomorrow"]) == 96
    assert shown.attributes["raw_today"][56] == {
        "start": "2026-04-15T14:00:00+02:00",
        "end": "2026-04-15T14:15:00+02:00",
        "value": today[56]["price_ttc_eur_kwh"],
    }
    assert len(shown.attributes["raw_tomorrow"]) == 96
    # What an attribute holds must be JSON for the front end.
    json.dumps(shown.attributes["raw_today"])


@pytest.mark.parametrize(
    "options", [{"off_peak_hours": "13:30-15:30", "supplier_markup": 0.01}]
)
@pytest.mark.usefixtures("entity_registry_enabled_by_default")
async def test_the_customers_own_hours_and_markup_change_the_price(
    hass: HomeAssistant, loaded: MockConfigEntry, price_server: PriceServer
) -> None:
    """Count 14:00 as off-peak (HCB, 0.0116), add the markup, and VAT on all."""
    row = (await rows(price_server, "2026-04-15", "2026-04-16"))[56]
    before_vat = row["price_ht_eur_kwh"] - row["turpe_eur_kwh"] + 0.0116 + 0.01
    assert state(hass, "component_grid") == "0.01160"
    assert float(state(hass, "component_supplier")) == 0.01
    assert float(state(hass, "current_price")) == pytest.approx(
        before_vat * 1.2, abs=1e-5
    )


@pytest.mark.parametrize("options", [{"window_duration": 2 * 24 * 60 - 14 * 60}])
async def test_an_option_out_of_range_stops_the_entry_with_a_reason(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Name the setting that cannot be used."""
    assert loaded.error_reason_translation_key == "invalid_setting"
    assert loaded.error_reason_translation_placeholders == {
        "field": "window_duration",
        "value": "2040.0",
    }


async def test_a_gap_is_unavailable_and_never_zero(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Show no price where the provider leaves one out, and go on after it."""
    price_server.control.behave(Wrong(WrongKind.GAP))
    # The next publication brings the day after tomorrow, with a hole in it.
    await advance("2026-04-16T11:30:00+00:00")
    price_server.control.behave(Down())
    known = loaded.runtime_data.prices.known.series
    (gap,) = known.gaps(dt_util.utcnow(), known.end)
    await advance(gap.start - timedelta(minutes=15))
    assert float(state(hass, "current_price")) != 0
    assert state(hass, "next_price") == "unknown"
    await advance(gap.start)
    assert state(hass, "current_price") == "unavailable"
    assert state(hass, "price_level") == "unavailable"
    assert state(hass, "prices_known_until") == known.end.isoformat()
    await advance(gap.end)
    assert float(state(hass, "current_price")) != 0
