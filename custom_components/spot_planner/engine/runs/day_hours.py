"""Hours of the day as stretches of real time."""

from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise

from ..tariffs.off_peak import OffPeakHours
from ..time_range import TimeRange, day_range

DAY = timedelta(days=1)

# Every clock of today is changed by, and at, a multiple of this.
CLOCK_STEP = timedelta(minutes=15)


def hours_between(
    hours: OffPeakHours, start: datetime, end: datetime, zone: tzinfo
) -> tuple[TimeRange, ...]:
    """Return the parts of `[start, end)`, in UTC, in which the clocks show such hours.

    Each part is as long as it can be, over midnight too. An hour that the clocks show
    twice counts twice, and one that they leave out not at all.
    """
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    found: list[TimeRange] = []
    edges = [start, *_changes(hours, start, end, zone), end]
    for before, after in pairwise(edges):
        # Between two edges the clock does not pass a change of the hours.
        if before.astimezone(zone) not in hours or before >= after:
            continue
        if found and found[-1].end == before:
            found[-1] = TimeRange(found[-1].start, after)
        else:
            found.append(TimeRange(before, after))
    return tuple(found)


def _changes(
    hours: OffPeakHours, start: datetime, end: datetime, zone: tzinfo
) -> list[datetime]:
    """Return the moments within `(start, end)` at which the hours may begin or end."""
    changes: set[datetime] = set()
    day = start.astimezone(zone).date()
    while (local_day := day_range(day, zone)).start < end:
        for change in hours.changes:
            # A time that the clocks show twice is a change both times.
            for fold in (0, 1):
                local = datetime.combine(day, change, zone).replace(fold=fold)
                changes.add(local.astimezone(UTC))
        if local_day.duration != DAY:
            # The clocks are changed somewhere on this day.
            steps = local_day.duration // CLOCK_STEP
            changes.update(local_day.start + it * CLOCK_STEP for it in range(steps))
        day += DAY
    return sorted(change for change in changes if start < change < end)
