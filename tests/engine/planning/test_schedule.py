"""Plan several runs of a home together."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from custom_components.spot_planner.engine.errors import InputError
from custom_components.spot_planner.engine.planning.effective import (
    EffectivePrices,
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
from custom_components.spot_planner.engine.time_range import day_range

from ..helpers import HOUR, MINUTE, PARIS, QUARTER, START, prices
from .joint.asked import DAY_PRICES, fixed, quarters, relaxed, request
from .joint.rules import broken


class TestAlone:
    """Runs that do not meet."""

    def test_nothing_to_plan(self) -> None:
        """No run costs nothing."""
        assert plan_runs([], DAY_PRICES) == Schedule(Status.OPTIMAL, (), 0, 0, (), ())

    def test_without_a_limit_all_take_the_best_time(self) -> None:
        """Runs that share nothing are planned as if they were alone."""
        asked = [request("a"), request("b"), request("c", 3)]
        schedule = plan_runs(asked, DAY_PRICES)
        assert list(schedule.runs) == [plan_run(it, DAY_PRICES) for it in asked]
        assert schedule.status is Status.OPTIMAL
        assert schedule.bound == schedule.cost
        assert schedule.gap == 0

    def test_who_meets_nobody_keeps_its_exact_time(self) -> None:
        """Only the runs that contend go to quarter-hours."""
        asked = [
            request(
                "odd",
                7 / 15,
                earliest=START + 31 * MINUTE,
                latest_end=START + 40 * MINUTE,
            ),
            request("b", earliest=START + HOUR),
            request("c", earliest=START + HOUR),
        ]
        schedule = plan_runs(asked, DAY_PRICES, Home(3))
        assert schedule.runs[0] == plan_run(asked[0], DAY_PRICES)
        assert schedule.runs[0].start == START + 31 * MINUTE
        assert quarters(schedule)[1:] == [8, 4]
        assert schedule.status is Status.OPTIMAL

    def test_exact_times_that_touch_do_not_meet(self) -> None:
        """Two runs within the same quarter-hour are no conflict when they take turns."""
        asked = [
            request("a", 7 / 15, earliest=START, latest_end=START + 7 * MINUTE),
            request(
                "b", 8 / 15, earliest=START + 7 * MINUTE, latest_end=START + QUARTER
            ),
        ]
        schedule = plan_runs(asked, DAY_PRICES, Home(3))
        assert schedule.status is Status.OPTIMAL
        assert schedule.runs[1].start == START + 7 * MINUTE


class TestTogether:
    """Runs that contend."""

    def test_power_limit(self) -> None:
        """One run stands back, and says so; the answer is in the asked order."""
        schedule = plan_runs(
            [request("a"), request("b", power=1.8)], DAY_PRICES, Home(3)
        )
        assert quarters(schedule) == [2, 8]
        assert [run.name for run in schedule.runs] == ["a", "b"]
        assert [run.rule for run in schedule.runs] == [Rule.CHEAPEST, Rule.SHARED]
        assert schedule.cost == pytest.approx(2 * 0.5 * 10 + 1.8 * 0.5 * 14)
        assert schedule.bound == schedule.cost
        stood_back = schedule.runs[1]
        assert stood_back.runner_up
        assert stood_back.runner_up.start == START + HOUR / 2
        assert stood_back.cost_if_now == pytest.approx(1.8 * 0.5 * 30)
        assert stood_back.saving == pytest.approx(1.8 * 0.5 * 16)

    def test_base_load_counts(self) -> None:
        """What is always there leaves less for runs."""
        asked = [request("a"), request("b")]
        assert quarters(plan_runs(asked, DAY_PRICES, Home(5, 1.0))) == [2, 2]
        assert sorted(quarters(plan_runs(asked, DAY_PRICES, Home(5, 1.1)))) == [2, 8]

    def test_rests_of_a_profile_leave_room(self) -> None:
        """A run may lie in the pause of another."""
        profile = LoadProfile(
            (Phase(QUARTER, 2), Phase(2 * QUARTER, 0), Phase(QUARTER, 2))
        )
        asked = [
            RunRequest("a", profile, START + QUARTER, START + 5 * QUARTER),
            request("b"),
        ]
        assert quarters(plan_runs(asked, DAY_PRICES, Home(3))) == [1, 2]

    def test_order(self) -> None:
        """A run begins when the one before it has ended, and soon enough."""
        asked = [request("b", after="a"), request("a")]
        assert quarters(plan_runs(asked, DAY_PRICES)) == [8, 2]
        asked = [request("b", after="a", after_within=QUARTER), request("a")]
        assert quarters(plan_runs(asked, DAY_PRICES)) == [4, 2]

    @pytest.mark.parametrize("minutes", [7, 15, 20, 44])
    def test_order_without_a_pause(self, minutes: int) -> None:
        """A run can follow at once, however long the one before it takes."""
        asked = [
            request("a", minutes / 15),
            request("b", after="a", after_within=timedelta()),
        ]
        schedule = plan_runs(asked, DAY_PRICES)
        assert not schedule.relaxed
        assert schedule.runs[1].start == schedule.runs[0].end

    def test_a_chain_leaves_time_for_what_comes_last(self) -> None:
        """The first run does not take the time that the others need."""
        asked = [
            request("a", earliest=START + QUARTER),
            request("b", after="a"),
            request("c", 1, after="b", latest_end=START + 6 * QUARTER),
        ]
        schedule = plan_runs(asked, DAY_PRICES)
        assert quarters(schedule) == [1, 3, 5]
        assert not schedule.relaxed

    def test_never_with(self) -> None:
        """Runs that must not meet do not, whichever of them says so."""
        for one, other in (({"b"}, set()), (set(), {"a"})):
            asked = [
                request("a", power=3, never_with=frozenset(one)),
                request("b", never_with=frozenset(other)),
            ]
            assert quarters(plan_runs(asked, DAY_PRICES)) == [2, 8]

    def test_split_run_makes_way(self) -> None:
        """A run that may be split runs around another."""
        asked = [
            request("a"),
            request("b", 4, power=1.0, split=Split(QUARTER)),
        ]
        schedule = plan_runs(asked, DAY_PRICES, Home(2.5))
        assert [
            ((it.start - START) / QUARTER, (it.end - START) / QUARTER)
            for it in schedule.runs[1].segments
        ] == [(4, 6), (8, 10)]

    def test_not_worth_waiting(self) -> None:
        """A run for which waiting saves too little keeps its time; another makes way."""
        asked = [request("a"), request("b", least_saving=100, earliest=START + QUARTER)]
        schedule = plan_runs(asked, DAY_PRICES, Home(3))
        assert quarters(schedule) == [8, 1]
        assert schedule.runs[1].rule is Rule.NOT_WORTH_IT
        asked = [request("a"), request("b", least_saving=100, earliest=START + HOUR)]
        schedule = plan_runs(asked, DAY_PRICES, Home(3), [fixed("f", 4, 6)])
        assert quarters(schedule) == [2, 8]

    def test_not_worth_waiting_gives_way_where_another_needs_it(self) -> None:
        """No rule is given up for a saving that is too small."""
        asked = [
            request("a", latest_end=START + HOUR / 2),
            request("b", least_saving=100),
        ]
        schedule = plan_runs(asked, DAY_PRICES, Home(3))
        assert quarters(schedule) == [0, 2]
        assert not schedule.relaxed

    def test_a_run_that_is_met_later_joins(self) -> None:
        """A run that is in nobody's way at first may have to stand back in the end."""
        asked = [request(it, power=2) for it in "abc"]
        asked.append(request("d", earliest=START + 2 * HOUR, power=2.5))
        schedule = plan_runs(asked, DAY_PRICES, Home(3))
        assert not broken(schedule, asked, DAY_PRICES, Home(3))
        assert schedule.status is Status.OPTIMAL

    def test_prices_that_depend_on_power(self) -> None:
        """The sun pays for one of two runs, and they take turns."""
        sun = Surplus(START + 6 * QUARTER, START + 8 * QUARTER, 2.0)
        effective = EffectivePrices(DAY_PRICES, prices(*[1.0] * 12), [sun])
        asked = [request("a"), request("b", power=2.5)]
        schedule = plan_runs(asked, effective, Home(3))
        assert quarters(schedule) == [6, 2]
        assert schedule.cost == pytest.approx(2 * 0.5 * 1 + 2.5 * 0.5 * 10)
        assert schedule.status is Status.OPTIMAL
        assert schedule.runs[0].estimated

    def test_gap_in_the_prices(self) -> None:
        """No run lies where no price is known."""
        known = prices(30, 30, None, 10, 20, 20, None, None, 15, 15)
        asked = [request("a", 3), request("b"), request("c", 1)]
        schedule = plan_runs(asked, known, Home(3))
        assert quarters(schedule) == [3, 8, 0]
        assert schedule.status is Status.OPTIMAL

    @pytest.mark.parametrize(
        ("day", "count"), [("2026-03-29", 92), ("2026-10-25", 100)]
    )
    def test_days_of_23_and_25_hours(self, day: str, count: int) -> None:
        """A local day in which the clocks change is planned in real time."""
        whole = day_range(date.fromisoformat(day), PARIS)
        assert whole.duration == count * QUARTER
        known = prices(*((it * 7) % 23 for it in range(count)), start=whole.start)
        asked = [
            request(it, 31, earliest=whole.start, latest_end=whole.end) for it in "abc"
        ]
        schedule = plan_runs(asked, known, Home(3))
        if count == 100:
            assert not schedule.relaxed
            assert not broken(schedule, asked, known, Home(3))
        else:
            assert relaxed(schedule)[0][1] is Rule.POWER_LIMIT_RELAXED

    def test_same_question_same_answer(self) -> None:
        """Nothing depends on chance or on time."""
        asked = [request(it, 2, power=1 + ord(it) % 3) for it in "abcdef"]
        first = plan_runs(asked, DAY_PRICES, Home(5))
        assert plan_runs(asked, DAY_PRICES, Home(5)) == first


