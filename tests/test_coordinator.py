"""Test when the provider is asked, and what a tick does."""

from datetime import datetime, timedelta
from itertools import pairwise
import logging

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from dev.price_server import Down, Late, PriceServer, ServedRequest, Status
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util

from .conftest import (
    DAYS,
    DUE,
    MORNING,
    PUBLISHED,
    Clock,
    entity_id,
    pass_time,
    set_up,
    state,
)


def good(requests: tuple[ServedRequest, ...]) -> list[ServedRequest]:
    """Return the requests that were answered with prices."""
    return [request for request in requests if request.status == 200]


async def test_today_and_tomorrow_are_one_request(
    hass: HomeAssistant, loaded: MockConfigEntry, price_server: PriceServer
) -> None:
    """Ask once, for both days, in quarter-hours and for the chosen tariff."""
    (request,) = price_server.requests
    assert request.path == "/api/prices/raw"
    query = dict(part.split("=") for part in request.query.split("&"))
    assert query == {
        "start": "2026-04-15",
        "end": "2026-04-17",
        "granularity": "quarter_hourly",
        "segment": "C5",
        "turpe": "CU4",
        "profil": "particulier",
        "display": "TTC",
    }


async def test_tomorrow_is_asked_for_once_after_its_publication(
    hass: HomeAssistant,
    morning: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Ask at a moment of this installation's own, and not again that day."""
    price_server.control.forget()
    await advance(DUE - timedelta(seconds=1))
    assert not price_server.requests
    await advance(DUE)
    (request,) = price_server.requests
    assert PUBLISHED <= request.time < PUBLISHED + timedelta(minutes=10)
    assert state(hass, "tomorrow_available", "binary_sensor") == "on"
    await pass_time(advance, DUE, DUE + timedelta(hours=12), timedelta(minutes=15))
    assert len(price_server.requests) == 1


@pytest.mark.parametrize("days", DAYS)
async def test_a_day_takes_one_successful_request(
    hass: HomeAssistant,
    morning: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
    days: int,
) -> None:
    """Run whole days, tick by tick."""
    start = datetime.fromisoformat(MORNING)
    price_server.control.forget()
    end = start + timedelta(days=days)
    await pass_time(advance, start, end, timedelta(minutes=15))
    dates = [request.time.date() for request in good(price_server.requests)]
    assert len(price_server.requests) == days
    assert len(set(dates)) == days
    assert float(state(hass, "current_price")) != 0


async def test_a_publication_an_hour_late_is_waited_for_with_growing_pauses(
    hass: HomeAssistant,
    morning: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Ask again after longer and longer pauses, and log no error meanwhile."""
    price_server.control.forget()
    price_server.control.behave(Late(60))
    await pass_time(
        advance, PUBLISHED, PUBLISHED + timedelta(hours=4), timedelta(minutes=1)
    )
    times = [request.time for request in price_server.requests]
    pauses = [after - before for before, after in pairwise(times)]
    assert pauses == sorted(pauses)
    assert len(times) <= 6
    assert times[-1] < PUBLISHED + timedelta(hours=2)
    assert state(hass, "tomorrow_available", "binary_sensor") == "on"
    assert not [r for r in caplog.records if r.levelno >= logging.ERROR]


async def test_today_is_asked_for_alone_when_both_days_are_refused(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    price_server: PriceServer,
) -> None:
    """Come by a first price although the provider has no tomorrow yet."""
    freezer.move_to(MORNING)
    price_server.control.behave(Status(404), times=1)
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.LOADED
    assert [r.query[:32] for r in price_server.requests] == [
        "start=2026-04-15&end=2026-04-17&",
        "start=2026-04-15&end=2026-04-16&",
    ]


async def test_a_start_with_stored_prices_waits_for_no_answer(
    hass: HomeAssistant,
    morning: MockConfigEntry,
    price_server: PriceServer,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Be loaded at once, and ask for tomorrow afterwards."""
    await hass.config_entries.async_unload(morning.entry_id)
    freezer.move_to(DUE + timedelta(hours=1))
    price_server.control.behave(Down())
    await set_up(hass, morning)
    assert morning.state is ConfigEntryState.LOADED
    assert float(state(hass, "current_price")) != 0
    assert morning.runtime_data.prices.asked.failure is not None


async def test_an_update_asked_for_by_hand_asks_only_for_what_is_missing(
    hass: HomeAssistant, loaded: MockConfigEntry, price_server: PriceServer
) -> None:
    """Leave the provider alone when all that is published is known."""
    await async_setup_component(hass, "homeassistant", {})
    await hass.services.async_call(
        "homeassistant",
        "update_entity",
        {"entity_id": entity_id(hass, "sensor", "current_price")},
        blocking=True,
    )
    await hass.async_block_till_done(wait_background_tasks=True)
    assert len(price_server.requests) == 1


async def test_an_unloaded_entry_neither_ticks_nor_asks(
    hass: HomeAssistant,
    morning: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Stop everything with the entry."""
    assert await hass.config_entries.async_unload(morning.entry_id)
    before = len(price_server.requests)
    await advance(DUE + timedelta(hours=3))
    assert len(price_server.requests) == before
    assert state(hass, "current_price") == "unavailable"


@pytest.mark.parametrize(
    ("day", "slots"), [("2026-03-29", 92), ("2026-10-25", 100)], ids=["92", "100"]
)
async def test_every_quarter_hour_of_a_clock_change_has_its_price(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    advance: Clock,
    day: str,
    slots: int,
) -> None:
    """Tick through the day in UTC and show a price at each step."""
    midnight = datetime.fromisoformat(day).astimezone(
        await dt_util.async_get_time_zone("Europe/Paris")
    )
    midnight = midnight.replace(
        year=int(day[:4]), month=int(day[5:7]), day=int(day[8:]), hour=0
    ).astimezone(dt_util.UTC)
    freezer.move_to(midnight)
    await set_up(hass, entry)
    starts = set()
    for slot in range(slots):
        await advance(midnight + slot * timedelta(minutes=15))
        shown = hass.states.get(entity_id(hass, "sensor", "current_price"))
        assert shown
        float(shown.state)
        starts.add(shown.attributes["start"].astimezone(dt_util.UTC))
    assert len(starts) == slots
    local = dt_util.as_local(midnight + slots * timedelta(minutes=15))
    assert (local.hour, local.minute) == (0, 0)
