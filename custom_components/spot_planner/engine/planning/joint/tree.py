"""Close the gap between the best plan and the bound by telling cases apart."""

from collections.abc import Sequence
from heapq import heappop, heappush
from itertools import count
from math import inf
from typing import NamedTuple, final

from .ascent import Ascent, Climb
from .bound import Dual
from .cases import Costs, fork, tightened
from .job import WholeJob
from .local import SAME, SPLIT_STEPS, Effort, LocalSearch, Plan
from .problem import Problem
from .search import Partials, Search

# How long to look for prices at first, and again in each case.
FIRST_STEPS = 200
CASE_STEPS = 30
FIRST_PATIENCE = 15
CASE_PATIENCE = 6
CASE_REACH = 0.5

# How many plans to go through at first, and again in each case.
FIRST_VISITS = 1500
CASE_VISITS = 200

# A plan is made from the prices every so many steps.
PLAN_EVERY = 8

# How often to shake a good plan when the first case does not settle it.
SHAKES = 80

# What working out the bound takes.
BOUND_STEPS = 60


class Solution(NamedTuple):
    """The best plan that was found, and what any plan costs at least."""

    plan: Plan | None
    cost: float
    bound: float


class Case(NamedTuple):
    """A part of all plans: those that use the starts that are left."""

    bound: float
    number: int
    costs: Costs
    climb: Climb


@final
class Tree:
    """Split all plans into cases until the bound of each reaches the best cost.

    The case with the lowest bound is always the next, so the lowest bound of
    those that are left holds for all plans at any time.
    """

    def __init__(self, problem: Problem, effort: Effort) -> None:
        """Start with one case, which is everything."""
        self._problem = problem
        self._effort = effort
        self._dual = Dual(problem)
        self._local = LocalSearch(problem, effort)
        self._cases: list[Case] = []
        self._numbers = count()
        self._floor = inf
        self._calls = 0
        self._largest_first = next(self._local.orders)
        self._step_cost = BOUND_STEPS + SPLIT_STEPS * len(problem.split)

    def solve(self, known: Plan | None = None) -> Solution:
        """Return the best plan within the effort; None when there is none.

        Args:
            known: A plan that keeps to all rules.
        """
        self._local.offer(known)
        for order in self._local.orders:
            self._local.offer(self._local.place(order))
        costs = [
            job.costs if isinstance(job, WholeJob) else [] for job in self._problem.jobs
        ]
        if self._local.plan is None:
            self._find(costs)
        if self._local.plan is None:
            return Solution(None, inf, inf)
        bound = self._close(costs)
        return Solution(self._local.plan, self._local.cost, bound)

    def _find(self, costs: Costs) -> None:
        """Look for any plan at all."""
        if (left := tightened(self._dual, [0.0] * self._dual.size, costs, inf)) is None:
            return
        self._search([0.0] * self._dual.size, left).deep(FIRST_VISITS)

    def _close(self, costs: Costs) -> float:
        """Return the bound when the effort is spent or the gap is closed."""
        if self._effort.left < FIRST_STEPS * self._step_cost:
            return sum(job.least for job in self._problem.jobs)
        self._examine(costs, [0.0] * self._dual.size, is_first=True)
        if self._cases:
            totals = self._totals(self._cases[0].climb.prices)
            for _ in range(SHAKES):
                self._local.shake(totals)
        while self._cases and not self._effort.is_spent:
            case = heappop(self._cases)
            if case.bound >= self._local.cost - SAME:
                break
            parts = fork(self._problem, case.costs, case.climb.seen)
            if parts is None:
                self._floor = min(self._floor, case.bound)
                continue
            for part in parts:
                self._examine(part, case.climb.prices, is_first=False, least=case.bound)
        left = min([case.bound for case in self._cases], default=inf)
        return min(left, self._floor, self._local.cost)

    def _examine(
        self,
        costs: Costs,
        prices: Sequence[float],
        *,
        is_first: bool,
        least: float = -inf,
    ) -> None:
        """Raise the bound of a case, and keep it unless nothing is left in it."""
        left = tightened(self._dual, prices, costs, self._local.cost)
        if left is None:
            return
        if is_first:
            ascent = Ascent(self._dual, left, FIRST_PATIENCE, 1.0)
            climb = ascent.climb(prices, FIRST_STEPS, self._listen)
        else:
            ascent = Ascent(self._dual, left, CASE_PATIENCE, CASE_REACH)
            climb = ascent.climb(prices, CASE_STEPS, self._listen)
        bound = max(climb.bound, least)
        if bound >= self._local.cost - SAME:
            return
        left = tightened(self._dual, climb.prices, left, self._local.cost)
        if left is None:
            return
        search = self._search(climb.prices, left)
        bound = max(bound, search.deep(FIRST_VISITS if is_first else CASE_VISITS))
        if is_first and bound < self._local.cost - SAME:
            search.broad()
        if bound < self._local.cost - SAME:
            heappush(self._cases, Case(bound, next(self._numbers), left, climb))

    def _search(self, prices: Sequence[float], costs: Costs) -> Search:
        partials = Partials(self._dual, self._local, prices, costs)
        return Search(self._problem, self._local, self._effort, partials)

    def _listen(self, prices: Sequence[float]) -> float:
        """Make a plan from prices now and then; answer the best cost so far."""
        self._effort.spend(self._step_cost)
        self._calls += 1
        if self._calls % PLAN_EVERY == 0:
            plan = self._local.place(self._largest_first, self._totals(prices))
            self._local.offer(plan)
        return self._local.cost

    def _totals(self, prices: Sequence[float]) -> Costs:
        """Return what each start of each job in one piece costs at some prices."""
        return [
            self._dual.reduced(number, prices, job.costs)
            if isinstance(job, WholeJob)
            else []
            for number, job in enumerate(self._problem.jobs)
        ]
