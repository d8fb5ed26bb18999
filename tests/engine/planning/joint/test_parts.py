"""Hold what is said of a part of all plans to every plan that it has."""

from math import inf
from random import Random

import pytest

from custom_components.spot_planner.engine.planning.joint.ascent import Ascent, Climb
from custom_components.spot_planner.engine.planning.joint.bound import Dual
from custom_components.spot_planner.engine.planning.joint.cases import fork
from custom_components.spot_planner.engine.planning.joint.grid import slots_of
from custom_components.spot_planner.engine.planning.joint.job import WholeJob
from custom_components.spot_planner.engine.planning.joint.local import LocalSearch
from custom_components.spot_planner.engine.planning.joint.problem import Draft, Problem
from custom_components.spot_planner.engine.planning.joint.search import Partials

NEARLY = 1e-9
SLOTS = 9


def tiny(dice: Random) -> Problem:
    """Return four runs in one piece that cannot all have their best time."""
    prices = [dice.randint(0, 30) / 100 for _ in range(SLOTS)]
    jobs = []
    for _ in range(4):
        watts = [dice.choice([800, 1500, 2200])] * dice.randint(1, 3)
        costs = [
            sum(prices[slot : slot + len(watts)]) * watts[0] / 1000
            for slot in range(SLOTS - len(watts) + 1)
        ]
        jobs.append(WholeJob(costs, watts))
    rivals = [0b0010, 0b0001, 0, 0] if dice.random() < 0.3 else [0] * 4
    return Problem([dice.choice([2400, 3100]) for _ in range(SLOTS)], jobs, rivals, [])


def cheapest(problem: Problem, draft: Draft, cost: float) -> float:
    """Try all plans that place what a draft leaves over."""
    left = [number for number, place in enumerate(draft.placed) if place is None]
    if not left:
        return cost
    job = problem.whole_job(left[0])
    return min(
        (
            cheapest(problem, draft.with_job(left[0], place), cost + place.cost)
            for place in map(job.placement, slots_of(draft.starts(left[0])))
        ),
        default=inf,
    )


@pytest.mark.parametrize("seed", range(12))
def test_no_partial_plan_is_rated_above_its_best_completion(seed: int) -> None:
    """At any prices, a partial plan costs at least its bound when it is completed."""
    dice = Random(seed)
    problem = tiny(dice)
    dual, costs = Dual(problem), [job.costs for _, job in problem.whole]
    lowest = cheapest(problem, Draft.of(problem), 0.0)
    assert lowest < inf
    climb = Climb([0.0] * dual.size)
    Ascent(dual, costs, 10, 1.0).climb(climb, 60, lambda _prices: lowest)
    local = LocalSearch(problem)
    partials = Partials(dual, local, climb.prices, costs)
    tight = 0
    for _ in range(25):
        state, cost = partials.first(), 0.0
        for number in dice.sample(range(4), 3):
            choices = list(partials.choices(state, number))
            if not choices:
                break
            more, place = dice.choice(choices[:3])
            state = partials.with_job(state, number, place, more)
            cost += place.cost
            best = cheapest(problem, Draft(problem, state.placed, state.room), cost)
            shares = partials.shares(state)
            if shares is None:
                assert best == inf
                break
            bound = partials.bound_of(state, shares)
            assert bound <= best + NEARLY
            tight += bound > best - NEARLY
    # A bound that is too low everywhere would prove nothing.
    assert tight


@pytest.mark.parametrize("seed", range(12))
def test_fork_leaves_no_start_out(seed: int) -> None:
    """One job's starts are dealt out between the two cases, and all others stay."""
    dice = Random(seed)
    problem = tiny(dice)
    costs = [
        [cost if dice.random() < 0.8 else inf for cost in job.costs]
        for _, job in problem.whole
    ]
    # Without any place that was seen, the starts themselves are halved.
    for share in (0.0, 0.5):
        seen = [
            {slot: dice.uniform(1, 9) for slot in range(SLOTS) if dice.random() < share}
            for _ in costs
        ]
        parts = fork(problem, costs, seen)
        assert parts
        forked = [it for it, row in enumerate(costs) if parts[0][it] != row]
        assert len(forked) == 1
        for number, row in enumerate(costs):
            if number not in forked:
                assert parts[0][number] == parts[1][number] == row
                continue
            for slot, cost in enumerate(row):
                dealt = [part[number][slot] for part in parts]
                assert sorted(dealt) == sorted((cost, inf)), slot
            assert all(min(part[number]) < inf for part in parts)


def test_nothing_to_fork() -> None:
    """A case in which each job has one start left is not told apart further."""
    problem = tiny(Random(1))
    costs = [[job.costs[0], inf, inf] for _, job in problem.whole]
    assert fork(problem, costs, [{} for _ in costs]) is None
