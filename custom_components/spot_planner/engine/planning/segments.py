"""The cheapest segments of a run that may be split."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from .budget import Budget
from .course import Course
from .free_time import FreeTime
from .lattice import Lattice
from .model import Split
from .plans import Plan, Plans, whole_runs
from .profile import PricedProfile
from .soonest import Cut, soonest_cut
from .turning_points import MOST_STATES, TurningPoints, turning_points

# What a state of the lattice takes.
STATE_STEPS = 1


class SplitRuns:
    """The plans of a run that may be split: for each end, the best one."""

    def __init__(
        self,
        points: TurningPoints,
        lattice: Lattice,
        costs: list[int],
        most: int,
        spare: int,
        floor: int,
    ) -> None:
        """Take what was found.

        Args:
            points: The turning points of the plans.
            lattice: The paths through them.
            costs: What the best plan to each of the ends costs.
            most: What no plan can cost more than.
            spare: How much longer the free time is than the run.
            floor: What no plan costs less than.
        """
        self._idle = points.idle
        self._duration = points.run[-1]
        self._lattice = lattice
        self._costs = costs
        self._most = most
        self._spare = spare
        self.floor = floor
        self.is_exact = points.is_exact

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


class SoonestRun:
    """The one plan that is known of a run whose lattice would be too large."""

    def __init__(self, plan: Plan, floor: int) -> None:
        """Take the plan, and what no plan costs less than."""
        self._plan = plan
        self.floor = floor
        self.is_exact = False

    def best(self) -> Plan:
        """Return the plan."""
        return self._plan

    def soonest(self) -> Plan:
        """Return the plan."""
        return self._plan

    def runner_up(self, chosen: Plan) -> Plan | None:  # noqa: ARG002
        """Return that no other is known."""
        return None

    def is_only_one(self) -> bool:
        """Tell that there may be others."""
        return False


def split_runs(
    load: PricedProfile, free: list[FreeTime], split: Split, budget: Budget
) -> Plans | None:
    """Return the plans of a run that may be split, or None when there are none.

    The lattice takes no more than the budget has left; a coarser one may leave a run
    that has a place none, and then the soonest cut is taken.
    """
    cut = Cut.of(split)
    shortest, pause = cut.shortest, cut.pause
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
        min(MOST_STATES, budget.left // STATE_STEPS),
    )
    budget.take(points.states * STATE_STEPS)
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
    best = min(costs)
    floor = best if points.is_exact else _cheapest_time(free, load)
    if best <= most:
        return SplitRuns(points, lattice, costs, most, spare, floor)
    if points.is_exact:
        return None
    budget.take(len(free))
    found = soonest_cut(free, load.duration, cut)
    return SoonestRun(_priced(found, free, load), floor) if found else None


def _cheapest_time(free: list[FreeTime], load: PricedProfile) -> int:
    """Return what the run would cost if it could take the cheapest time of all."""
    ranked: list[tuple[int, int]] = []
    for part in free:
        course = load.courses[part.course]
        first = bisect_right(course.edges, part.start) - 1
        for index in range(first, bisect_left(course.edges, part.end)):
            start = max(course.edges[index], part.start)
            end = min(course.edges[index + 1], part.end)
            ranked.append((course.units[index], end - start))
    left, cost = load.duration, 0
    for unit, length in sorted(ranked):
        used = min(length, left)
        cost += unit * used
        left -= used
    return cost


def _priced(
    segments: Sequence[tuple[int, int]], free: list[FreeTime], load: PricedProfile
) -> Plan:
    """Return segments, each within a part of the free time, as a plan."""
    cost = 0
    for start, end in segments:
        part = free[bisect_right(free, start, key=lambda it: it.start) - 1]
        course = load.courses[part.course]
        cost += course.cost_at(end) - course.cost_at(start)
    return Plan(cost, tuple(segments))


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
