"""Test the prices of an EnergySignal entry, from the answer to the sensors."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import ClientSession
from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from dev.price_server import ErrorCode, Normal, PriceServer, Status, Wrong, WrongKind
from dev.price_server.credentials import ENERGYSIGNAL_TOKEN
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..conftest import DAYS, DUE, MORNING, NOW, Clock, pass_time, set_up, state
from ..entries import make_entry
from ..shown import asked, attributes, issues

PRICES = "/api/day-ahead-prices"
START = datetime.fromisoformat(NOW)
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture
def entry(price_server: PriceServer, options: dict[str, Any]) -> MockConfigEntry:
    """Return an entry with a token."""
    return make_entry("energysignal", price_server, options=options)


async def answer(server: PriceServer, path: str) -> Any:
    """Return what the server itself says: an independent account of the prices."""
    headers = {"Authorization": f"Bearer {ENERGYSIGNAL_TOKEN}"}
    async with (
        ClientSession(headers=headers) as session,
        session.get(f"{server.url}{path}") as response,
    ):
        return await response.json()


def full_price(row: dict[str, Any]) -> float:
    """Return what a household on CU4 pays for a quarter-hour, by hand.

    TURPE 7 in EUR per kWh: HPH 0.0749, HCH 0.0397, HPB 0.0166, HCB 0.0116; excise
    since 2026-02-01: 0.03085; VAT 20 % on all (reference, section 6).
    """
    local = datetime.fromisoformat(row["hour_start_utc"]).astimezone(PARIS)
    is_high = local.month in (11, 12, 1, 2, 3)
    peak, off_peak = (0.0749, 0.0397) if is_high else (0.0166, 0.0116)
    grid = peak if 6 <= local.hour < 22 else off_peak
    return (float(row["price_eur_mwh"]) / 1000 + grid + 0.03085) * 1.2


async def test_the_price_is_the_spot_price_with_the_tariff(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Build the full price from the vendor's EUR per MWh."""
    rows = (await answer(price_server, PRICES))["rows"]
    by_start = {datetime.fromisoformat(it["hour_start_utc"]): it for it in rows}
    for minutes in range(0, 34 * 60, 45):
        now = START + timedelta(minutes=minutes)
        await advance(now)
        assert float(state(hass, "current_price")) == pytest.approx(
            full_price(by_start[now]), abs=1e-5
        )
    found = attributes(hass)
    assert found["unit_of_measurement"] == "EUR/kWh"
    assert found["estimated"] is False
    assert found["source"] == "energysignal"


async def test_the_whole_window_is_one_request_without_a_question(
    hass: HomeAssistant, loaded: MockConfigEntry, price_server: PriceServer
) -> None:
    """Ask once, without parameters, and know until tomorrow's midnight in Paris."""
    (request,) = price_server.requests
    assert (request.method, request.path, request.query) == ("GET", PRICES, "")
    assert state(hass, "tomorrow_available", "binary_sensor") == "on"
    assert state(hass, "prices_known_until") == "2026-04-16T22:00:00+00:00"


@pytest.mark.usefixtures("entity_registry_enabled_by_default")
async def test_components_add_up_to_the_price(
    hass: HomeAssistant, loaded: MockConfigEntry, advance: Clock
) -> None:
    """Show spot, grid, excise and VAT, and nothing that nobody has stated."""
    for minutes in (0, 6 * 60, 9 * 60, 20 * 60):
        await advance(START + timedelta(minutes=minutes))
        current = loaded.runtime_data.prices.data.current
        parts = {part.name: part.amount for part in current.components}
        assert set(parts) == {"spot", "grid", "excise", "vat"}
        assert sum(parts.values()) == pytest.approx(current.price, abs=1e-9)
        for name, amount in parts.items():
            shown = float(state(hass, f"component_{name}"))
            assert shown == pytest.approx(amount, abs=0.51e-5)
        price = float(state(hass, "current_price"))
        assert price == pytest.approx(sum(parts.values()), abs=1e-5)


