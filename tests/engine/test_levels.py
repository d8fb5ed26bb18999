"""Test which prices are low and which are high for their day."""

from fractions import Fraction
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.spot_planner.engine.levels import (
    DayRanking,
    LevelMethod,
    LevelRule,
    levels,
)
from custom_components.spot_planner.engine.series import (
    Level,
    PriceInterval,
    PriceSeries,
)

from .helpers import HOUR, PARIS, PROPERTY, interval, paris, prices, series_of, utc

LONDON = ZoneInfo("Europe/London")
GREEN, YELLOW, RED = Level.GREEN, Level.YELLOW, Level.RED


def colours(
    series: PriceSeries, rule: LevelRule | None = None, zone: ZoneInfo = PARIS
) -> list[Level | None]:
    """Return the levels of a series, in time order."""
    found = list(levels(series, rule or LevelRule(), zone))
    assert [one for one, _ in found] == list(series)
    return [level for _, level in found]


def test_rank_is_the_share_that_is_strictly_cheaper() -> None:
    """The cheapest has 0, and equal prices share a rank."""
    day = DayRanking(prices(0.4, 0.1, 0.1, 0.2, 0.3))
    ranks = [day.rank(price) for price in (0.1, 0.2, 0.3, 0.4)]
    assert ranks == pytest.approx([0, 40, 60, 80])


def test_rank_of_zero_and_negative_prices() -> None:
    """Zero and negative prices are prices like others."""
    day = DayRanking(prices(0.1, 0.0, -0.2, 0.0))
    ranks = [day.rank(price) for price in (-0.2, 0.0, 0.1)]
    assert ranks == pytest.approx([0, 25, 75])


def test_rank_weighs_intervals_by_their_length() -> None:
    """A cheap hour is as much of the day as four cheap quarters."""
    day = DayRanking(
        series_of(interval(0, 60, 0.1), interval(60, 75, 0.2), interval(75, 100, 0.3))
    )
    assert day.rank(0.2) == pytest.approx(60)
    assert day.rank(0.3) == pytest.approx(75)


def test_rank_of_a_price_from_elsewhere() -> None:
    """A price need not be of the day that it is compared with."""
    day = DayRanking(prices(0.1, 0.2))
    assert [day.rank(price) for price in (0.05, 0.15, 0.9)] == [0, 50, 100]


def test_day_without_prices_has_no_high_ones() -> None:
    """Nothing is cheaper than a price when nothing is known, and nothing is red."""
    nothing = DayRanking(PriceSeries("EUR"))
    assert nothing.rank(0.2) == 0
    assert nothing.level(0.2) is YELLOW


@pytest.mark.parametrize(
    ("count", "green", "yellow", "red"),
    [
        # A rank is 100 × place / count: green below 100/3, red from 200/3 on.
        (96, 32, 32, 32),
        (92, 31, 31, 30),
        (100, 34, 33, 33),
        (24, 8, 8, 8),
        (23, 8, 8, 7),
        (25, 9, 8, 8),
        (3, 1, 1, 1),
    ],
)
def test_thirds_of_the_day(count: int, green: int, yellow: int, red: int) -> None:
    """The borders of the colours are exact: a rank of 200/3 itself is red."""
    day = DayRanking(prices(*[place / 10 for place in range(1, count + 1)]))
    found = [day.level(place / 10) for place in range(1, count + 1)]
    assert found == [GREEN] * green + [YELLOW] * yellow + [RED] * red


def test_flat_day_is_yellow() -> None:
    """Prices a few per cent apart are not worth waiting for."""
    assert colours(prices(0.200, 0.205, 0.210, 0.215)) == [YELLOW] * 4
    assert colours(prices(*[0.2] * 5)) == [YELLOW] * 5


@pytest.mark.parametrize(
    ("half", "flat"),
    [(0.49, True), (0.499, True), (0.5, False), (0.51, False)],
)
@pytest.mark.parametrize("mean", [10, -10])
def test_flat_means_closer_than_a_tenth_of_the_mean(
    mean: float, half: float, flat: bool
) -> None:
    """The spread is compared with the mean in absolute value; equal is not closer."""
    day = prices(*[mean - half] * 5, *[mean + half] * 5)
    assert DayRanking(day).is_flat is flat


