"""Hours of the day as stretches of real time."""

from datetime import UTC, datetime, tzinfo
from itertools import pairwise

from ..tariffs.off_peak import OffPeakHours
from ..time_range import TimeRange, clock_moments


def hours_between(
    hours: OffPeakHours, start: datetime, end: datetime, zone: tzinfo
) -> tuple[TimeRange, ...]:
    """Return the parts of `[start, end)`, in UTC, in which the clocks show such hours.

    Each part is as long as it can be, over midnight too. An hour that the clocks show
    twice counts twice, and one that they leave out not at all.
    """
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    found: list[TimeRange] = []
    changes = clock_moments(hours.changes, start, end, zone)
    edges = [start, *sorted(it for it in changes if start < it < end), end]
    for before, after in pairwise(edges):
        # Between two edges the clock does not pass a change of the hours.
        if before.astimezone(zone) not in hours or before >= after:
            continue
        if found and found[-1].end == before:
            found[-1] = TimeRange(found[-1].start, after)
        else:
            found.append(TimeRange(before, after))
    return tuple(found)
