"""Hold the homes that once took minutes to the steps that a question may take."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
import os
from pathlib import Path
from random import Random
import subprocess
import sys
import tracemalloc

import pytest

from custom_components.spot_planner.engine.planning.budget import PLAN_STEPS, Budget
from custom_components.spot_planner.engine.planning.effective import (
    EffectivePrices,
    PlanPrices,
    Surplus,
)
from custom_components.spot_planner.engine.planning.model import (
    LoadProfile,
    Phase,
    Rule,
    RunRequest,
    Split,
)
from custom_components.spot_planner.engine.planning.schedule import (
    Home,
    Schedule,
    Status,
    plan_runs,
)
from custom_components.spot_planner.engine.planning.single import plan_run
from custom_components.spot_planner.engine.time_range import TimeRange

from ..helpers import HOUR, MINUTE, QUARTER, START, prices
from .joint.rules import broken

DAY = timedelta(days=1)

# What has to be done in any case, to have a plan at all, comes on top of the budget.
BESIDES = PLAN_STEPS // 4
MEGABYTE = 2**20
MOST_MEMORY = 64 * MEGABYTE


@dataclass(frozen=True)
class Asked:
    """A question to the planner."""

    requests: Sequence[RunRequest]
    home: Home = field(default_factory=Home)
    prices: PlanPrices | None = None

    @property
    def known(self) -> PlanPrices:
        """Return the prices: two days of quarter-hours unless others are asked for."""
        return self.prices or day_prices(192)

    def plan(self, budget: Budget | None = None) -> Schedule:
        """Return the answer, after a look at whether it is what it says."""
        schedule = plan_runs(self.requests, self.known, self.home, (), budget)
        said = {(it.run, it.rule) for it in schedule.relaxed}
        power = {it for it in said if it[1] is Rule.POWER_LIMIT_RELAXED}
        found = broken(schedule, self.requests, self.known, self.home)
        assert {it for it in found if it[0]} == said - power
        assert power or ("", Rule.POWER_LIMIT_RELAXED) not in found
        assert [it.name for it in schedule.runs] == [it.name for it in self.requests]
        assert schedule.bound <= schedule.cost
        assert (schedule.status is Status.RELAXED) == bool(said)
        return schedule


def day_prices(count: int, length: timedelta = QUARTER) -> PlanPrices:
    """Return so many made-up prices, some of them below zero."""
    dice = Random(count)
    return prices(*(dice.randint(-20, 400) / 1000 for _ in range(count)), length=length)


def constant(hours: float, power: float) -> LoadProfile:
    """Return a load that does not change."""
    return LoadProfile.constant(hours * HOUR, power)


def ten_loads() -> Asked:
    """Return ten loads for one night at 9 kVA, every third of which may be split."""
    return Asked(
        [
            RunRequest(
                f"a{it}",
                constant(1 + it % 4, 0.5 + 0.4 * it),
                START + 18 * HOUR,
                START + 33 * HOUR,
                split=Split(30 * MINUTE) if it % 3 == 0 else None,
            )
            for it in range(10)
        ],
        Home(9.0, 0.3),
    )


def chain_of_split_runs() -> Asked:
    """Return eight loads at 9 kW, four of them split, the last ones in a chain."""
    return Asked(
        [
            RunRequest(
                f"a{it}",
                constant(2, 2 + it * 0.3),
                START,
                START + DAY,
                split=Split(QUARTER, HOUR, 3) if it % 2 else None,
                after=f"a{it - 1}" if it > 4 else None,
            )
            for it in range(8)
        ],
        Home(9.0),
    )


def never_together(count: int, profile: Callable[[int], LoadProfile]) -> Asked:
    """Return machines of which only one is on at a time, without a power limit."""
    names = frozenset(f"m{it}" for it in range(count))
    return Asked(
        [
            RunRequest(
                name,
                profile(number),
                START,
                START + DAY,
                never_with=names - {name},
            )
            for number, name in enumerate(sorted(names))
        ]
    )


def three_powers(number: int) -> LoadProfile:
    """Return the profile of a machine with three powers."""
    return LoadProfile(
        (
            Phase(30 * MINUTE, 2.0 + number / 10),
            Phase(HOUR, 0.3 + number / 20),
            Phase(30 * MINUTE, 1.1),
        )
    )


def eleven_loads() -> Asked:
    """Return eleven loads that are on in pairs of neighbours only."""
    return Asked(
        [
            RunRequest(
                f"e{it}",
                constant(2, 1 + it / 10),
                START,
                START + DAY,
                never_with=frozenset({f"e{(it + 1) % 11}"}),
            )
            for it in range(11)
        ]
    )


def many_phases(count: int, phases: int, length: timedelta) -> list[RunRequest]:
    """Return runs with so many phases, each with its own power."""
    dice = Random(phases)
    return [
        RunRequest(
            f"r{it}",
            LoadProfile(
                tuple(
                    Phase(length, round(dice.uniform(0.1, 3), 3)) for _ in range(phases)
                )
            ),
            START,
            START + 2 * DAY,
            least_saving=0.2 if it % 4 == 0 else 0.0,
        )
        for it in range(count)
    ]


def sunny() -> PlanPrices:
    """Return prices that depend on the power of the load."""
    dice = Random(5)
    forecast = [
        Surplus(
            START + it * 5 * MINUTE,
            START + (it + 1) * 5 * MINUTE,
            dice.randint(0, 50) / 10,
        )
        for it in range(500)
    ]
    return EffectivePrices(day_prices(192), day_prices(193), forecast)  # type: ignore[arg-type]


def split_everywhere(count: int, split: Split, hours: float, **more: object) -> Asked:
    """Return loads that may all be split."""
    return Asked(
        [
            RunRequest(
                f"s{it}",
                constant(hours, 1.5),
                START,
                START + 2 * DAY,
                split=split,
                **more,  # type: ignore[arg-type]
            )
            for it in range(count)
        ],
        Home(9.0),
    )


MOMENTS_FORBIDDEN = tuple(
    TimeRange(START + it * 7 * MINUTE, START + (it * 7 + 1) * MINUTE)
    for it in range(400)
)

ASKED: dict[str, Callable[[], Asked]] = {
    "ten loads": ten_loads,
    "chain of split runs": chain_of_split_runs,
    "four machines": lambda: never_together(4, three_powers),
    "eleven loads": eleven_loads,
    "twelve runs of one": lambda: never_together(12, lambda _: constant(2, 2.0)),
    "sixty runs": lambda: Asked(many_phases(60, 6, 20 * MINUTE), Home(12.0)),
    "prices of minutes": lambda: Asked(
        many_phases(8, 6, 20 * MINUTE), Home(6.0), day_prices(2880, MINUTE)
    ),
    "phases of minutes": lambda: Asked(many_phases(4, 300, MINUTE), Home(6.0)),
    "powers and surplus": lambda: Asked(
        many_phases(12, 12, 10 * MINUTE), Home(6.0), sunny()
    ),
    "tiny segments": lambda: split_everywhere(12, Split(MINUTE, MINUTE, 200), 7),
    "long split runs": lambda: split_everywhere(6, Split(QUARTER, None, 50), 24),
    "moments forbidden": lambda: split_everywhere(
        6, Split(MINUTE, MINUTE), 2, forbidden=MOMENTS_FORBIDDEN
    ),
}


@pytest.mark.parametrize("name", ASKED)
def test_plan_is_there_within_the_budget(name: str) -> None:
    """However hard the question, it takes no more than a question may take."""
    budget = Budget()
    ASKED[name]().plan(budget)
    assert budget.spent <= PLAN_STEPS + BESIDES


@pytest.mark.parametrize("name", ["ten loads", "chain of split runs", "eleven loads"])
@pytest.mark.parametrize("steps", [0, 3_000, 30_000, 300_000])
def test_plan_is_there_whenever_the_budget_is_spent(name: str, steps: int) -> None:
    """A plan keeps to the rules and tells the truth, whenever its search has to end."""
    asked = ASKED[name]()
    schedule = asked.plan(Budget(steps))
    best = asked.plan()
    assert schedule.status is not Status.RELAXED
    # No bound lies above a plan that there is.
    assert schedule.bound <= best.cost + 1e-9
    assert best.bound <= schedule.cost + 1e-9
    assert schedule.gap >= 1 - best.cost / schedule.cost - 1e-9


def test_more_steps_make_no_plan_dearer() -> None:
    """A plan only gets better with more work."""
    asked = ten_loads()
    costs = [asked.plan(Budget(steps)).cost for steps in (0, 100_000, PLAN_STEPS)]
    assert costs[0] > costs[1] >= costs[2]


@pytest.mark.parametrize("name", ["four machines", "eleven loads"])
def test_memory_is_bounded(name: str) -> None:
    """Tables are made no larger than what the loads can reach."""
    asked = ASKED[name]()
    tracemalloc.start()
    try:
        asked.plan(Budget(200_000))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < MOST_MEMORY


def test_months_of_prices_take_no_more_memory() -> None:
    """Where the grid would be too large, the plan does without."""
    known = day_prices(96 * 60)
    asked = Asked(
        [
            RunRequest(f"r{it}", constant(2, 1.5 + it), START, START + 60 * DAY)
            for it in range(4)
        ],
        Home(6.0),
        known,
    )
    tracemalloc.start()
    try:
        asked.plan()
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < MOST_MEMORY


def test_one_run_with_too_many_starts_takes_the_soonest() -> None:
    """A run alone has its time, too, when there are too many to go through."""
    (asked,) = many_phases(1, 20, 3 * MINUTE)
    run = plan_run(asked, day_prices(192), Budget(100))
    assert run.start == START
    assert run.rule is Rule.NOT_WORTH_IT


def test_long_chains_need_no_deep_calls() -> None:
    """A thousand runs that follow each other are placed one after the other."""
    asked = Asked(
        [
            RunRequest(
                f"r{it}",
                LoadProfile.constant(MINUTE, 1.5),
                START,
                START + 2 * DAY,
                after=f"r{it - 1}" if it else None,
            )
            for it in range(1100)
        ]
    )
    schedule = plan_runs(asked.requests, asked.known)
    starts = [run.start for run in schedule.runs]
    assert starts == sorted(set(starts))


ANSWER = """
from custom_components.spot_planner.engine.planning.budget import Budget
from tests.engine.planning.test_within_budget import ASKED
for name in ("chain of split runs", "eleven loads"):
    print(ASKED[name]().plan(Budget(150_000)))
"""


def test_same_question_same_answer_on_every_machine() -> None:
    """Nothing depends on the order of names in a set, which each process has anew."""
    answers = {
        subprocess.run(
            [sys.executable, "-c", ANSWER],
            cwd=Path(__file__).parents[3],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(answers) == 1
    assert "Schedule" in answers.pop()
