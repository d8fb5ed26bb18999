"""Go through the plans that a bound does not rule out."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import final

from .bound import Dual
from .schedule_effort import Effort
from .schedule_grid import slots_of, starts_of
from .schedule_job import Placement, WholeJob
from .schedule_local import SAME, SPLIT_STEPS, LocalSearch
from .schedule_problem import Draft, plan_cost
from .schedule_room import Room

VISIT_STEPS = 3


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
class Search:
    """Place one job after the other, the one with the fewest choices first.

    A start that is not the best one at the prices of the bound raises the bound by what
    it costs more, and a slot that can no longer take what it was paid for raises it by
    the difference. Where the bound reaches the best known cost, there is nothing to find.
    """

    def __init__(
        self,
        dual: Dual,
        local: LocalSearch,
        effort: Effort,
        prices: Sequence[float],
        costs: Sequence[list[float]],
    ) -> None:
        """Rank the starts of each job in one piece by what they cost at the prices."""
        self._dual = dual
        self._problem = dual.problem
        self._local = local
        self._effort = effort
        self._bound = dual.evaluate(prices, costs).bound
        self._left = 0
        self._floor = inf
        self._ranked: list[list[tuple[float, int, int]]] = [[] for _ in costs]
        for number, _ in self._problem.whole:
            totals = dual.reduced(number, prices, costs[number])
            least = min(totals)
            gap = local.cost - self._bound
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

    def run(self, visits: int) -> float:
        """Return what the plans cost at least, those found being offered.

        When the visits do not suffice, it is no more than was known before.
        """
        if self._bound == inf:
            return inf
        self._left = visits
        self._floor = inf
        self._visit(
            State(
                rest=sum(1 << number for number, _ in self._problem.whole),
                placed=(None,) * len(self._problem.jobs),
                room=self._problem.room,
                starts=[sum(bit for _, _, bit in ranked) for ranked in self._ranked],
                passed=[0] * len(self._problem.jobs),
                used=[0] * self._dual.slots,
                extra=0.0,
            )
        )
        if self._left <= 0:
            return min(self._bound, self._local.cost)
        return min(max(self._floor, self._bound), self._local.cost)

    def _visit(self, state: State) -> None:
        self._left -= 1
        self._effort.spend(VISIT_STEPS)
        if self._left <= 0:
            return
        if not state.rest:
            self._finish(state)
            return
        least = self._least(state)
        if least is None:
            return
        bound = self._bound + state.extra + sum(least.values()) + self._lost(state)
        if bound >= self._local.cost - SAME:
            return
        number = self._fewest(state, least, bound)
        base = bound - least[number]
        job = self._problem.jobs[number]
        assert isinstance(job, WholeJob)
        for more, slot, bit in self._ranked[number][state.passed[number] :]:
            if base + more >= self._local.cost - SAME or self._left <= 0:
                return
            if state.starts[number] & bit:
                self._visit(self._with(state, number, job.placements[slot], more))

    def _least(self, state: State) -> dict[int, float] | None:
        """Return by how much each job that is left raises the bound, None: no place."""
        least = {}
        total = self._bound + state.extra
        passed = state.passed = state.passed[:]
        for number in slots_of(state.rest):
            ranked, starts, at = (
                self._ranked[number],
                state.starts[number],
                passed[number],
            )
            while at < len(ranked) and not starts & ranked[at][2]:
                at += 1
            if at == len(ranked):
                return None
            passed[number] = at
            least[number] = ranked[at][0]
            total += ranked[at][0]
            if total >= self._local.cost - SAME:
                return None
        return least

    def _lost(self, state: State) -> float:
        """Return what slots were paid for loads that they can no longer get."""
        items = self._dual.items.of_job
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
        most = self._dual.sets.most(self._problem.free[slot], used, worth, values)
        self._known[slot, used, left] = most
        return most

    def _fewest(self, state: State, least: dict[int, float], bound: float) -> int:
        """Return the job with the fewest starts that are worth a try."""
        fewest, found = inf, -1
        for number, own in least.items():
            room = self._local.cost - SAME - bound + own
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

    def _with(self, state: State, number: int, place: Placement, more: float) -> State:
        """Return the plan with one more job."""
        problem = self._problem
        placed = (*state.placed[:number], place, *state.placed[number + 1 :])
        room = state.room.without(place.loads)
        rest = state.rest & ~(1 << number)
        starts = state.starts[:]
        rivals = problem.rivals[number]
        for other in slots_of(rest):
            job = problem.jobs[other]
            assert isinstance(job, WholeJob)
            left = starts[other]
            for offset, length, watts in job.stretches:
                left &= starts_of(room.fits(watts), length) >> offset
            if rivals >> other & 1:
                left &= starts_of(~place.active, job.length)
            if window := problem.window(other, placed):
                left &= job.within(window)
            starts[other] = left
        used = state.used[:]
        for item, offset, length in self._dual.items.uses[number]:
            bit = 1 << item
            first = place.first + offset
            for slot in range(first, first + length):
                used[slot] |= bit
        return State(rest, placed, room, starts, state.passed, used, state.extra + more)

    def _finish(self, state: State) -> None:
        """Place the jobs that may be split, and note how far that may be from best."""
        draft = Draft(self._problem, state.placed, state.room)
        alone = 0.0
        split = self._problem.split
        self._effort.spend(2 * SPLIT_STEPS * len(split))
        for number, _ in split:
            place = draft.best(number)
            if place is None:
                return
            alone += place.cost
        floor = alone + sum(place.cost for place in state.placed if place)
        if floor >= self._local.cost - SAME:
            return
        for number, _ in sorted(split, key=lambda it: -it[1].energy):
            place = draft.best(number)
            if place is None:
                self._floor = min(self._floor, floor)
                return
            draft = draft.with_job(number, place)
        plan = tuple(draft.placements())
        self._local.offer(plan)
        if plan_cost(plan) > floor + SAME:
            self._floor = min(self._floor, floor)
