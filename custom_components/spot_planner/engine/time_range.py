"""Stretches of time and the local days that people see."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo


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
