"""Load profiles with prices: the cost of each start."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate
from math import gcd
from operator import mul, sub
from typing import NamedTuple

from ..cost_curve import UNITS
from .course import MICROSECOND, Course
from .effective import EffectivePrices, PlanPrices, courses_at
from .free_time import FreeTime
from .model import LoadProfile

# Powers are counted in whole milliwatts, finer than any appliance is measured.
MILLIWATTS = 1e6
HOUR_IN_MICROSECONDS = 3.6e9

# What one unit of price costs for one milliwatt and one microsecond, in currency.
UNIT_COST = 1 / (UNITS * MILLIWATTS * HOUR_IN_MICROSECONDS)


def to_milliwatts(power: float) -> int:
    """Return a power in kW as whole milliwatts."""
    return round(power * MILLIWATTS)


class Border(NamedTuple):
    """A moment of the profile at which the power changes."""

    offset: int
    """How long after the start, in microseconds."""
    fall: int
    """By how much the power gets lower, in units of power."""
    courses: Sequence[Course]
    """What the power that changes costs."""


class PricedProfile:
    """A load profile with the prices that it may meet between two moments."""

    def __init__(
        self, profile: LoadProfile, prices: PlanPrices, earliest: int, latest: int
    ) -> None:
        """Take the prices of each power once, and the powers in whole units."""
        powers = [to_milliwatts(phase.power) for phase in profile.phases]
        # As long as the units are as large as they may be, the costs stay small.
        self._unit = unit = gcd(*powers) or 1
        self.courses = courses_at(prices, profile.peak, earliest, latest)
        """What the highest power costs; a price limit looks at these prices."""
        depends = isinstance(prices, EffectivePrices)
        known = {profile.peak: self.courses}
        falls: dict[tuple[int, float], int] = {}
        offset = 0
        for phase, power in zip(profile.phases, powers, strict=True):
            end = offset + phase.duration // MICROSECOND
            if power:
                own = phase.power if depends else profile.peak
                if own not in known:
                    known[own] = courses_at(prices, own, earliest, latest)
                falls[offset, own] = falls.get((offset, own), 0) - power // unit
                falls[end, own] = power // unit
            offset = end
        self.duration = offset
        self._borders = [
            Border(offset, fall, known[own])
            for (offset, own), fall in falls.items()
            if fall
        ]
        edges = sum(len(course.edges) for course in self.courses)
        self.priced_steps = 5 + 2 * len(profile.phases) + len(known) * edges
        """How many steps it took to take the prices."""
        self.steps = self.priced_steps + len(self._borders) * edges
        """How many steps it takes to go through all starts besides."""

    def costs_steps(self, starts: int) -> int:
        """Return how many steps it takes to work out the costs of so many starts."""
        return 1 + starts * len(self._borders) // 2

    def money(self, cost: int) -> float:
        """Return a cost in currency."""
        return cost * self._unit * UNIT_COST

    def cost(self, start: int, course: int) -> int:
        """Return what a run costs that starts at a moment of a course."""
        return sum(
            fall * courses[course].cost_at(start + offset)
            for offset, fall, courses in self._borders
        )

    def costs(self, starts: Sequence[int], course: int) -> list[int]:
        """Return what runs cost that start at moments of a course, in time order."""
        totals = [0] * len(starts)
        for offset, fall, courses in self._borders:
            reached = courses[course].costs_at(start + offset for start in starts)
            totals = [
                total + fall * cost for total, cost in zip(totals, reached, strict=True)
            ]
        return totals

    def start_costs(self, free: FreeTime) -> "StartCosts | None":
        """Return the costs of the starts in free time, or None when it is too short.

        As a run is moved, its cost rises or falls at a constant rate until a border
        of the profile meets a border of the prices. These starts, and the first and
        the last one, are all that need be known.
        """
        first, last = free.start, free.end - self.duration
        if first > last:
            return None
        bends: dict[int, int] = {}
        rate = 0
        for offset, fall, courses in self._borders:
            course = courses[free.course]
            rate += fall * course.unit_at(first + offset)
            low = bisect_right(course.edges, first + offset)
            high = bisect_left(course.edges, last + offset)
            for edge, jump in zip(
                course.edges[low:high], course.jumps[low:high], strict=True
            ):
                start = edge - offset
                bends[start] = bends.get(start, 0) + fall * jump
        starts = [first, *sorted(bends), last]
        rates = accumulate(map(bends.__getitem__, starts[1:-1]), initial=rate)
        steps = map(mul, rates, map(sub, starts[1:], starts))
        return StartCosts(
            starts, list(accumulate(steps, initial=self.cost(first, free.course)))
        )


class StartCosts:
    """The cost of a run by its start; between two of the starts it changes evenly."""

    def __init__(self, starts: list[int], costs: list[int]) -> None:
        """Take the starts in time order, the first and the last possible included."""
        self.starts = starts
        self.costs = costs

    def lowest(self) -> tuple[int, int]:
        """Return the lowest cost and its earliest start."""
        cost = min(self.costs)
        return cost, self.starts[self.costs.index(cost)]

    def lowest_within(self, first: int, last: int) -> tuple[int, int] | None:
        """Return the lowest cost of the starts between two, or None without any."""
        first = max(first, self.starts[0])
        last = min(last, self.starts[-1])
        if first > last:
            return None
        found = [(self.cost_at(first), first), (self.cost_at(last), last)]
        low = bisect_left(self.starts, first)
        high = bisect_right(self.starts, last)
        if low < high:
            cost = min(self.costs[low:high])
            found.append((cost, self.starts[self.costs.index(cost, low)]))
        return min(found)

    def cost_at(self, start: int) -> int:
        """Return the cost of one start."""
        after = bisect_left(self.starts, start)
        if self.starts[after] == start:
            return self.costs[after]
        before = after - 1
        # The rate is a whole number, so nothing is lost in the division.
        rise = self.costs[after] - self.costs[before]
        length = self.starts[after] - self.starts[before]
        return self.costs[before] + rise * (start - self.starts[before]) // length
