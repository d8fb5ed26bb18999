"""Test an entry with the key of a Sobry customer, from the answer to the sensors."""

from datetime import datetime, timedelta
from typing import Any

from aiohttp import ClientSession
from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from dev.price_server import (
    Down,
    ErrorCode,
    Late,
    Normal,
    PriceServer,
    Status,
    Switches,
    Wrong,
    WrongKind,
)
from dev.price_server.credentials import SOBRY_API_KEY
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.core import HomeAssistant

from ..conftest import DAYS, MORNING, NOW, Clock, pass_time, set_up, state
from ..entries import make_entry
from ..shown import attributes, components, issues, keys

PATH = "/v2/user/daily-prices"
# Half past one in Paris, and ten minutes in which each home has its moment.
ALL_HAVE_ASKED = "2026-04-15T11:40:00+00:00"
MIDNIGHT = datetime.fromisoformat("2026-04-15T22:00:00+00:00")

# The three colours that people know; the vendor has a fourth, for very low prices.
LEVELS = {
    "DARK_GREEN": "green",
    "GREEN": "green",
    "ORANGE": "yellow",
    "RED": "red",
}


@pytest.fixture
def entry(price_server: PriceServer, options: dict[str, Any]) -> MockConfigEntry:
    """Return an entry with the customer's key."""
    return make_entry("sobry_contract", price_server, options=options)


async def rows(server: PriceServer, day: str) -> list[dict[str, Any]]:
    """Return the server's own rows of a day: an independent account of the prices."""
    query = {"day": day, "days": "0", "taxMode": "ttc", "granularity": "15m"}
    headers = {"Authorization": f"Bearer {SOBRY_API_KEY}"}
    async with (
        ClientSession(headers=headers) as session,
        session.get(f"{server.url}{PATH}", params=query) as response,
    ):
        found: list[dict[str, Any]] = await response.json()
        return found


