"""Test the prices of a Min Strøm entry, from the answer to the sensors."""

from datetime import datetime, timedelta
from typing import Any

from aiohttp import ClientSession
from freezegun.api import FrozenDateTimeFactory
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
from dev.price_server.credentials import MINSTROEM_TOKEN
from homeassistant.core import HomeAssistant

from ..conftest import DUE, NOW, Clock, set_up, state
from ..entries import make_entry
from ..shown import asked, attributes, components, issues
from .minstroem import (
    ADDRESS,
    BY_ADDRESS,
    BY_REGION,
    CHARGES,
    COORDINATES,
    COUNT,
    LOCATION,
    LOOKUPS,
    REGION,
    START,
)


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


async def answer(server: PriceServer, path: str) -> Any:
    """Return what the server itself says: an independent account of the prices."""
    headers = {"Authorization": f"Bearer {MINSTROEM_TOKEN}"}
    async with (
        ClientSession(headers=headers) as session,
        session.get(f"{server.url}{path}") as response,
    ):
        return await response.json()


@LOOKUPS
async def test_prices_and_colours_are_the_vendors(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
    path: str,
) -> None:
    """Show each hour as the vendor states it, in the vendor's colour."""
    rows = await answer(price_server, path)
    assert datetime.fromisoformat(rows[0]["date"]) == START
    seen = set()
    for index, row in enumerate(rows[:30]):
        await advance(START + index * timedelta(hours=1))
        price = float(state(hass, "current_price"))
        assert price == pytest.approx(row["price"], abs=0.51e-5)
        assert float(state(hass, "next_price")) == pytest.approx(
            rows[index + 1]["price"], abs=0.51e-5
        )
        # The colour is optional; without one, the level is our own.
        level = state(hass, "price_level")
        assert level == row.get("color", level)
        seen.add(row.get("color"))
    assert len(seen) >= 3
    found = attributes(hass)
    assert found["unit_of_measurement"] == "DKK/kWh"
    assert found["end"] - found["start"] == timedelta(hours=1)
    assert found["estimated"] is False
    assert found["source"] == "minstroem"


