"""Test when a Flatpeak entry asks, and what it makes of a refusal."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from dev.price_server import (
    ErrorCode,
    Late,
    Normal,
    PriceServer,
    RateLimit,
    Status,
    Switches,
)
from dev.price_server.credentials import FLATPEAK_LOCATION_ID
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..conftest import (
    DAYS,
    DUE,
    MORNING,
    NOW,
    PUBLISHED,
    Clock,
    pass_time,
    set_up,
    state,
)
from ..entries import make_entry
from ..shown import asked, attributes, issues, keys

LOGIN = "/login"
PRICES = f"/prices/{FLATPEAK_LOCATION_ID}"
START = datetime.fromisoformat(NOW)
ALL_DIRECTIONS = {"price_directions": ["export", "local"]}

# What the vendor documents for a price that is not to be had, beside `no_price_data`.
ACTIONS = ("no_tariff_connected", "pending_connect", "account_disabled")


@pytest.fixture
def location() -> dict[str, Any]:
    """Return what is special about the location; a test overrides it."""
    return {}


@pytest.fixture
def entry(
    price_server: PriceServer, options: dict[str, Any], location: dict[str, Any]
) -> MockConfigEntry:
    """Return an entry of a location."""
    return make_entry("flatpeak", price_server, options=options, **location)


@pytest.mark.parametrize("code", ACTIONS)
async def test_what_only_the_customer_can_end_is_told_and_waited_for(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
    code: str,
) -> None:
    """Raise the issue at the start, ask seldom, and take it back with prices."""
    freezer.move_to(NOW)
    price_server.control.behave(ErrorCode(422, code), path="/prices")
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == code
    assert set(issues(hass)) == {code}
    await pass_time(
        advance, START, START + timedelta(minutes=14), timedelta(seconds=20)
    )
    assert asked(price_server)[PRICES] == 1
    assert set(issues(hass)) == {code}

    price_server.control.behave(Normal())
    later = START + timedelta(hours=7)
    await pass_time(advance, START + timedelta(minutes=14), later, timedelta(minutes=5))
    assert entry.state is ConfigEntryState.LOADED
    assert not issues(hass)
    assert float(state(hass, "current_price")) > 0


@pytest.mark.parametrize("code", ACTIONS)
async def test_a_running_entry_keeps_its_prices_and_tells_what_is_wrong(
    hass: HomeAssistant,
    morning: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
    code: str,
) -> None:
    """Raise the issue beside prices that last, and take it back."""
    asked(price_server)
    price_server.control.behave(ErrorCode(422, code), path="/prices")
    await pass_time(advance, DUE, DUE + timedelta(hours=3), timedelta(minutes=1))
    times = [it.time for it in price_server.requests if it.path == PRICES]
    pauses = [after - before for before, after in pairwise(times)]
    # A lapsed account is worth even fewer questions than the 15 minutes allow.
    assert len(times) == 1 if code == "account_disabled" else len(times) >= 3
    assert all(pause >= timedelta(minutes=15) for pause in pauses)
    assert set(issues(hass)) == {code}
    assert float(state(hass, "current_price")) > 0

    price_server.control.behave(Normal())
    await pass_time(
        advance,
        DUE + timedelta(hours=3),
        DUE + timedelta(hours=7),
        timedelta(minutes=10),
    )
    assert not issues(hass)
    assert attributes(hass)["estimated"] is False


async def test_a_price_that_is_not_there_yet_is_waited_for_without_an_issue(
    hass: HomeAssistant,
    morning: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Ask at most every 15 minutes for what the vendor calls `no_price_data`."""
    asked(price_server)
    price_server.control.behave(ErrorCode(422, "no_price_data"), path="/prices")
    await pass_time(advance, DUE, DUE + timedelta(hours=2), timedelta(minutes=1))
    times = [it.time for it in price_server.requests if it.path == PRICES]
    pauses = [after - before for before, after in pairwise(times)]
    assert len(times) >= 3
    assert min(pauses) >= timedelta(minutes=15)
    assert not issues(hass)
    assert float(state(hass, "current_price")) > 0