class TestInput:
    """What cannot be meant is refused before anything is planned."""

    @pytest.mark.parametrize(
        ("asked", "field", "reason"),
        [
            ([request("a"), request("a")], "name", "name_not_unique"),
            ([request("f")], "name", "name_not_unique"),
            ([request("a", after="x")], "after", "unknown_run"),
            ([request("a", never_with=frozenset("x"))], "never_with", "unknown_run"),
            (
                [request("a", after="b"), request("b", after="a")],
                "after",
                "order_circle",
            ),
            (
                [
                    request("a", after="b"),
                    request("b", after="c"),
                    request("c", after="b"),
                ],
                "after",
                "order_circle",
            ),
            ([request("a", power=2.8)], "power", "power_above_limit"),
        ],
    )
    def test_refused(
        self, asked: Sequence[RunRequest], field: str, reason: str
    ) -> None:
        """The field and the reason are named."""
        with pytest.raises(InputError) as caught:
            plan_runs(asked, DAY_PRICES, Home(3, 0.3), [fixed("f", 0, 1)])
        assert (caught.value.field, caught.value.reason) == (field, reason)

    def test_just_enough_power(self) -> None:
        """A load may need all that is left."""
        assert plan_runs([request("a", power=2.7)], DAY_PRICES, Home(3, 0.3)).runs


@pytest.mark.parametrize(
    ("cost", "bound", "gap"),
    [
        (2, 2, 0),
        (0, 0, 0),
        (-1, -1, 0),
        (2.2, 2, 0.1),
        (-1.8, -2, 0.1),
        (1, -1, 1),
        (0, -1, 1),
        (1, 0, 1),
        (5, 1, 1),
    ],
)
def test_gap(cost: float, bound: float, gap: float) -> None:
    """The gap is a share of the bound, whatever the signs."""
    schedule = Schedule(Status.FEASIBLE, (), cost, bound, (), ())
    assert schedule.gap == pytest.approx(gap)
