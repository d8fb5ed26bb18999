"""Plan many runs again within one budget."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from random import Random

import pytest

from custom_components.spot_planner.engine.planning import schedule
from custom_components.spot_planner.engine.planning.budget import PLAN_STEPS, Budget
from custom_components.spot_planner.engine.planning.model import Rule, Split
from custom_components.spot_planner.engine.planning.schedule_conflicts import conflicts
from custom_components.spot_planner.engine.runs.appliance import Appliance
from custom_components.spot_planner.engine.runs.replan import Situation, replan
from custom_components.spot_planner.engine.runs.run import Run
from custom_components.spot_planner.engine.runs.run_requests import requests_of
from custom_components.spot_planner.engine.series import PriceSeries

from ..helpers import DAY, PARIS, START, at, prices
from .made import appliance, places, planned, run, situation

BESIDES = PLAN_STEPS // 4
QUARTERS = 96


def household(days: int) -> tuple[list[Appliance], list[Run]]:
    """Return ten appliances with a run for each day."""
    appliances = [
        appliance(
            f"a{number}",
            60 * (1 + number % 3),
            1.0 + number / 5,
            split=Split(timedelta(minutes=30)) if number % 3 == 0 else None,
            after="a0" if number == 5 else None,
        )
        for number in range(10)
    ]
    runs = [
        run(it.id, 1440 * day, 1440 * (day + 1), key=f"day {day}")
        for it in appliances
        for day in range(days)
    ]
    return appliances, runs


def day_prices(days: int) -> PriceSeries:
    """Return made-up prices of some days."""
    dice = Random(days)
    return prices(*(dice.randint(-20, 400) / 1000 for _ in range(days * QUARTERS)))


def troubles(
    runs: Sequence[Run], appliances: Sequence[Appliance], where: Situation
) -> set[frozenset[str]]:
    """Return which planned runs stand in each other's way."""
    known = {it.id: it for it in appliances}
    asked = requests_of(runs, known, where.now, PARIS)
    by_name = {it.id: it for it in runs}
    placed = [
        schedule.FixedRun(it.name, it.profile, by_name[it.name].segments)
        for it in asked
        if by_name[it.name].plan
    ]
    return set(conflicts(asked, where.home, placed))


@pytest.mark.parametrize("known_days", [2, 30])
def test_month_of_runs(known_days: int) -> None:
    """A clock that was a month behind makes many runs, and all get their time."""
    appliances, runs = household(30)
    where = situation(day_prices(known_days), limit=6)
    budget = Budget()
    found = replan(runs, {it.id: it for it in appliances}, where, budget)
    assert budget.spent <= PLAN_STEPS + BESIDES
    assert [it.id for it in found] == [it.id for it in runs]
    assert all(it.segments for it in found)
    assert sum(it.plan is not None for it in found) == 10 * known_days
    relaxed = {it.id for it in found if it.rule and it.rule.endswith("_relaxed")}
    assert len(relaxed) < len(found) / 20
    assert all(names & relaxed for names in troubles(found, appliances, where))


def test_month_without_prices() -> None:
    """Without any price, each run has a time that needs none."""
    appliances, runs = household(30)
    found = planned(runs, appliances, situation(None, limit=6))
    assert {it.rule for it in found} == {Rule.LATEST_START}
    for it in found:
        assert it.start
        assert it.end
        assert it.earliest <= it.start
        assert it.end <= it.latest_end


def test_many_runs_that_each_follow_many() -> None:
    """Without prices, a ladder of runs is gone through once for each of them."""
    appliances = [
        appliance(f"a{number}", 5, after=f"a{number - 1}" if number else None)
        for number in range(200)
    ]
    runs = [run(it.id, 0, 1440) for it in appliances]
    found = planned(runs, appliances, situation(None))
    for before, after in pairwise(found):
        assert before.end
        assert after.start
        assert before.end <= after.start
    assert found[-1].end == at(1440)


def test_good_times_are_kept_without_a_new_plan(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where no run could save a cent even alone, nothing is planned again."""
    appliances = [appliance("a"), appliance("b", power=1.5)]
    runs = [run("a", 0, 600), run("b", 0, 600)]
    where = situation(prices(*([30, 10, 10, 20] * 10)), limit=2)
    first = planned(runs, appliances, where)
    assert places(first)[0] != places(first)[1]

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("It was planned again")

    monkeypatch.setattr(
        "custom_components.spot_planner.engine.runs.replan.plan_runs", refuse
    )
    # A tenth of a cent is no reason to move.
    cheaper = prices(*([30, 10, 10, 20] * 9), 30, 9.9999, 9.9999, 20)
    again = planned(list(first), appliances, situation(cheaper, limit=2))
    assert places(again) == places(first)
    assert all(it.plan and it.segments == it.plan.segments for it in again)


def test_saving_moves_runs() -> None:
    """Where a run could save, it is planned again and moves."""
    runs = [run(start=0, end=600)]
    first = planned(runs, [appliance()], situation(prices(*([30, 10, 10, 20] * 10))))
    cheaper = prices(*([30, 10, 10, 20] * 9), 30, 5, 5, 20)
    again = planned(list(first), [appliance()], situation(cheaper))
    assert places(again) == [[(555, 585)]]


@pytest.mark.parametrize("steps", [0, 20_000])
def test_runs_have_their_times_when_the_budget_is_spent(steps: int) -> None:
    """Whatever is left, each run has a time that keeps to the rules."""
    appliances, runs = household(1)
    where = situation(day_prices(1), limit=9)
    found = replan(runs, {it.id: it for it in appliances}, where, Budget(steps))
    assert all(it.plan for it in found)
    assert not any(it.rule and it.rule.endswith("_relaxed") for it in found)
    assert troubles(found, appliances, where) == set()
    assert all(
        it.start and it.end and it.end <= START + DAY and it.start >= START
        for it in found
    )
