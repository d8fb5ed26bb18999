"""Test the hours of the day as stretches of real time."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.spot_planner.engine.daily_hours import DailyHours
from custom_components.spot_planner.engine.time_range import TimeRange

from .helpers import DAY, MINUTE, PARIS, PROPERTY, paris, utc
from .runs.made import hours


def between(text: str, start: str, end: str) -> list[tuple[str, str]]:
    """Return the hours between two local moments, in UTC without the year."""
    found = hours(text).between(paris(start), paris(end), PARIS)
    return [(f"{it.start:%d %H:%M}", f"{it.end:%d %H:%M}") for it in found]


def test_night_is_one_stretch() -> None:
    """Hours over midnight are not cut there, but where the question ends."""
    found = between("22:00-06:00", "2026-04-15T12:00", "2026-04-17T03:00")
    assert found == [("15 20:00", "16 04:00"), ("16 20:00", "17 01:00")]
    assert between("22:00-06:00", "2026-04-15T05:00", "2026-04-15T23:00") == [
        ("15 03:00", "15 04:00"),
        ("15 20:00", "15 21:00"),
    ]


def test_several_stretches_of_a_day() -> None:
    """They come in time order; where they touch, they are one."""
    text = "12:30-14:00,02:00-07:30"
    assert between(text, "2026-04-15T00:00", "2026-04-16T00:00") == [
        ("15 00:00", "15 05:30"),
        ("15 10:30", "15 12:00"),
    ]
    assert between("02:00-03:00,03:00-04:00", "2026-04-15", "2026-04-16") == [
        ("15 00:00", "15 02:00")
    ]


def test_whole_day() -> None:
    """Hours that never end are one stretch, however many days are asked for."""
    start, end = paris("2026-10-20T13:37"), paris("2026-10-30T01:02")
    whole = DailyHours(((0, 1440),))
    assert whole.between(start, end, PARIS) == (TimeRange(start, end),)


def test_nothing_is_asked_for() -> None:
    """Between a moment and itself, and in the wrong order, there is nothing."""
    start = paris("2026-04-15T23:00")
    assert hours("22:00-06:00").between(start, start, PARIS) == ()
    assert hours("22:00-06:00").between(start, start - DAY, PARIS) == ()
    assert between("22:00-06:00", "2026-04-15T12:00", "2026-04-15T22:00") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # At two in the night the clocks are put to three: an hour less.
        ("01:00-04:00", [("29 00:00", "29 02:00")]),
        ("22:00-06:00", [("28 21:00", "29 04:00")]),
        # The clocks never show what lies between, and go on at three.
        ("02:15-02:45", []),
        ("02:30-05:00", [("29 01:00", "29 03:00")]),
    ],
)
def test_spring(text: str, expected: list[tuple[str, str]]) -> None:
    """On the day that has 23 hours."""
    assert between(text, "2026-03-28T12:00", "2026-03-29T12:00") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # At three in the night the clocks are put to two: an hour more.
        ("01:00-04:00", [("24 23:00", "25 03:00")]),
        ("22:00-06:00", [("24 20:00", "25 05:00")]),
        # These times are shown twice.
        ("02:15-02:45", [("25 00:15", "25 00:45"), ("25 01:15", "25 01:45")]),
        ("01:00-02:30", [("24 23:00", "25 00:30"), ("25 01:00", "25 01:30")]),
    ],
)
def test_autumn(text: str, expected: list[tuple[str, str]]) -> None:
    """On the day that has 25 hours."""
    assert between(text, "2026-10-24T12:00", "2026-10-25T12:00") == expected


CHANGES = [
    (PARIS, utc("2026-03-29T01:00")),
    (PARIS, utc("2026-10-25T01:00")),
    # Here the clocks are put forward at midnight, and there by half an hour.
    (ZoneInfo("Africa/Cairo"), utc("2026-04-23T22:00")),
    (ZoneInfo("Australia/Lord_Howe"), utc("2026-04-04T15:00")),
    (ZoneInfo("Asia/Kolkata"), utc("2026-04-15T00:00")),
]


@PROPERTY
@given(
    st.sampled_from(CHANGES),
    st.integers(0, 1439),
    st.integers(1, 1439),
    st.integers(-2000, 500),
    st.integers(0, 3000),
)
def test_every_minute_is_as_the_clocks_show(
    change: tuple[ZoneInfo, datetime], first: int, length: int, begin: int, lasts: int
) -> None:
    """A moment is within exactly when the local time is one of the hours."""
    zone, moment = change
    last = (first + length) % 1440
    asked = hours(f"{first // 60}:{first % 60:02}-{last // 60}:{last % 60:02}")
    start = moment + begin * MINUTE
    end = start + lasts * MINUTE
    found = asked.between(start, end, zone)
    held = {
        it.start + number * MINUTE
        for it in found
        for number in range(it.duration // MINUTE)
    }
    asked_for = {
        at
        for at in (start + number * MINUTE for number in range(lasts))
        if at.astimezone(zone) in asked
    }
    assert held == asked_for
    assert all(it.start.tzinfo is UTC and it.end.tzinfo is UTC for it in found)
    # None touches the next.
    assert all(before.end < after.start for before, after in pairwise(found))


def test_parts_of_a_minute_count() -> None:
    """The stretch asked for need not begin on a full minute."""
    start = paris("2026-04-15T22:00") + timedelta(seconds=12, microseconds=345)
    (found,) = hours("21:00-23:00").between(start, start + DAY / 2, PARIS)
    assert found == TimeRange(start, paris("2026-04-15T23:00"))
