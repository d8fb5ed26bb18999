"""Test the cheapest and the dearest window."""

from datetime import timedelta

import pytest

from custom_components.spot_planner.engine.errors import InputError
from custom_components.spot_planner.engine.planning.windows import (
    Window,
    cheapest_window,
    dearest_window,
    window_at,
)
from custom_components.spot_planner.engine.series import PriceSeries

from ..helpers import MINUTE, PARIS, QUARTER, at, interval, prices, series_of

V_SHAPE = prices(0.4, 0.3, 0.1, 0.2, 0.5)


def minutes(window: Window | None) -> tuple[float, float] | None:
    """Return start and end in minutes after the usual start."""
    if window is None:
        return None
    return (window.start - at(0)) / MINUTE, (window.end - at(0)) / MINUTE


@pytest.mark.parametrize(
    ("duration", "window", "average"),
    [
        (15, (30, 45), 0.1),
        (1, (30, 31), 0.1),
        (30, (30, 60), 0.15),
        # Twenty minutes: the cheapest quarter and five minutes of the next best.
        (20, (30, 50), (15 * 0.1 + 5 * 0.2) / 20),
        (45, (15, 60), 0.2),
        # Fifty minutes end at the border before the dearest quarter.
        (50, (10, 60), (5 * 0.4 + 15 * 0.3 + 15 * 0.1 + 15 * 0.2) / 50),
        (75, (0, 75), 0.3),
    ],
)
def test_cheapest_window_of_any_duration(
    duration: int, window: tuple[int, int], average: float
) -> None:
    """The window starts anywhere, not only where a price begins."""
    found = cheapest_window(V_SHAPE, duration * MINUTE)
    assert found
    assert minutes(found) == window
    assert found.duration == duration * MINUTE
    assert found.average_price == pytest.approx(average)


@pytest.mark.parametrize(
    ("duration", "window", "average"),
    [
        (15, (60, 75), 0.5),
        (20, (55, 75), (5 * 0.2 + 15 * 0.5) / 20),
        (30, (0, 30), 0.35),
        (35, (0, 35), (15 * 0.4 + 15 * 0.3 + 5 * 0.1) / 35),
    ],
)
def test_dearest_window(duration: int, window: tuple[int, int], average: float) -> None:
    """The same search finds the time to avoid; of equally dear ones the earliest."""
    found = dearest_window(V_SHAPE, duration * MINUTE)
    assert found
    assert minutes(found) == window
    assert found.average_price == pytest.approx(average)


@pytest.mark.parametrize(
    ("earliest", "latest", "window"),
    [
        (0, 75, (30, 50)),
        (30, 50, (30, 50)),
        (31, 75, (31, 51)),
        (33.5, 75, (33.5, 53.5)),
        (0, 49, (29, 49)),
        (0, 31.25, (11.25, 31.25)),
        (-60, 300, (30, 50)),
        (31, 50, None),
        (60, 75, None),
        (75, 100, None),
        (-60, 0, None),
        (50, 30, None),
    ],
)
def test_window_keeps_to_its_limits(
    earliest: float, latest: float, window: tuple[float, float] | None
) -> None:
    """It starts at the earliest start or later, and ends at the latest end or before."""
    found = cheapest_window(V_SHAPE, 20 * MINUTE, at(earliest), at(latest))
    assert minutes(found) == window


def test_limits_may_be_local_times() -> None:
    """A limit is a moment, whatever zone tells it; the window is in UTC."""
    found = cheapest_window(
        V_SHAPE, QUARTER, at(31).astimezone(PARIS), at(46).astimezone(PARIS)
    )
    assert found
    assert minutes(found) == (31, 46)
    assert found.start.tzinfo is at(0).tzinfo


def test_each_limit_may_be_left_out() -> None:
    """Without an earliest start or a latest end, the known prices are the limit."""
    assert minutes(cheapest_window(V_SHAPE, QUARTER, latest=at(30))) == (15, 30)
    assert minutes(cheapest_window(V_SHAPE, QUARTER, earliest=at(45))) == (45, 60)


@pytest.mark.parametrize("seconds", [1, 59, 61, 0.5])
def test_duration_need_not_be_whole_minutes(seconds: float) -> None:
    """Any time above zero is a duration."""
    found = cheapest_window(V_SHAPE, timedelta(seconds=seconds))
    assert found
    assert minutes(found) == pytest.approx((30, 30 + seconds / 60))


def test_earliest_of_equally_cheap_windows() -> None:
    """It is the earliest one, on one stretch and over several."""
    series = prices(0.3, 0.1, 0.1, 0.3, None, 0.1, 0.1, 0.1)
    assert minutes(cheapest_window(series, QUARTER)) == (15, 30)
    assert minutes(cheapest_window(series, 20 * MINUTE)) == (15, 35)
    assert minutes(cheapest_window(series, 30 * MINUTE)) == (15, 45)
    assert minutes(cheapest_window(series, 20 * MINUTE, at(20))) == (20, 40)
    assert minutes(cheapest_window(series, 30 * MINUTE, at(20))) == (75, 105)
    assert minutes(dearest_window(series, QUARTER)) == (0, 15)


