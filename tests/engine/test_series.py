"""Test price intervals and what a series of them says about time."""

from datetime import UTC, datetime, timedelta, timezone
from math import inf, nan
from zoneinfo import ZoneInfo

import pytest

from custom_components.spot_planner.engine.errors import InputError, SeriesError
from custom_components.spot_planner.engine.series import (
    Component,
    PriceInterval,
    PriceSeries,
)
from custom_components.spot_planner.engine.time_range import TimeRange

from .helpers import HOUR, QUARTER, START, at, interval, prices, series_of

EMPTY = PriceSeries("EUR")


def test_interval_contains_its_start_and_not_its_end() -> None:
    """An interval is half-open, so that each moment has one price."""
    one = interval(0, 15, 0.2)
    assert at(0) in one
    assert at(14.999) in one
    assert at(15) not in one
    assert at(-0.001) not in one
    assert one.duration == QUARTER


def test_interval_finds_a_component_by_name() -> None:
    """A component that is zero is there, one that is missing is not."""
    one = interval(0, 15, 0.2, components=(Component("spot", 0.2), Component("vat", 0)))
    assert one.component("spot") == 0.2
    assert one.component("vat") == 0
    assert one.component("grid") is None


@pytest.mark.parametrize(
    "zone",
    [None, ZoneInfo("Europe/Paris"), ZoneInfo("UTC"), timezone(timedelta(hours=1))],
)
def test_series_refuses_what_is_not_in_utc(zone: ZoneInfo | None) -> None:
    """Inside, all time is UTC and aware, at both ends of an interval."""
    start = datetime(2026, 4, 15, tzinfo=zone)
    right = datetime(2026, 4, 15, tzinfo=UTC)
    with pytest.raises(SeriesError, match="not in UTC"):
        series_of(PriceInterval(start, start + QUARTER, 0.2))
    with pytest.raises(SeriesError, match="not in UTC"):
        series_of(PriceInterval(right, start + 2 * QUARTER, 0.2))


@pytest.mark.parametrize("end", [0, -15])
def test_series_refuses_an_interval_without_length(end: float) -> None:
    """An interval ends after it starts."""
    with pytest.raises(SeriesError, match="no length"):
        series_of(interval(0, end, 0.2))


@pytest.mark.parametrize("price", [nan, inf, -inf, 1e300, -1e300, 1e6, -1e6])
def test_series_refuses_what_is_no_price(price: float) -> None:
    """A price is a number, and no currency has one of a million per kWh."""
    with pytest.raises(SeriesError, match="no price"):
        prices(0.1, price)


@pytest.mark.parametrize(
    "second",
    [(14, 30), (0, 15), (-15, 0), (5, 10)],
    ids=["overlapping", "the same", "unordered", "inside"],
)
def test_series_refuses_intervals_out_of_order(second: tuple[float, float]) -> None:
    """Intervals are ordered and do not overlap."""
    with pytest.raises(SeriesError, match="overlaps"):
        series_of(interval(0, 15, 0.1), interval(*second, 0.2))


def test_zero_and_negative_are_prices() -> None:
    """A price of zero is known, and so is one below."""
    series = prices(0.0, -0.05)
    assert [one.price for one in series] == [0, -0.05]
    assert series.covers(at(0), at(30))
    assert series.average() == pytest.approx(-0.025)


def test_series_knows_its_start_end_and_number() -> None:
    """A series reaches from its first start to its last end, gaps or not."""
    series = prices(0.1, None, 0.3)
    assert (series.start, series.end, len(series)) == (at(0), at(45), 2)
    assert (EMPTY.start, EMPTY.end, len(EMPTY)) == (None, None, 0)


def test_at_finds_the_price_that_holds() -> None:
    """Each moment has the price of its interval; a gap and the outside have none."""
    series = prices(0.1, None, 0.3)
    found = {minute: series.at(at(minute)) for minute in (-1, 0, 14.9, 15, 29, 30, 45)}
    assert {minute: one and one.price for minute, one in found.items()} == {
        -1: None,
        0: 0.1,
        14.9: 0.1,
        15: None,
        29: None,
        30: 0.3,
        45: None,
    }
    assert EMPTY.at(START) is None


