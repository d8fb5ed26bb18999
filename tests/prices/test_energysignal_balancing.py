"""Test the balancing sensors of an EnergySignal entry, and what they cost."""

from datetime import datetime, timedelta
from typing import Any

from aiohttp import ClientSession
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from dev.price_server import (
    Down,
    Normal,
    PriceServer,
    Status,
    Switches,
    Wrong,
    WrongKind,
)
from dev.price_server.credentials import ENERGYSIGNAL_TOKEN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util

from ..conftest import NOW, Clock, entity_id, pass_time, state
from ..entries import make_entry
from ..shown import asked, attributes, issues

PRICES = "/api/day-ahead-prices"
CAPACITY = "/api/balancing-capacity"
ENERGY = "/api/balancing-energy"
START = datetime.fromisoformat(NOW)

# Which single stream holds the prices of a sensor, where the aggregated route is
# refused (the vendor's page lists all seven routes).
STREAMS = {
    "fcr_capacity_price": "/api/fcr-capacity",
    "afrr_capacity_price_up": "/api/afrr-capacity",
    "afrr_capacity_price_down": "/api/afrr-capacity",
    "mfrr_capacity_price_up": "/api/mfrr-capacity",
    "mfrr_capacity_price_down": "/api/mfrr-capacity",
    "afrr_energy_price_up": "/api/afrr-energy",
    "afrr_energy_price_down": "/api/afrr-energy",
    "mfrr_energy_price_up": "/api/mfrr-energy",
    "mfrr_energy_price_down": "/api/mfrr-energy",
}


@pytest.fixture
def entry(price_server: PriceServer, options: dict[str, Any]) -> MockConfigEntry:
    """Return an entry with a token."""
    return make_entry("energysignal", price_server, options=options)


def aggregate(key: str) -> str:
    """Return the aggregated route that holds the prices of a sensor."""
    return CAPACITY if "_capacity_" in key else ENERGY


async def answer(server: PriceServer, path: str) -> Any:
    """Return what the server itself says: an independent account of the prices."""
    headers = {"Authorization": f"Bearer {ENERGYSIGNAL_TOKEN}"}
    async with (
        ClientSession(headers=headers) as session,
        session.get(f"{server.url}{path}") as response,
    ):
        return await response.json()


async def enable(hass: HomeAssistant, advance: Clock, *keys: str) -> None:
    """Switch on sensors that are off by default, as a user would."""
    for key in keys:
        er.async_get(hass).async_update_entity(
            entity_id(hass, "sensor", key), disabled_by=None
        )
    # Home Assistant reloads the entry half a minute after the click.
    await advance(dt_util.utcnow() + timedelta(seconds=31))


