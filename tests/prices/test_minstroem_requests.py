"""Test when a Min Strøm entry asks, and how it counts that."""

from datetime import datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from dev.price_server import ErrorCode, PriceServer, Status
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util

from ..conftest import (
    DAYS,
    DUE,
    MORNING,
    NOW,
    Clock,
    entity_id,
    pass_time,
    set_up,
    state,
)
from ..entries import make_entry
from ..shown import asked
from .minstroem import CHARGES, COORDINATES, COUNT, LOCATION, LOOKUPS, START


@pytest.fixture
def place() -> dict[str, Any]:
    """Return where the prices are for; a test overrides it."""
    return COORDINATES


@pytest.fixture
def entry(
    price_server: PriceServer, options: dict[str, Any], place: dict[str, Any]
) -> MockConfigEntry:
    """Return an entry of a place."""
    return make_entry("minstroem", price_server, options=options, **place)


async def test_the_request_count_is_off_and_costs_nothing(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Count nothing before somebody wants to know."""
    registry = er.async_get(hass)
    item = registry.async_get(entity_id(hass, "sensor", "request_count"))
    assert item
    assert item.disabled_by is er.RegistryEntryDisabler.INTEGRATION
    assert item.entity_category == "diagnostic"
    await pass_time(advance, START, START + timedelta(hours=24), timedelta(hours=1))
    assert COUNT not in asked(price_server)


async def test_the_request_count_is_asked_for_once_it_is_enabled(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Show the day's requests of the whole account, which costs a few more."""
    before = len(price_server.requests)
    er.async_get(hass).async_update_entity(
        entity_id(hass, "sensor", "request_count"), disabled_by=None
    )
    # Home Assistant reloads the entry half a minute after the click.
    await advance(START + timedelta(seconds=31))
    assert int(state(hass, "request_count")) == before
    assert price_server.requests[-1].path == COUNT
    price_server.control.forget()
    # In the evening a new Danish day begins, and the count with it.
    await pass_time(
        advance, START, START + timedelta(hours=24, minutes=30), timedelta(minutes=15)
    )
    assert asked(price_server)[COUNT] == 4
    assert int(state(hass, "request_count")) < 20


@pytest.mark.usefixtures("entity_registry_enabled_by_default")
async def test_a_count_that_fails_leaves_the_prices_alone(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    price_server: PriceServer,
) -> None:
    """Be unavailable, and no more than that."""
    freezer.move_to(NOW)
    price_server.control.behave(Status(500), path=COUNT)
    await set_up(hass, entry)
    assert state(hass, "request_count") == "unavailable"
    assert float(state(hass, "current_price")) > 0


async def test_a_revoked_key_is_asked_for_anew(
    hass: HomeAssistant,
    morning: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Keep the known prices, and do not knock all day."""
    asked(price_server)
    price_server.control.behave(Status(401))
    await pass_time(advance, DUE, DUE + timedelta(hours=8), timedelta(minutes=30))
    assert asked(price_server) == {LOCATION: 1}
    assert float(state(hass, "current_price")) > 0
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == SOURCE_REAUTH


@pytest.mark.parametrize("place", [{"api_secret": "f" * 64}])
async def test_an_entry_with_a_wrong_secret_does_not_load(
    hass: HomeAssistant, paris: None, entry: MockConfigEntry
) -> None:
    """Ask for another one: the token is made of both."""
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == SOURCE_REAUTH


@pytest.mark.parametrize("path", [LOCATION, CHARGES])
@pytest.mark.parametrize(
    "behaviour",
    [Status(429, retry_after=1800), ErrorCode(429, "slow", retry_after=1800)],
    ids=["plain", "with a code"],
)
async def test_the_wait_that_the_vendor_asks_for_is_kept(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
    path: str,
    behaviour: Status | ErrorCode,
) -> None:
    """Ask nothing at all before half an hour has passed, though prices are due."""
    freezer.move_to(DUE - timedelta(minutes=10))
    price_server.control.behave(behaviour, times=1, path=path)
    await set_up(hass, entry)
    first = dt_util.utcnow()
    assert {it.status for it in price_server.requests if it.path == path} == {429}
    price_server.control.forget()
    await pass_time(advance, first, first + timedelta(hours=2), timedelta(minutes=1))
    pause = price_server.requests[0].time - first
    # How long Home Assistant pauses between two starts depends on its version.
    assert timedelta(minutes=30) <= pause <= timedelta(minutes=45)
    assert entry.state is ConfigEntryState.LOADED
    assert state(hass, "tomorrow_available", "binary_sensor") == "on"


@pytest.mark.parametrize("days", DAYS)
@LOOKUPS
async def test_a_day_takes_one_price_request(
    hass: HomeAssistant,
    morning: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
    path: str,
    days: int,
) -> None:
    """Ask at the start, and once after each publication; charges are remembered."""
    start = datetime.fromisoformat(MORNING)
    end = start + timedelta(days=days)
    await pass_time(advance, start, end, timedelta(minutes=30))
    dates = [it.time.date() for it in price_server.requests if it.path != CHARGES]
    assert max(dates.count(date) for date in dates) <= 2
    found = asked(price_server)
    prices = path.partition("?")[0]
    # The tariffs of a day have three sums, and each is asked for once.
    charges = {CHARGES: 3} if prices == LOCATION else {}
    assert found == {prices: days + 1, **charges}
