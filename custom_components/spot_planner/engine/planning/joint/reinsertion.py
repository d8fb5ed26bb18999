"""Reinsertion: a few runs are taken out of a joint plan and put back in another order.

Each goes to its best place then, or now and then to the next best. A plan that is a
little dearer is gone on from as well: much dearer at first, less and less later. (This is
"ruin and recreate" with annealing: G. Schrimpf and others, Journal of Computational
Physics 159, 2000; that good places are left out at random is from J. Christiaens and
G. Vanden Berghe, Transportation Science 54, 2020.)
"""

from collections.abc import Sequence
from math import inf, log
from random import Random
from typing import NamedTuple, final

from ..outcome import SAME
from .grid import slots_of
from .job import Placement, WholeJob
from .local import Best
from .problem import Draft, Job, Problem, plan_cost

# How many runs are taken out at once.
FEWEST, MOST = 2, 5

# How often the runs that are taken out lie near to each other.
NEARBY = 0.5

# By how many slots two runs may be further apart than others and still count as near.
JITTER = 12

# How often the runs that may be split come last, as they fit nearly anywhere.
SPLIT_LAST = 0.7


class Pace(NamedTuple):
    """How far reinsertion goes away from a good plan."""

    hot: float
    """How much dearer a plan may be at first to be gone on from, on average.

    It is a share of what the runs cost more at a random time than at their best.
    """
    cold: float
    """The same at last."""
    left_out: float
    """How often a start is left out although it is the best one."""
    priced: float = 0.0
    """How often runs are put back where they are cheapest at the prices of the slots."""


# Found by trying them on real prices.
SMALL = Pace(0.01, 0.0001, 0.05)
MEDIUM = Pace(0.1, 0.0003, 0.1, 0.8)
LARGE = Pace(0.3, 0.001, 0.2, 0.5)


@final
class Reinsertion:
    """Look for a cheaper plan than the best one."""

    def __init__(self, problem: Problem, best: Best) -> None:
        """Take where to start from, and where to keep what is found."""
        self._problem = problem
        self._budget = problem.budget
        self._best = best
        self.last = best.plan
        """The plan that was gone on from last."""
        self.priced: list[Job] | None = None
        """The jobs with what they cost at the prices of the slots."""
        self._dice = Random(1)  # noqa: S311 - nothing is secret here.
        self._movable = [
            number
            for number, job in enumerate(problem.jobs)
            if not isinstance(job, WholeJob) or len(job.order) > 1
        ]
        self._spread = sum(
            _mean(job.costs) - min(job.costs, default=0.0) for job in problem.jobs
        )

    def run(self, steps: int, pace: Pace) -> None:
        """Go on from the best plan until so many steps are taken."""
        plan = self._best.plan
        if plan is None or steps <= 0 or len(self._movable) < FEWEST:
            return
        budget, first = self._budget, self._budget.spent
        draft, cost = Draft.of(self._problem, plan), self._best.cost
        self.last = plan
        while self._best.cost > self._best.floor + SAME:
            done = (budget.spent - first) / steps
            if done >= 1:
                break
            warmth = self._spread * pace.hot * (pace.cold / pace.hot) ** done
            limit = cost - warmth * log(1 - self._dice.random())
            numbers = self._chosen(draft.placed)
            if found := self._placed(draft.without(numbers), numbers, limit, pace):
                draft, cost = found
                self.last = tuple(draft.placements())
                self._best.keep(self.last)

    def _chosen(self, placed: Sequence[Placement | None]) -> list[int]:
        """Return the jobs to take out, in the order in which to put them back."""
        self._budget.spend(10 + 2 * len(self._movable))
        random, jobs = self._dice.random, self._problem.jobs
        losses = {
            number: place.cost - jobs[number].least
            for number in self._movable
            if (place := placed[number])
        }
        others = list(losses)
        # One that is far from its best cost is taken more often.
        first = max(self._one_of(others), self._one_of(others), key=losses.__getitem__)
        others.remove(first)
        count = FEWEST - 1 + int(random() * (MOST - FEWEST + 1))
        if random() < NEARBY:
            near = self._wanted(first, placed)
            distance = {
                number: abs(place.first + place.after - near) / 2 + JITTER * random()
                for number in others
                if (place := placed[number])
            }
            others.sort(key=distance.__getitem__)
        else:
            self._dice.shuffle(others)
        return self._ordered([first, *others[:count]])

    def _wanted(self, number: int, placed: Sequence[Placement | None]) -> int:
        """Return twice the middle of where a job is, or of where it would like to be."""
        job, place = self._problem.jobs[number], placed[number]
        if isinstance(job, WholeJob) and self._dice.random() < 0.5:
            place = job.placement(self._one_of(job.order[:8])[1])
        return place.first + place.after if place else 0

    def _one_of[T](self, items: Sequence[T]) -> T:
        return items[int(self._dice.random() * len(items))]

    def _ordered(self, numbers: list[int]) -> list[int]:
        """Return jobs in an order in which they may be put back."""
        jobs, random = self._problem.jobs, self._dice.random
        draw = random()
        if draw < 0.4:
            self._dice.shuffle(numbers)
        elif draw < 0.7:
            numbers.sort(key=lambda it: -jobs[it].energy)
        elif draw < 0.85:
            numbers.sort(key=lambda it: -jobs[it].length)
        else:
            numbers.sort(key=lambda it: jobs[it].least)
        if random() < SPLIT_LAST:
            numbers.sort(key=lambda it: not isinstance(jobs[it], WholeJob))
        return numbers

    def _placed(
        self, draft: Draft, numbers: Sequence[int], limit: float, pace: Pace
    ) -> tuple[Draft, float] | None:
        """Put jobs back, and return the plan and its cost; None: it reaches a limit."""
        jobs = self._problem.jobs
        seen = jobs
        if self.priced and self._dice.random() < pace.priced:
            seen = self.priced
        cost = plan_cost(list(draft.placements()))
        rest = sum(jobs[number].least for number in numbers)
        for number in numbers:
            rest -= jobs[number].least
            place = self._place(draft, number, seen[number], pace.left_out)
            if place is None or cost + place.cost + rest >= limit:
                return None
            cost += place.cost
            draft = draft.with_job(number, place)
        return draft, cost

    def _place(
        self, draft: Draft, number: int, seen: Job, left_out: float
    ) -> Placement | None:
        """Return the best place of a job, or now and then another good one.

        Args:
            draft: The plan without it.
            number: Its number.
            seen: The same job with what it is taken to cost.
            left_out: How often a start is left out.
        """
        job = self._problem.jobs[number]
        if isinstance(job, WholeJob) and isinstance(seen, WholeJob):
            starts, random = draft.starts(number), self._dice.random
            self._budget.spend(seen.steps // 2)
            for _, slot, bit in seen.order:
                if starts & bit and random() >= left_out:
                    return job.placement(slot)
            return None
        place = draft.best(number, seen)
        if place is None or seen is job or isinstance(job, WholeJob):
            return place
        return job.placement(list(slots_of(place.active)))


def _mean(costs: Sequence[float]) -> float:
    known = [cost for cost in costs if cost < inf]
    return sum(known) / len(known) if known else 0.0
