"""The proof of what a joint plan costs at least.

All places of few runs are gone through: when that comes to its end, the cost of the best
plan is known. Else the prices that helped to find the plan are made better (`ascent`).
"""

from ..joint.group import Open
from ..joint.local import Moves
from ..joint.problem import Draft
from ..outcome import SAME

# Which part of the budget goes into going through all places, and for how many runs that
# is tried: of those that may be split, only one, whose best place is known when all
# others have theirs.
ALL_SHARE = 0.5
MOST_JOBS = 10


def proven_bound(question: Open) -> float:
    """Return what no plan for some jobs costs less than, as far as the budget lasts."""
    problem, best = question.problem, question.best
    budget, limit = problem.budget, best.cost - SAME
    if best.bound >= limit:
        return best.bound
    if len(problem.jobs) <= MOST_JOBS and len(problem.split) < 2:
        moves = Moves(problem, range(len(problem.jobs)), limit)
        with budget.share(ALL_SHARE):
            moves.search(Draft.of(problem))
            return moves.limit + SAME
    if best.ascent:
        with budget.share(1):
            best.ascent.climb()
    return best.bound
