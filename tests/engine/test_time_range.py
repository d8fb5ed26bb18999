"""Test the stretches of time and the local days."""

from datetime import UTC, date, timedelta
from zoneinfo import ZoneInfo

import pytest

from custom_components.spot_planner.engine.time_range import (
    TimeRange,
    day_range,
    midnight,
    minute_from,
)

from .helpers import PARIS, QUARTER, paris, utc


def test_range_contains_its_start_and_not_its_end() -> None:
    """A range is half-open."""
    stretch = TimeRange(utc("2026-04-15T10:00"), utc("2026-04-15T11:00"))
    assert utc("2026-04-15T10:00") in stretch
    assert utc("2026-04-15T10:59:59.999999") in stretch
    assert utc("2026-04-15T11:00") not in stretch
    assert utc("2026-04-15T09:59:59.999999") not in stretch


def test_moment_is_found_in_whatever_zone_it_is_told() -> None:
    """A moment is the same moment in every zone."""
    stretch = TimeRange(utc("2026-04-15T10:00"), utc("2026-04-15T11:00"))
    assert utc("2026-04-15T10:30").astimezone(PARIS) in stretch
    assert utc("2026-04-15T12:30").astimezone(PARIS) not in stretch


@pytest.mark.parametrize(
    ("day", "start", "quarters"),
    [
        ("2026-01-15", "2026-01-14T23:00", 96),
        ("2026-07-15", "2026-07-14T22:00", 96),
        ("2026-03-29", "2026-03-28T23:00", 92),
        ("2026-10-25", "2026-10-24T22:00", 100),
    ],
)
def test_local_day_has_92_96_or_100_quarters(
    day: str, start: str, quarters: int
) -> None:
    """The length of a local day is the time that really passes in it."""
    stretch = day_range(date.fromisoformat(day), PARIS)
    assert stretch.start == utc(start)
    assert stretch.duration == quarters * QUARTER


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("America/New_York", "2026-03-08", 23),
        ("America/New_York", "2026-11-01", 25),
        # The clocks of Santiago skip the first hour of the day itself.
        ("America/Santiago", "2026-09-06", 23),
        ("America/Santiago", "2026-04-04", 25),
        ("Asia/Kolkata", "2026-03-29", 24),
    ],
)
def test_day_follows_the_clock_of_its_own_zone(zone: str, day: str, hours: int) -> None:
    """A day changes its length when its own zone changes the clock, and only then."""
    stretch = day_range(date.fromisoformat(day), ZoneInfo(zone))
    assert stretch.duration == timedelta(hours=hours)


@pytest.mark.parametrize("zone", ["Europe/Paris", "America/Santiago", "Asia/Tehran"])
def test_days_of_a_year_adjoin(zone: str) -> None:
    """Every moment lies in exactly one local day."""
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    ranges = [day_range(day, ZoneInfo(zone)) for day in days]
    assert [one.end for one in ranges[:-1]] == [one.start for one in ranges[1:]]


def test_midnight_is_in_utc() -> None:
    """Inside, all time is UTC."""
    moment = midnight(date(2026, 7, 15), PARIS)
    assert moment.tzinfo is UTC
    assert moment == utc("2026-07-15T00:00+02:00")


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("12:34:00", "12:34"),
        ("12:34:00.000001", "12:35"),
        ("12:34:59.999999", "12:35"),
    ],
)
def test_minute_from(now: str, expected: str) -> None:
    """A minute that has just begun is not over."""
    assert minute_from(paris(f"2026-04-15T{now}")) == paris(f"2026-04-15T{expected}")
