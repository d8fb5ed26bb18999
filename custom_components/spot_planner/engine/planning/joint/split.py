"""Split jobs: what a joint plan knows of a run that may be split."""

from collections import deque
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate
from math import inf
from operator import add
from typing import NamedTuple, final

from ..budget import Budget
from .grid import Room, stretch
from .job import Placement, Window

# How many of the last best placements of a run are looked through before a new one is
# worked out.
MOST_KNOWN = 40


class SplitShape(NamedTuple):
    """How a run may be cut; all lengths are in slots."""

    slots: int
    """How many slots the run touches in all."""
    shortest: int
    """The shortest segment."""
    last_shortest: int
    """The shortest last segment: its last slot may be used in part only."""
    pause: int | None
    """The longest pause."""
    segments: int | None
    """The most segments; None where no run could have more than allowed."""

    @property
    def states(self) -> int:
        """Return how many states a table of the least costs has in each slot."""
        return self.shortest + self.slots * (self.segments or 1)


@final
class SplitJob:
    """A run in segments that begin on the borders of slots.

    Where the run does not fill its slots, the last one is used in part.
    """

    def __init__(
        self,
        costs: list[float],
        shape: SplitShape,
        unused: list[float],
        watts: int,
        budget: Budget | None = None,
    ) -> None:
        """Take the cost of each slot in currency: infinite where it may not be used.

        Args:
            costs: What each slot costs when all of it is used.
            shape: How the run may be cut.
            unused: How much less each costs when it is the last one.
            watts: The power.
            budget: What the search for the best place is paid from.
        """
        self._budget = budget or Budget()
        self.costs = costs
        self.shape = shape
        self.watts = watts
        self.length = shape.slots
        self.energy = watts * shape.slots
        self._unused = unused
        self._free_choice = (
            not any(unused) and shape.shortest == 1 and shape[3:] == (None, None)
        )
        self._allowed = sum(1 << it for it, cost in enumerate(costs) if cost < inf)
        self._first, self._after = _range(self._allowed)
        self.steps = self._steps(self._after - self._first)
        """How many steps it takes to find the best place."""
        self._known: deque[tuple[int, Window | None, Placement | None]] = deque(
            maxlen=MOST_KNOWN
        )

    def _steps(self, slots: int) -> int:
        """Return how many steps it takes to find the best place in some slots."""
        steps = 5 + slots
        if not self._free_choice:
            # A pause that is limited is looked back over in a few strides.
            strides = self.shape.pause.bit_length() if self.shape.pause else 1
            # However few slots there are, each state is a list of its own.
            steps += self.shape.states * (slots * (4 + strides) + 20) // 9
        return steps

    def at_costs(self, costs: list[float]) -> "SplitJob":
        """Return the same run with other costs."""
        return SplitJob(costs, self.shape, self._unused, self.watts, self._budget)

    @cached_property
    def least(self) -> float:
        """Return what the cheapest plan costs."""
        found = self.cheapest(self.costs)
        return found[0] if found else inf

    def best(self, room: Room, barred: int, window: Window | None) -> Placement | None:
        """Return the cheapest placement when others have taken theirs.

        The best of more slots is the best of fewer too when all that it uses is among
        those: most calls are answered by one of those before.
        """
        free = room.fits(self.watts) & ~barred & self._allowed
        if window:
            free &= stretch(window.first, window.latest)
        for before, there, place in self._known:
            if free & ~before or there != window:
                continue
            if place is None or not place.active & ~free:
                return place
        found = self._within(free, window)
        place = self.placement(found) if found else None
        self._known.appendleft((free, window, place))
        return place

    def _within(self, free: int, window: Window | None) -> list[int] | None:
        """Return the slots of the cheapest plan that uses only some of them."""
        if free.bit_count() < self.length:
            return None
        first, after = _range(free)
        # The costs, and the two edges of a window, are as long as the grid.
        self._budget.spend(self._steps(after - first) + len(self.costs) // 3)
        costs = [
            cost if free >> slot & 1 else inf for slot, cost in enumerate(self.costs)
        ]
        at_start, at_end = edges(window, len(costs)) if window else (None, None)
        found = self.cheapest(costs, at_start, at_end, (first, after))
        return found[1] if found else None

    def reach(self, window: Window) -> Window | None:
        """Return the narrowest window that leaves the same plans, None: no plan."""
        limits = []
        at_start, at_end = edges(window, len(self.costs))
        free = [0.0 if cost < inf else inf for cost in self.costs]
        nothing = [0.0] * len(self.costs)
        for sign in (1, -1):
            for edge in (at_start, at_end):
                moved = [cost + sign * it for it, cost in enumerate(edge)]
                starts = moved if edge is at_start else at_start
                ends = moved if edge is at_end else at_end
                found = _Table(self.shape, free, starts).best(nothing, ends)
                if found is None:
                    return None
                limits.append(round(sign * found[0]))
        first, soonest, last, latest = limits
        return Window(first, last, soonest, latest)

    def placement(self, slots: Sequence[int]) -> Placement:
        """Return the placement that uses some slots, in time order."""
        active = sum(1 << slot for slot in slots)
        cost = sum(self.costs[slot] for slot in slots) - self._unused[slots[-1]]
        return Placement(cost, slots[0], slots[-1] + 1, active, ((self.watts, active),))

    def cheapest(
        self,
        costs: list[float],
        at_start: Sequence[float] | None = None,
        at_end: Sequence[float] | None = None,
        within: tuple[int, int] | None = None,
    ) -> tuple[float, list[int]] | None:
        """Return the least cost and its slots, or None when there is no plan.

        Args:
            costs: What each slot costs: the job's own costs with others added.
            at_start: What it costs besides to begin in each slot.
            at_end: What it costs besides when each slot is the first after the run.
            within: The first slot that may be used, and the one after the last.
        """
        first, after = within or (self._first, self._after)
        if self._free_choice and at_start is None and at_end is None:
            known = zip(costs[first:after], range(first, after), strict=True)
            ranked = sorted(known)[: self.length]
            if len(ranked) < self.length or ranked[-1][0] == inf:
                return None
            return sum(cost for cost, _ in ranked), sorted(slot for _, slot in ranked)
        if after - first < self.length:
            return None
        starts = at_start[first:after] if at_start else None
        ends = at_end[first : after + 1] if at_end else None
        table = _Table(self.shape, costs[first:after], starts)
        if found := table.best(self._unused[first:after], ends):
            return found[0], [first + slot for slot in found[1]]
        return None


class _Table:
    """The least cost of using so many slots up to each slot.

    `used[layer][n][t]` is the cost of the best plan for the first n slots of the run
    that has just used slot t, and whose last segment is long enough. There is a layer
    for each number of segments when that is limited, else one for all.
    """

    def __init__(
        self, shape: SplitShape, costs: list[float], at_start: Sequence[float] | None
    ) -> None:
        self._shape = shape
        self._costs = costs
        self._nowhere = [inf] * len(costs)
        self._start = list(at_start or [0.0] * len(costs))
        # What the first slots of a segment cost that begins in a slot.
        self._head = costs
        for shift in range(1, shape.shortest):
            self._head = list(map(add, self._head, [*costs[shift:], *self._nowhere]))
        self._used: list[list[list[float]]] = []
        self._open: list[list[list[float]]] = []
        for layer in range(shape.segments or 1):
            self._fill(layer)

    def _fill(self, layer: int) -> None:
        """Work out one layer."""
        count, shortest = self._shape.slots, self._shape.shortest
        used = [self._nowhere] * (count + 1)
        opened = [self._nowhere] * (count + 1)
        self._used.append(used)
        self._open.append(opened)
        if layer == 0:
            opened[0] = self._start
        before = self._used[layer - 1] if layer else None
        if before:
            for number in range(shortest, count - shortest + 1):
                opened[number] = self._after_pause(before[number])
        for number in range(shortest, count + 1):
            begun = list(map(add, opened[number - shortest], self._head))
            begun = [*self._nowhere[: shortest - 1], *begun][: len(self._costs)]
            grown = [inf, *map(add, used[number - 1], self._costs[1:])]
            used[number] = list(map(min, begun, grown))
            if self._shape.segments is None and number + shortest <= count:
                opened[number] = self._after_pause(used[number])

    def _after_pause(self, used: list[float]) -> list[float]:
        """Return the best cost of the plans that may begin a segment in each slot."""
        width = self._shape.pause
        if width is None:
            best = list(accumulate(used, min))
        else:
            best, reach = used, 1
            while reach * 2 <= width:
                best = list(map(min, best, [*self._nowhere[:reach], *best]))
                reach *= 2
            rest = width - reach
            best = list(map(min, best, [*self._nowhere[:rest], *best]))
        return [inf, inf, *best[:-2]]

    def best(
        self, unused: list[float], at_end: Sequence[float] | None
    ) -> tuple[float, list[int]] | None:
        """Return the least cost of the whole run, and its slots."""
        found: tuple[float, int, int] = (inf, 0, 0)
        for layer in range(len(self._used)):
            totals = [
                cost - saved
                for cost, saved in zip(self._finals(layer), unused, strict=True)
            ]
            if at_end:
                totals = list(map(add, totals, at_end[1:]))
            least = min(totals)
            if least < found[0]:
                found = (least, layer, totals.index(least))
        if found[0] == inf:
            return None
        return found[0], self._slots(found[1], found[2])

    def _finals(self, layer: int) -> list[float]:
        """Return the cost of the plans that end with each slot."""
        used = self._used[layer]
        if self._shape.last_shortest > self._shape.shortest:
            return [inf, *map(add, used[self._shape.slots - 1], self._costs[1:])]
        return used[self._shape.slots]

    def _slots(self, layer: int, slot: int) -> list[int]:
        """Go back from the last slot to all of them."""
        number = self._shape.slots
        slots = []
        if self._shape.last_shortest > self._shape.shortest:
            slots.append(slot)
            number, slot = number - 1, slot - 1
        while True:
            used = self._used[layer]
            cost = used[number][slot]
            if slot and used[number - 1][slot - 1] + self._costs[slot] == cost:
                slots.append(slot)
                number, slot = number - 1, slot - 1
                continue
            begin = slot - self._shape.shortest + 1
            slots += range(slot, begin - 1, -1)
            number -= self._shape.shortest
            if not number:
                return slots[::-1]
            cost = self._open[layer][number][begin]
            if self._shape.segments is not None:
                layer -= 1
            slot = begin - 2
            while self._used[layer][number][slot] != cost:
                slot -= 1


def _range(slots: int) -> tuple[int, int]:
    """Return the first slot of a set, and the one after the last."""
    return max((slots & -slots).bit_length() - 1, 0), slots.bit_length()


def edges(window: Window, slots: int) -> tuple[list[float], list[float]]:
    """Return what a window makes of beginning and ending in each slot."""
    return (
        [0.0 if window.first <= it <= window.last else inf for it in range(slots)],
        [
            0.0 if window.soonest <= it <= window.latest else inf
            for it in range(slots + 1)
        ],
    )
