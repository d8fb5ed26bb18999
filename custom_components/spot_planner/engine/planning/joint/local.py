"""Find good joint plans, and make them better by moving a few runs at a time."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from math import inf, log
from typing import final

from .job import Placement, WholeJob
from .problem import Draft, Problem, plan_cost

# Costs that differ by less are the same: sums of floats are not exact.
SAME = 1e-9

# A plan that costs so much more than the best one is not worth much work, as a share of
# what the runs cost more on average than at their best times.
HOPEFUL = 0.02

# From how many runs on some are put elsewhere to get away from a plan that no small move
# betters, and how far down the list of their starts that goes on average.
SHAKEN = 5
SPREAD = 25

# A plan that costs no more than this above the best one is shaken next, as such a share.
NEAR = 0.005

# How many jobs are moved at a time at most.
MOST_MOVED = 3

type Plan = tuple[Placement, ...]


@final
class LocalSearch:
    """Keep the best plan that was found so far.

    It is kept as soon as it is found, so that nothing is lost when the budget is spent.
    """

    def __init__(self, problem: Problem) -> None:
        """Start without a plan."""
        self._problem = problem
        self._budget = problem.budget
        self.plan: Plan | None = None
        self.cost = inf
        # The plan to go on from, which is not always the best one.
        self._current: Plan | None = None
        self._seen: set[tuple[int, ...]] = set()
        self._state = 1
        # What the runs cost more on average than at their best times.
        self._spread = sum(
            _mean(job.costs) - min(job.costs, default=0.0) for job in problem.jobs
        )

    @property
    def orders(self) -> Iterator[list[int]]:
        """Go through orders in which the jobs may be placed one after the other."""
        jobs = self._problem.jobs
        numbers = range(len(jobs))
        yield sorted(numbers, key=lambda it: -jobs[it].energy)
        yield sorted(numbers, key=lambda it: -jobs[it].length)
        yield sorted(numbers, key=lambda it: _choices(self._problem, it))
        yield self._problem.in_order

    def place(
        self, order: Sequence[int], totals: Sequence[Sequence[float]] | None = None
    ) -> Plan | None:
        """Return the plan that places one job after the other, or None.

        Args:
            order: The numbers of all jobs.
            totals: What each start of each job in one piece is taken to cost.
        """
        draft = Draft.of(self._problem)
        for number in order:
            job = self._problem.jobs[number]
            if totals and isinstance(job, WholeJob):
                self._budget.spend(len(totals[number]) // 10)
                place = _at_least(job, draft.starts(number), totals[number])
            else:
                place = draft.best(number)
            if place is None:
                return None
            draft = draft.with_job(number, place)
        return tuple(draft.placements())

    def offer(self, plan: Plan | None) -> None:
        """Take a plan that keeps to all rules, better it, and keep it if it is best."""
        if plan is None or self._is_known(plan):
            return
        self._keep(plan)
        plan = self._better(plan)
        if plan_cost(plan) <= self.cost + NEAR * self._spread:
            self._current = plan

    def _keep(self, plan: Plan) -> None:
        """Keep a plan if it is the best one."""
        cost = plan_cost(plan)
        if cost < self.cost - SAME:
            self.plan, self.cost = plan, cost

    def _is_known(self, plan: Plan) -> bool:
        """Tell whether a plan was seen before, and remember it."""
        key = tuple(place.active for place in plan)
        known = key in self._seen
        self._seen.add(key)
        return known

    def shake(self, totals: Sequence[Sequence[float]]) -> None:
        """Put some jobs of a good plan elsewhere, and see whether it gets better.

        Args:
            totals: What each start of each job in one piece is taken to cost: a job goes
                to one that is cheap, but not always to the cheapest.
        """
        if self._current is None:
            return
        self._budget.spend(10)
        numbers = list(range(len(self._current)))
        count = SHAKEN + self._dice(3)
        jobs = [numbers.pop(self._dice(len(numbers))) for _ in numbers[:count]]
        jobs.sort(key=lambda it: not isinstance(self._problem.jobs[it], WholeJob))
        draft = Draft.of(self._problem, self._current).without(jobs)
        for number in jobs:
            job = self._problem.jobs[number]
            place = None
            if isinstance(job, WholeJob):
                starts = draft.starts(number)
                self._budget.spend(self._problem.slots // 4)
                ranked = sorted(
                    (total, slot)
                    for slot, total in enumerate(totals[number])
                    if starts >> slot & 1
                )
                if ranked:
                    rank = int(-log(1 - self._random()) * SPREAD)
                    place = job.placement(ranked[min(rank, len(ranked) - 1)][1])
            else:
                place = draft.best(number)
            if place is None:
                return
            draft = draft.with_job(number, place)
        self.offer(tuple(draft.placements()))

    def _dice(self, sides: int) -> int:
        return int(self._random() * sides)

    def _random(self) -> float:
        """Return the next of the numbers from 0 to 1, always the same ones."""
        self._state = self._state * 1103515245 + 12345 & 0x7FFFFFFF
        return self._state / 0x80000000

    def _better(self, plan: Plan) -> Plan:
        """Move a few jobs at a time to their best places until none moves any more."""
        size = 1
        while size <= min(MOST_MOVED, len(plan)):
            is_hopeful = plan_cost(plan) <= self.cost + HOPEFUL * self._spread
            if size == MOST_MOVED and not is_hopeful:
                break
            better = self._step(plan, size)
            # What moves together now may let fewer move alone.
            plan, size = (better, 1) if better else (plan, size + 1)
            if better and self._is_known(plan):
                break
        return plan

    def _step(self, plan: Plan, size: int) -> Plan | None:
        """Return a cheaper plan in which so many jobs have all moved, or None."""
        rests = _Rests(self._problem, plan)
        steps = 2 + len(plan) // 10
        for jobs in combinations(self._by_loss(plan), size):
            self._budget.spend(steps)
            limit = sum(plan[job].cost for job in jobs) - SAME
            if sum(self._problem.jobs[job].least for job in jobs) >= limit:
                continue
            found = _Moves(self._problem, plan, limit)
            try:
                found.search(rests.without(jobs), jobs)
            finally:
                if found.plan:
                    self._keep(found.plan)
            if found.plan:
                return found.plan
        return None

    def _by_loss(self, plan: Plan) -> list[int]:
        """Return the jobs, the one that is the furthest from its best cost first."""
        jobs = self._problem.jobs
        return sorted(range(len(plan)), key=lambda it: jobs[it].least - plan[it].cost)


class _Rests:
    """What is left of a plan without some of its jobs."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self._known: dict[tuple[int, ...], Draft] = {(): Draft.of(problem, plan)}

    def without(self, jobs: tuple[int, ...]) -> Draft:
        """Return the plan without some jobs."""
        if (found := self._known.get(jobs)) is None:
            found = self.without(jobs[:-1]).without_job(jobs[-1])
            # As many as are moved at once are asked for only once.
            if len(jobs) < MOST_MOVED:
                self._known[jobs] = found
        return found


