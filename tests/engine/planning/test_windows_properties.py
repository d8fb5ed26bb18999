"""Compare the windows of made-up series with trying every minute."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.spot_planner.engine.planning.windows import (
    cheapest_window,
    dearest_window,
)
from custom_components.spot_planner.engine.series import PriceInterval, PriceSeries

from ..helpers import MINUTE, PARIS, PROPERTY, START, utc
from .brute_force import UNIT, MinuteGrid

# Few different prices make many equal windows, fine ones make hardly any.
COARSE = st.integers(-2, 4).map(lambda tenths: Decimal(tenths) / 10)
FINE = st.integers(-50_000, 90_000).map(lambda units: Decimal(units) / 100_000)

LENGTHS = {
    "quarters": [15],
    "half hours": [30],
    "hours": [60],
    "mixed": [5, 15, 15, 30, 60, 97],
}

# The two nights in which the clocks of Paris change, and an ordinary one.
NIGHTS = [START, utc("2026-03-28T20:00"), utc("2026-10-24T20:00")]


@dataclass(frozen=True)
class Case:
    """A series, and the same prices for the brute force."""

    rows: list[tuple[datetime, datetime, Decimal]]

    @property
    def series(self) -> PriceSeries:
        """Return the rows as a series."""
        return PriceSeries(
            "EUR", tuple(PriceInterval(a, b, float(price)) for a, b, price in self.rows)
        )


@st.composite
def cases(draw: st.DrawFn, lengths: list[int]) -> Case:
    """Make up a series of such lengths with some gaps."""
    price = draw(st.sampled_from([COARSE, FINE]))
    gap = st.sampled_from([0, 0, 0, 0, 0, 15, 60, 7])
    position = draw(st.sampled_from(NIGHTS))
    rows = []
    for _ in range(draw(st.integers(1, 16))):
        position += draw(gap) * MINUTE
        end = position + draw(st.sampled_from(lengths)) * MINUTE
        rows.append((position, end, draw(price)))
        position = end
    return Case(rows)


@pytest.mark.parametrize("kind", LENGTHS)
def test_no_minute_is_better(kind: str) -> None:
    """The window is as good as the best minute to start, and the earliest such."""

    @PROPERTY
    @given(
        case=cases(LENGTHS[kind]),
        duration=st.integers(1, 260),
        earliest=st.integers(-30, 400),
        length=st.integers(0, 900),
        dearest=st.booleans(),
    )
    def check(
        case: Case, duration: int, earliest: int, length: int, dearest: bool
    ) -> None:
        grid = MinuteGrid(case.rows)
        first = grid.moment(earliest)
        last = grid.moment(earliest + length)
        search = dearest_window if dearest else cheapest_window
        window = search(case.series, duration * MINUTE, first, last)
        best = grid.best(duration, first, last, dearest=dearest)
        if best is None:
            assert window is None
            return
        assert window is not None
        # All borders and limits lie on minutes, so the best start does too.
        assert window.start == best[0]
        assert window.end == best[0] + duration * MINUTE
        assert grid.cost(window.start, duration) == best[1]
        mean = best[1] / duration / 10**UNIT
        assert window.average_price == pytest.approx(mean, abs=1e-9)

    check()


def exact_cost(case: Case, start: datetime, end: datetime) -> Decimal | None:
    """Return the cost of a window by cutting each price to it, or None in a gap."""
    cost, seconds = Decimal(), timedelta()
    for first, last, price in case.rows:
        part = min(last, end) - max(first, start)
        if part > timedelta():
            cost += price * Decimal(part / timedelta(microseconds=1))
            seconds += part
    return cost if seconds == end - start else None


@PROPERTY
@given(
    case=cases(LENGTHS["mixed"]),
    duration=st.integers(1, 3 * 3600),
    earliest=st.integers(0, 3600),
    others=st.lists(st.integers(0, 8 * 3600), min_size=20, max_size=40),
)
def test_no_second_is_better(
    case: Case, duration: int, earliest: int, others: list[int]
) -> None:
    """Durations and limits of any number of seconds: no start elsewhere is cheaper."""
    second = timedelta(seconds=1)
    first = case.rows[0][0] + earliest * second
    length = duration * second
    window = cheapest_window(case.series, length, first)
    starts = [first + other * second for other in others]
    costs = [
        cost
        for start in starts
        if (cost := exact_cost(case, start, start + length)) is not None
    ]
    if window is None:
        assert not costs
        return
    assert window.start >= first
    found = exact_cost(case, window.start, window.end)
    assert found is not None
    assert all(found <= cost for cost in costs)


@settings(PROPERTY, max_examples=150)
@given(case=cases(LENGTHS["mixed"]), duration=st.integers(1, 200))
def test_cutting_an_interval_changes_nothing(case: Case, duration: int) -> None:
    """A price that is told in two halves is the same price."""
    halves = []
    for start, end, price in case.rows:
        middle = start + (end - start) / 2
        halves += [(start, middle, price), (middle, end, price)]
    assert cheapest_window(case.series, duration * MINUTE) == cheapest_window(
        Case(halves).series, duration * MINUTE
    )


@pytest.mark.parametrize("night", NIGHTS[1:])
def test_window_through_the_night_of_the_clock_change(night: datetime) -> None:
    """Five hours are five hours, whether the clock shows four of them or six."""
    hours = [night + n * timedelta(hours=1) for n in range(12)]
    rows = [
        # Cheap from eleven in the evening on, for five hours.
        (start, end, Decimal("0.1") if 2 <= number < 7 else Decimal("0.3"))
        for number, (start, end) in enumerate(pairwise(hours))
    ]
    window = cheapest_window(Case(rows).series, timedelta(hours=5))
    assert window
    assert (window.start, window.end) == (hours[2], hours[7])
    shown = window.end.astimezone(PARIS).replace(tzinfo=None) - window.start.astimezone(
        PARIS
    ).replace(tzinfo=None)
    assert abs(shown - timedelta(hours=5)) == timedelta(hours=1)
