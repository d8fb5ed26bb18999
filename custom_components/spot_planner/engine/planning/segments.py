"""Choose the segments of a run that may be split."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from .course import MICROSECOND, Course
from .free_time import FreeTime
from .lattice import Lattice
from .model import Split
from .plans import Plan, Plans, whole_runs
from .profile import PricedProfile
from .turning_points import TurningPoints, turning_points


class SplitRuns:
    """The plans of a run that may be split: for each end, the best one."""

    def __init__(
        self,
        points: TurningPoints,
        lattice: Lattice,
        costs: list[int],
        most: int,
        spare: int,
    ) -> None:
        """Take what was found.

        Args:
            points: The turning points of the plans.
            lattice: The paths through them.
            costs: What the best plan to each of the ends costs.
            most: What no plan can cost more than.
            spare: How much longer the free time is than the run.
        """
        self._idle = points.idle
        self._duration = points.run[-1]
        self._lattice = lattice
        self._costs = costs
        self._most = most
        self._spare = spare

    def best(self) -> Plan:
        """Return the cheapest plan, and of equal ones the one that ends first."""
        return self._plan(self._costs.index(min(self._costs)))

    def soonest(self) -> Plan:
        """Return the plan that ends first, whatever it costs."""
        return self._plan(
            next(it for it, cost in enumerate(self._costs) if cost <= self._most)
        )

    def runner_up(self, chosen: Plan) -> Plan | None:
        """Return the best plan that ends at least one duration before or after."""
        idle = chosen.segments[-1][1] - self._duration
        before = bisect_right(self._idle, idle - self._duration)
        after = bisect_left(self._idle, idle + self._duration)
        others = [*range(before), *range(after, len(self._idle))]
        column = min(others, key=self._costs.__getitem__, default=None)
        if column is None or self._costs[column] > self._most:
            return None
        return self._plan(column)

    def is_only_one(self) -> bool:
        """Tell whether the run takes all the time that is free."""
        return not self._spare

    def _plan(self, column: int) -> Plan:
        return Plan(self._costs[column], self._lattice.path(column))


def split_runs(load: PricedProfile, free: list[FreeTime], split: Split) -> Plans | None:
    """Return the plans of a run that may be split, or None when there are none."""
    shortest = split.shortest_segment // MICROSECOND
    pause = None
    if split.longest_pause is not None:
        pause = split.longest_pause // MICROSECOND
    # A number of segments that cannot be reached anyway is no limit.
    limit = split.most_segments
    layers = limit if limit and limit < load.duration // shortest else None
    free = [part for part in free if part.length >= shortest]
    spare = sum(part.length for part in free) - load.duration
    whole = whole_runs(load, free)
    if spare < 0 or layers == 1 or load.duration < 2 * shortest:
        return whole
    # Each segment counts as one, and so many never weigh as much as the price.
    weight = load.duration // shortest + 1
    course, changes, most = _timeline(free, load.courses, load.duration, weight)
    points = turning_points(
        free,
        changes,
        load.duration,
        (shortest,) if pause is None else (shortest, pause),
        layers or 1,
        [whole.best().segments[0][0]] if whole else [],
    )
    lattice = Lattice(
        points,
        [
            list(course.costs_at([run + idle for idle in points.idle]))
            for run in points.run
        ],
        shortest,
        pause,
        layers,
    )
    costs = [cost // weight for cost in lattice.costs]
    if min(costs) > most:
        return None
    return SplitRuns(points, lattice, costs, most, spare)


def _timeline(
    free: list[FreeTime], courses: Sequence[Course], duration: int, weight: int
) -> tuple[Course, list[int], int]:
    """Return the prices from the first to the last free moment as one course.

    The other two are the moments at which the price changes, and what no run can cost
    more than. Even a microsecond of time that is not free costs so much that
    the rest of the run cannot make it good. All prices are multiplied by the weight.
    """
    edges: list[int] = []
    units: list[int | None] = []
    changes: list[int] = []
    for part in free:
        course = courses[part.course]
        low = bisect_right(course.edges, part.start)
        high = bisect_left(course.edges, part.end)
        if edges:
            units.append(None)
        edges += [part.start, *course.edges[low:high], part.end]
        units += course.units[low - 1 : high]
        changes += [course.edges[it] for it in range(low, high) if course.jumps[it]]
    most = max(abs(unit) for unit in units if unit is not None) * duration
    prices = [2 * most + 1 if unit is None else unit for unit in units]
    return Course(edges, [price * weight for price in prices]), changes, most
