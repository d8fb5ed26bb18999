"""Compare joint plans of small homes with those of an exact solver."""

from datetime import timedelta

import pytest

from custom_components.spot_planner.engine.planning.model import Infeasible, Rule
from custom_components.spot_planner.engine.planning.schedule import (
    Schedule,
    Status,
    plan_runs,
)

from ...helpers import MINUTE, QUARTER
from .made_up import MadeUp, made_up
from .oracle import optimum
from .rules import broken

NEARLY = 1e-7


def planned(home: MadeUp) -> Schedule:
    """Return the plan, after a look at whether it is one and says what it gives up."""
    schedule = plan_runs(home.requests, home.prices, home.home, home.fixed)
    assert schedule.cost == pytest.approx(sum(run.cost for run in schedule.runs))
    assert schedule.bound <= schedule.cost
    # Only runs that are longer than the prices may be left out.
    assert all(it.reason is Infeasible.LONGER_THAN_HORIZON for it in schedule.unplaced)
    said = {(it.run, it.rule) for it in schedule.relaxed}
    found = broken(schedule, home.requests, home.prices, home.home, home.fixed)
    power = {it for it in said if it[1] is Rule.POWER_LIMIT_RELAXED}
    assert {it for it in found if it[0]} == said - power
    assert ("", Rule.POWER_LIMIT_RELAXED) in found or not power
    assert power or ("", Rule.POWER_LIMIT_RELAXED) not in found
    return schedule


@pytest.mark.parametrize("first", range(0, 30, 10))
def test_quarter_hours(first: int) -> None:
    """On whole quarter-hours, a plan is as good as it says, and nearly the best."""
    compared, best = 0, 0
    for seed in range(first, first + 10):
        home = made_up(seed, QUARTER)
        schedule = planned(home)
        lowest = optimum(home.requests, home.prices, home.home, home.fixed)
        if lowest is None:
            assert schedule.relaxed or schedule.unplaced, seed
            continue
        assert schedule.status is not Status.RELAXED, seed
        compared += 1
        assert schedule.bound <= lowest + NEARLY, seed
        assert schedule.cost >= lowest - NEARLY, seed
        true_gap = (schedule.cost - lowest) / abs(lowest) if lowest else 0
        assert schedule.gap >= min(true_gap, 1) - NEARLY, seed
        best += schedule.cost <= lowest + NEARLY
        if schedule.status is Status.OPTIMAL:
            assert schedule.cost <= lowest + NEARLY, seed
    assert compared >= 4
    assert best >= compared - 1


def test_odd_durations() -> None:
    """Where durations are no quarter-hours, the bound holds and the plan keeps rules."""
    compared = 0
    for seed in range(500, 516):
        home = made_up(seed, 5 * MINUTE)
        schedule = planned(home)
        lowest = optimum(home.requests, home.prices, home.home, home.fixed)
        if lowest is None or schedule.status is Status.RELAXED:
            continue
        compared += 1
        assert schedule.bound <= lowest + NEARLY, seed
    assert compared >= 5


def test_without_orders_every_small_home_is_solved() -> None:
    """Ten times, no plan costs less, and that is known."""
    for seed in range(900, 910):
        home = made_up(seed, QUARTER, is_simple=True)
        schedule = planned(home)
        lowest = optimum(home.requests, home.prices, home.home, home.fixed)
        if lowest is None:
            assert schedule.status is Status.RELAXED, seed
        else:
            assert schedule.cost == pytest.approx(lowest), seed
            assert schedule.status is Status.OPTIMAL, seed


def test_same_home_same_plan() -> None:
    """Nothing depends on chance."""
    home = made_up(3, timedelta(minutes=5))
    assert planned(home) == planned(home)
