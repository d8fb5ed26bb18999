"""Hold what is said of the best plan to what an exact solver finds."""

from datetime import timedelta
from random import Random

import pytest

from custom_components.spot_planner.engine.planning.budget import Budget
from custom_components.spot_planner.engine.planning.joint.finding import find
from custom_components.spot_planner.engine.planning.joint.layout import Layout
from custom_components.spot_planner.engine.planning.model import (
    LoadProfile,
    RunRequest,
    Split,
)
from custom_components.spot_planner.engine.planning.proof.bound import Dual
from custom_components.spot_planner.engine.planning.schedule import Home, plan_runs

from ...helpers import QUARTER, START, prices
from ..joint.made_up import made_up
from ..joint.oracle import optimum

NEARLY = 1e-7


def test_any_prices_prove_a_bound() -> None:
    """Whatever each slot and order costs, no plan costs less than the bound."""
    compared = 0
    for seed in range(2000, 2024):
        home = made_up(seed, QUARTER)
        lowest = optimum(home.requests, home.prices, home.home, home.fixed)
        if lowest is None:
            continue
        problem = Layout(home.requests, home.fixed, home.prices, home.home).problem()
        dual = Dual(problem)
        dice = Random(seed)
        for share in (0.0, 0.1, 0.4):
            given = [
                dice.uniform(0, 0.1) if dice.random() < share else 0.0
                for _ in range(dual.size)
            ]
            # The last item of each slot is none, and costs nothing.
            width = len(dual.items.watts) + 1
            for slot in range(dual.slots):
                given[slot * width + width - 1] = 0.0
            assert dual.evaluate(given).bound <= lowest + NEARLY, seed
        compared += 1
    assert compared >= 10


@pytest.mark.parametrize("seed", range(3))
def test_bound_holds_when_the_budget_ends(seed: int) -> None:
    """Whenever the work stops, the bound is no higher than the best plan."""
    dice = Random(seed)
    series = prices(*(dice.randint(0, 400) / 1000 for _ in range(40)))
    end = START + 40 * QUARTER
    asked = [
        RunRequest(
            f"run {number}",
            LoadProfile.constant(
                dice.randint(3, 8) * QUARTER, dice.randint(10, 40) / 10
            ),
            START,
            end,
        )
        for number in range(8)
    ]
    home = Home(6.0)
    lowest = optimum(asked, series, home, [])
    assert lowest is not None
    last = float("-inf")
    for steps in (10_000, 130_000, 800_000):
        budget = Budget(steps)
        schedule = plan_runs(asked, series, home, budget=budget)
        assert schedule.bound <= lowest + NEARLY
        assert lowest - NEARLY <= schedule.cost <= lowest * 1.05
        last = max(last, schedule.bound)
    assert last >= lowest * 0.9


def test_proof_changes_no_plan_that_has_effort_left() -> None:
    """Few runs have the same times whether a proof is asked for or not."""
    for seed in range(900, 906):
        home = made_up(seed, QUARTER, is_simple=True)
        asked = (home.requests, home.prices, home.home, home.fixed)
        proven, found = plan_runs(*asked), plan_runs(*asked, proves=False)
        assert [it.segments for it in proven.runs] == [
            it.segments for it in found.runs
        ], seed
        assert found.bound <= proven.bound + NEARLY, seed


def test_last_segment_is_long_enough() -> None:
    """A split run that does not fill its quarter-hours keeps its shortest segment."""
    profile = LoadProfile.constant(3.5 * QUARTER, 2.0)
    end = START + 12 * QUARTER
    asked = RunRequest("a", profile, START, end, split=Split(2 * QUARTER))
    series = prices(1, 1, 1, 50, 50, 50, 50, 1, 1, 50, 50, 50)
    layout = Layout([asked], [], series, Home())
    plan = find(layout.problem(), is_rough=False).plan
    assert plan
    segments = layout.segments(0, plan[0])
    assert sum((it.duration for it in segments), timedelta()) == profile.duration
    assert min(it.duration for it in segments) >= 2 * QUARTER
