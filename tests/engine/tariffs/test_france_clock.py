"""Test seasons and off-peak hours against the clock on the wall."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from custom_components.spot_planner.engine.tariffs.own_rates import OwnRates
from custom_components.spot_planner.engine.time_range import day_range

from ..helpers import DAY, HOUR, MINUTE, PARIS, QUARTER, paris, prices, utc
from .contracts import clock_period, off_peak, tariff

HOURS = [
    "22:00-06:00",
    "02:30-07:30,14:00-17:00",
    "02:36-07:36,13:06-16:06",
    "02:00-03:00",
    "01:15-02:45,23:30-24:00",
    "00:00-24:00",
]
DAYS = [
    "2026-01-15",
    "2026-03-28",
    "2026-03-29",
    "2026-03-30",
    "2026-03-31",
    "2026-04-01",
    "2026-07-15",
    "2026-10-24",
    "2026-10-25",
    "2026-10-31",
    "2026-11-01",
]
RATES = {"HPH": 0.0749, "HCH": 0.0397, "HPB": 0.0166, "HCB": 0.0116}


@pytest.mark.parametrize(
    ("moment", "period"),
    [
        ("2026-01-15T05:59", "HCH"),
        ("2026-01-15T06:00", "HPH"),
        ("2026-01-15T21:59", "HPH"),
        ("2026-01-15T22:00", "HCH"),
        ("2026-07-15T05:59", "HCB"),
        ("2026-07-15T06:00", "HPB"),
        # November to March is the high season, to the last minute of the month.
        ("2026-03-31T23:59", "HCH"),
        ("2026-04-01T00:00", "HCB"),
        ("2026-10-31T23:59", "HCB"),
        ("2026-11-01T00:00", "HCH"),
    ],
)
def test_period_by_the_hours_of_the_page(moment: str, period: str) -> None:
    """Peak is from 6 to 22 o'clock; the season changes with the month."""
    assert tariff().period(paris(moment)) == period


@pytest.mark.parametrize(
    ("moment", "period"),
    [
        # The clock jumps from 02:00 to 03:00: 02:30 is not on it that night.
        ("2026-03-29T00:45", "HPH"),
        ("2026-03-29T01:00", "HCH"),
        ("2026-03-29T05:15", "HCH"),
        ("2026-03-29T05:30", "HPH"),
        # The clock shows 02:30 twice: at 00:30 and at 01:30 in UTC.
        ("2026-10-25T00:15", "HPB"),
        ("2026-10-25T00:30", "HCB"),
        ("2026-10-25T00:45", "HCB"),
        ("2026-10-25T01:00", "HPB"),
        ("2026-10-25T01:15", "HPB"),
        ("2026-10-25T01:30", "HCB"),
        ("2026-10-25T06:15", "HCB"),
        ("2026-10-25T06:30", "HPB"),
    ],
)
def test_half_past_two_in_the_nights_of_the_clock_change(
    moment: str, period: str
) -> None:
    """Off-peak from 02:30 to 07:30 goes by legal time."""
    meter = tariff(off_peak=off_peak("02:30-07:30"))
    assert meter.period(utc(moment)) == period


def test_winter_and_summer_hours() -> None:
    """The summer hours hold from April to October, the others from November on."""
    meter = tariff(
        off_peak=off_peak("22:00-06:00"), off_peak_summer=off_peak("11:00-17:00")
    )
    noons = ["2026-03-31T12:00", "2026-04-01T12:00", "2026-10-31T12:00"]
    assert [meter.period(paris(noon)) for noon in noons] == ["HPH", "HCB", "HCB"]
    nights = ["2026-03-31T23:30", "2026-04-01T00:30", "2026-11-01T00:30"]
    assert [meter.period(paris(night)) for night in nights] == ["HCH", "HPB", "HCH"]


