"""The finding of a joint plan: first any, then cheaper ones as long as that is worth it.

Runs are placed one after the other, in some simple orders. The best of these plans is
made cheaper by reinsertion. What it costs then tells how far the prices of the slots have
to rise (`proof.ascent`), and with these prices reinsertion and descent take turns: often
and far away for few runs, seldom and nearby for many. The effort grows with the number of
runs: a home with few appliances is done at once.
"""

from collections.abc import Iterator, Sequence
from math import inf

from ..proof.ascent import Ascent
from .job import WholeJob
from .local import FEW_JOBS, MOST_MOVED, Best, Moves, Plan
from .problem import Draft, Problem
from .reinsertion import LARGE, MEDIUM, SMALL, Reinsertion

# What may be spent, by the square of the number of runs; those that may be split count
# twice.
EFFORT = 21_000

# Which part of that goes into a first reinsertion, and which part of the rest into the
# prices of the slots.
FIRST_SHARE = 0.15
PRICES_SHARE = 0.3

# How often reinsertion and descent take turns, and which part of a turn is the descent.
FEW_TURNS, MANY_TURNS = 12, 6
DESCENT_SHARE = 0.2

# How many orders are tried as long as there is no plan, and which part of the budget then
# goes into trying all places.
MOST_ORDERS = 60
EVERYWHERE_SHARE = 0.3

# A search goes one call deeper for each job, and so many have too many prices.
MOST_JOBS = 150


def find(problem: Problem, known: Plan | None = None, *, is_rough: bool) -> Best:
    """Return the best plan within the budget.

    Args:
        problem: The jobs.
        known: A plan that keeps to all rules.
        is_rough: Whether a first plan will do.
    """
    best, budget = Best(problem), problem.budget
    with budget.share(1):
        best.keep(known)
        for order in _orders(problem):
            best.keep(_placed(problem, order)[0])
        if best.plan is None:
            _look_for_any(problem, best)
        if is_rough or len(problem.jobs) <= MOST_MOVED:
            best.descend(best.plan)
    if best.plan and not is_rough and not best.is_proven:
        size = len(problem.jobs) + len(problem.split)
        with budget.at_most(min(EFFORT * size**2, budget.left)):
            _improve(problem, best)
    return best


def _improve(problem: Problem, best: Best) -> None:
    """Make the best plan cheaper until the budget is spent."""
    budget = problem.budget
    reinsertion = Reinsertion(problem, best)
    with budget.share(FIRST_SHARE):
        reinsertion.run(budget.left, SMALL)
    if len(problem.jobs) <= MOST_JOBS:
        with budget.share(PRICES_SHARE):
            best.ascent = Ascent(problem, best.cost)
            best.ascent.climb()
        if best.ascent:
            reinsertion.priced = best.ascent.priced_jobs()
    has_few = len(problem.jobs) <= FEW_JOBS
    turns, pace = (FEW_TURNS, LARGE) if has_few else (MANY_TURNS, MEDIUM)
    for turn in range(turns):
        part = budget.left / (turns - turn)
        with budget.at_most(int((1 - DESCENT_SHARE) * part)):
            reinsertion.run(budget.left, pace)
        with budget.at_most(int(DESCENT_SHARE * part)):
            best.descend(reinsertion.last)


def _orders(problem: Problem) -> Iterator[list[int]]:
    """Go through orders in which the jobs may be placed one after the other."""
    jobs = problem.jobs
    numbers = range(len(jobs))
    yield sorted(numbers, key=lambda it: -jobs[it].energy)
    yield sorted(numbers, key=lambda it: -jobs[it].length)
    yield sorted(numbers, key=lambda it: _choices(problem, it))
    yield problem.in_order


def _choices(problem: Problem, number: int) -> int:
    """Return how many starts a job has; more for one that may be split."""
    job = problem.jobs[number]
    return job.starts.bit_count() if isinstance(job, WholeJob) else problem.slots


def _placed(problem: Problem, order: Sequence[int]) -> tuple[Plan | None, int]:
    """Place one job after the other; return the plan, and which job ended that.

    Args:
        problem: The jobs.
        order: The numbers of all jobs.
    """
    draft = Draft.of(problem)
    for number in order:
        place = draft.best(number)
        if place is None:
            return None, number
        draft = draft.with_job(number, place)
    return tuple(draft.placements()), -1


def _look_for_any(problem: Problem, best: Best) -> None:
    """Look for any plan: whatever finds no place comes first the next time."""
    order = problem.in_order
    for _ in range(MOST_ORDERS):
        plan, lost = _placed(problem, order)
        if plan:
            best.keep(plan)
            return
        order = [lost, *(it for it in order if it != lost)]
    if len(problem.jobs) <= MOST_JOBS:
        moves = Moves(problem, range(len(problem.jobs)), inf)
        with problem.budget.share(EVERYWHERE_SHARE):
            try:
                moves.search(Draft.of(problem))
            finally:
                best.keep(moves.plan)
