"""Test an Otark entry, from the answer to its one sensor."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from aiohttp import ClientSession
from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.spot_planner.engine.providers.network.pacer import Pacer
from custom_components.spot_planner.runtime import PACERS
from dev.price_server import (
    Down,
    ErrorCode,
    Normal,
    PriceServer,
    RateLimit,
    Status,
    Wrong,
    WrongKind,
)
from dev.price_server.credentials import OTARK_API_KEY
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util

from ..conftest import ENTRY_ID, NOW, Clock, entity_id, pass_time, set_up, state
from ..entries import make_entry
from ..shown import attributes

KEY = "contracted_volume"
START = datetime.fromisoformat(NOW)
MIDNIGHT = datetime.fromisoformat("2026-04-15T22:00:00+00:00")
QUARTER = timedelta(minutes=15)
LISTS = {"contracts", "customers", "nominations", "transactions"}
ALL_LISTS = {f"/v1/{name}" for name in LISTS}


@pytest.fixture
def entry(price_server: PriceServer) -> MockConfigEntry:
    """Return an entry with a key."""
    return make_entry("otark", price_server)


@pytest.fixture
def pacer(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> Pacer:
    """Let the entry's waits pass at once: a clock that stands still ends none."""

    async def sleep(seconds: float) -> None:
        freezer.tick(timedelta(seconds=seconds))

    pacer = Pacer(lambda: dt_util.utcnow().timestamp(), sleep)
    hass.data[PACERS] = {ENTRY_ID: pacer}
    return pacer


def volume(hass: HomeAssistant) -> float:
    """Return the volume that is shown."""
    return float(state(hass, KEY))


async def records(server: PriceServer, name: str, **query: str) -> list[dict[str, Any]]:
    """Return all records of a list: an independent account of the volumes."""
    found: list[dict[str, Any]] = []
    has_more = True
    async with ClientSession(headers={"X-Api-Key": OTARK_API_KEY}) as session:
        while has_more:
            after = {"after": found[-1]["id"]} if found else {}
            params = {"limit": "100", **query, **after}
            url = f"{server.vendor_url('otark')}/{name}"
            async with session.get(url, params=params) as response:
                page = await response.json()
            found += page[name]
            has_more = page["pagination"]["has_more"]
    return found


async def nominated(server: PriceServer, start: datetime, end: datetime) -> float:
    """Return the net of all nominations that hold, by hand."""
    total = 0.0
    for record in await records(server, "nominations", include_slots="true"):
        if record["status"] == "superseded":
            continue
        sign = 1 if record["direction"] == "in" else -1
        total += sign * sum(
            slot["amount"]
            for slot in record["slots"]
            if start <= datetime.fromisoformat(slot["delivery_start"]) < end
        )
    return total


