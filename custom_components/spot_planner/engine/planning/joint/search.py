"""Go through the plans that a bound does not rule out, one run after the other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf
from typing import final

from .bound import Dual
from .grid import Room, slots_of, starts_of
from .job import Placement
from .local import SAME, LocalSearch, Plan
from .problem import Draft, Problem, plan_cost

# How many worths of slots are kept: they take some 10 MB.
MOST_KNOWN = 40_000


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
        self._budget = dual.problem.budget
        self._local = local
        self.bound = dual.evaluate(prices, costs).bound
        """What all plans with these starts cost at least."""
        self._budget.spend(2 * sum(dual.row_steps))
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
        # What it takes to copy a state.
        self._state_steps = 5 + self._problem.slots // 100 + len(costs) // 8
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
        self._budget.spend(3 + state.rest.bit_count())
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
        self._budget.spend(2 + 3 * len(shares))
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
                yield more, job.placement(slot)

    def with_job(
        self, state: State, number: int, place: Placement, more: float
    ) -> State:
        """Return the plan with one more job."""
        problem = self._problem
        rest = state.rest & ~(1 << number)
        others = [problem.whole_job(other) for other in slots_of(rest)]
        stretches = sum(len(job.stretches) for job in others)
        self._budget.spend(
            self._state_steps + state.room.steps(stretches) + 2 * len(others)
        )
        placed = (*state.placed[:number], place, *state.placed[number + 1 :])
        room = state.room.without(place.loads)
        starts = state.starts[:]
        rivals = problem.rivals[number]
        for other, job in zip(slots_of(rest), others, strict=True):
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
        self._budget.spend(2 + len(self._paid) // 4)
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
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[slot, used, left] = most
        return most


# How many plans go on side by side, and to how many places of the next job each.
BEAM_WIDTH = 30
BEAM_BRANCHES = 8
BEAM_PLANS = 5

# How often to place a run that may be split as long as no plan is known.
SPLIT_TRIES = 200


@final
class Search:
    """Place one job after the other, where the bound leaves hope for a better plan."""

    def __init__(
        self, problem: Problem, local: LocalSearch, partials: Partials
    ) -> None:
        """Take what places jobs, and where to offer the plans that are found."""
        self._problem = problem
        self._local = local
        self._partials = partials
        self._left = 0
        self._tries = 0
        self._floor = inf

    def deep(self, visits: int) -> float:
        """Try the places of the job with the fewest first, and the best of them first.

        What all plans cost at least is returned. When the visits do not suffice to go
        through all of them, it is no more than was known before.
        """
        if self._partials.bound == inf:
            return inf
        self._left = visits
        self._floor = inf
        self._visit(self._partials.first())
        if self._left <= 0:
            return min(self._partials.bound, self._local.cost)
        return min(max(self._floor, self._partials.bound), self._local.cost)

    def broad(self) -> None:
        """Place the largest job first, and keep the plans with the lowest bound."""
        if self._partials.bound == inf:
            return
        largest_first = sorted(self._problem.whole, key=lambda it: -it[1].energy)
        states = [self._partials.first()]
        for number, _ in largest_first:
            ranked = []
            for state in states:
                ranked += self._following(state, number)
            ranked.sort(key=lambda it: it[0])
            states = [state for _, state in ranked[:BEAM_WIDTH]]
        for state in states[:BEAM_PLANS]:
            self._finish(state)

    def _following(self, state: State, number: int) -> list[tuple[float, State]]:
        """Return plans with one more job, each with its bound."""
        found: list[tuple[float, State]] = []
        partials = self._partials
        if partials.shares(state) is None:
            return found
        for more, place in partials.choices(state, number):
            following = partials.with_job(state, number, place, more)
            shares = partials.shares(following)
            if shares is not None:
                bound = partials.bound_of(following, shares)
                if bound < partials.limit:
                    found.append((bound, following))
            if len(found) == BEAM_BRANCHES:
                break
        return found

    def _visit(self, state: State) -> None:
        self._left -= 1
        if self._left <= 0:
            return
        if not state.rest:
            self._finish(state)
            return
        partials = self._partials
        shares = partials.shares(state)
        if shares is None:
            return
        bound = partials.bound_of(state, shares)
        if bound >= partials.limit:
            return
        number = partials.fewest(state, shares, bound)
        for more, place in partials.choices(state, number):
            if bound - shares[number] + more >= partials.limit or self._left <= 0:
                return
            self._visit(partials.with_job(state, number, place, more))

    def _finish(self, state: State) -> None:
        """Place the jobs that may be split, and note how far that may be from best."""
        draft = Draft(self._problem, state.placed, state.room)
        floor = sum(place.cost for place in state.placed if place)
        split = self._problem.split
        for number, _ in split:
            place = draft.best(number)
            if place is None:
                return
            floor += place.cost
        if floor >= self._partials.limit:
            return
        numbers = [it for it in self._problem.in_order if not draft.placed[it]]
        self._tries = SPLIT_TRIES if self._local.plan is None else len(numbers)
        plan = self._with_split(draft, numbers)
        self._local.offer(plan)
        if plan is None or plan_cost(plan) > floor + SAME:
            self._floor = min(self._floor, floor)

    def _with_split(self, draft: Draft, numbers: Sequence[int]) -> Plan | None:
        """Return a plan with the jobs that may be split, each at its best place.

        Where that leaves none to a later one, slots are taken from it one by one.
        """
        if not numbers:
            return tuple(draft.placements())
        number, *rest = numbers
        without = [0]
        for taken in without:
            if self._tries <= 0:
                break
            self._tries -= 1
            if place := draft.best(number, taken):
                if plan := self._with_split(draft.with_job(number, place), rest):
                    return plan
                without += [taken | 1 << slot for slot in slots_of(place.active)]
        return None