@pytest.mark.parametrize("duration", [20, 60, 90])
def test_earliest_start_counts_to_the_microsecond(duration: int) -> None:
    """With one price for the whole day, the cheapest window starts as early as it may."""
    flat = prices(*[0.2] * 96)
    for number in range(200):
        earliest = at(7.3 * number) + timedelta(microseconds=7919 * number + 1)
        window = cheapest_window(flat, duration * MINUTE, earliest)
        limit = at(24 * 60 - duration)
        if earliest <= limit:
            assert window
            assert window.start == earliest
        else:
            assert window is None


@pytest.mark.parametrize("microseconds", [0, 1, 333_333])
def test_window_that_just_fits_is_found(microseconds: int) -> None:
    """Where the limits leave exactly the duration, there is one window."""
    flat = prices(*[0.2] * 96)
    duration = timedelta(minutes=20, microseconds=microseconds)
    for number in range(200):
        earliest = at(5.3 * number) + timedelta(microseconds=7919 * number + 1)
        latest = earliest + duration
        window = cheapest_window(flat, duration, earliest, latest)
        assert window
        assert (window.start, window.end) == (earliest, latest)


def test_window_never_spans_a_gap() -> None:
    """Nobody knows what a missing price is, however cheap its neighbours are."""
    series = prices(0.1, None, 0.1, 0.5, 0.5)
    assert minutes(cheapest_window(series, QUARTER)) == (0, 15)
    assert minutes(cheapest_window(series, 30 * MINUTE)) == (30, 60)
    assert minutes(cheapest_window(series, 45 * MINUTE)) == (30, 75)
    assert cheapest_window(series, 46 * MINUTE) is None


def test_shortest_gap_is_one() -> None:
    """A second without a price is enough."""
    series = series_of(interval(0, 15, 0.1), interval(15 + 1 / 60, 30, 0.1))
    assert cheapest_window(series, 16 * MINUTE) is None
    assert minutes(cheapest_window(series, QUARTER)) == (0, 15)


def test_no_window_fits() -> None:
    """None says that there is none."""
    assert cheapest_window(V_SHAPE, 76 * MINUTE) is None
    assert dearest_window(V_SHAPE, 76 * MINUTE) is None
    assert cheapest_window(PriceSeries("EUR"), MINUTE) is None


@pytest.mark.parametrize("search", [cheapest_window, dearest_window])
@pytest.mark.parametrize("seconds", [0, -1, -3600])
def test_duration_not_above_zero_is_an_error(search: object, seconds: int) -> None:
    """The error names the field."""
    assert callable(search)
    with pytest.raises(InputError) as refused:
        search(V_SHAPE, timedelta(seconds=seconds))
    assert refused.value.field == "duration"
    assert refused.value.reason == "duration_not_positive"


def test_zero_and_negative_prices_are_sought_like_others() -> None:
    """Being paid is cheaper than free, and free is cheaper than paying."""
    series = prices(0.0, 0.1, -0.1, -0.2, 0.05)
    found = cheapest_window(series, 30 * MINUTE)
    assert found
    assert minutes(found) == (30, 60)
    assert found.average_price == pytest.approx(-0.15)
    assert minutes(cheapest_window(series, QUARTER, latest=at(30))) == (0, 15)


def test_window_contains_its_start_and_not_its_end() -> None:
    """A window is half-open."""
    window = Window(at(0), at(20), 0.1)
    assert at(0) in window
    assert at(19.99) in window
    assert at(20) not in window
    assert at(-0.01) not in window


def test_window_at_a_moment() -> None:
    """The price of a window that is already chosen, cutting where it must."""
    found = window_at(V_SHAPE, at(20), 20 * MINUTE)
    assert found
    assert minutes(found) == (20, 40)
    assert found.average_price == pytest.approx((10 * 0.3 + 10 * 0.1) / 20)


@pytest.mark.parametrize("start", [-1, 56, 75, 200])
def test_no_window_where_a_price_is_missing(start: float) -> None:
    """It has no price when one of its moments has none."""
    assert window_at(V_SHAPE, at(start), 20 * MINUTE) is None


def test_no_window_across_a_gap() -> None:
    """A gap within is a missing price too."""
    series = prices(0.1, None, 0.3)
    assert window_at(series, at(10), 25 * MINUTE) is None
    assert window_at(PriceSeries("EUR"), at(0), MINUTE) is None


@pytest.mark.parametrize("excess", [0, 1, 2, 1000])
def test_window_longer_than_all_prices_by_a_hair(excess: int) -> None:
    """A duration that is hardly too long is found or not, but never a fault."""
    series = prices(*[0.1] * 8)
    duration = timedelta(hours=2, microseconds=excess)
    window = cheapest_window(series, duration)
    assert window is None or window.duration == duration
    assert (window is None) is (excess > 1)