def test_rare_peaks_do_not_make_a_day_uneven() -> None:
    """What lies beyond the 10th and the 90th percentile does not count."""
    peaks = [0.01, *[0.2] * 38, 0.9]
    day = DayRanking(prices(*peaks))
    assert day.is_flat
    assert {day.level(price) for price in peaks} == {YELLOW}


def test_percentiles_weigh_by_length() -> None:
    """One dear interval that lasts a fifth of the day makes the day uneven."""
    long = series_of(interval(0, 80, 0.2), interval(80, 100, 0.4))
    short = series_of(interval(0, 95, 0.2), interval(95, 100, 0.4))
    assert not DayRanking(long).is_flat
    assert DayRanking(short).is_flat


def test_negative_price_is_green() -> None:
    """Who is paid for using power should use it, whatever the rank."""
    day = DayRanking(prices(-0.05, -0.01, -0.02, 0.1))
    assert [day.level(price) for price in (-0.05, -0.02, -0.01)] == [GREEN] * 3
    assert day.level(0.1) is RED


def test_negative_price_is_green_on_a_flat_day() -> None:
    """The rule for negative prices comes before the one for flat days."""
    assert colours(prices(-0.2, -0.2, -0.2)) == [GREEN] * 3


def test_zero_is_not_negative() -> None:
    """Zero is a price like others: the dearest of a day below zero is red."""
    assert DayRanking(prices(-0.3, -0.2, 0.0)).level(0.0) is RED


def test_fixed_thresholds() -> None:
    """Green is below one threshold, red above the other, and each is yellow itself."""
    rule = LevelRule(LevelMethod.FIXED, green_below=0.1, red_above=0.2)
    series = prices(-0.1, 0.0999, 0.1, 0.15, 0.2, 0.2001)
    assert colours(series, rule) == [GREEN, GREEN, YELLOW, YELLOW, YELLOW, RED]


def test_fixed_without_a_threshold_has_no_such_colour() -> None:
    """What the user did not give colours nothing."""
    series = prices(-0.1, 0.1, 0.9)
    only_green = LevelRule(LevelMethod.FIXED, green_below=0.0)
    only_red = LevelRule(LevelMethod.FIXED, red_above=0.2)
    assert colours(series, LevelRule(LevelMethod.FIXED)) == [YELLOW] * 3
    assert colours(series, only_green) == [GREEN, YELLOW, YELLOW]
    assert colours(series, only_red) == [YELLOW, YELLOW, RED]


def test_threshold_of_zero_is_a_threshold() -> None:
    """Zero is a number that a user may give."""
    rule = LevelRule(LevelMethod.FIXED, green_below=0.0, red_above=0.0)
    assert colours(prices(-0.1, 0.0, 0.1), rule) == [GREEN, YELLOW, RED]


COLOURED = series_of(
    interval(0, 15, 0.1, provider_level=RED),
    interval(15, 30, 0.2, provider_level=GREEN),
    interval(30, 45, 0.3),
    interval(45, 60, -0.1, provider_level=YELLOW),
)


def test_provider_levels_are_taken_as_they_are() -> None:
    """The provider's colours count, and where it gives none there is none."""
    rule = LevelRule(LevelMethod.PROVIDER)
    assert colours(COLOURED, rule) == [RED, GREEN, None, YELLOW]


def test_auto_takes_the_provider_else_the_day() -> None:
    """Where the provider gives no colour, the day does."""
    assert colours(COLOURED) == [RED, GREEN, RED, YELLOW]
    assert LevelRule().method is LevelMethod.AUTO


def test_relative_leaves_the_provider_aside() -> None:
    """The day alone decides."""
    rule = LevelRule(LevelMethod.RELATIVE)
    assert colours(COLOURED, rule) == [GREEN, YELLOW, RED, GREEN]


def test_each_local_day_is_ranked_by_itself() -> None:
    """What is dear today may be cheap tomorrow."""
    today = prices(0.1, 0.2, 0.3, start=paris("2026-04-15T21:00"), length=HOUR)
    tomorrow = prices(0.3, 0.4, 0.5, start=paris("2026-04-16T00:00"), length=HOUR)
    assert colours(today.merge(tomorrow)) == [GREEN, YELLOW, RED] * 2


