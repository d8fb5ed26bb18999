"""Test how two series become one, and how one gets other intervals."""

from datetime import timedelta

from hypothesis import given, strategies as st
import pytest

from custom_components.spot_planner.engine.errors import SeriesError
from custom_components.spot_planner.engine.series import (
    Component,
    Level,
    PriceInterval,
    PriceSeries,
)

from .helpers import HOUR, MINUTE, PROPERTY, QUARTER, at, interval, prices, series_of

EMPTY = PriceSeries("EUR")


def test_merge_puts_adjoining_series_together() -> None:
    """Today and tomorrow make two days, whichever comes first."""
    today, tomorrow = series_of(interval(0, 60, 0.1)), series_of(interval(60, 120, 0.2))
    both = series_of(*today, *tomorrow)
    assert today.merge(tomorrow) == both
    assert tomorrow.merge(today) == both


def test_newer_price_counts() -> None:
    """Where both know a price, the newer one replaces the older one."""
    assert prices(0.1, 0.2, 0.3).merge(prices(None, 0.9)) == prices(0.1, 0.9, 0.3)


def test_merge_keeps_the_rest_of_an_older_interval() -> None:
    """An older hour keeps what a newer quarter within it does not say."""
    older = series_of(interval(0, 60, 0.1))
    newer = series_of(interval(15, 30, 0.9))
    assert older.merge(newer) == series_of(
        interval(0, 15, 0.1), interval(15, 30, 0.9), interval(30, 60, 0.1)
    )
    assert newer.merge(older) == older


def test_gap_in_the_newer_series_takes_nothing_away() -> None:
    """A price that the newer answer leaves out stays known."""
    assert prices(0.1, 0.2, 0.3).merge(prices(0.7, None, 0.8)) == prices(0.7, 0.2, 0.8)


def test_gap_that_neither_fills_stays() -> None:
    """No price comes out of nothing."""
    assert prices(0.1, None).merge(prices(None, None, 0.3)) == prices(0.1, None, 0.3)


def test_merge_with_nothing_changes_nothing() -> None:
    """An empty series adds nothing."""
    series = prices(0.1, None, 0.3)
    assert series.merge(EMPTY) == series
    assert EMPTY.merge(series) == series
    assert EMPTY.merge(EMPTY) == EMPTY


def test_merge_refuses_another_currency() -> None:
    """Euro and crowns do not make one series."""
    with pytest.raises(SeriesError, match="DKK"):
        prices(0.1).merge(series_of(interval(0, 15, 1), currency="DKK"))


# No made-up series reaches beyond these minutes.
FIRST, LAST = -120, 840


@st.composite
def any_series(draw: st.DrawFn) -> PriceSeries:
    """Make up intervals of mixed lengths with gaps, on whole minutes."""
    position = draw(st.integers(-40, 40))
    intervals: list[PriceInterval] = []
    for _ in range(draw(st.integers(0, 6))):
        position += draw(st.sampled_from([0, 0, 0, 7, 60]))
        length = draw(st.sampled_from([1, 15, 30, 60]))
        price = draw(st.integers(-3, 9)) / 10
        intervals.append(interval(position, position + length, price))
        position += length
    return series_of(*intervals)


def by_minute(series: PriceSeries) -> dict[int, float]:
    """Return the price of every minute that has one."""
    found: dict[int, float] = {}
    for one in series:
        first, after = (one.start - at(0)) // MINUTE, (one.end - at(0)) // MINUTE
        found |= dict.fromkeys(range(first, after), one.price)
    return found


@PROPERTY
@given(older=any_series(), newer=any_series())
def test_merge_knows_at_every_minute_what_the_two_know(
    older: PriceSeries, newer: PriceSeries
) -> None:
    """Minute by minute, the newer price counts, else the older one."""
    assert by_minute(older.merge(newer)) == by_minute(older) | by_minute(newer)