async def test_levels_are_relative_without_a_colour_of_the_vendors(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Colour the cheapest third of the day green and the dearest red."""
    rows = (await answer(price_server, PRICES))["rows"]
    prices = {
        start: full_price(row)
        for row in rows
        if (start := datetime.fromisoformat(row["hour_start_utc"])).astimezone(PARIS)
        and start.astimezone(PARIS).date().isoformat() == "2026-04-15"
    }
    assert len(prices) == 96
    seen = set()
    for minutes in range(0, 600, 15):
        now = START + timedelta(minutes=minutes)
        await advance(now)
        share = sum(price < prices[now] - 1e-9 for price in prices.values()) / 96
        expected = "green" if share < 1 / 3 else "red" if share >= 2 / 3 else "yellow"
        assert state(hass, "price_level") == expected
        seen.add(expected)
    assert seen == {"green", "yellow", "red"}


@pytest.mark.parametrize("options", [{"price_lists": "generic"}])
@pytest.mark.parametrize(
    ("midnight", "slots"),
    [("2026-03-28T23:00:00+00:00", 92), ("2026-10-24T22:00:00+00:00", 100)],
    ids=["92", "100"],
)
async def test_the_days_of_the_clock_change(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
    midnight: str,
    slots: int,
) -> None:
    """Know every quarter-hour of a short and of a long day."""
    first = datetime.fromisoformat(midnight)
    freezer.move_to(first - timedelta(hours=8))
    await set_up(hass, entry)
    await advance(midnight)
    listed = attributes(hass)["prices_today"]
    assert [datetime.fromisoformat(it["time"]) for it in listed] == [
        first + n * timedelta(minutes=15) for n in range(slots)
    ]
    rows = (await answer(price_server, PRICES))["rows"]
    by_start = {datetime.fromisoformat(it["hour_start_utc"]): it for it in rows}
    for it in listed:
        expected = full_price(by_start[datetime.fromisoformat(it["time"])])
        assert it["price"] == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("kind", [WrongKind.MISSING_PRICE, WrongKind.NULL_PRICE])
async def test_a_row_that_lacks_its_price_is_a_gap_and_never_zero(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    socket_enabled: None,
    advance: Clock,
    kind: WrongKind,
) -> None:
    """Be unavailable for one quarter-hour, and take the rest of the answer."""

    def later() -> datetime:
        return dt_util.utcnow() + timedelta(days=14)

    freezer.move_to(NOW)
    # The row in the middle of four weeks is spoilt: a server that is two weeks ahead
    # has it on the day after now, at noon in Paris.
    hole = datetime.fromisoformat("2026-04-16T10:00:00+00:00")
    async with PriceServer(clock=later) as server:
        server.control.behave(Wrong(kind))
        await set_up(hass, make_entry("energysignal", server))
        for minutes, expected in ((-15, True), (0, False), (15, True)):
            await advance(hole + timedelta(minutes=minutes))
            shown = state(hass, "current_price")
            assert (shown != "unavailable") is expected
            assert not expected or float(shown) > 0
            assert (state(hass, "price_level") != "unavailable") is expected


@pytest.mark.parametrize(
    "behaviour",
    [Status(429, retry_after=1800), ErrorCode(503, "down", retry_after=1800)],
    ids=["429", "503"],
)
async def test_the_wait_that_the_vendor_asks_for_is_kept_by_the_prices(
    hass: HomeAssistant,
    morning: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
    behaviour: Status | ErrorCode,
) -> None:
    """Ask nothing before half an hour has passed, and not much later either."""
    asked(price_server)
    price_server.control.behave(behaviour, times=1)
    await pass_time(advance, DUE, DUE + timedelta(hours=2), timedelta(minutes=1))
    first, second = (request.time for request in price_server.requests)
    assert timedelta(minutes=30) <= second - first <= timedelta(minutes=32)
    assert state(hass, "tomorrow_available", "binary_sensor") == "on"


async def test_prices_in_another_currency_are_told_and_not_mixed(
    hass: HomeAssistant,
    morning: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Keep the prices in euro, raise the issue, and end it with right prices."""
    before = morning.runtime_data.prices.known
    price_server.control.behave(Wrong(WrongKind.CURRENCY))
    await advance(DUE)
    assert "wrong_currency" in issues(hass)
    assert morning.runtime_data.prices.known == before
    assert attributes(hass)["unit_of_measurement"] == "EUR/kWh"
    assert state(hass, "tomorrow_available", "binary_sensor") == "off"
    price_server.control.behave(Normal())
    await advance(DUE + timedelta(minutes=6))
    assert "wrong_currency" not in issues(hass)
    assert state(hass, "tomorrow_available", "binary_sensor") == "on"


async def test_a_revoked_token_is_asked_for_anew(
    hass: HomeAssistant,
    morning: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Keep the known prices, and do not knock all day."""
    asked(price_server)
    price_server.control.behave(Status(401))
    await pass_time(advance, DUE, DUE + timedelta(hours=8), timedelta(minutes=30))
    assert asked(price_server) == {PRICES: 1}
    assert float(state(hass, "current_price")) > 0
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == SOURCE_REAUTH


async def test_an_entry_with_a_wrong_token_does_not_load(
    hass: HomeAssistant, paris: None, price_server: PriceServer
) -> None:
    """Ask for another token at the start as well."""
    entry = make_entry("energysignal", price_server, token="es_token_of_nobody")
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == SOURCE_REAUTH


@pytest.mark.parametrize("days", DAYS)
async def test_a_day_takes_one_request(
    hass: HomeAssistant,
    morning: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
    days: int,
) -> None:
    """Ask for the window at the start, then once after each publication."""
    start = datetime.fromisoformat(MORNING)
    end = start + timedelta(days=days)
    await pass_time(advance, start, end, timedelta(minutes=30))
    dates = [request.time.date() for request in price_server.requests]
    assert set(asked(price_server)) == {PRICES}
    assert max(dates.count(date) for date in dates) <= 2
    assert len(dates) == days + 1