async def test_the_answer_reaches_to_the_end_of_tomorrow(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Know the Danish day that has been published."""
    assert state(hass, "tomorrow_available", "binary_sensor") == "on"
    assert state(hass, "prices_known_until") == "2026-04-16T22:00:00+00:00"


@pytest.mark.usefixtures("entity_registry_enabled_by_default")
async def test_the_charges_of_the_hour_are_components_that_add_up(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Show each tariff of the current hour before VAT, and VAT on all."""
    # 14:00, 19:00 and 02:00 on the Danish clock lie in the three bands of a day.
    for hours in (0, 5, 12):
        now = START + timedelta(hours=hours)
        await advance(now)
        query = f"latitude=55.6760&longitude=12.5680&date={now:%Y-%m-%dT%H:%M:%SZ}"
        tariffs = (await answer(price_server, f"{CHARGES}?{query}"))["tariffs"]
        (row, *_) = await answer(
            price_server, f"{LOCATION}?latitude=55.6760&longitude=12.5680"
        )
        stated = {it["name"]: it["price"] / 1.25 for it in tariffs}
        expected = {
            "grid": stated["Nettarif C time"],
            "transmission": stated["Transmissions nettarif"],
            "system": stated["Systemtarif"],
            "excise": stated["Elafgift"],
            # The vendor's price without its charges is spot with VAT.
            "spot": (row["price"] - row["charges"]) / 1.25,
            "vat": row["price"] / 5,
        }
        assert components(hass) == set(expected)
        for name, amount in expected.items():
            shown = float(state(hass, f"component_{name}"))
            assert shown == pytest.approx(amount, abs=0.51e-5)
        current = loaded.runtime_data.prices.data.current
        total = sum(part.amount for part in current.components)
        assert total == pytest.approx(row["price"], abs=1e-9)
        price = float(state(hass, "current_price"))
        assert price == pytest.approx(total, abs=1e-5)


@pytest.mark.parametrize("place", [BY_ADDRESS])
@pytest.mark.usefixtures("entity_registry_enabled_by_default")
async def test_an_address_has_its_charges_in_one_sum(
    hass: HomeAssistant, loaded: MockConfigEntry, price_server: PriceServer
) -> None:
    """Show spot, charges and VAT, for the vendor tells tariffs by coordinates only."""
    assert components(hass) == {"spot", "charges", "vat"}
    (row, *_) = await answer(price_server, ADDRESS)
    assert float(state(hass, "component_charges")) == pytest.approx(
        row["charges"] / 1.25, abs=0.51e-5
    )
    current = loaded.runtime_data.prices.data.current
    total = sum(part.amount for part in current.components)
    assert total == pytest.approx(float(state(hass, "current_price")), abs=1e-5)
    # The second request is this test's own.
    assert asked(price_server) == {ADDRESS: 2, COUNT: 1}


@pytest.mark.parametrize("place", [BY_REGION])
@pytest.mark.usefixtures("entity_registry_enabled_by_default")
async def test_a_region_has_spot_alone(
    hass: HomeAssistant, loaded: MockConfigEntry, price_server: PriceServer
) -> None:
    """Take nothing apart whose parts nobody has stated."""
    assert asked(price_server) == {REGION: 1, COUNT: 1}
    assert components(hass) == {"spot"}
    assert state(hass, "component_spot") == state(hass, "current_price")


async def test_charges_that_are_not_to_be_had_leave_the_prices(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    price_server: PriceServer,
) -> None:
    """Show the sum of the charges where its parts are not told."""
    freezer.move_to(NOW)
    price_server.control.behave(Status(500), path=CHARGES)
    await set_up(hass, entry)
    assert float(state(hass, "current_price")) > 0
    assert components(hass) == {"spot", "charges", "vat"}
    assert entry.runtime_data.prices.asked.failure is None


@LOOKUPS
@pytest.mark.parametrize(
    ("midnight", "hours"),
    [("2026-03-28T23:00:00+00:00", 23), ("2026-10-24T22:00:00+00:00", 25)],
    ids=["23 hours", "25 hours"],
)
@pytest.mark.parametrize("per_hour", [1, 4], ids=["hours", "quarter-hours"])
@pytest.mark.parametrize("options", [{"price_lists": "generic"}])
async def test_the_days_of_the_clock_change(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
    path: str,
    midnight: str,
    hours: int,
    per_hour: int,
) -> None:
    """Know the whole of a short and of a long day, by hours or whatever comes."""
    price_server.control.switches = Switches(minstroem_quarter_hours=per_hour == 4)
    first = datetime.fromisoformat(midnight)
    freezer.move_to(first - timedelta(hours=8))
    await set_up(hass, entry)
    await advance(midnight)
    listed = attributes(hass)["prices_today"]
    length = timedelta(hours=1) / per_hour
    assert [datetime.fromisoformat(it["time"]) for it in listed] == [
        first + n * length for n in range(hours * per_hour)
    ]
    rows = await answer(price_server, path)
    assert [it["price"] for it in listed] == pytest.approx(
        [row["price"] for row in rows[: hours * per_hour]], abs=1e-5
    )


async def test_a_row_without_a_price_is_a_gap_and_never_zero(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Be unavailable for an hour, and go on after it."""
    freezer.move_to(NOW)
    price_server.control.behave(Wrong(WrongKind.NULL_PRICE), path=LOCATION)
    await set_up(hass, entry)
    price_server.control.behave(Down())
    # The row in the middle of the 34 hours from now on.
    hole = START + timedelta(hours=17)
    for minutes, expected in ((-15, True), (0, False), (45, False), (60, True)):
        await advance(hole + timedelta(minutes=minutes))
        shown = state(hass, "current_price")
        assert (shown != "unavailable") is expected
        assert not expected or float(shown) > 0


async def test_prices_in_another_currency_are_told_and_not_mixed(
    hass: HomeAssistant,
    morning: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Keep the prices in crowns, raise the issue, and end it with right prices."""
    before = morning.runtime_data.prices.known
    price_server.control.behave(Wrong(WrongKind.CURRENCY))
    await advance(DUE)
    assert "wrong_currency" in issues(hass)
    assert morning.runtime_data.prices.known == before
    assert attributes(hass)["unit_of_measurement"] == "DKK/kWh"
    price_server.control.behave(Normal())
    await advance(DUE + timedelta(minutes=6))
    assert "wrong_currency" not in issues(hass)
    assert state(hass, "tomorrow_available", "binary_sensor") == "on"
