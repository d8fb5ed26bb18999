"""Test how often a provider is asked while a set-up fails, and what a restart keeps."""

from datetime import datetime, timedelta
import logging
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.spot_planner.engine.providers.network.pacer import Pacer
from custom_components.spot_planner.prices.questions import LAST_ASKED, PACERS
from dev.price_server import Down, Normal, PriceServer, Status, Wrong, WrongKind
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..conftest import ENTRY_ID, NOW, Clock, pass_time, set_up, state
from ..entries import DATA, make_entry

START = datetime.fromisoformat(NOW)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
NEVER = "Fri, 31 Dec 9999 23:59:59 GMT"

# What fails at the second question of some providers, and at the first of all others.
LAST = {"otark": "/v1/customers", "flatpeak": "/prices"}


def our_pacer(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    """Let the entry's waits pass by the clock of the test."""

    async def sleep(seconds: float) -> None:
        freezer.tick(timedelta(seconds=seconds))

    pacer = Pacer(lambda: dt_util.utcnow().timestamp(), sleep)
    hass.data.setdefault(PACERS, {})[ENTRY_ID] = pacer


@pytest.mark.parametrize(
    ("behaviour", "path"),
    [(Status(500), None), (Status(500), LAST), (Wrong(WrongKind.HTML), LAST)],
    ids=["first", "last", "odd"],
)
@pytest.mark.parametrize("kind", DATA)
async def test_twelve_requests_in_two_hours(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    price_server: PriceServer,
    advance: Clock,
    caplog: pytest.LogCaptureFixture,
    kind: str,
    behaviour: Any,
    path: dict[str, str] | None,
) -> None:
    """However many requests a question takes, and however often the start is repeated."""
    caplog.set_level(logging.INFO)
    freezer.move_to(START)
    our_pacer(hass, freezer)
    entry = make_entry(kind, price_server)
    price_server.control.behave(behaviour, path=path and path.get(kind))
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    await pass_time(advance, START, START + 10 * MINUTE, MINUTE / 2)
    await pass_time(advance, START + 10 * MINUTE, START + 119 * MINUTE, 2 * MINUTE)
    requests = len(price_server.requests)
    # A round of Otark's takes eight, and is repeated once soon.
    most = 12 if kind != "otark" or path is None else 2 * 8
    assert 4 <= requests <= most


@pytest.mark.parametrize("kind", DATA)
async def test_nobody_waits_for_the_year_9999(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    price_server: PriceServer,
    advance: Clock,
    kind: str,
) -> None:
    """A set-up waits for an hour at most, whatever a header says."""
    freezer.move_to(START)
    our_pacer(hass, freezer)
    entry = make_entry(kind, price_server)
    price_server.control.behave(Status(429, retry_after=NEVER))
    await set_up(hass, entry)
    asked = len(price_server.requests)
    await pass_time(advance, START, START + 58 * MINUTE, 10 * MINUTE)
    assert len(price_server.requests) == asked
    price_server.control.behave(Normal())
    # The newest Home Assistant repeats a start every ten minutes or so.
    await pass_time(advance, START + 58 * MINUTE, START + 74 * MINUTE, MINUTE)
    assert entry.state is ConfigEntryState.LOADED


async def test_prices_are_asked_for_before_they_end(
    hass: HomeAssistant,
    morning: MockConfigEntry,
    price_server: PriceServer,
    freezer: FrozenDateTimeFactory,
    advance: Clock,
) -> None:
    """While it runs, a wait may be long, but not longer than the prices last."""
    price_server.control.behave(Status(429, retry_after=NEVER))
    await advance(START)
    price_server.control.behave(Normal())
    price_server.control.forget()
    # Today's prices end at 22:00 in UTC.
    await pass_time(advance, START, START + 8.9 * HOUR, HOUR / 2)
    assert not price_server.requests
    # The pacer's own clock is the one of the loop, which stands still here.
    our_pacer(hass, freezer)
    due = morning.runtime_data.prices.next_request(dt_util.utcnow())
    assert due <= START + 9 * HOUR


@pytest.fixture
def otark(price_server: PriceServer) -> MockConfigEntry:
    """Return an entry with a key of Otark's."""
    return make_entry("otark", price_server)


async def restart(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Forget all that is in memory only, and begin anew."""
    await hass.config_entries.async_unload(entry.entry_id)
    hass.data[LAST_ASKED].clear()
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)


async def test_volumes_outlive_a_restart_without_the_provider(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    otark: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Show what is known, ask once the start is over, and take what comes."""
    freezer.move_to(START)
    await set_up(hass, otark)
    shown = state(hass, "contracted_volume")
    price_server.control.behave(Down())
    price_server.control.forget()
    await restart(hass, otark)
    assert otark.state is ConfigEntryState.LOADED
    assert state(hass, "contracted_volume") == shown
    assert not price_server.requests
    await advance(START + MINUTE)
    assert price_server.requests
    assert state(hass, "contracted_volume") == shown
    price_server.control.behave(Normal())
    await advance(START + HOUR + 2 * MINUTE)
    assert otark.runtime_data.volumes.last_update_success


async def test_old_volumes_are_of_no_use(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    otark: MockConfigEntry,
    price_server: PriceServer,
) -> None:
    """Nobody is told that an entry works of which nothing can be shown."""
    freezer.move_to(START)
    await set_up(hass, otark)
    price_server.control.behave(Down())
    freezer.move_to(START + timedelta(days=3))
    await restart(hass, otark)
    assert otark.state is ConfigEntryState.SETUP_RETRY


@pytest.mark.parametrize(
    "slots",
    [
        "none",
        [[1, 2]],
        [[2, 1, 0.5, "nominated"]],
        [[1, 2, "much", "nominated"]],
        [[1, 2, float("nan"), "nominated"]],
        [[1, 2, 0.5, "guessed"]],
    ],
    ids=str,
)
async def test_odd_volumes_on_disk_are_asked_for_again(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    otark: MockConfigEntry,
    price_server: PriceServer,
    hass_storage: dict[str, Any],
    slots: Any,
) -> None:
    """What cannot be read is as good as nothing."""
    freezer.move_to(START)
    await set_up(hass, otark)
    (key,) = [it for it in hass_storage if it.endswith("volumes")]
    hass_storage[key]["data"]["slots"] = slots
    price_server.control.forget()
    await restart(hass, otark)
    assert otark.state is ConfigEntryState.LOADED
    assert price_server.requests