def test_slice_cuts_intervals_at_its_edges() -> None:
    """What lies partly outside is cut; all else of the interval stays."""
    parts = (Component("spot", 0.2),)
    series = series_of(
        interval(0, 60, 0.2, components=parts, estimated=True), interval(60, 120, 0.3)
    )
    assert series.slice(at(10), at(70)) == series_of(
        interval(10, 60, 0.2, components=parts, estimated=True), interval(60, 70, 0.3)
    )


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (0, 45, [0.1, 0.2, 0.3]),
        (-60, 90, [0.1, 0.2, 0.3]),
        (15, 30, [0.2]),
        (20, 25, [0.2]),
        (-60, 0, []),
        (45, 90, []),
        # Half-open stretches without length contain nothing.
        (15, 15, []),
        (90, 90, []),
    ],
)
def test_slice_keeps_what_lies_within(
    start: float, end: float, expected: list[float]
) -> None:
    """A slice holds the prices of its own time only."""
    part = prices(0.1, 0.2, 0.3).slice(at(start), at(end))
    assert [one.price for one in part] == expected
    assert part.start is None or part.start >= at(start)
    assert part.end is None or part.end <= at(end)


def test_slice_without_length_within_an_interval_is_empty() -> None:
    """The stretch from a moment to the same moment contains nothing."""
    assert len(prices(0.1).slice(at(5), at(5))) == 0


def test_nothing_is_missing_from_a_stretch_without_length() -> None:
    """There is no moment in it that could lack a price."""
    assert prices(0.1).gaps(at(5), at(5)) == ()
    assert EMPTY.gaps(at(5), at(5)) == ()


def test_slice_keeps_gaps() -> None:
    """A gap within a slice stays one."""
    part = prices(0.1, None, 0.3).slice(at(5), at(40))
    assert part == series_of(interval(5, 15, 0.1), interval(30, 40, 0.3))


def test_gaps_are_the_moments_without_a_price() -> None:
    """Gaps are found before, within and after the known prices."""
    series = prices(0.1, None, 0.3)
    assert series.gaps(at(-5), at(60)) == (
        TimeRange(at(-5), at(0)),
        TimeRange(at(15), at(30)),
        TimeRange(at(45), at(60)),
    )
    assert series.gaps(at(20), at(25)) == (TimeRange(at(20), at(25)),)
    assert series.gaps(at(31), at(45)) == ()
    assert EMPTY.gaps(at(0), at(5)) == (TimeRange(at(0), at(5)),)


def test_series_covers_a_stretch_without_gaps_only() -> None:
    """A stretch is covered when every moment of it has a price."""
    series = prices(0.1, 0.2, None, 0.4)
    assert series.covers(at(0), at(30))
    assert series.covers(at(7), at(29))
    assert not series.covers(at(0), at(31))
    assert not series.covers(at(-1), at(30))
    assert not series.covers(at(0), at(60))


def test_average_weighs_each_price_with_its_length() -> None:
    """An hour counts four times as much as a quarter."""
    series = series_of(interval(0, 60, 0.1), interval(60, 75, 0.6))
    assert series.average() == pytest.approx((4 * 0.1 + 0.6) / 5)
    assert EMPTY.average() is None


def test_average_leaves_gaps_out() -> None:
    """A missing price is not zero."""
    assert prices(0.2, None, 0.4).average() == pytest.approx(0.3)


def test_component_names_come_in_the_order_of_their_first_use() -> None:
    """Every component that occurs anywhere is named once."""

    def named(minute: float, *names: str) -> PriceInterval:
        parts = tuple(Component(name, 0.1) for name in names)
        return interval(minute, minute + 15, 0.1, components=parts)

    series = series_of(
        named(0, "spot", "grid"),
        named(15, "spot", "grid"),
        named(30, "spot", "vat"),
        named(45),
        named(60, "grid", "excise"),
        named(75, "offer", "spot"),
        named(90, "levy", "bonus"),
    )
    assert series.component_names == (
        *("spot", "grid", "vat", "excise", "offer", "levy", "bonus"),
    )
    assert prices(0.1).component_names == ()