async def test_a_start_without_a_price_is_not_repeated_within_15_minutes(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Keep to the vendor's pause while Home Assistant tries again and again."""
    freezer.move_to(NOW)
    price_server.control.behave(ErrorCode(422, "no_price_data"), path="/prices")
    await set_up(hass, entry)
    end = START + timedelta(minutes=14)
    await pass_time(advance, START, end, timedelta(seconds=20))
    assert asked(price_server)[PRICES] == 1
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "not_published"
    assert not issues(hass)


async def test_the_vendors_next_update_decides_the_next_request(
    hass: HomeAssistant,
    morning: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Ask when the vendor said, at this home's moment, and then the next day."""
    asked(price_server)
    start = datetime.fromisoformat(MORNING)
    await pass_time(advance, start, PUBLISHED, timedelta(minutes=30))
    assert not price_server.requests
    await pass_time(
        advance, PUBLISHED, PUBLISHED + timedelta(hours=23), timedelta(minutes=5)
    )
    assert asked(price_server) == {LOGIN: 1, PRICES: 2}
    await pass_time(
        advance,
        PUBLISHED + timedelta(hours=23),
        PUBLISHED + timedelta(hours=25),
        timedelta(minutes=5),
    )
    assert asked(price_server) == {LOGIN: 1, PRICES: 2}


async def test_a_late_update_is_waited_for_as_long_as_the_vendor_says(
    hass: HomeAssistant,
    morning: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Come again at the new moment, and not every few minutes before it."""
    asked(price_server)
    price_server.control.behave(Late(120))
    await pass_time(
        advance, PUBLISHED, PUBLISHED + timedelta(hours=4), timedelta(minutes=1)
    )
    times = {it.time for it in price_server.requests}
    assert len(times) == 2
    assert max(times) - min(times) == timedelta(hours=2)


async def test_a_token_is_used_until_shortly_before_its_end(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Log in once for two questions within the token's hour."""
    freezer.move_to(DUE - timedelta(minutes=40))
    await set_up(hass, entry)
    await advance(DUE)
    assert asked(price_server) == {LOGIN: 1, PRICES: 4}


async def test_a_token_that_the_vendor_ended_is_renewed_once(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Take a 401 for the end of the token, and not of the key."""
    freezer.move_to(DUE - timedelta(minutes=40))
    await set_up(hass, entry)
    price_server.control.revoke_tokens()
    asked(price_server)
    await advance(DUE)
    assert [request.status for request in price_server.requests] == [401, 200, 200, 200]
    assert asked(price_server) == {LOGIN: 1, PRICES: 3}
    assert not hass.config_entries.flow.async_progress()
    assert entry.runtime_data.prices.asked.failure is None


async def test_a_key_that_is_refused_at_the_login_is_asked_for_anew(
    hass: HomeAssistant,
    morning: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Keep the known prices, and do not knock all day."""
    asked(price_server)
    price_server.control.behave(Status(401), path=LOGIN)
    await pass_time(advance, DUE, DUE + timedelta(hours=8), timedelta(minutes=30))
    assert asked(price_server) == {LOGIN: 1}
    assert float(state(hass, "current_price")) > 0
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == SOURCE_REAUTH


@pytest.mark.parametrize("location", [{"api_key": "fp_key_of_nobody"}])
async def test_an_entry_with_a_wrong_key_does_not_load(
    hass: HomeAssistant, paris: None, entry: MockConfigEntry, price_server: PriceServer
) -> None:
    """Ask for another key at the start as well."""
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == SOURCE_REAUTH
    assert asked(price_server) == {LOGIN: 1}


@pytest.mark.parametrize("path", [LOGIN, "/prices"])
async def test_the_wait_that_the_vendor_asks_for_is_kept(
    hass: HomeAssistant,
    morning: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
    path: str,
) -> None:
    """Ask nothing at all before half an hour has passed, and not much later either."""
    asked(price_server)
    price_server.control.behave(Status(429, retry_after=1800), times=1, path=path)
    await pass_time(advance, DUE, DUE + timedelta(hours=2), timedelta(minutes=1))
    first, second = sorted({request.time for request in price_server.requests})
    assert timedelta(minutes=30) <= second - first <= timedelta(minutes=32)
    assert morning.runtime_data.prices.asked.failure is None


async def test_few_requests_when_the_limit_is_three_a_minute(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    socket_enabled: None,
    advance: Clock,
) -> None:
    """Send at most thirty in ten minutes, also while no price is to be had."""

    def yesterday() -> datetime:
        return dt_util.utcnow() - timedelta(days=2)

    freezer.move_to(NOW)
    # A server that is two days behind knows no price of today.
    async with PriceServer(clock=yesterday) as server:
        server.control.behave(RateLimit(3))
        entry = make_entry("flatpeak", server, location_id="loc_unknown_market")
        await set_up(hass, entry)
        assert entry.state is ConfigEntryState.SETUP_RETRY
        end = START + timedelta(minutes=10)
        await pass_time(advance, START, end, timedelta(seconds=10))
        assert 3 <= len(server.requests) <= 30


async def test_a_limit_that_is_hit_by_the_last_direction_leaves_the_others(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Show what was answered when the fourth request of a minute is one too many."""
    freezer.move_to(NOW)
    price_server.control.switches = Switches(flatpeak_local=True)
    price_server.control.behave(RateLimit(3))
    await set_up(hass, make_entry("flatpeak", price_server, options=ALL_DIRECTIONS))
    assert float(state(hass, "current_price")) > 0
    assert float(state(hass, "export_price")) > 0
    assert "local_price" not in keys(hass)
    await pass_time(
        advance, START, START + timedelta(minutes=10), timedelta(seconds=30)
    )
    assert len(price_server.requests) <= 30


@pytest.mark.parametrize("days", DAYS)
async def test_a_day_takes_three_requests(
    hass: HomeAssistant,
    morning: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
    days: int,
) -> None:
    """Log in once a day, for the tokens live an hour, and ask for two directions."""
    start = datetime.fromisoformat(MORNING)
    end = start + timedelta(days=days)
    await pass_time(advance, start, end, timedelta(minutes=30))
    assert asked(price_server) == {LOGIN: days + 1, PRICES: 2 * (days + 1)}