class _Moves:
    """Try all places of a few jobs that may cost less than a limit."""

    def __init__(self, problem: Problem, before: Plan, limit: float) -> None:
        """Take where the jobs were before: those in one piece go elsewhere."""
        self._problem = problem
        self._budget = problem.budget
        self._before = before
        self._limit = limit
        self._split: list[int] = []
        self._rest = 0.0
        self.plan: Plan | None = None

    def search(self, draft: Draft, jobs: Sequence[int]) -> None:
        """Place the jobs, none of which has a place."""
        least = min(self._problem.peaks[job][0] for job in jobs)
        most = sum(self._problem.peaks[job][1] for job in jobs)
        whole = [
            (number, job) for number, job in self._problem.by_energy if number in jobs
        ]
        # A job that may be split fits nearly anywhere, so it comes last.
        self._split = [number for number, _ in self._problem.split if number in jobs]
        self._rest = sum(self._problem.jobs[number].least for number in self._split)
        starts = [~(1 << self._before[number].first) for number, _ in whole]
        self._search(draft.between(least, most), whole, starts, 0.0)

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
        # What the jobs may cost more than at their best times.
        spare = self._limit - cost - self._rest - sum(job.least for _, job in jobs)
        starts = []
        for (number, job), possible in zip(jobs, before, strict=True):
            possible &= job.below(job.least + spare)
            if possible:
                possible &= draft.starts(number)
            if not possible:
                return
            starts.append(possible)
            spare -= job.cheapest(possible).cost - job.least
            if spare <= 0:
                return
        number, job = jobs[0]
        others = jobs[1:]
        if not others:
            place = job.cheapest(starts[0])
            self._finish(draft.with_job(number, place), cost + place.cost)
            return
        # What all others cost at least.
        base = self._limit - spare - job.cheapest(starts[0]).cost
        self._budget.spend(len(job.order) // 10)
        for more, slot, bit in job.order:
            if base + more >= self._limit:
                return
            if starts[0] & bit:
                following = draft.with_job(number, job.placement(slot))
                self._search(following, others, starts[1:], cost + more)

    def _finish(self, draft: Draft, cost: float) -> None:
        """Place the jobs that may be split."""
        for number in self._split:
            place = draft.best(number)
            if place is None:
                return
            draft = draft.with_job(number, place)
            cost += place.cost
            if cost >= self._limit:
                return
        self.plan = tuple(draft.placements())
        self._limit = cost - SAME


def _at_least(job: WholeJob, starts: int, totals: Sequence[float]) -> Placement | None:
    """Return the start among some whose total is the least."""
    slot = min(
        (it for it in range(len(totals)) if starts >> it & 1),
        key=totals.__getitem__,
        default=None,
    )
    return None if slot is None else job.placement(slot)


def _mean(costs: Sequence[float]) -> float:
    known = [cost for cost in costs if cost < inf]
    return sum(known) / len(known) if known else 0.0


def _choices(problem: Problem, number: int) -> int:
    """Return how many starts a job has; more for one that may be split."""
    job = problem.jobs[number]
    return job.starts.bit_count() if isinstance(job, WholeJob) else problem.slots
