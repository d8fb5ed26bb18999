"""Stretches of time and the local days that people see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

EPOCH = datetime.fromtimestamp(0, UTC)
MINUTE = timedelta(minutes=1)

# Every clock of today is changed by, and at, a multiple of this.
CLOCK_STEP = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class TimeRange:
    """A half-open stretch of time, `[start, end)`, in UTC."""

    start: datetime
    end: datetime

    def __contains__(self, moment: datetime) -> bool:
        """Tell whether a moment lies in the range."""
        return self.start <= moment < self.end

    @property
    def duration(self) -> timedelta:
        """Return the time that really passes between start and end."""
        return self.end - self.start


def midnight(day: date, zone: tzinfo) -> datetime:
    """Return the start of a local day, in UTC."""
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def day_range(day: date, zone: tzinfo) -> TimeRange:
    """Return a local day in UTC: 23, 24 or 25 hours long."""
    return TimeRange(midnight(day, zone), midnight(day + timedelta(days=1), zone))


def next_minute(now: datetime) -> datetime:
    """Return the minute that begins now or next.

    People and automations think in minutes, and a tick comes some milliseconds late:
    the rest of a second still counts as the minute.
    """
    minute = now.replace(second=0, microsecond=0)
    return minute + timedelta(minutes=1) if now.second else minute


def minute_from(now: datetime) -> datetime:
    """Return the first full minute, in UTC, that is not in the past.

    Unlike the next minute, no part of a second counts: runs begin strictly later.
    """
    return EPOCH - (EPOCH - now) // MINUTE * MINUTE


def clock_moments(
    times: Iterable[time], start: datetime, end: datetime, zone: tzinfo
) -> set[datetime]:
    """Return the moments at which the clocks show a time, or may be changed.

    All days are gone through that share a moment with `[start, end)`, so some of the
    moments, which are in UTC, may lie outside.
    """
    times = tuple(times)
    moments: set[datetime] = set()
    day = start.astimezone(zone).date()
    while (local_day := day_range(day, zone)).start < end:
        for shown in times:
            # A time that the clocks show twice is meant both times.
            for fold in (0, 1):
                local = datetime.combine(day, shown, zone).replace(fold=fold)
                moments.add(local.astimezone(UTC))
        if local_day.duration != timedelta(days=1):
            # The clocks are changed somewhere on this day.
            steps = local_day.duration // CLOCK_STEP
            moments.update(local_day.start + it * CLOCK_STEP for it in range(steps))
        day += timedelta(days=1)
    return moments
