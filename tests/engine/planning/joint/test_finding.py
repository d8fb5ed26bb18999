"""Hold joint plans of a few made-up jobs to all plans that there are."""

from math import inf
from random import Random

import pytest

from custom_components.spot_planner.engine.planning.budget import Budget
from custom_components.spot_planner.engine.planning.joint.finding import find
from custom_components.spot_planner.engine.planning.joint.grid import Room, slots_of
from custom_components.spot_planner.engine.planning.joint.job import WholeJob
from custom_components.spot_planner.engine.planning.joint.problem import Draft, Problem
from custom_components.spot_planner.engine.planning.joint.split import (
    SplitJob,
    SplitShape,
)
from custom_components.spot_planner.engine.planning.proof.ascent import Ascent

NEARLY = 1e-9
SLOTS = 9


def tiny(dice: Random, budget: Budget | None = None) -> Problem:
    """Return five runs in one piece that cannot all have their best time."""
    prices = [dice.randint(0, 30) / 100 for _ in range(SLOTS)]
    jobs = []
    for _ in range(5):
        watts = [dice.choice([800, 1500, 2200])] * dice.randint(1, 3)
        costs = [
            sum(prices[slot : slot + len(watts)]) * watts[0] / 1000
            for slot in range(SLOTS - len(watts) + 1)
        ]
        jobs.append(WholeJob(costs, watts))
    rivals = [0b00010, 0b00001, 0, 0, 0] if dice.random() < 0.3 else [0] * 5
    free = [dice.choice([2400, 3100]) for _ in range(SLOTS)]
    return Problem(free, jobs, rivals, [], budget)


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
def test_few_runs_get_the_best_plan(seed: int) -> None:
    """No plan costs less, and the prices of the slots say nothing else."""
    problem = tiny(Random(seed), Budget(10**9))
    lowest = cheapest(problem, Draft.of(problem), 0.0)
    best = find(tiny(Random(seed)), is_rough=False)
    assert best.cost == pytest.approx(lowest)
    assert best.bound <= lowest + NEARLY
    ascent = Ascent(problem, lowest)
    ascent.climb()
    assert ascent.bound <= lowest + NEARLY


@pytest.mark.parametrize("steps", [50, 500, 5_000, 50_000])
def test_budget_is_kept_to(steps: int) -> None:
    """Whatever is left to spend, no more is spent, and what was found is kept."""
    problem = tiny(Random(4), Budget(steps))
    best = find(problem, is_rough=False)
    assert problem.budget.spent <= steps
    assert best.plan or steps < 5_000


def test_what_finds_no_place_is_placed_first() -> None:
    """A run that fits only where a larger one would lie best gets its place."""
    # The last one may only run in the cheap slot, and all others are larger.
    cheap = [0.1, 1.0, 1.0, 1.0]
    jobs = [WholeJob(list(cheap), [2000]) for _ in range(3)]
    jobs.append(WholeJob([0.1, inf, inf, inf], [1500]))
    best = find(Problem([2000] * 4, jobs, [0] * 4, []), is_rough=True)
    assert best.plan
    assert best.plan[3].first == 0
    assert best.cost == pytest.approx(3.1)


@pytest.mark.parametrize("seed", range(6))
def test_known_places_of_split_runs_are_the_best_ones(seed: int) -> None:
    """Asked again and again with other slots, a run says what it says at first."""
    dice = Random(seed)
    costs = [dice.randint(0, 50) / 100 for _ in range(16)]
    shape = SplitShape(6, dice.choice([1, 2, 3]), 2, dice.choice([None, 3]), None)
    asked = SplitJob(costs, shape, [0.0] * 16, 1000)
    for _ in range(60):
        room = Room.of([dice.choice([500, 2000, 2000, 2000]) for _ in range(16)])
        again = asked.best(room, 0, None)
        first = SplitJob(costs, shape, [0.0] * 16, 1000).best(room, 0, None)
        assert (again is None) == (first is None)
        if again and first:
            assert again.cost == pytest.approx(first.cost)
