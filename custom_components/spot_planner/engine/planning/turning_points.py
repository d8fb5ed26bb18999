"""Turning points: where segments of a split run begin and end, so that nothing is lost.

A turning point is a moment at which the run stops or goes on. Written as the time that
the run has run by then and the time that it has not, the turning points of a plan lie
on a grid. This one is coarse, and the cheapest plan of all lies on it:

Let the number of segments be given, and the price that holds at each turning point.
The cost then is linear in the moments, so one of the cheapest plans is a corner: there,
as many limits are reached as there are turning points. A turning point lies on a
border, which is a change of price or an end of free time; a segment is as short as it
may be; a pause is as long as it may be, or there is none; and all segments together
are as long as the run. The limits of segments and pauses tie turning points that follow
each other into chains. A chain that touches no border can be held by the last limit
alone, so there is at most one. In a chain, starts and ends take turns: when the rest of
the run gets longer by some time, this one chain moves by that time, not by a part of
it. So, up to whole steps, both coordinates of each turning point are a sum of the
duration (or not) and of ends of free time, each added, left out or subtracted. A step
is what the changes of price, the shortest segment and the longest pause have in common,
so that most ends of free time add nothing either.
"""

from collections.abc import Iterable
from itertools import chain, count
from math import gcd
from typing import NamedTuple

from .free_time import FreeTime

# A state takes a hundred bytes. More of them are needed only where long runs, pauses and
# prices share no step of some minutes, or many ends of free time lie on odd seconds.
# Then the segments begin and end where prices change: the plan is good, and no run in
# one piece is better, but it may not be the best.
MOST_STATES = 300_000
MOST_SUMS = 100


class TurningPoints(NamedTuple):
    """The grid of a split run, in microseconds."""

    run: list[int]
    """How long the run may have run: from nothing to all."""
    idle: list[int]
    """The moment, less how long the run has run by then."""
    is_exact: bool
    """Whether the cheapest plan of all lies on it."""
    states: int


def turning_points(
    free: list[FreeTime],
    changes: list[int],
    duration: int,
    steps: Iterable[int],
    layers: int,
    starts: Iterable[int],
    most_states: int,
) -> TurningPoints:
    """Return the finest grid that is needed and has no more than so many states.

    Args:
        free: Where the segments may lie; in all at least as long as the run.
        changes: The moments in free time at which the price changes.
        duration: How long the run is without its pauses.
        steps: The shortest segment, and the longest pause if there is one.
        layers: How often the grid is gone through.
        starts: Moments at which a run in one piece begins that has to be on the grid.
        most_states: How many states all layers may have.
    """
    first, last = free[0].start, free[-1].end
    origin = changes[0] if changes else first
    apart = [change - origin for change in changes]
    inner = {edge for part in free for edge in (part.start, part.end)} - {first, last}
    exact, coarse = gcd(*steps, *apart), gcd(*apart) or duration
    for step, sums in chain(
        [(exact, _sums((edge - origin for edge in inner), exact))],
        ((coarse << doubled, {0}) for doubled in count()),
    ):
        # Nothing runs before the first free moment or after the last one, so these two
        # are left out, or added on one side.
        begun = {it + extra for it in sums for extra in (0, first - origin)}
        ended = {it + extra for it in sums for extra in (0, last - origin)}
        run = {-it % step for it in begun} | {(duration - it) % step for it in ended}
        idle = {(it + origin) % step for it in begun}
        idle |= {(it + origin - duration) % step for it in ended}
        rows = (duration // step + 1) * len(run)
        columns = ((last - first - duration) // step + 1) * len(idle)
        states = rows * columns * layers
        if states <= most_states or step > last - first:
            break
    return TurningPoints(
        _points({0, duration}, step, run),
        _points({first, last - duration, *starts}, step, idle),
        step == exact,
        states,
    )


def _sums(extras: Iterable[int], step: int) -> set[int]:
    """Return what comes of adding, leaving out or subtracting each, up to steps."""
    sums = {0}
    for extra in extras:
        if extra % step and len(sums) < MOST_SUMS:
            sums = {(it + sign * extra) % step for it in sums for sign in (-1, 0, 1)}
    return sums


def _points(kept: set[int], step: int, remainders: Iterable[int]) -> list[int]:
    """Return what is kept, and between its ends all that leaves a remainder."""
    points = set(kept)
    low, high = min(kept), max(kept)
    for remainder in remainders:
        points.update(range(low + (remainder - low) % step, high, step))
    return sorted(points)
