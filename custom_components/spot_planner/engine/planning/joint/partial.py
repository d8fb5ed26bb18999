"""Plans in which not all runs have their place yet, and what they cost at least."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf
from typing import final

from .bound import Dual
from .grid import slots_of, starts_of
from .job import Placement
from .local import SAME, LocalSearch
from .room import Room


@dataclass(slots=True)
class State:
    """A plan in which some of the jobs in one piece have their place."""

    rest: int
    """The set of those that have none."""
    placed: tuple[Placement | None, ...]
    room: Room
    starts: list[int]
    """For each job the slots in which it may still begin."""
    passed: list[int]
    """How many of the ranked starts of each job are known to be taken."""
    used: list[int]
    """The items in each slot."""
    extra: float
    """By how much what is placed raises the bound."""


@final
class Partials:
    """Place jobs in one piece, one after the other.

    A start that is not the best one at the prices of the bound raises the bound by what
    it costs more, and a slot that can no longer take what it was paid for raises it by
    the difference.
    """

    def __init__(
        self,
        dual: Dual,
        local: LocalSearch,
        prices: Sequence[float],
        costs: Sequence[list[float]],
    ) -> None:
        """Rank the starts of each job by what they cost at the prices."""
        self.dual = dual
        self._problem = dual.problem
        self._local = local
        self.bound = dual.evaluate(prices, costs).bound
        """What all plans with these starts cost at least."""
        self._ranked: list[list[tuple[float, int, int]]] = [[] for _ in costs]
        for number, _ in self._problem.whole:
            totals = dual.reduced(number, prices, costs[number])
            least = min(totals)
            gap = local.cost - self.bound
            self._ranked[number] = sorted(
                (total - least, slot, 1 << slot)
                for slot, total in enumerate(totals)
                if total < inf and total - least <= gap
            )
        self._values = [dual.prices_in(slot, prices) for slot in range(dual.slots)]
        self._paid = [slot for slot, row in enumerate(self._values) if any(row)]
        self._known: dict[tuple[int, int, int], float] = {}
        everything = (1 << len(dual.items.watts)) - 1
        self._full = sum(self._most(slot, 0, everything) for slot in self._paid)

    @property
    def limit(self) -> float:
        """Return the cost from which on a plan is not better than the best one."""
        return self._local.cost - SAME

    def first(self) -> State:
        """Return the plan without any job."""
        return State(
            rest=sum(1 << number for number, _ in self._problem.whole),
            placed=(None,) * len(self._problem.jobs),
            room=self._problem.room,
            starts=[sum(bit for _, _, bit in ranked) for ranked in self._ranked],
            passed=[0] * len(self._problem.jobs),
            used=[0] * self.dual.slots,
            extra=0.0,
        )

    def shares(self, state: State) -> dict[int, float] | None:
        """Return by how much each job that is left raises the bound.

        None is returned when one has no place, or all of it is too much.
        """
        shares = {}
        total = self.bound + state.extra
        passed = state.passed = state.passed[:]
        for number in slots_of(state.rest):
            ranked, starts = self._ranked[number], state.starts[number]
            at = passed[number]
            while at < len(ranked) and not starts & ranked[at][2]:
                at += 1
            if at == len(ranked):
                return None
            passed[number] = at
            shares[number] = ranked[at][0]
            total += ranked[at][0]
            if total >= self.limit:
                return None
        return shares

    def bound_of(self, state: State, shares: dict[int, float]) -> float:
        """Return what a plan costs at least when the jobs that are left have these."""
        return self.bound + state.extra + sum(shares.values()) + self._lost(state)

    def fewest(self, state: State, shares: dict[int, float], bound: float) -> int:
        """Return the job with the fewest starts that are worth a try."""
        fewest, found = inf, -1
        for number, own in shares.items():
            room = self.limit - bound + own
            starts, count = state.starts[number], 0
            ranked = self._ranked[number]
            for at in range(state.passed[number], len(ranked)):
                more, _, bit = ranked[at]
                if more >= room or count >= fewest:
                    break
                if starts & bit:
                    count += 1
            if count < fewest:
                fewest, found = count, number
        return found

    def choices(self, state: State, number: int) -> Iterator[tuple[float, Placement]]:
        """Go through the places of a job, with what each adds to the bound."""
        job = self._problem.whole_job(number)
        starts, ranked = state.starts[number], self._ranked[number]
        for at in range(state.passed[number], len(ranked)):
            more, slot, bit = ranked[at]
            if starts & bit:
                yield more, job.placements[slot]

    def with_job(
        self, state: State, number: int, place: Placement, more: float
    ) -> State:
        """Return the plan with one more job."""
        problem = self._problem
        placed = (*state.placed[:number], place, *state.placed[number + 1 :])
        room = state.room.without(place.loads)
        rest = state.rest & ~(1 << number)
        starts = state.starts[:]
        rivals = problem.rivals[number]
        for other in slots_of(rest):
            job = problem.whole_job(other)
            left = starts[other]
            for offset, length, watts in job.stretches:
                left &= starts_of(room.fits(watts), length) >> offset
            if rivals >> other & 1:
                left &= starts_of(~place.active, job.length)
            if window := problem.window(other, placed):
                left &= job.within(window)
            starts[other] = left
        used = state.used[:]
        for item, offset, length in self.dual.items.uses[number]:
            bit = 1 << item
            first = place.first + offset
            for slot in range(first, first + length):
                used[slot] |= bit
        return State(rest, placed, room, starts, state.passed, used, state.extra + more)

    def _lost(self, state: State) -> float:
        """Return what slots were paid for loads that they can no longer get."""
        items = self.dual.items.of_job
        left = sum(items[number] for number in slots_of(state.rest))
        left += sum(items[number] for number, _ in self._problem.split)
        used, known, now = state.used, self._known, 0.0
        for slot in self._paid:
            value = known.get((slot, used[slot], left))
            now += self._most(slot, used[slot], left) if value is None else value
        return self._full - now

    def _most(self, slot: int, used: int, left: int) -> float:
        """Return the most that a slot is worth with some items in it and others left."""
        values = self._values[slot]
        worth = sum(1 << it for it in slots_of(left) if values[it])
        most = self.dual.sets.most(self._problem.free[slot], used, worth, values)
        self._known[slot, used, left] = most
        return most
