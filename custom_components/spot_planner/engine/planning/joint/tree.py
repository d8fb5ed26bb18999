"""Close the gap between the best plan and the bound by telling cases apart."""

from collections.abc import Sequence
from heapq import heappop, heappush
from itertools import count
from math import inf
from typing import NamedTuple, final

from .ascent import Ascent, Climb, Listener
from .bound import Dual
from .cases import Costs, fork, tightened
from .job import WholeJob
from .local import SAME, LocalSearch, Plan
from .problem import Problem
from .search import Partials, Search

# The first plan may be made better with this part of the budget; what then is left is
# for the bound, and for the plans that come of it.
FIND_SHARE = 0.5

# Where no simple order makes a plan, one is looked for with this part of what is left.
DEEP_SHARE = 0.3

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

# A search goes one call deeper for each job.
MOST_JOBS = 150


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

    def __init__(self, problem: Problem) -> None:
        """Start with one case, which is everything."""
        self._problem = problem
        self._budget = problem.budget
        self._local = LocalSearch(problem)
        self._cases: list[Case] = []
        self._numbers = count()
        self._floor = inf
        self._open = -inf
        """The bound of the case in work."""
        self._calls = 0
        self._largest_first = next(self._local.orders)
        self._costs: Costs = [
            job.costs if isinstance(job, WholeJob) else [] for job in problem.jobs
        ]

    def solve(self, known: Plan | None = None, *, is_rough: bool = False) -> Solution:
        """Return the best plan within the budget; None when there is none.

        Args:
            known: A plan that keeps to all rules.
            is_rough: Whether the first plan will do, without a look at the bound.
        """
        with self._budget.share(1 if is_rough else FIND_SHARE):
            self._local.offer(known)
            for order in self._local.orders:
                self._local.offer(self._local.place(order))
        if self._local.plan is None:
            with self._budget.share(DEEP_SHARE):
                self._find(Dual(self._problem))
        if self._local.plan is None:
            return Solution(None, inf, inf)
        self._open = sum(job.least for job in self._problem.jobs)
        with self._budget.share(1):
            if not is_rough and len(self._problem.jobs) <= MOST_JOBS:
                self._close(Dual(self._problem))
        bound = min([self._open, *(case.bound for case in self._cases)])
        bound = min(bound, self._floor, self._local.cost)
        return Solution(self._local.plan, self._local.cost, bound)

    def _find(self, dual: Dual) -> None:
        """Look for any plan at all."""
        if len(self._problem.jobs) > MOST_JOBS:
            return
        nothing = [0.0] * dual.size
        if (left := tightened(dual, nothing, self._costs, inf)) is not None:
            self._search(dual, nothing, left).deep(FIRST_VISITS)

    def _close(self, dual: Dual) -> None:
        """Raise the bound, and go on until the gap is closed.

        At any time, no plan that is better than the best one costs less than the case
        in work, the cases that are waiting, and what was left out of those before.
        """
        nothing = Climb([0.0] * dual.size)
        self._examine(dual, self._costs, nothing, self._open, is_first=True)
        self._open = inf
        if self._cases:
            totals = self._totals(dual, self._cases[0].climb.prices)
            for _ in range(SHAKES):
                self._local.shake(totals)
        while self._cases:
            case = heappop(self._cases)
            self._open = case.bound
            if case.bound >= self._local.cost - SAME:
                break
            parts = fork(self._problem, case.costs, case.climb.seen)
            if parts is None:
                self._floor = min(self._floor, case.bound)
            else:
                for part in parts:
                    start = Climb(case.climb.prices)
                    self._examine(dual, part, start, case.bound, is_first=False)
            self._open = inf

    def _examine(
        self, dual: Dual, costs: Costs, climb: Climb, least: float, *, is_first: bool
    ) -> None:
        """Raise the bound of a case, and keep it unless nothing is left in it.

        Args:
            dual: What works out bounds.
            costs: The starts of the case.
            climb: From where to go on.
            least: A bound that is known.
            is_first: Whether the case is everything.
        """
        left = tightened(dual, climb.prices, costs, self._local.cost)
        if left is None:
            return
        try:
            if is_first:
                ascent = Ascent(dual, left, FIRST_PATIENCE, 1.0)
                ascent.climb(climb, FIRST_STEPS, self._listener(dual))
            else:
                ascent = Ascent(dual, left, CASE_PATIENCE, CASE_REACH)
                ascent.climb(climb, CASE_STEPS, self._listener(dual))
        finally:
            bound = max(climb.bound, least)
            if is_first:
                # When the budget is spent here, that much is known all the same.
                self._open = bound
        if bound >= self._local.cost - SAME:
            return
        left = tightened(dual, climb.prices, left, self._local.cost)
        if left is None:
            return
        search = self._search(dual, climb.prices, left)
        bound = max(bound, search.deep(FIRST_VISITS if is_first else CASE_VISITS))
        if is_first and bound < self._local.cost - SAME:
            search.broad()
        if bound < self._local.cost - SAME:
            heappush(self._cases, Case(bound, next(self._numbers), left, climb))

    def _search(self, dual: Dual, prices: Sequence[float], costs: Costs) -> Search:
        partials = Partials(dual, self._local, prices, costs)
        return Search(self._problem, self._local, partials)

    def _listener(self, dual: Dual) -> Listener:
        """Return what makes a plan from prices now and then, and tells the best cost."""

        def listen(prices: Sequence[float]) -> float:
            self._calls += 1
            if self._calls % PLAN_EVERY == 0:
                plan = self._local.place(
                    self._largest_first, self._totals(dual, prices)
                )
                self._local.offer(plan)
            return self._local.cost

        return listen

    def _totals(self, dual: Dual, prices: Sequence[float]) -> Costs:
        """Return what each start of each job in one piece costs at some prices."""
        self._budget.spend(sum(dual.row_steps))
        return [
            dual.reduced(number, prices, job.costs) if isinstance(job, WholeJob) else []
            for number, job in enumerate(self._problem.jobs)
        ]
