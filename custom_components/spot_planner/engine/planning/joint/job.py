"""Whole jobs: what a joint plan knows of a run that is one piece."""

from bisect import bisect_left
from functools import cached_property
from itertools import accumulate, groupby
from math import inf
from operator import itemgetter, or_
from typing import NamedTuple, final

from .grid import Loads, Room, starts_of, stretch


class Placement(NamedTuple):
    """A time for a run."""

    cost: float
    """In currency."""
    first: int
    """The first slot that it touches."""
    after: int
    """The slot after the last one that it touches."""
    active: int
    """The slots in which it runs, rests within a piece included."""
    loads: Loads


class Stretch(NamedTuple):
    """A part of a run with one power."""

    offset: int
    """How many slots after the first one it begins."""
    length: int
    watts: int


class Window(NamedTuple):
    """Between which slots a run has to lie."""

    first: int
    """The run begins in this slot or later."""
    last: int
    """The run begins in this slot or earlier."""
    soonest: int
    """The slot after the run is this one or later."""
    latest: int
    """The slot after the run is this one or earlier."""


@final
class WholeJob:
    """A run in one piece: all its starts with their costs."""

    def __init__(self, costs: list[float], watts: list[int]) -> None:
        """Take the cost of a start in each slot, and the power in each slot of the run.

        The cost is in currency, and infinite where the run may not start. Where the
        power changes within a slot, the highest counts for all of it.
        """
        self.costs = costs
        self._watts = watts
        self.length = len(watts)
        self.starts = sum(1 << it for it, cost in enumerate(costs) if cost < inf)
        parts = [list(group) for _, group in groupby(enumerate(watts), itemgetter(1))]
        self.stretches = [
            Stretch(part[0][0], len(part), part[0][1]) for part in parts if part[0][1]
        ]
        self.energy = sum(watts)
        self.steps = 5 + 2 * len(self.stretches) + len(costs) // 40
        """How many steps it takes to find the best place."""
        self._placed: dict[int, Placement] = {}
        shapes: dict[int, int] = {}
        for offset, length, power in self.stretches:
            shape = stretch(offset, offset + length)
            shapes[power] = shapes.get(power, 0) | shape
        self._shapes = tuple(shapes.items())

    def at_costs(self, costs: list[float]) -> "WholeJob":
        """Return the same run with other costs."""
        return WholeJob(costs, self._watts)

    @cached_property
    def order(self) -> list[tuple[float, int, int]]:
        """Return cost, slot and the set of just that slot, the cheapest start first."""
        return sorted(
            (cost, slot, 1 << slot)
            for slot, cost in enumerate(self.costs)
            if cost < inf
        )

    @cached_property
    def _ranked(self) -> tuple[list[float], list[int]]:
        """Return the costs in order, and the sets of so many of the cheapest starts."""
        sets = accumulate((bit for _, _, bit in self.order), or_, initial=0)
        return [cost for cost, _, _ in self.order], list(sets)

    def below(self, limit: float) -> int:
        """Return the starts that cost less than a limit."""
        costs, sets = self._ranked
        return sets[bisect_left(costs, limit)]

    def cheapest(self, starts: int) -> Placement:
        """Return the cheapest placement of some starts, and of equal ones the first."""
        for _, slot, bit in self.order:
            if starts & bit:
                return self.placement(slot)
        raise ValueError("There is no start among these")

    @cached_property
    def least(self) -> float:
        """Return what the cheapest start costs."""
        return min(self.costs, default=inf)

    def placement(self, slot: int) -> Placement:
        """Return the placement of a start."""
        if (found := self._placed.get(slot)) is None:
            found = self._placed[slot] = Placement(
                self.costs[slot],
                slot,
                slot + self.length,
                stretch(slot, slot + self.length),
                tuple((watts, shape << slot) for watts, shape in self._shapes),
            )
        return found

    @property
    def only(self) -> Placement:
        """Return the placement of a job that stands."""
        return self.placement(self.order[0][1])

    def fitting(self, room: Room, barred: int) -> int:
        """Return the slots in which it may start when others have taken theirs.

        Args:
            room: The power that is left.
            barred: The slots in which it must not run.
        """
        starts = self.starts
        for part in self.stretches:
            starts &= starts_of(room.fits(part.watts), part.length) >> part.offset
        if barred:
            starts &= starts_of(~barred, self.length)
        return starts

    def within(self, window: Window) -> int:
        """Return the starts that a window leaves."""
        return stretch(
            max(window.first, window.soonest - self.length, 0),
            min(window.last, window.latest - self.length) + 1,
        )

    def reach(self, window: Window) -> Window | None:
        """Return the narrowest window that leaves the same starts, None: no start."""
        starts = self.starts & self.within(window)
        if not starts:
            return None
        first, last = (starts & -starts).bit_length() - 1, starts.bit_length() - 1
        return Window(first, last, first + self.length, last + self.length)

    def best(self, room: Room, barred: int, window: Window | None) -> Placement | None:
        """Return the cheapest placement, and of equal ones the first."""
        starts = self.fitting(room, barred)
        if window:
            starts &= self.within(window)
        return self.cheapest(starts) if starts else None
