"""Test the prices of a Flatpeak entry, from the answer to the sensors."""

from datetime import datetime, timedelta
from typing import Any

from aiohttp import ClientSession
from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.spot_planner.engine.providers.network.credentials import basic
from dev.price_server import Down, Late, Normal, PriceServer, Switches, Wrong, WrongKind
from dev.price_server.credentials import (
    FLATPEAK_ACCOUNT_ID,
    FLATPEAK_API_KEY,
    FLATPEAK_LOCATION_ID,
)
from homeassistant.core import HomeAssistant

from ..conftest import DUE, MORNING, NOW, Clock, pass_time, set_up, state
from ..entries import make_entry
from ..shown import asked, attributes, components, issues, keys

LOGIN = "/login"
PRICES = f"/prices/{FLATPEAK_LOCATION_ID}"
START = datetime.fromisoformat(NOW)
MIDNIGHT = datetime.fromisoformat("2026-04-15T22:00:00+00:00")
ALL_DIRECTIONS = {"price_directions": ["export", "local"]}


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


async def rows(
    server: PriceServer,
    start: str,
    end: str,
    direction: str = "IMPORT",
    location: str = FLATPEAK_LOCATION_ID,
) -> list[dict[str, Any]]:
    """Return the server's own rows: an independent account of the prices."""
    question = {"start_time": start, "end_time": end, "tariff_direction": direction}
    async with ClientSession() as session:
        headers = basic(FLATPEAK_ACCOUNT_ID, FLATPEAK_API_KEY)
        async with session.get(f"{server.url}{LOGIN}", headers=headers) as response:
            token = (await response.json())["bearer_token"]
        async with session.post(
            f"{server.url}/prices/{location}",
            json=question,
            headers={"Authorization": f"Bearer {token}"},
        ) as response:
            found: list[dict[str, Any]] = (await response.json())["data"]
            return found


@pytest.mark.parametrize(
    ("location", "unit"),
    [
        ({}, "EUR/kWh"),
        ({"location_id": "loc_london", "time_zone": "Europe/London"}, "GBP/kWh"),
    ],
    ids=["Paris", "London"],
)
async def test_prices_are_the_vendors_in_the_currency_of_the_location(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
    location: dict[str, Any],
    unit: str,
) -> None:
    """Show import and export prices as they are stated, with their unit."""
    end = "2026-04-15T20:00:00Z"
    name = location.get("location_id", FLATPEAK_LOCATION_ID)
    imports = await rows(price_server, "2026-04-15T12:00:00Z", end, location=name)
    exports = await rows(price_server, "2026-04-15T12:00:00Z", end, "EXPORT", name)
    for index in range(0, 31, 3):
        await advance(START + index * timedelta(minutes=15))
        for key, row in (
            ("current_price", imports[index]),
            ("next_price", imports[index + 1]),
            ("export_price", exports[index]),
        ):
            assert float(state(hass, key)) == row["price"]["value"]
            assert attributes(hass, key)["unit_of_measurement"] == unit
    found = attributes(hass)
    assert found["estimated"] is False
    assert found["source"] == "flatpeak"
    assert attributes(hass, "export_price")["start"] == found["start"]


