"""Test how a forecast of the home's own power is read, and what it makes of prices."""

from datetime import UTC, datetime, timedelta
import logging
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.spot_planner.appliances.surplus import (
    planning_prices,
    surplus_of,
)
from custom_components.spot_planner.engine.planning.effective import Surplus, prices_at
from custom_components.spot_planner.engine.series import PriceInterval, PriceSeries
from homeassistant.core import State
from homeassistant.util import dt as dt_util

from ..engine.helpers import PROPERTY, at, interval, utc

ENTITY = "sensor.surplus"
EIGHT = utc("2026-04-15T08:00")
HALF_HOUR = timedelta(minutes=30)

IMPORT = PriceSeries("EUR", (interval(0, 60, 0.30), interval(60, 120, 0.20)))
EXPORT = PriceSeries("EUR", (interval(0, 120, 0.10),))
SUN = (Surplus(at(0), at(60), 1.0),)


def state(**attributes: Any) -> State:
    """Return the state of an entity with a forecast."""
    return State(ENTITY, "1.5", attributes)


def part(start: str, end: str, power: Any) -> dict[str, Any]:
    """Return a part of our own form."""
    return {"start": start, "end": end, "power": power}


def test_our_own_form_is_read() -> None:
    """Read moments of any zone, as texts or as moments, and numbers as texts too."""
    rows = [
        part("2026-04-15T10:00:00+02:00", "2026-04-15T11:00:00+02:00", 1.5),
        {"start": utc("2026-04-15T09:00"), "end": "2026-04-15T10:30Z", "power": "0"},
    ]
    found = surplus_of(state(forecast=rows))
    assert found == (
        Surplus(EIGHT, EIGHT + 2 * HALF_HOUR, 1.5),
        Surplus(EIGHT + 2 * HALF_HOUR, EIGHT + 5 * HALF_HOUR, 0.0),
    )
    assert all(it.start.tzinfo is UTC and it.end.tzinfo is UTC for it in found)


@pytest.mark.parametrize("as_text", [True, False], ids=["texts", "moments"])
def test_the_form_of_solcast_is_read(as_text: bool) -> None:
    """Each half-hour has a start and its mean power in kW."""
    starts = [EIGHT + index * HALF_HOUR for index in range(2)]
    zone = dt_util.get_time_zone("Australia/Sydney")
    local = [start.astimezone(zone) for start in starts]
    rows = [
        {
            "period_start": start.isoformat() if as_text else start,
            "pv_estimate10": 0.1,
            "pv_estimate": power,
            "pv_estimate90": 9.0,
        }
        for start, power in zip(local, (2.5, 0.2), strict=True)
    ]
    assert surplus_of(state(detailedForecast=rows)) == (
        Surplus(starts[0], starts[1], 2.5),
        Surplus(starts[1], starts[1] + HALF_HOUR, 0.2),
    )
    # What the home uses anyway is not left over.
    assert [it.power for it in surplus_of(state(detailedForecast=rows), 0.5)] == [
        2.0,
        0.0,
    ]


def test_our_own_form_is_a_surplus_already() -> None:
    """Take nothing off what is said to be left over."""
    rows = [part("2026-04-15T08:00Z", "2026-04-15T09:00Z", 1.5)]
    solcast = [{"period_start": "2026-04-15T08:00Z", "pv_estimate": 9.0}]
    found = surplus_of(state(forecast=rows, detailedForecast=solcast), 0.5)
    assert [it.power for it in found] == [1.5]


@pytest.mark.parametrize(
    "row",
    [
        None,
        "08:00",
        7,
        [],
        {},
        part("2026-04-15T08:00Z", "2026-04-15T09:00Z", None),
        part("2026-04-15T08:00Z", "2026-04-15T09:00Z", "sunny"),
        part("2026-04-15T08:00Z", "2026-04-15T09:00Z", -0.1),
        part("2026-04-15T08:00Z", "2026-04-15T09:00Z", "nan"),
        part("2026-04-15T08:00Z", "2026-04-15T09:00Z", "inf"),
        part("2026-04-15T08:00Z", "2026-04-15T09:00Z", 10**400),
        part("2026-04-15T09:00Z", "2026-04-15T08:00Z", 1),
        part("2026-04-15T08:00Z", "2026-04-15T08:00Z", 1),
        # Without a zone it could be any moment.
        part("2026-04-15T08:00", "2026-04-15T09:00", 1),
        part("2026-04-31T08:00Z", "2026-05-01T09:00Z", 1),
        part("today", "tomorrow", 1),
        part("0001-01-01T00:00+02:00", "2026-04-15T09:00Z", 1),
        {"start": "2026-04-15T08:00Z", "end": "2026-04-15T09:00Z"},
        {"start": datetime(2026, 4, 15, 8), "end": EIGHT, "power": 1},  # noqa: DTZ001
    ],
)
def test_what_cannot_be_read_is_left_out(
    caplog: pytest.LogCaptureFixture, row: object
) -> None:
    """Keep the rest, and say so in one line."""
    caplog.set_level(logging.DEBUG)
    good = part("2026-04-15T12:00Z", "2026-04-15T13:00Z", 1)
    found = surplus_of(state(forecast=[row, good, row]))
    assert [it.start for it in found] == [utc("2026-04-15T12:00")]
    assert [record.getMessage() for record in caplog.records] == [
        f"{ENTITY}: 2 of 3 parts of the forecast cannot be used"
    ]


