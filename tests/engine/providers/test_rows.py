"""Test how rows of any vendor become intervals."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import inf, nan

from hypothesis import given, strategies as st
import pytest

from custom_components.spot_planner.engine.providers.errors import MalformedError
from custom_components.spot_planner.engine.providers.rows import (
    PricePoint,
    close_intervals,
    close_points,
    number,
    rows_of,
    utc,
)
from custom_components.spot_planner.engine.series import (
    Component,
    PriceInterval,
    PriceSeries,
)
from custom_components.spot_planner.engine.time_range import day_range

from ..helpers import DAY, HOUR, PARIS, PROPERTY, QUARTER, interval, paris


def point(start: datetime, price: float = 0.1) -> PricePoint:
    """Return a price that holds from a moment on."""
    return PricePoint(start, price, (Component("spot", price),))


def close(*points: PricePoint) -> tuple[PriceInterval, ...]:
    """Return the points as intervals by the days of Paris."""
    return close_points(points, PARIS, QUARTER)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-10-24T00:00:00+02:00", datetime(2025, 10, 23, 22, tzinfo=UTC)),
        ("2026-02-20T00:00:00+01:00", datetime(2026, 2, 19, 23, tzinfo=UTC)),
        ("2026-02-20T00:00:00Z", datetime(2026, 2, 20, tzinfo=UTC)),
        ("2026-02-20T00:00:00.000Z", datetime(2026, 2, 20, tzinfo=UTC)),
        ("2026-02-20T00:00-03:30", datetime(2026, 2, 20, 3, 30, tzinfo=UTC)),
    ],
)
def test_timestamp_is_read_as_utc(text: str, expected: datetime) -> None:
    """The offset says which moment is meant."""
    moment = utc(text, "row 0")
    assert moment == expected
    assert moment.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "2026-10-25T02:30:00",
        "2026-10-25",
        "20261025",
        "soon",
        "",
        None,
        0,
        1_760_000_000,
        True,
        ["2026-10-25T02:30:00+02:00"],
        {"at": "2026-10-25T02:30:00+02:00"},
        "2026-13-01T00:00:00+01:00",
        "2026-03-01T24:30:00+01:00",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
        "1900-01-01T00:00:00+01:00",
        "2300-01-01T00:00:00+01:00",
    ],
)
def test_what_is_no_moment_is_refused(text: object) -> None:
    """A time without an offset could be either of two, and others are no times."""
    with pytest.raises(MalformedError, match="row 7"):
        utc(text, "row 7")


@pytest.mark.parametrize(
    ("value", "expected"),
    [(1, 1.0), (0, 0.0), (-3, -3.0), (-1e-05, -0.00001), (0.2, 0.2)],
)
def test_numbers_are_read(value: float, expected: float) -> None:
    """Integers, zero, negative numbers and exponents are numbers."""
    found = number({"price": value}, "price", "row 0")
    assert found == expected
    assert isinstance(found, float)


@pytest.mark.parametrize(
    "value",
    [None, "0.2", "", True, nan, inf, -inf, 10**400, 1e300, -1e6, 10**6, [0.2], {}],
)
def test_what_is_no_number_is_refused(value: object) -> None:
    """The error names the row and the field, and not what was in it."""
    with pytest.raises(MalformedError, match=r"row 7 .* price"):
        number({"price": value}, "price", "row 7")


def test_missing_number_is_refused() -> None:
    """A missing price is never zero."""
    with pytest.raises(MalformedError, match="row 7"):
        number({"other": 0.2}, "price", "row 7")


@pytest.mark.parametrize("length", [QUARTER, 2 * QUARTER, HOUR])
@pytest.mark.parametrize("day", ["2026-04-15", "2026-03-29", "2026-10-25"])
def test_length_comes_from_the_data(day: str, length: timedelta) -> None:
    """A day of whatever intervals is known from its first moment to its last."""
    stretch = day_range(datetime.fromisoformat(day).date(), PARIS)
    count = stretch.duration // length
    intervals = close(*[point(stretch.start + n * length) for n in range(count)])
    assert [one.start for one in intervals] == [
        stretch.start + n * length for n in range(count)
    ]
    assert {one.duration for one in intervals} == {length}
    assert intervals[-1].end == stretch.end


def test_order_of_rows_does_not_matter() -> None:
    """Intervals come in time order."""
    start = paris("2026-04-15T00:00")
    rows = [point(start + n * QUARTER, n / 10) for n in range(8)]
    assert close(*rows[1::2], *rows[::2]) == close(*rows)
    assert [one.price for one in close(*rows)] == [n / 10 for n in range(8)]


def test_components_come_along() -> None:
    """An interval has the components of its row."""
    (one,) = close(point(paris("2026-04-15T00:00"), 0.3))
    assert one.components == (Component("spot", 0.3),)


def test_missing_row_stays_a_gap() -> None:
    """The price before it does not hold for longer than it should."""
    start = paris("2026-04-15T00:00")
    intervals = close(*[point(start + n * QUARTER) for n in (0, 1, 3, 4, 9)])
    assert {one.duration for one in intervals} == {QUARTER}
    assert [(one.start - start) // QUARTER for one in intervals] == [0, 1, 3, 4, 9]


def test_row_that_is_there_twice_counts_once() -> None:
    """The same price for the same time is no contradiction."""
    start = paris("2026-04-15T00:00")
    rows = [point(start), point(start), point(start + QUARTER)]
    assert len(close(*rows)) == 2


@pytest.mark.parametrize(
    "other",
    [
        PricePoint(paris("2026-04-15T00:00"), 0.2, (Component("spot", 0.1),)),
        PricePoint(paris("2026-04-15T00:00"), 0.1, (Component("spot", 0.2),)),
    ],
    ids=["price", "component"],
)
def test_two_prices_for_one_time_are_refused(other: PricePoint) -> None:
    """Nobody knows which of them is true."""
    first = point(paris("2026-04-15T00:00"))
    with pytest.raises(MalformedError, match="two prices"):
        close(first, point(first.start + QUARTER), other)


def test_single_row_has_the_usual_length() -> None:
    """Without a neighbour, nothing else tells its length."""
    (one,) = close(point(paris("2026-04-15T00:00")))
    assert one.duration == QUARTER


def test_first_row_of_the_next_day_lasts_no_longer_than_the_usual_length() -> None:
    """An inclusive end adds one row, which must not claim more than it says."""
    start = paris("2026-04-15T00:00")
    intervals = close(*[point(start + n * QUARTER) for n in range(97)])
    assert len(intervals) == 97
    assert intervals[-1].end == start + DAY + QUARTER


def test_days_of_different_lengths_adjoin() -> None:
    """The last hour of one day ends where the first quarter of the next begins."""
    start = paris("2025-09-30T00:00")
    hours = [point(start + n * HOUR) for n in range(24)]
    quarters = [point(start + DAY + n * QUARTER) for n in range(96)]
    intervals = close(*hours, *quarters)
    assert [one.duration for one in intervals] == [HOUR] * 24 + [QUARTER] * 96
    assert all(before.end == after.start for before, after in pairwise(intervals))


def test_long_last_row_does_not_reach_into_the_next_day() -> None:
    """Where the rows of a day are too far apart, the next day cuts the last one."""
    start = paris("2026-04-15T00:00")
    rows = [point(start), point(start + 13 * HOUR), point(start + DAY)]
    assert [(one.start, one.end) for one in close(*rows)] == [
        (start, start + 13 * HOUR),
        (start + 13 * HOUR, start + DAY),
        (start + DAY, start + DAY + QUARTER),
    ]


def test_no_rows_are_no_intervals() -> None:
    """Nothing comes of nothing."""
    assert close() == ()


@PROPERTY
@given(
    slots=st.sets(st.integers(0, 400), min_size=1, max_size=120),
    length=st.sampled_from([QUARTER, 2 * QUARTER, HOUR]),
)
def test_any_rows_make_a_series(slots: set[int], length: timedelta) -> None:
    """Starts stay as they are, and no interval reaches into another."""
    start = paris("2026-10-24T00:00")
    intervals = close(*[point(start + n * length) for n in slots])
    assert [one.start for one in intervals] == [
        start + n * length for n in sorted(slots)
    ]
    for before, after in pairwise(intervals):
        assert before.start < before.end <= after.start


ROWS = [{"a": 1}, {}]


@pytest.mark.parametrize(
    ("document", "keys"),
    [
        (ROWS, ()),
        ({"rows": ROWS}, ("rows",)),
        ({"data": ROWS, "other": 5}, ("prices", "data")),
        # The first key that is there decides.
        ({"data": ROWS, "prices": []}, ("data", "prices")),
    ],
)
def test_rows_are_found(document: object, keys: tuple[str, ...]) -> None:
    """They are the document itself, or stand below one of its keys."""
    assert rows_of(document, *keys) == ROWS
    assert rows_of([]) == []


@pytest.mark.parametrize(
    ("document", "keys"),
    [
        (None, ()),
        ({}, ()),
        ({"rows": ROWS}, ()),
        ("rows", ()),
        (None, ("rows",)),
        (ROWS, ("rows",)),
        ("rows", ("rows",)),
        ({}, ("rows",)),
        ({"data": ROWS}, ("rows",)),
        ({"rows": None}, ("rows",)),
        ({"rows": {"0": {}}}, ("rows",)),
        ({"rows": None, "data": ROWS}, ("rows", "data")),
    ],
)
def test_no_list_of_rows(document: object, keys: tuple[str, ...]) -> None:
    """It is no answer that could be read."""
    with pytest.raises(MalformedError, match="no list"):
        rows_of(document, *keys)


@pytest.mark.parametrize("row", [None, 5, "row", True, [], [{}]])
def test_row_that_is_no_object(row: object) -> None:
    """The error names the place, and not what was in it."""
    with pytest.raises(MalformedError, match="row 2"):
        rows_of([{}, {}, row])


def test_intervals_become_a_series() -> None:
    """In time order, of any length, and with gaps where there are some."""
    first, second, third = (
        interval(0, 15, 0.1),
        interval(15, 1455, -0.2, estimated=True),
        interval(1500, 1501, 0.3),
    )
    series = close_intervals("DKK", [third, first, second, first])
    assert series == PriceSeries("DKK", (first, second, third))
    assert close_intervals("EUR", []) == PriceSeries("EUR")


@pytest.mark.parametrize(
    "other",
    [
        interval(0, 15, 0.2),
        interval(0, 15, 0.1, estimated=True),
        interval(0, 15, 0.1, components=(Component("spot", 0.1),)),
        interval(0, 30, 0.1),
        interval(5, 10, 0.1),
        interval(-5, 1, 0.1),
        interval(14.9, 30, 0.1),
        # One that has no length, ends before it begins, or has no price.
        interval(20, 20, 0.1),
        interval(30, 20, 0.1),
        interval(15, 30, nan),
        interval(15, 30, inf),
        interval(15, 30, 1e6),
    ],
)
def test_intervals_that_are_no_series(other: PriceInterval) -> None:
    """Nobody knows which of two prices is true, so neither is taken."""
    good = interval(0, 15, 0.1)
    for rows in ([good, other], [other, good]):
        with pytest.raises(MalformedError):
            close_intervals("EUR", rows)