@PROPERTY
@given(series=any_series(), start=st.integers(-60, 600), length=st.integers(1, 500))
def test_slice_and_gaps_share_a_stretch(
    series: PriceSeries, start: int, length: int
) -> None:
    """A slice has the known minutes of the stretch, and the gaps have the others."""
    first, last = at(start), at(start + length)
    stretch = range(start, start + length)
    expected = {m: p for m, p in by_minute(series).items() if m in stretch}
    assert by_minute(series.slice(first, last)) == expected
    missing = {
        minute
        for gap in series.gaps(first, last)
        for minute in range((gap.start - at(0)) // MINUTE, (gap.end - at(0)) // MINUTE)
    }
    assert missing == set(stretch) - set(expected)
    assert series.covers(first, last) is (not missing)


@PROPERTY
@given(series=any_series())
def test_at_finds_the_price_of_every_minute(series: PriceSeries) -> None:
    """A moment has the price of its interval, and none in a gap."""
    expected = by_minute(series)
    for minute in range(FIRST, LAST, 3):
        known = series.at(at(minute))
        assert (known and known.price) == expected.get(minute)


def test_hours_are_the_mean_of_their_quarters() -> None:
    """Longer intervals get time-weighted means."""
    series = prices(0.1, 0.2, 0.3, 0.4, -0.1, -0.1, 0.0, 0.0)
    hours = series.resample(HOUR)
    assert [(one.start, one.end) for one in hours] == [
        (at(0), at(60)),
        (at(60), at(120)),
    ]
    assert [one.price for one in hours] == pytest.approx([0.25, -0.05])


def test_mixed_lengths_count_by_their_length() -> None:
    """Forty-five minutes weigh three times as much as fifteen."""
    hours = series_of(interval(0, 45, 0.1), interval(45, 60, 0.5)).resample(HOUR)
    assert [one.price for one in hours] == pytest.approx([0.2])


def test_hour_that_is_not_wholly_known_stays_a_gap() -> None:
    """A mean of what happens to be known would be a wrong price."""
    series = prices(0.1, 0.1, None, 0.1, 0.2, 0.2, 0.2, 0.2, 0.3)
    assert series.resample(HOUR) == series_of(interval(60, 120, 0.2))


def test_quarters_of_an_hour_have_its_price() -> None:
    """Shorter intervals repeat the price."""
    series = series_of(interval(0, 60, 0.1), interval(60, 120, 0.2))
    assert series.resample(QUARTER) == prices(*[0.1] * 4, *[0.2] * 4)


def test_new_intervals_lie_on_full_hours_of_the_clock() -> None:
    """A series that begins at a quarter past has no mean for its first hour."""
    series = prices(*[0.1] * 3, *[0.2] * 4, start=at(15))
    assert series.resample(HOUR) == series_of(interval(60, 120, 0.2))


def test_resampling_to_the_same_length_changes_nothing() -> None:
    """Prices that fit are left as they are."""
    series = prices(0.1, None, 0.3)
    assert series.resample(QUARTER) == series
    assert EMPTY.resample(HOUR) == EMPTY


def test_components_are_averaged_too() -> None:
    """Components keep adding up; one that a part lacks is zero there."""
    series = series_of(
        interval(
            0, 45, 0.3, components=(Component("spot", 0.1), Component("vat", 0.2))
        ),
        interval(45, 60, 0.5, components=(Component("spot", 0.5),)),
    )
    (hour,) = series.resample(HOUR)
    assert hour.component("spot") == pytest.approx(0.2)
    assert hour.component("vat") == pytest.approx(0.15)
    assert sum(part.amount for part in hour.components) == pytest.approx(hour.price)


def test_one_estimated_part_makes_the_whole_estimated() -> None:
    """A mean is as sure as its least sure part."""
    series = series_of(interval(0, 30, 0.1, estimated=True), interval(30, 60, 0.1))
    assert [one.estimated for one in series.resample(HOUR)] == [True]


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ((Level.GREEN, Level.GREEN), Level.GREEN),
        ((Level.GREEN, Level.RED), None),
        ((Level.GREEN, None), None),
    ],
)
def test_colour_stays_where_all_parts_have_it(
    levels: tuple[Level | None, Level | None], expected: Level | None
) -> None:
    """A provider's colour for half an hour is none for the hour."""
    first, second = levels
    series = series_of(
        interval(0, 30, 0.1, provider_level=first),
        interval(30, 60, 0.2, provider_level=second),
    )
    assert [one.provider_level for one in series.resample(HOUR)] == [expected]


@PROPERTY
@given(series=any_series(), length=st.sampled_from([5, 15, 30, 60, 120]))
def test_resampled_price_is_the_mean_of_its_minutes(
    series: PriceSeries, length: int
) -> None:
    """Each new interval is on the grid, wholly known, and the mean of its minutes."""
    resampled = series.resample(timedelta(minutes=length))
    known = by_minute(series)
    expected = {}
    for first in range(FIRST, LAST, length):
        found = [known[m] for m in range(first, first + length) if m in known]
        if len(found) == length:
            expected[first] = sum(found) / length
    assert [(one.start - at(0)) // MINUTE for one in resampled] == list(expected)
    assert [one.price for one in resampled] == pytest.approx(list(expected.values()))
    assert {one.duration for one in resampled} <= {timedelta(minutes=length)}
