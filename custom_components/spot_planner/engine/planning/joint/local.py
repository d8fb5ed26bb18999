"""Descent: a joint plan is made cheaper by moving a few runs at a time.

One run moves to its best place, then two at once, then three, until nothing helps any
more. All places of the runs that move are gone through by branch and bound, so a plan of
no more runs than may move at once is the best of all.
"""

from collections.abc import Sequence
from itertools import combinations, permutations
from math import inf
from typing import final

from ..outcome import SAME
from ..proof.ascent import Ascent
from .job import Placement, WholeJob
from .problem import Draft, Problem, plan_cost

# How many jobs are moved at a time at most.
MOST_MOVED = 3

# Of more jobs than this, only two are moved at a time: there are too many threes.
FEW_JOBS = 12

type Plan = tuple[Placement, ...]


@final
class Best:
    """The best plan so far.

    It is kept as soon as it is found, so that nothing is lost when the budget is spent.
    """

    def __init__(self, problem: Problem) -> None:
        """Start without a plan."""
        self._problem = problem
        self.plan: Plan | None = None
        self.cost = inf
        """What it costs, in currency."""
        self._settled: set[Plan] = set()
        """Plans that no small move makes cheaper."""
        self.is_proven = False
        """Whether no plan at all costs less."""
        self.floor = sum(job.least for job in problem.jobs)
        """What the jobs would cost if each were alone."""
        self.ascent: Ascent | None = None
        """What found prices of the slots, and a bound that they prove."""

    @property
    def bound(self) -> float:
        """Return what no plan costs less than, as far as that is known."""
        if self.is_proven:
            return self.cost
        return max(self.floor, self.ascent.bound if self.ascent else self.floor)

    def keep(self, plan: Plan | None) -> None:
        """Keep a plan that keeps to all rules if it is the best one."""
        if plan is not None and (cost := plan_cost(plan)) < self.cost - SAME:
            self.plan, self.cost = plan, cost

    def descend(self, plan: Plan | None) -> None:
        """Move a few jobs of a plan at a time until none moves any more."""
        if plan is None or plan in self._settled:
            return
        self.keep(plan)
        count, size = len(plan), 1
        most = MOST_MOVED if count <= FEW_JOBS else MOST_MOVED - 1
        while size <= min(most, count):
            better = self._step(plan, size)
            # What moves together now may let fewer move alone.
            plan, size = (better, 1) if better else (plan, size + 1)
            if better and plan in self._settled:
                return
        self._settled.add(plan)
        self.is_proven = count <= MOST_MOVED and len(self._problem.split) < 2

    def _step(self, plan: Plan, size: int) -> Plan | None:
        """Return a cheaper plan in which so many jobs have all moved, or None."""
        problem, budget = self._problem, self._problem.budget
        drafts: dict[tuple[int, ...], Draft] = {(): Draft.of(problem, plan)}
        for jobs in combinations(self._by_loss(plan), size):
            budget.spend(2 + len(plan) // 10)
            limit = sum(plan[job].cost for job in jobs) - SAME
            if sum(problem.jobs[job].least for job in jobs) >= limit:
                continue
            before = {job: ~(1 << plan[job].first) for job in jobs}
            moves = Moves(problem, jobs, limit, before)
            # Most often only the last of the jobs is another one than before.
            most = drafts.get(jobs[:-1])
            if most is None:
                most = drafts[jobs[:-1]] = drafts[()].without(jobs[:-1])
            try:
                moves.search(most.without(jobs[-1:]))
            finally:
                self.keep(moves.plan)
            if moves.plan:
                return moves.plan
        return None

    def _by_loss(self, plan: Plan) -> list[int]:
        """Return the jobs, the one that is the furthest from its best cost first."""
        jobs = self._problem.jobs
        return sorted(range(len(plan)), key=lambda it: jobs[it].least - plan[it].cost)


@final
class Moves:
    """All places of a few jobs that may cost less than a limit together."""

    def __init__(
        self,
        problem: Problem,
        jobs: Sequence[int],
        limit: float,
        starts: dict[int, int] | None = None,
    ) -> None:
        """Take the jobs.

        Args:
            problem: What they share.
            jobs: Their numbers.
            limit: What they have to cost less than.
            starts: For those in one piece, in which slots they may start.
        """
        self._problem = problem
        self._budget = problem.budget
        self.limit = limit
        """What a plan that is still sought has to cost less than."""
        self._whole = [it for it in problem.by_energy if it[0] in jobs]
        # A job that may be split fits nearly anywhere, so it comes last.
        self._split = [number for number, _ in problem.split if number in jobs]
        self._rest = sum(problem.jobs[number].least for number in self._split)
        self._starts = [starts[it] if starts else -1 for it, _ in self._whole]
        self._least = min(problem.peaks[job][0] for job in jobs)
        self._most = sum(problem.peaks[job][1] for job in jobs)
        self.plan: Plan | None = None
        """The cheapest plan that was found."""

    def search(self, draft: Draft) -> None:
        """Place the jobs, of which none has a place in the draft."""
        self._search(
            draft.between(self._least, self._most), self._whole, self._starts, 0.0
        )

    def _search(
        self,
        draft: Draft,
        jobs: Sequence[tuple[int, WholeJob]],
        before: Sequence[int],
        cost: float,
    ) -> None:
        """Place the jobs that are left over, at best cost.

        Args:
            draft: The plan so far.
            jobs: The jobs in one piece that are left.
            before: The starts that each of them still had one job before.
            cost: What those cost that have been placed.
        """
        self._budget.spend(2 + len(jobs))
        if not jobs:
            self._finish(draft, cost)
            return
        # What all jobs cost at least.
        least = cost + self._rest + sum(job.least for _, job in jobs)
        starts = []
        for (number, job), possible in zip(jobs, before, strict=True):
            possible &= job.below(job.least + self.limit - least)
            if possible:
                possible &= draft.starts(number)
            if not possible:
                return
            starts.append(possible)
            least += job.cheapest(possible).cost - job.least
            if least >= self.limit:
                return
        number, job = jobs[0]
        others = jobs[1:]
        if not others and not self._split:
            place = job.cheapest(starts[0])
            self._finish(draft.with_job(number, place), cost + place.cost)
            return
        base = least - job.cheapest(starts[0]).cost
        self._budget.spend(len(job.order) // 10)
        for more, slot, bit in job.order:
            if base + more >= self.limit:
                return
            if starts[0] & bit:
                following = draft.with_job(number, job.placement(slot))
                self._search(following, others, starts[1:], cost + more)

    def _finish(self, draft: Draft, cost: float) -> None:
        """Place the jobs that may be split, in all orders, and keep the best plan."""
        for order in permutations(self._split):
            placed, total, rest = draft, cost, self._rest
            for number in order:
                rest -= self._problem.jobs[number].least
                place = placed.best(number)
                if place is None or total + place.cost + rest >= self.limit:
                    break
                placed, total = placed.with_job(number, place), total + place.cost
            else:
                if total < self.limit:
                    self.plan = tuple(placed.placements())
                    self.limit = total - SAME
