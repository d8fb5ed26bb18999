"""Parts of all plans, told apart by when the runs start."""

from collections.abc import Sequence
from itertools import pairwise
from math import inf

from .bound import Dual
from .grid import stretch
from .job import WholeJob
from .local import SAME
from .problem import Problem

type Costs = list[list[float]]
"""For each job in one piece the costs of its starts, infinite where it has none."""


def tightened(
    dual: Dual, prices: Sequence[float], costs: Costs, best_cost: float
) -> Costs | None:
    """Return the starts that may still be a part of a better plan.

    None is returned when a job has no such start, and so there is no such plan.
    """
    bound = dual.evaluate(prices, costs).bound
    dual.problem.budget.spend(2 * sum(dual.row_steps))
    if bound >= best_cost - SAME:
        return None
    left = costs[:]
    for number, _ in dual.problem.whole:
        totals = dual.reduced(number, prices, costs[number])
        limit = best_cost - SAME - bound + min(totals)
        left[number] = [
            cost if total < limit else inf
            for cost, total in zip(costs[number], totals, strict=True)
        ]
    changed = True
    while changed:
        after = _without_conflicts(dual.problem, left)
        if after is None:
            return None
        changed = after != left
        left = after
    return left


def _without_conflicts(problem: Problem, costs: Costs) -> Costs | None:
    """Return the starts that leave room for what every plan has in a slot anyway."""
    count = len(problem.whole)
    problem.budget.spend(count * (problem.slots // 8 + 3 * count))
    starts = [_starts(row) for row in costs]
    left = costs[:]
    sure = [_sure(job, starts[number]) for number, job in problem.whole]
    for number, job in problem.whole:
        if not starts[number]:
            return None
        room, barred = problem.room, 0
        for (other, _), loads in zip(problem.whole, sure, strict=True):
            if other != number:
                room = room.without(loads)
                if problem.rivals[number] >> other & 1:
                    for _, slots in loads:
                        barred |= slots
        kept = starts[number] & job.fitting(room, barred)
        kept &= _in_order(problem, number, starts)
        if not kept:
            return None
        if kept != starts[number]:
            left[number] = [
                cost if kept >> slot & 1 else inf
                for slot, cost in enumerate(costs[number])
            ]
    return left


def _sure(job: WholeJob, starts: int) -> tuple[tuple[int, int], ...]:
    """Return the loads that a job has in some slots wherever it starts."""
    if not starts:
        return ()
    first = (starts & -starts).bit_length() - 1
    last = starts.bit_length() - 1
    return tuple(
        (part.watts, slots)
        for part in job.stretches
        if (slots := stretch(last + part.offset, first + part.offset + part.length))
    )


def _in_order(problem: Problem, number: int, starts: Sequence[int]) -> int:
    """Return the starts of a job that the order leaves it."""
    kept = -1
    lengths = {it: job.length for it, job in problem.whole}
    for order in problem.orders:
        if order.after == number and order.before in lengths:
            other, length = starts[order.before], lengths[order.before]
            if other:
                first = (other & -other).bit_length() - 1 + length
                kept &= -1 << first
                if order.gap is not None:
                    last = other.bit_length() - 1 + length + order.gap
                    kept &= stretch(0, last + 1)
        if order.before == number and order.after in lengths:
            other, length = starts[order.after], lengths[number]
            if other:
                kept &= stretch(0, max(other.bit_length() - length, 0))
                if order.gap is not None:
                    first = (other & -other).bit_length() - 1 - order.gap - length
                    kept &= -1 << max(first, 0)
    return kept


def fork(
    problem: Problem, costs: Costs, seen: Sequence[dict[int, float]]
) -> tuple[Costs, Costs] | None:
    """Return two cases that are all of one: a job starts early, or late.

    The job is the one that the prices could agree on least, and the border lies between
    the starts that it was seen on. None is returned when each job has one start left.
    """
    problem.budget.spend(len(problem.whole) * problem.slots // 8)
    best_score, chosen, border = 0.0, -1, 0
    for number, job in problem.whole:
        starts = _starts(costs[number])
        if starts.bit_count() < 2:
            continue
        places = sorted(
            (slot, weight)
            for slot, weight in seen[number].items()
            if starts >> slot & 1
        )
        total = sum(weight for _, weight in places)
        before = 0.0
        for (slot, weight), (following, _) in pairwise(places):
            before += weight
            score = min(before, total - before) / total * job.energy / job.length**0.5
            if score > best_score:
                best_score, chosen, border = score, number, (slot + following) // 2
    if chosen < 0:
        most, chosen = (
            max(
                (_starts(costs[number]).bit_count(), number)
                for number, _ in problem.whole
            )
            if problem.whole
            else (0, -1)
        )
        if most < 2:
            return None
        places_left = [it for it, cost in enumerate(costs[chosen]) if cost < inf]
        border = places_left[len(places_left) // 2 - 1]
    early, late = costs[:], costs[:]
    early[chosen] = [
        cost if slot <= border else inf for slot, cost in enumerate(costs[chosen])
    ]
    late[chosen] = [
        cost if slot > border else inf for slot, cost in enumerate(costs[chosen])
    ]
    return early, late


def _starts(costs: Sequence[float]) -> int:
    return sum(1 << slot for slot, cost in enumerate(costs) if cost < inf)