async def test_balancing_sensors_are_off_and_cost_nothing(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Offer the nine sensors of the contract, and ask only for prices meanwhile."""
    registry = er.async_get(hass)
    for key in STREAMS:
        item = registry.async_get(entity_id(hass, "sensor", key))
        assert item
        assert item.disabled_by is er.RegistryEntryDisabler.INTEGRATION
    await pass_time(advance, START, START + timedelta(hours=20), timedelta(hours=1))
    assert set(asked(price_server)) == {PRICES}


@pytest.mark.parametrize("key", STREAMS)
async def test_an_enabled_sensor_asks_only_the_route_it_needs(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
    key: str,
) -> None:
    """Ask one aggregated route an hour, and show a number."""
    asked(price_server)
    await enable(hass, advance, key)
    assert asked(price_server) == {aggregate(key): 1}
    float(state(hass, key))
    later = START + timedelta(hours=3, minutes=15)
    await pass_time(advance, START, later, timedelta(minutes=15))
    assert asked(price_server) == {aggregate(key): 3}


async def test_sensors_of_both_kinds_ask_both_routes_once(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Answer nine sensors with two requests."""
    asked(price_server)
    await enable(hass, advance, *STREAMS)
    assert asked(price_server) == {CAPACITY: 1, ENERGY: 1}


async def test_balancing_prices_are_the_vendors(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Show the capacity of this hour, and of energy the last price that held."""
    await enable(hass, advance, *STREAMS)
    capacity = await answer(price_server, CAPACITY)
    for key, stream, direction in (
        ("fcr_capacity_price", "fcr", "SYMMETRIC"),
        ("afrr_capacity_price_up", "afrr", "UPWARD"),
        ("afrr_capacity_price_down", "afrr", "DOWNWARD"),
        ("mfrr_capacity_price_up", "mfrr", "UPWARD"),
        ("mfrr_capacity_price_down", "mfrr", "DOWNWARD"),
    ):
        (price,) = (
            row["price"]
            for row in capacity[stream]["rows"]
            if row["period_start_utc"] == "2026-04-15T12:00:00.000Z"
            and row["direction"] == direction
        )
        assert float(state(hass, key)) == price
        found = attributes(hass, key)
        assert found["start"] == START
        assert found["end"] == START + timedelta(hours=1)
    energy = await answer(price_server, ENERGY)
    latest = energy["afrr"]["latestRow"]
    mfrr = energy["mfrr"]
    for key, price in (
        ("afrr_energy_price_up", latest["upward_price_eur_mwh"]),
        ("afrr_energy_price_down", latest["downward_price_eur_mwh"]),
        ("mfrr_energy_price_up", mfrr["latestUpwardRow"]["clearing_price_eur_mwh"]),
        ("mfrr_energy_price_down", mfrr["latestDownwardRow"]["clearing_price_eur_mwh"]),
    ):
        assert float(state(hass, key)) == price
        # The streams cover the day before: their end tells how old the price is.
        midnight = datetime.fromisoformat("2026-04-14T22:00:00+00:00")
        assert attributes(hass, key)["end"] == midnight


async def test_a_capacity_price_changes_with_its_hour_without_a_request(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Tick to the next hour, which the last answer already told."""
    await advance(START + timedelta(minutes=50))
    await enable(hass, advance, "fcr_capacity_price")
    before = attributes(hass, "fcr_capacity_price")
    asked(price_server)
    await advance(START + timedelta(hours=1))
    assert attributes(hass, "fcr_capacity_price")["start"] == before["end"]
    assert not asked(price_server)


async def test_energy_has_a_unit_and_capacity_has_none(
    hass: HomeAssistant, loaded: MockConfigEntry, advance: Clock
) -> None:
    """Invent no unit where the vendor states none."""
    await enable(hass, advance, *STREAMS)
    for key in STREAMS:
        unit = attributes(hass, key).get("unit_of_measurement")
        assert unit == ("EUR/MWh" if "_energy_" in key else None)


@pytest.mark.parametrize("key", STREAMS)
async def test_without_a_subscription_the_single_stream_is_asked(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
    key: str,
) -> None:
    """Take the stream's own route once the aggregated one was refused."""
    price_server.control.switches = Switches(energysignal_subscription=False)
    asked(price_server)
    await enable(hass, advance, key)
    assert asked(price_server) == {aggregate(key): 1, STREAMS[key]: 1}
    float(state(hass, key))
    assert "no_subscription" not in issues(hass)
    await advance(START + timedelta(hours=1, minutes=1))
    # What was refused once is not tried each hour.
    assert asked(price_server) == {STREAMS[key]: 1}


@pytest.mark.parametrize("status", [401, 403])
async def test_a_stream_that_is_refused_leaves_the_prices_alone(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
    status: int,
) -> None:
    """Say that a subscription is missing, and go on with prices as before."""
    price_server.control.switches = Switches(energysignal_subscription=False)
    price_server.control.behave(Status(status), path="/api/fcr")
    await enable(hass, advance, "fcr_capacity_price")
    assert state(hass, "fcr_capacity_price") == "unavailable"
    found = issues(hass)["no_subscription"]
    assert found.translation_placeholders == {"entry": "Energysignal"}
    assert not hass.config_entries.flow.async_progress()
    await advance("2026-04-16T11:30:00+00:00")
    assert float(state(hass, "current_price")) > 0
    assert state(hass, "tomorrow_available", "binary_sensor") == "on"
    assert "no_subscription" in issues(hass)

    price_server.control.behave(Normal())
    await advance("2026-04-16T12:31:00+00:00")
    float(state(hass, "fcr_capacity_price"))
    assert "no_subscription" not in issues(hass)


async def test_the_issue_goes_when_nobody_wants_the_stream_any_more(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Take the issue back once the sensor is switched off again."""
    price_server.control.switches = Switches(energysignal_subscription=False)
    price_server.control.behave(Status(401), path="/api/fcr")
    await enable(hass, advance, "fcr_capacity_price")
    assert "no_subscription" in issues(hass)
    er.async_get(hass).async_update_entity(
        entity_id(hass, "sensor", "fcr_capacity_price"),
        disabled_by=er.RegistryEntryDisabler.USER,
    )
    await advance(dt_util.utcnow() + timedelta(seconds=31))
    assert "no_subscription" not in issues(hass)


async def test_an_empty_stream_is_unknown(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Tell apart that there is no price, and that nobody could be asked."""
    price_server.control.switches = Switches(energysignal_empty=True)
    await enable(hass, advance, *STREAMS)
    assert {state(hass, key) for key in STREAMS} == {"unknown"}
    assert float(state(hass, "current_price")) > 0


@pytest.mark.parametrize(
    "behaviour", [Down(), Status(500), Wrong(WrongKind.HTML)], ids=str
)
async def test_a_failing_stream_leaves_prices_alone_and_comes_back(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
    behaviour: Down | Status | Wrong,
) -> None:
    """Be unavailable until there is an answer, then keep it through a failure."""
    price_server.control.behave(behaviour, path="/api/balancing")
    await enable(hass, advance, "fcr_capacity_price")
    assert state(hass, "fcr_capacity_price") == "unavailable"
    assert float(state(hass, "current_price")) > 0
    price_server.control.behave(Normal())
    await advance(START + timedelta(hours=1, minutes=1))
    float(state(hass, "fcr_capacity_price"))
    price_server.control.behave(behaviour)
    await advance(START + timedelta(hours=2, minutes=2))
    found = attributes(hass, "fcr_capacity_price")
    assert found["start"] == START + timedelta(hours=2)


@pytest.mark.parametrize(
    ("key", "retry_after", "least"),
    [
        ("fcr_capacity_price", 1800, timedelta(hours=1)),
        ("mfrr_energy_price_up", 7200, timedelta(hours=2)),
    ],
)
async def test_the_wait_after_a_429_is_kept_by_the_streams(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
    key: str,
    retry_after: int,
    least: timedelta,
) -> None:
    """Ask nothing before the vendor's wait is over, nor faster than once an hour."""
    asked(price_server)
    price_server.control.behave(Status(429, retry_after=retry_after), times=1)
    await enable(hass, advance, key)
    await pass_time(advance, START, START + timedelta(hours=4), timedelta(minutes=5))
    first, second, *_ = (request.time for request in price_server.requests)
    assert least <= second - first <= least + timedelta(minutes=5)
    float(state(hass, key))


@pytest.mark.usefixtures("entity_registry_enabled_by_default")
@pytest.mark.parametrize("hours", [8, pytest.param(24, marks=pytest.mark.slow)])
async def test_all_balancing_sensors_take_two_requests_an_hour(
    hass: HomeAssistant,
    morning: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
    hours: int,
) -> None:
    """Ask each aggregated route at a steady pace, and the prices as ever."""
    start = dt_util.utcnow()
    end = start + timedelta(hours=hours)
    await pass_time(advance, start, end, timedelta(minutes=15))
    assert asked(price_server) == {PRICES: 2, CAPACITY: hours + 1, ENERGY: hours + 1}