async def test_the_sensor_shows_the_nominated_volume_of_the_slot(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Show the net of what was announced, slot by slot, and what is still to come."""
    day_end = MIDNIGHT
    for slots in (0, 1, 8, 21, 39):
        now = START + slots * QUARTER
        await advance(now)
        assert volume(hass) == pytest.approx(
            await nominated(price_server, now, now + QUARTER)
        )
        found = attributes(hass, KEY)
        assert found["unit_of_measurement"] == "MWh"
        assert found["origin"] == "nominated"
        assert found["start"] == now
        assert found["end"] == now + QUARTER
        # 14:00 in Berlin begins the 57th quarter-hour of the day.
        assert found["slot"] == 57 + slots
        assert found["slots_today"] == 96
        assert found["remaining_today"] == pytest.approx(
            await nominated(price_server, now + QUARTER, day_end), abs=1e-6
        )
    assert attributes(hass, KEY)["remaining_today"] == 0


async def test_without_nominations_the_valid_transactions_count(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    price_server: PriceServer,
) -> None:
    """Show what was contracted to a key that may not read nominations."""
    freezer.move_to(NOW)
    price_server.control.behave(Status(403), path="/v1/nominations")
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.LOADED
    price_server.control.behave(Normal())
    expected = sum(
        record["volume_mwh"] * (1 if record["direction"] == "in" else -1)
        for record in await records(price_server, "transactions")
        if record["status"] == "valid" and record["period_from"] == NOW[:19] + "Z"
    )
    assert volume(hass) == pytest.approx(expected)
    assert attributes(hass, KEY)["origin"] == "contracted"


@pytest.mark.parametrize(
    ("midnight", "slots"),
    [
        ("2026-03-28T23:00:00+00:00", 92),
        pytest.param("2026-04-15T22:00:00+00:00", 96, marks=pytest.mark.slow),
        ("2026-10-24T22:00:00+00:00", 100),
    ],
)
async def test_the_slots_of_a_day_are_counted_without_a_gap(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
    midnight: str,
    slots: int,
) -> None:
    """Count 1 to 92, 96 or 100 in real time, each with its volume."""
    first = datetime.fromisoformat(midnight)
    freezer.move_to(first - QUARTER)
    await set_up(hass, entry)
    # The evening before, the whole day is known.
    price_server.control.behave(Down())
    counted = []
    for slot in range(slots):
        await advance(first + slot * QUARTER)
        counted.append(attributes(hass, KEY)["slot"])
        assert attributes(hass, KEY)["slots_today"] == slots
        assert volume(hass) > 0
    assert counted == list(range(1, slots + 1))
    await advance(first + slots * QUARTER)
    assert attributes(hass, KEY)["slot"] == 1


async def test_there_is_no_price_and_no_option(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Make up no price from an API that tells none."""
    found = er.async_entries_for_config_entry(er.async_get(hass), ENTRY_ID)
    assert [item.unique_id for item in found] == [f"{ENTRY_ID}_{KEY}"]
    assert found[0].disabled_by is None
    assert not loaded.supports_options
    (device,) = dr.async_entries_for_config_entry(dr.async_get(hass), ENTRY_ID)
    assert device.manufacturer == "Otark"


async def test_all_four_lists_are_read_to_their_end(
    hass: HomeAssistant, loaded: MockConfigEntry, price_server: PriceServer
) -> None:
    """Ask for pages of a hundred, and for as many as there are."""
    paths = Counter(request.path for request in price_server.requests)
    transactions = len(await records(price_server, "transactions"))
    assert set(paths) == ALL_LISTS
    assert paths["/v1/transactions"] >= 2
    assert paths["/v1/transactions"] <= transactions // 100 + 1
    assert max(paths[path] for path in ALL_LISTS - {"/v1/transactions"}) == 1


async def test_an_outage_leaves_what_is_known(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Tick through the known slots, know nothing after them, and come back."""
    price_server.control.behave(Down())
    await pass_time(advance, START, START + timedelta(hours=9), QUARTER)
    price_server.control.behave(Normal())
    expected = await nominated(
        price_server, START + timedelta(hours=9), START + timedelta(hours=9) + QUARTER
    )
    price_server.control.behave(Down())
    assert volume(hass) == pytest.approx(expected)
    assert attributes(hass, KEY)["slot"] == 57 + 36
    later = MIDNIGHT + timedelta(days=1)
    await pass_time(advance, START + timedelta(hours=9), later, timedelta(hours=1))
    assert state(hass, KEY) == "unknown"
    assert attributes(hass, KEY)["origin"] is None
    assert attributes(hass, KEY)["remaining_today"] == 0

    price_server.control.behave(Normal())
    await advance(later + timedelta(minutes=61))
    assert volume(hass) > 0


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        (Down(), "cannot_connect"),
        (Status(500), "server_error"),
        (ErrorCode(422, "validation_error"), "refused"),
        (Wrong(WrongKind.HTML), "malformed"),
        (Wrong(WrongKind.REPEATED_PAGE), "malformed"),
        (Wrong(WrongKind.ENDLESS_PAGES), "malformed"),
    ],
    ids=str,
)
async def test_a_start_without_an_answer_is_repeated_and_says_why(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    price_server: PriceServer,
    pacer: Pacer,
    advance: Clock,
    behaviour: Any,
    reason: str,
) -> None:
    """Give the reason in the user's words, and load once the lists are there."""
    freezer.move_to(NOW)
    price_server.control.behave(behaviour)
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == reason
    assert entry.error_reason_translation_placeholders["provider"] == "Otark"
    price_server.control.behave(Normal())
    now = dt_util.utcnow()
    await pass_time(advance, now, now + timedelta(minutes=2), timedelta(seconds=10))
    assert entry.state is ConfigEntryState.LOADED
    assert volume(hass) > 0


async def test_a_refused_key_is_asked_for_anew(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Keep what is known, and do not knock all day."""
    price_server.control.forget()
    price_server.control.behave(Status(401))
    await pass_time(advance, START, START + timedelta(hours=8), QUARTER)
    assert len(price_server.requests) == 1
    assert volume(hass) > 0
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == SOURCE_REAUTH


@pytest.mark.parametrize("status", [401, 403])
async def test_an_entry_whose_key_may_read_nothing_does_not_load(
    hass: HomeAssistant,
    paris: None,
    entry: MockConfigEntry,
    price_server: PriceServer,
    status: int,
) -> None:
    """Ask for another key at the start as well."""
    price_server.control.behave(Status(status))
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == SOURCE_REAUTH


@pytest.mark.parametrize(
    ("retry_after", "least"),
    [(1800, timedelta(hours=1)), (3 * 3600, timedelta(hours=3))],
)
async def test_the_wait_that_the_vendor_asks_for_is_kept(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    price_server: PriceServer,
    pacer: Pacer,
    advance: Clock,
    retry_after: int,
    least: timedelta,
) -> None:
    """Ask neither before the wait is over nor faster than once an hour."""
    price_server.control.forget()
    price_server.control.behave(Status(429, retry_after=retry_after), times=1)
    end = START + timedelta(hours=6)
    await pass_time(advance, START, end, timedelta(minutes=5))
    first, second, *_ = sorted({request.time for request in price_server.requests})
    assert least <= second - first <= least + timedelta(minutes=5)
    assert volume(hass) > 0


async def test_the_wait_is_kept_while_home_assistant_repeats_the_start(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    price_server: PriceServer,
    pacer: Pacer,
    advance: Clock,
) -> None:
    """Send nothing for half an hour, though the start is tried every minute or so."""
    freezer.move_to(NOW)
    price_server.control.behave(Status(429, retry_after=1800), times=1)
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "rate_limited"
    while dt_util.utcnow() < START + timedelta(minutes=35):
        await advance(dt_util.utcnow() + timedelta(seconds=20))
    first, second, *_ = (request.time for request in price_server.requests)
    assert timedelta(minutes=30) <= second - first <= timedelta(minutes=33)
    assert entry.state is ConfigEntryState.LOADED


async def test_few_requests_when_the_limit_is_three_a_minute(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    price_server: PriceServer,
    pacer: Pacer,
    advance: Clock,
) -> None:
    """Send three a minute and none that is refused, however often one is told to."""
    freezer.move_to(NOW)
    price_server.control.behave(RateLimit(3))
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.LOADED
    assert await async_setup_component(hass, "homeassistant", {})
    end = START + timedelta(minutes=10)
    entity = {"entity_id": entity_id(hass, "sensor", KEY)}
    while dt_util.utcnow() < end:
        await hass.services.async_call(
            "homeassistant", "update_entity", entity, blocking=True
        )
        await advance(dt_util.utcnow() + timedelta(seconds=10))
    sent = [request for request in price_server.requests if request.time < end]
    assert 20 <= len(sent) <= 30
    assert {request.status for request in sent} == {200}
    assert volume(hass) > 0


@pytest.mark.parametrize("hours", [6, pytest.param(24, marks=pytest.mark.slow)])
async def test_an_hour_takes_a_few_requests(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
    hours: int,
) -> None:
    """Read the four lists once an hour, for volumes change until their delivery."""
    price_server.control.forget()
    end = START + timedelta(hours=hours)
    await pass_time(advance, START, end, timedelta(minutes=30))
    paths = Counter(request.path for request in price_server.requests)
    assert len({request.time for request in price_server.requests}) == hours
    for path in ALL_LISTS - {"/v1/transactions"}:
        assert paths[path] == hours
    # Up to 400 quarter-hours of two days, in pages of a hundred.
    assert 2 * hours <= paths["/v1/transactions"] <= 5 * hours