def test_days_are_those_of_the_zone() -> None:
    """The same six hours fall into other days elsewhere."""
    hours = prices(
        0.1, 0.2, 0.3, 0.4, 0.5, 0.6, start=utc("2026-04-15T21:00"), length=HOUR
    )
    assert colours(hours, zone=PARIS) == [YELLOW, GREEN, GREEN, YELLOW, YELLOW, RED]
    assert colours(hours, zone=LONDON) == [GREEN, YELLOW, GREEN, GREEN, YELLOW, RED]


def test_interval_over_midnight_counts_in_both_days() -> None:
    """It has the level of the day in which it starts; each day counts its own part."""

    def hours(first: str, last: str, price: float) -> PriceInterval:
        return PriceInterval(paris(first), paris(last), price)

    series = series_of(
        hours("2026-04-15T21:00", "2026-04-15T22:00", 0.1),
        hours("2026-04-15T22:00", "2026-04-15T23:00", 0.2),
        hours("2026-04-15T23:00", "2026-04-16T01:00", 0.9),
        hours("2026-04-16T01:00", "2026-04-16T02:00", 0.5),
        hours("2026-04-16T02:00", "2026-04-16T03:00", 0.6),
        hours("2026-04-16T03:00", "2026-04-16T04:00", 0.7),
    )
    # The ranks of the first day are 0, 33 and 67, those of the second 0, 25 and 50.
    assert colours(series) == [GREEN, YELLOW, RED, GREEN, GREEN, YELLOW]


@pytest.mark.parametrize(
    ("day", "slots"), [("2026-03-29", 92), ("2026-10-25", 100), ("2026-04-15", 96)]
)
def test_day_of_the_clock_change_is_one_day(day: str, slots: int) -> None:
    """The day has 92 or 100 quarter-hours, and its ranks count all of them."""
    series = prices(*[n / 100 for n in range(1, slots + 1)], start=paris(day))
    found = colours(series)
    assert found.count(GREEN) == -(-slots // 3)
    # Prices rise through the day, and so do the colours.
    order: list[Level | None] = [GREEN, YELLOW, RED]
    assert found == sorted(found, key=order.index)


def plain_level(series: PriceSeries, price: float) -> Level:
    """Return the relative level by the words of the design, in exact numbers."""
    lengths = [Fraction(int(one.duration.total_seconds())) for one in series]
    exact = [Fraction(one.price) for one in series]
    total = sum(lengths)
    if price < 0:
        return GREEN

    def percentile(share: Fraction) -> Fraction:
        for candidate in sorted(exact):
            below = sum(
                length
                for length, one in zip(lengths, exact, strict=True)
                if one <= candidate
            )
            if below >= share * total:
                return candidate
        raise AssertionError

    mean = sum(a * b for a, b in zip(exact, lengths, strict=True)) / total
    spread = percentile(Fraction(9, 10)) - percentile(Fraction(1, 10))
    if spread < abs(mean) / 10:
        return YELLOW
    cheaper = sum(
        length for length, one in zip(lengths, exact, strict=True) if one < price
    )
    rank = 100 * cheaper / total
    if rank < Fraction(100, 3):
        return GREEN
    return RED if rank >= Fraction(200, 3) else YELLOW


@PROPERTY
@given(
    rows=st.lists(
        # Sixteenths are exact in a float, so the two ways of counting cannot differ.
        st.tuples(st.integers(-4, 40), st.sampled_from([15, 15, 30, 60])),
        min_size=1,
        max_size=14,
    )
)
def test_relative_level_is_what_its_definition_says(
    rows: list[tuple[int, int]],
) -> None:
    """Ranks, flat days and negative prices, with mixed lengths."""
    position, day = 0, []
    for price, length in rows:
        day.append(interval(position, position + length, price / 16))
        position += length
    series = series_of(*day)
    ranking = DayRanking(series)
    for one in series:
        assert ranking.level(one.price) is plain_level(series, one.price)