async def test_prices_and_colours_are_the_vendors(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Show each price as the vendor states it, in the vendor's colour."""
    today = await rows(price_server, "2026-04-15")
    seen = set()
    # 14:00 in Paris is row 56 of the day.
    for index in range(56, 95):
        await advance(
            datetime.fromisoformat(NOW) + (index - 56) * timedelta(minutes=15)
        )
        assert float(state(hass, "current_price")) == today[index]["price"]
        assert float(state(hass, "next_price")) == today[index + 1]["price"]
        assert state(hass, "price_level") == LEVELS[today[index]["colorLabel"]]
        seen.add(today[index]["colorLabel"])
    assert len(seen) == 4


async def test_what_the_current_price_comes_with(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Carry the unit, the interval, and whose confirmed price it is."""
    found = attributes(hass)
    assert found["unit_of_measurement"] == "EUR/kWh"
    assert found["start"] == datetime.fromisoformat(NOW)
    assert found["end"] == datetime.fromisoformat(NOW) + timedelta(minutes=15)
    assert found["estimated"] is False
    assert found["source"] == "sobry"
    assert state(hass, "tomorrow_available", "binary_sensor") == "on"
    assert state(hass, "prices_known_until") == "2026-04-16T22:00:00+00:00"


async def test_a_price_without_parts_has_no_components(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Make up no component where the vendor states the whole price only."""
    assert "current_price" in keys(hass)
    assert not components(hass)


@pytest.mark.parametrize("options", [{"turpe_option": "LU", "supplier_markup": 0.5}])
async def test_the_price_of_a_contract_is_final(
    hass: HomeAssistant, loaded: MockConfigEntry, price_server: PriceServer
) -> None:
    """Add no tariff of ours to what the customer really pays."""
    today = await rows(price_server, "2026-04-15")
    assert float(state(hass, "current_price")) == today[56]["price"]


@pytest.mark.parametrize("options", [{"price_lists": "generic"}])
@pytest.mark.parametrize(
    ("day", "midnight", "slots"),
    [
        ("2026-03-29", "2026-03-28T23:00:00+00:00", 92),
        ("2026-10-25", "2026-10-24T22:00:00+00:00", 100),
    ],
    ids=["92", "100"],
)
async def test_the_days_of_the_clock_change(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
    day: str,
    midnight: str,
    slots: int,
) -> None:
    """Place each row, also those of the hour that the clock skips or repeats."""
    freezer.move_to(datetime.fromisoformat(midnight) - timedelta(hours=8))
    await set_up(hass, entry)
    listed = attributes(hass)["prices_tomorrow"]
    assert [it["price"] for it in listed] == [
        row["price"] for row in await rows(price_server, day)
    ]
    await advance(midnight)
    listed = attributes(hass)["prices_today"]
    assert len(listed) == slots
    starts = [datetime.fromisoformat(it["time"]) for it in listed]
    first = datetime.fromisoformat(midnight)
    assert starts == [first + n * timedelta(minutes=15) for n in range(slots)]


async def test_a_forecast_is_an_estimate_until_it_is_published(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Show a forecast where there is nothing better, and go on asking."""
    price_server.control.switches = Switches(sobry_estimates=True)
    freezer.move_to(MORNING)
    await set_up(hass, entry)
    assert attributes(hass)["estimated"] is False
    price_server.control.behave(Late(24 * 60))
    start = datetime.fromisoformat(MORNING)
    await pass_time(advance, start, MIDNIGHT, timedelta(minutes=30))
    forecast = float(state(hass, "current_price"))
    assert attributes(hass)["estimated"] is True

    price_server.control.behave(Normal())
    await advance(MIDNIGHT + timedelta(minutes=61))
    assert attributes(hass)["estimated"] is False
    today = await rows(price_server, "2026-04-16")
    assert float(state(hass, "current_price")) == today[4]["price"]
    assert float(state(hass, "lowest_price_today")) == min(
        row["price"] for row in today
    )
    assert forecast != today[0]["price"]


async def test_a_row_without_a_price_is_a_gap_and_never_zero(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Be unavailable while no price is known, and go on after it."""
    freezer.move_to(NOW)
    price_server.control.behave(Wrong(WrongKind.NULL_PRICE))
    await set_up(hass, entry)
    price_server.control.behave(Down())
    # The row in the middle of two days is the first of the second.
    await advance(MIDNIGHT - timedelta(minutes=15))
    assert float(state(hass, "current_price")) > 0
    assert state(hass, "next_price") == "unknown"
    await advance(MIDNIGHT)
    assert state(hass, "current_price") == "unavailable"
    assert state(hass, "price_level") == "unavailable"
    await advance(MIDNIGHT + timedelta(minutes=15))
    assert float(state(hass, "current_price")) > 0


@pytest.mark.parametrize("status", [401, 403])
async def test_a_refused_key_is_asked_for_anew(
    hass: HomeAssistant,
    morning: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
    status: int,
) -> None:
    """Keep the known prices meanwhile, and ask the vendor no more that day."""
    price_server.control.forget()
    price_server.control.behave(Status(status))
    start = datetime.fromisoformat(MORNING)
    await pass_time(advance, start, start + timedelta(hours=10), timedelta(minutes=15))
    assert len(price_server.requests) == 1
    assert float(state(hass, "current_price")) > 0
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == SOURCE_REAUTH


@pytest.mark.parametrize("status", [401, 403])
async def test_an_entry_with_a_refused_key_does_not_load(
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


async def test_the_end_of_the_key_is_told_a_month_before(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Count a year from the day on which the key was entered."""
    freezer.move_to(NOW)
    entry = make_entry("sobry_contract", price_server, api_key_added="2025-05-20")
    await set_up(hass, entry)
    assert "key_ends" not in issues(hass)
    # 20 April is thirty days before the end; it is told with the day's question.
    start = datetime.fromisoformat(NOW)
    await pass_time(advance, start, start + timedelta(days=4), timedelta(hours=3))
    assert "key_ends" not in issues(hass)
    await advance("2026-04-20T12:00:00+00:00")
    found = issues(hass)["key_ends"]
    assert found.translation_placeholders == {"entry": "Sobry", "end": "2026-05-20"}


async def test_prices_in_another_currency_are_told_and_not_mixed(
    hass: HomeAssistant,
    morning: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Keep the prices in euro, raise the issue, and end it with right prices."""
    price_server.control.behave(Wrong(WrongKind.CURRENCY))
    await advance(ALL_HAVE_ASKED)
    assert "wrong_currency" in issues(hass)
    assert attributes(hass)["unit_of_measurement"] == "EUR/kWh"
    assert state(hass, "tomorrow_available", "binary_sensor") == "off"
    today = await rows(price_server, "2026-04-15")
    assert float(state(hass, "current_price")) == today[54]["price"]
    price_server.control.behave(Normal())
    await advance("2026-04-15T11:50:00+00:00")
    assert "wrong_currency" not in issues(hass)
    assert state(hass, "tomorrow_available", "binary_sensor") == "on"


@pytest.mark.parametrize("days", DAYS)
async def test_a_day_takes_one_request(
    hass: HomeAssistant,
    morning: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
    days: int,
) -> None:
    """Ask for today at the start, then once after each publication."""
    start = datetime.fromisoformat(MORNING)
    end = start + timedelta(days=days)
    await pass_time(advance, start, end, timedelta(minutes=30))
    assert {request.path for request in price_server.requests} == {PATH}
    dates = [request.time.date() for request in price_server.requests]
    assert max(dates.count(date) for date in dates) <= 2
    assert len(dates) == days + 1


@pytest.mark.parametrize(
    "behaviour",
    [
        Status(429, retry_after=1800),
        ErrorCode(503, "maintenance", retry_after=1800),
        Status(429, retry_after="Wed, 15 Apr 2026 12:10:00 GMT"),
    ],
    ids=["429", "503", "date"],
)
async def test_the_wait_that_the_vendor_asks_for_is_kept(
    hass: HomeAssistant,
    morning: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
    behaviour: Status | ErrorCode,
) -> None:
    """Ask nothing before half an hour has passed, and not much later either."""
    price_server.control.forget()
    price_server.control.behave(behaviour, times=1)
    start = datetime.fromisoformat("2026-04-15T11:30:00+00:00")
    await pass_time(advance, start, start + timedelta(hours=2), timedelta(minutes=1))
    first, second = (request.time for request in price_server.requests)
    wait = timedelta(minutes=30)
    if isinstance(behaviour.retry_after, str):
        wait = datetime.fromisoformat("2026-04-15T12:10:00+00:00") - first
    assert wait <= second - first <= wait + timedelta(minutes=2)
    assert state(hass, "tomorrow_available", "binary_sensor") == "on"