async def test_the_first_answer_reaches_to_the_end_of_tomorrow(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Know the location's today and tomorrow."""
    assert state(hass, "tomorrow_available", "binary_sensor") == "on"
    assert state(hass, "prices_known_until") == "2026-04-16T22:00:00+00:00"


async def test_a_price_without_parts_has_no_components(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Make up no component: the vendor states the whole price."""
    assert "current_price" in keys(hass)
    assert not components(hass)


@pytest.mark.parametrize("options", [{"supplier_markup": 0.5, "turpe_option": "LU"}])
async def test_no_tariff_is_added_to_the_price_of_the_contract(
    hass: HomeAssistant, loaded: MockConfigEntry, price_server: PriceServer
) -> None:
    """Take the price for what the customer pays, also in France."""
    (row, *_) = await rows(price_server, "2026-04-15T12:00:00Z", "2026-04-15T12:15:00Z")
    assert float(state(hass, "current_price")) == row["price"]["value"]


async def test_the_local_price_is_not_asked_for_without_the_option(
    hass: HomeAssistant, loaded: MockConfigEntry, price_server: PriceServer
) -> None:
    """Ask for import and export, after one login."""
    assert asked(price_server) == {LOGIN: 1, PRICES: 2}
    assert "export_price" in keys(hass)
    assert "local_price" not in keys(hass)


@pytest.mark.parametrize("options", [ALL_DIRECTIONS])
async def test_the_local_price_comes_with_the_option(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    price_server: PriceServer,
) -> None:
    """Show all three prices to an account that has all directions."""
    price_server.control.switches = Switches(flatpeak_local=True)
    freezer.move_to(NOW)
    await set_up(hass, entry)
    (row, *_) = await rows(
        price_server, "2026-04-15T12:00:00Z", "2026-04-15T12:15:00Z", "LOCAL"
    )
    assert float(state(hass, "local_price")) == row["price"]["value"]
    assert float(state(hass, "export_price")) != float(state(hass, "local_price"))
    assert attributes(hass, "local_price")["unit_of_measurement"] == "EUR/kWh"


@pytest.mark.parametrize("options", [ALL_DIRECTIONS])
async def test_an_account_without_the_local_direction_lacks_only_that(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Leave out the direction in beta, and show the others."""
    assert "local_price" not in keys(hass)
    assert float(state(hass, "export_price")) > 0
    assert float(state(hass, "current_price")) > 0
    assert not issues(hass)


@pytest.mark.parametrize("options", [{"price_directions": []}])
async def test_no_direction_beside_the_import_is_asked_for_when_none_is_chosen(
    hass: HomeAssistant, loaded: MockConfigEntry, price_server: PriceServer
) -> None:
    """Spare the request of whoever feeds nothing into the grid."""
    assert asked(price_server) == {LOGIN: 1, PRICES: 1}
    assert "export_price" not in keys(hass)


@pytest.mark.parametrize("location", [{"location_id": "loc_import_only"}])
async def test_a_location_without_an_export_tariff_has_import_prices(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Show no export sensor, tell nobody, and do not ask for it by the minute."""
    assert asked(price_server) == {LOGIN: 1, "/prices/loc_import_only": 2}
    assert "export_price" not in keys(hass)
    assert float(state(hass, "current_price")) > 0
    assert not issues(hass)
    await pass_time(advance, START, START + timedelta(hours=24), timedelta(minutes=30))
    assert asked(price_server)["/prices/loc_import_only"] <= 2
    assert state(hass, "tomorrow_available", "binary_sensor") == "on"


@pytest.mark.parametrize("location", [{"location_id": "loc_flat"}])
async def test_a_flat_day_of_one_row(
    hass: HomeAssistant, loaded: MockConfigEntry, advance: Clock
) -> None:
    """Show one price, no colour but yellow, and a window that begins now."""
    assert loaded.runtime_data.prices.known.series.at(START).duration == timedelta(1)
    window = START
    for hours in (0, 3, 9, 11, 20):
        now = START + timedelta(hours=hours)
        await advance(now)
        assert state(hass, "current_price") == "0.25160"
        assert state(hass, "average_price_today") == "0.25160"
        assert state(hass, "cheapest_window_price") == "0.25160"
        assert state(hass, "price_level") == "yellow"
        assert float(state(hass, "price_rank")) == 0
        window = datetime.fromisoformat(state(hass, "cheapest_window_start"))
        assert window <= now < window + timedelta(hours=2)
        end = datetime.fromisoformat(state(hass, "cheapest_window_end"))
        assert end - window == timedelta(hours=2)
    assert state(hass, "export_price") == "0.07610"
    # The day after has another row, whose end is the next midnight in Paris.
    assert attributes(hass)["start"] == MIDNIGHT
    assert attributes(hass)["end"] == MIDNIGHT + timedelta(days=1)


@pytest.mark.parametrize("location", [{"location_id": "loc_flat"}])
async def test_a_price_that_is_extrapolated_is_an_estimate(
    hass: HomeAssistant, morning: MockConfigEntry, advance: Clock
) -> None:
    """Mark the price of a fixed tariff whose confidence is below 1."""
    series = morning.runtime_data.prices.known.series
    assert [interval.estimated for interval in series] == [False, True]


async def test_a_forecast_is_an_estimate_until_it_is_confirmed(
    hass: HomeAssistant,
    morning: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Show a forecast while nothing better is known, and replace it."""
    assert attributes(hass)["estimated"] is False
    price_server.control.behave(Late(12 * 60))
    await pass_time(
        advance, datetime.fromisoformat(MORNING), MIDNIGHT, timedelta(minutes=30)
    )
    assert attributes(hass)["estimated"] is True
    assert float(state(hass, "current_price")) > 0
    # Twelve hours after one o'clock, the vendor has what it said it would have.
    await pass_time(
        advance, MIDNIGHT, MIDNIGHT + timedelta(hours=2), timedelta(minutes=10)
    )
    assert attributes(hass)["estimated"] is False


@pytest.mark.parametrize("location", [{"location_id": "loc_unknown_market"}])
async def test_a_price_of_zero_without_confidence_is_no_price(
    hass: HomeAssistant,
    morning: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Know nothing of a day that the vendor knows nothing of, and never zero."""
    assert float(state(hass, "current_price")) > 0
    assert state(hass, "tomorrow_available", "binary_sensor") == "off"
    assert state(hass, "prices_known_until") == MIDNIGHT.isoformat()
    assert state(hass, "average_price_tomorrow") == "unknown"
    price_server.control.behave(Late(24 * 60))
    start = datetime.fromisoformat(MORNING)
    await pass_time(
        advance, start, MIDNIGHT - timedelta(seconds=1), timedelta(minutes=30)
    )
    assert float(state(hass, "current_price")) > 0
    assert state(hass, "next_price") == "unknown"
    await advance(MIDNIGHT)
    for key in ("current_price", "price_level", "average_price_today", "export_price"):
        assert state(hass, key) == "unavailable"

    price_server.control.behave(Normal())
    await pass_time(
        advance, MIDNIGHT, MIDNIGHT + timedelta(minutes=20), timedelta(minutes=1)
    )
    assert float(state(hass, "current_price")) > 0


@pytest.mark.parametrize("options", [{"price_lists": "generic"}])
@pytest.mark.parametrize(
    ("location", "short", "usual", "long"),
    [
        ({}, 92, 96, 100),
        ({"location_id": "loc_flat"}, 1, 1, 1),
        # Rows of 30, 60 and 90 minutes, and the last one ends with the day.
        ({"location_id": "loc_mixed"}, 24, 24, 26),
    ],
    ids=["quarter-hours", "one row", "mixed"],
)
@pytest.mark.parametrize(
    ("midnight", "hours"),
    [
        ("2026-03-28T23:00:00+00:00", 23),
        ("2026-04-15T22:00:00+00:00", 24),
        ("2026-10-24T22:00:00+00:00", 25),
    ],
)
async def test_the_days_of_the_clock_change(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    advance: Clock,
    short: int,
    usual: int,
    long: int,
    midnight: str,
    hours: int,
) -> None:
    """Know the whole of a short and of a long day, however it is cut."""
    first = datetime.fromisoformat(midnight)
    freezer.move_to(first - timedelta(hours=8))
    await set_up(hass, entry)
    await advance(midnight)
    assert (
        len(attributes(hass)["prices_today"]) == {23: short, 24: usual, 25: long}[hours]
    )
    assert entry.runtime_data.prices.known.series.covers(
        first, first + timedelta(hours=hours)
    )
    starts = [
        datetime.fromisoformat(it["time"]) for it in attributes(hass)["prices_today"]
    ]
    assert starts[0] == first
    assert starts == sorted(set(starts))


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
    assert set(issues(hass)) == {"wrong_currency"}
    assert morning.runtime_data.prices.known == before
    for key in ("current_price", "export_price", "average_price_today"):
        assert attributes(hass, key)["unit_of_measurement"] == "EUR/kWh"
    price_server.control.behave(Normal())
    await advance(DUE + timedelta(minutes=6))
    assert not issues(hass)
    assert morning.runtime_data.prices.known != before


async def test_an_outage_leaves_what_is_known(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Show all prices until they run out."""
    price_server.control.behave(Down())
    await pass_time(advance, START, START + timedelta(hours=33), timedelta(minutes=30))
    assert float(state(hass, "current_price")) > 0
    assert float(state(hass, "export_price")) > 0
    await advance(MIDNIGHT + timedelta(days=1))
    assert state(hass, "current_price") == "unavailable"