@pytest.mark.parametrize("summer", [None, "11:12-17:12"])
@pytest.mark.parametrize("winter", HOURS)
def test_period_at_each_quarter_hour(winter: str, summer: str | None) -> None:
    """The period is what the clock on the wall says, also when the clock changes."""
    meter = tariff(
        off_peak=off_peak(winter), off_peak_summer=off_peak(summer) if summer else None
    )
    for day in DAYS:
        stretch = day_range(date.fromisoformat(day), PARIS)
        for number in range(stretch.duration // QUARTER):
            moment = stretch.start + number * QUARTER
            period = clock_period(moment, winter, summer or winter)
            assert meter.period(moment) == period
            assert meter.grid(moment) == RATES[period]


@pytest.mark.parametrize("length", [QUARTER, 3 * HOUR])
@pytest.mark.parametrize(
    ("winter", "summer"),
    [
        *[(hours, hours) for hours in HOURS],
        ("22:00-06:00", "11:12-17:12,01:48-04:48"),
    ],
)
def test_grid_part_of_the_whole_day(
    winter: str, summer: str, length: timedelta
) -> None:
    """Wherever off-peak begins within an interval, the interval is cut."""
    meter = tariff(off_peak=off_peak(winter), off_peak_summer=off_peak(summer))
    for day in ("2026-03-29", "2026-03-31", "2026-07-15", "2026-10-25", "2026-10-31"):
        start = paris(day) - HOUR
        spot = prices(*[0.1] * (27 * HOUR // length), start=start, length=length)
        built = meter.build(spot)
        for minute in range(0, 27 * 60, 3):
            moment = start + minute * MINUTE
            known = built.at(moment)
            assert known
            period = clock_period(moment, winter, summer)
            assert known.component("grid") == RATES[period]


def test_hour_is_cut_where_off_peak_begins() -> None:
    """Each part has the same spot price and the grid part of its own time."""
    meter = tariff(off_peak=off_peak("02:36-07:36"))
    spot = prices(0.1, 0.2, start=paris("2026-01-15T02:00"), length=HOUR)
    built = [
        (one.start, one.end, one.component("spot"), one.component("grid"))
        for one in meter.build(spot)
    ]
    assert built == [
        (paris("2026-01-15T02:00"), paris("2026-01-15T02:36"), 0.1, 0.0749),
        (paris("2026-01-15T02:36"), paris("2026-01-15T03:00"), 0.1, 0.0397),
        (paris("2026-01-15T03:00"), paris("2026-01-15T04:00"), 0.2, 0.0397),
    ]


@pytest.mark.parametrize(
    ("day", "winter", "summer", "pieces"),
    [
        # Twenty-four hours, two of them cut.
        ("2026-01-15", "02:36-07:36", None, 26),
        ("2026-01-15", "22:00-06:00", None, 24),
        # The minutes of the summer hours mean nothing in winter.
        ("2026-01-15", "22:00-06:00", "02:36-07:36", 24),
        ("2026-07-15", "22:00-06:00", "02:36-07:36", 26),
        # 02:30 is not on the clock: off-peak begins at 03:00, a border already.
        ("2026-03-29", "02:30-07:30", None, 24),
        # 02:30 is on the clock twice, in two different hours.
        ("2026-10-25", "02:30-07:30", None, 28),
    ],
)
def test_hours_are_cut_nowhere_else(
    day: str, winter: str, summer: str | None, pieces: int
) -> None:
    """An interval within one period stays whole."""
    meter = tariff(
        off_peak=off_peak(winter), off_peak_summer=off_peak(summer) if summer else None
    )
    stretch = day_range(date.fromisoformat(day), PARIS)
    hours = stretch.duration // HOUR
    spot = prices(*[0.1] * hours, start=stretch.start, length=HOUR)
    assert len(meter.build(spot)) == pieces


OWN = {"HPH": 0.11, "HCH": 0.07, "HPB": 0.05, "HCB": -0.02}


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-10-31", 24)]
)
@pytest.mark.parametrize(
    ("winter", "summer"),
    [
        ("22:00-06:00", None),
        ("02:36-07:36,13:06-16:06", None),
        ("22:00-06:00", "01:48-04:48,11:12-17:12"),
        # The stretch that the clock leaves out in spring and repeats in autumn.
        ("02:00-03:00", None),
    ],
)
def test_own_rate_of_each_period_holds_by_the_clock(
    day: str, hours: int, winter: str, summer: str | None
) -> None:
    """A day of 23, 24 or 25 hours has each minute at the rate of its period."""
    meter = tariff(
        off_peak=off_peak(winter),
        off_peak_summer=summer and off_peak(summer),
        own_rates=OwnRates(hph=0.11, hch=0.07, hpb=0.05, hcb=-0.02),
    )
    stretch = day_range(date.fromisoformat(day), PARIS)
    assert stretch.duration == hours * HOUR
    built = meter.build(prices(0.1, start=stretch.start, length=stretch.duration))
    assert built.covers(stretch.start, stretch.end)
    for minute in range(hours * 60):
        moment = stretch.start + minute * MINUTE
        known = built.at(moment)
        assert known
        period = clock_period(moment, winter, summer or winter)
        assert known.component("grid") == OWN[period]


@pytest.mark.parametrize(
    ("day", "hours", "borders"),
    [
        # Local times at which the pieces of one flat row begin.
        ("2026-01-15", "22:00-06:00", ["00:00", "06:00", "22:00"]),
        ("2026-07-15", "02:36-07:36", ["00:00", "02:36", "07:36"]),
        (
            "2026-07-15",
            "02:30-07:30,14:00-17:00",
            ["00:00", "02:30", "07:30", "14:00", "17:00"],
        ),
        ("2026-07-15", "00:00-24:00", ["00:00"]),
        ("2026-03-29", "02:30-07:30", ["00:00", "03:00", "07:30"]),
        ("2026-10-25", "02:30-07:30", ["00:00", "02:30", "02:00", "02:30", "07:30"]),
    ],
)
def test_row_of_a_whole_day_is_cut_where_the_tariff_changes(
    day: str, hours: str, borders: list[str]
) -> None:
    """A flat price of 24 hours becomes one piece for each stretch of the tariff."""
    meter = tariff(off_peak=off_peak(hours))
    stretch = day_range(date.fromisoformat(day), PARIS)
    spot = prices(0.1, start=stretch.start, length=stretch.duration)
    built = meter.build(spot)
    starts = [one.start.astimezone(PARIS).strftime("%H:%M") for one in built]
    assert starts == borders
    assert built.covers(stretch.start, stretch.end)
    assert {one.component("spot") for one in built} == {0.1}
    for before, after in pairwise(built):
        assert before.component("grid") != after.component("grid")


def test_row_over_new_season_excise_and_hours_is_cut_at_each() -> None:
    """A row that lies across midnight meets the changes of both days."""
    meter = tariff()
    excise = meter.build(prices(0.1, start=paris("2026-01-31T12:00"), length=DAY))
    found = [
        (one.start, one.component("grid"), one.component("excise")) for one in excise
    ]
    assert found == [
        (paris("2026-01-31T12:00"), 0.0749, 0.02998),
        (paris("2026-01-31T22:00"), 0.0397, 0.02998),
        (paris("2026-02-01T00:00"), 0.0397, 0.03085),
        (paris("2026-02-01T06:00"), 0.0749, 0.03085),
    ]
    season = meter.build(prices(0.1, start=paris("2026-03-31T12:00"), length=DAY))
    assert [(one.start, one.component("grid")) for one in season] == [
        (paris("2026-03-31T12:00"), 0.0749),
        (paris("2026-03-31T22:00"), 0.0397),
        (paris("2026-04-01T00:00"), 0.0116),
        (paris("2026-04-01T06:00"), 0.0166),
    ]