@pytest.mark.parametrize(
    "row",
    [
        {"period_start": "2026-04-15T08:00Z"},
        {"period_start": None, "pv_estimate": 1},
        {"period_start": "9999-12-31T23:45Z", "pv_estimate": 1},
        {"period_start": "2026-04-15T08:00Z", "pv_estimate": "nan"},
        {"period_start": "2026-04-15T08:00Z", "pv_estimate": -1},
    ],
)
def test_what_cannot_be_read_of_solcast_is_left_out(row: object) -> None:
    """Keep the rest, whatever the home uses."""
    good = {"period_start": "2026-04-15T12:00Z", "pv_estimate": 1}
    found = surplus_of(state(detailedForecast=[row, good]), 0.5)
    assert [it.power for it in found] == [0.5]


@pytest.mark.parametrize(
    "nothing",
    [
        None,
        State(ENTITY, "unavailable"),
        state(forecast=None),
        state(forecast="sunny"),
        state(forecast={}, detailedForecast=4),
        state(forecast=[]),
    ],
)
def test_without_a_forecast_there_is_no_surplus(nothing: State | None) -> None:
    """Do without an entity that is missing, or has no forecast."""
    assert surplus_of(nothing) == ()


def test_of_two_parts_that_overlap_the_later_one_is_left_out() -> None:
    """Keep the order of time, whatever the order of the list."""
    rows = [
        part("2026-04-15T08:45Z", "2026-04-15T10:00Z", 2),
        part("2026-04-15T10:00Z", "2026-04-15T11:00Z", 3),
        part("2026-04-15T08:00Z", "2026-04-15T09:00Z", 1),
    ]
    found = surplus_of(state(forecast=rows))
    assert [it.power for it in found] == [1, 3]


ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.datetimes()
    | st.datetimes(timezones=st.just(UTC))
    | st.sampled_from(("2026-04-15T08:00Z", "2026-04-15T09:00Z")),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(("start", "end", "power", "period_start", "pv_estimate")),
            inner,
            max_size=4,
        )
    ),
)


@PROPERTY
@given(ODD, ODD, st.floats(0, 5))
def test_no_attribute_stops_the_planner(
    forecast: Any, solcast: Any, base_load: float
) -> None:
    """Whatever an entity says, there are prices to plan with."""
    told = state(forecast=forecast, detailedForecast=solcast)
    surplus = surplus_of(told, base_load)
    prices = planning_prices(IMPORT, EXPORT, None, surplus)
    assert prices_at(prices, 1.0).covers(at(0), at(120))


def test_the_surplus_costs_what_the_provider_would_pay_for_it() -> None:
    """The provider's price of what is fed in counts more than the user's."""
    prices = prices_at(planning_prices(IMPORT, EXPORT, 0.05, SUN), 1.0)
    assert [it.price for it in prices] == [pytest.approx(0.10), 0.20]


@pytest.mark.parametrize("export", [None, PriceSeries("EUR")])
@pytest.mark.parametrize("price", [0.05, 0.0, -0.01])
def test_the_surplus_costs_what_the_user_says_it_brings(
    export: PriceSeries | None, price: float
) -> None:
    """Where the provider tells nothing, one price holds at all times; it may be none."""
    prices = prices_at(planning_prices(IMPORT, export, price, SUN), 2.0)
    assert [it.price for it in prices] == [
        pytest.approx(0.5 * price + 0.5 * 0.30),
        0.20,
    ]


def test_a_constant_price_fills_no_gap() -> None:
    """Where no import price is known, the surplus makes none."""
    gapped = PriceSeries("DKK", (PriceInterval(at(0), at(30), 2.0),))
    prices = prices_at(planning_prices(gapped, None, 0.5, SUN), 1.0)
    assert [(it.start, it.end) for it in prices] == [(at(0), at(30))]


@pytest.mark.parametrize(
    ("export", "price", "surplus"),
    [(EXPORT, 0.05, ()), (None, None, SUN), (PriceSeries("EUR"), None, SUN)],
)
def test_without_surplus_or_export_price_all_is_bought(
    export: PriceSeries | None, price: float | None, surplus: tuple[Surplus, ...]
) -> None:
    """The prices are those of the grid, unchanged."""
    assert planning_prices(IMPORT, export, price, surplus) is IMPORT