def test_curves_are_the_stretches_without_a_gap() -> None:
    """What adjoins is one stretch, and a gap ends it."""
    series = series_of(
        interval(0, 15, 0.1),
        interval(15, 75, 0.2),
        interval(80, 95, 0.3),
        interval(110, 125, 0.4),
    )
    minutes = [
        [(edge - START.timestamp()) / 60 for edge in curve.edges]
        for curve in series.curves
    ]
    assert minutes == [[0, 15, 75], [80, 95], [110, 125]]
    assert EMPTY.curves == ()


def test_series_of_two_currencies_are_not_equal() -> None:
    """The currency is part of what a series says."""
    one = interval(0, 60, 1.0)
    assert series_of(one) == series_of(one)
    assert series_of(one) != series_of(one, currency="DKK")
    assert series_of(one).slice(START, START + HOUR).currency == "EUR"


@pytest.mark.parametrize("length", [timedelta(), -QUARTER])
def test_resampling_needs_a_length(length: timedelta) -> None:
    """Refuse a length that would divide by zero or never end."""
    with pytest.raises(InputError, match="duration_not_positive"):
        prices(0.1, 0.2).resample(length)


def test_a_slice_may_be_given_in_local_time() -> None:
    """Keep UTC inside, whatever the zone of the edges is."""
    paris = ZoneInfo("Europe/Paris")
    part = prices(0.1).slice(at(5).astimezone(paris), at(10).astimezone(paris))
    assert part == series_of(interval(5, 10, 0.1))
    assert part.intervals[0].start.tzinfo is UTC


def test_confirmed_prices_are_those_that_are_not_estimated() -> None:
    """Where a price is only estimated, there is a gap."""
    series = series_of(
        interval(0, 15, 0.1),
        interval(15, 30, 0.2, estimated=True),
        interval(30, 45, 0.3),
    )
    assert series.confirmed() == prices(0.1, None, 0.3)
    assert series.confirmed().confirmed() == series.confirmed()
    assert len(series_of(interval(0, 15, 0.1, estimated=True)).confirmed()) == 0
    assert EMPTY.confirmed() == EMPTY


def test_component_as_the_price() -> None:
    """All else of an interval stays; where the part is not stated, there is a gap."""
    parts = (Component("spot", 0.08), Component("grid", 0.05))
    series = series_of(
        interval(0, 15, 0.13, components=parts),
        interval(15, 30, 0.2),
        interval(30, 45, 0.05, components=parts[1:]),
        interval(
            *(45, 60, 0.05),
            components=(Component("spot", 0),),
            estimated=True,
            source="Other",
        ),
    )
    assert series.of_component("spot") == series_of(
        interval(0, 15, 0.08, components=(Component("spot", 0.08),)),
        interval(
            *(45, 60, 0),
            components=(Component("spot", 0),),
            estimated=True,
            source="Other",
        ),
    )
    assert series.of_component("vat") == EMPTY
    assert EMPTY.of_component("spot") == EMPTY


def test_source_is_the_provider_itself_unless_named() -> None:
    """A price of somebody else keeps its name wherever it goes."""
    own, other = interval(0, 15, 0.1), interval(15, 60, 0.2, source="Other")
    series = series_of(own, other)
    assert own.source is None
    assert [it.source for it in series.slice(at(5), at(40))] == [None, "Other"]
    merged = series.merge(series_of(interval(20, 30, 0.3)))
    assert [it.source for it in merged] == [None, "Other", None, "Other"]


@pytest.mark.parametrize(
    ("sources", "source"),
    [
        ((None, None), None),
        (("Other", "Other"), "Other"),
        # A mean of two has no single source.
        ((None, "Other"), None),
        (("One", "Other"), None),
    ],
)
def test_source_of_a_mean(
    sources: tuple[str | None, str | None], source: str | None
) -> None:
    """It is named where it is the same for all parts."""
    series = series_of(
        interval(0, 30, 0.1, source=sources[0]),
        interval(30, 60, 0.2, source=sources[1]),
    )
    (mean,) = series.resample(HOUR)
    assert mean.source == source
