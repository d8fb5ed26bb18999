"""Go through the plans that a bound does not rule out."""

from math import inf
from typing import final

from .effort import Effort
from .local import SAME, SPLIT_STEPS, LocalSearch
from .partial import Partials, State
from .problem import Draft, Problem, plan_cost

# What looking at one plan takes.
VISIT_STEPS = 3

# How many plans go on side by side, and to how many places of the next job each.
BEAM_WIDTH = 30
BEAM_BRANCHES = 8
BEAM_PLANS = 5


@final
class Search:
    """Place one job after the other, where the bound leaves hope for a better plan."""

    def __init__(
        self, problem: Problem, local: LocalSearch, effort: Effort, partials: Partials
    ) -> None:
        """Take what places jobs, and where to offer the plans that are found."""
        self._problem = problem
        self._local = local
        self._effort = effort
        self._partials = partials
        self._left = 0
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
            self._effort.spend(VISIT_STEPS)
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
        self._effort.spend(VISIT_STEPS)
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
        self._effort.spend(2 * SPLIT_STEPS * len(split))
        for number, _ in split:
            place = draft.best(number)
            if place is None:
                return
            floor += place.cost
        if floor >= self._partials.limit:
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
