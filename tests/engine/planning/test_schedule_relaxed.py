"""Plan around fixed runs, and give up rules where there is no other way."""

from typing import Any

from custom_components.spot_planner.engine.planning.model import (
    Infeasible,
    LoadProfile,
    Phase,
    Rule,
    Segment,
)
from custom_components.spot_planner.engine.planning.schedule import (
    FixedRun,
    Home,
    Relaxation,
    Schedule,
    Unplaced,
    plan_runs,
)
from custom_components.spot_planner.engine.time_range import TimeRange

from ..helpers import HOUR, QUARTER, START
from .joint.asked import DAY_PRICES, END, fixed, quarters, relaxed, request


class TestFixed:
    """Runs that never move."""

    def test_power(self) -> None:
        """A fixed run takes its power, phase by phase."""
        assert quarters(
            plan_runs([request("a")], DAY_PRICES, Home(3), [fixed("f", 2, 3)])
        ) == [8]
        profile = LoadProfile((Phase(2 * QUARTER, 0.5), Phase(QUARTER, 3)))
        run = FixedRun(
            "f", profile, (Segment(START + 2 * QUARTER, START + 5 * QUARTER),)
        )
        assert quarters(plan_runs([request("a")], DAY_PRICES, Home(3), [run])) == [2]

    def test_split_fixed_run_leaves_its_pause(self) -> None:
        """The pause of a fixed run is free."""
        segments = (
            Segment(START, START + 2 * QUARTER),
            Segment(START + 4 * QUARTER, START + 6 * QUARTER),
        )
        run = FixedRun("f", LoadProfile.constant(HOUR, 3), segments)
        asked = [request("a", never_with=frozenset({"f"}))]
        assert quarters(plan_runs(asked, DAY_PRICES, Home(3), [run])) == [2]

    def test_never_with(self) -> None:
        """A run keeps away from a fixed one."""
        asked = [request("a", never_with=frozenset({"f"}))]
        assert quarters(plan_runs(asked, DAY_PRICES, Home(), [fixed("f", 2.5, 3)])) == [
            8
        ]

    def test_order(self) -> None:
        """A run comes after a fixed one, even one that ends within a quarter-hour."""
        asked = [request("a", after="f")]
        assert quarters(plan_runs(asked, DAY_PRICES, Home(), [fixed("f", 0, 2.2)])) == [
            8
        ]
        asked = [request("a", after="f", after_within=QUARTER)]
        assert quarters(plan_runs(asked, DAY_PRICES, Home(), [fixed("f", 0, 2.2)])) == [
            3
        ]

    def test_overload_is_not_the_fault_of_runs(self) -> None:
        """Where fixed runs need too much already, no run lies, and no rule is given up."""
        schedule = plan_runs(
            [request("a")], DAY_PRICES, Home(3), [fixed("f", 2, 3, 9.0)]
        )
        assert quarters(schedule) == [8]
        assert not schedule.relaxed


class TestRelaxed:
    """Rules are given up in their order, by the runs that have to."""

    def test_alone(self) -> None:
        """A run that cannot keep to its rules gives up the first that helps."""
        asked = [
            request("price", price_limit=5),
            request("hours", forbidden=(TimeRange(START, END),), price_limit=50),
            request("late", latest_end=START + QUARTER, price_limit=50),
            request("fine"),
        ]
        schedule = plan_runs(asked, DAY_PRICES)
        assert relaxed(schedule) == [
            ("price", Rule.PRICE_LIMIT_RELAXED),
            ("hours", Rule.FORBIDDEN_RELAXED),
            ("late", Rule.DEADLINE_RELAXED),
        ]
        assert quarters(schedule) == [2, 2, 0, 2]
        assert [run.rule for run in schedule.runs] == [
            Rule.PRICE_LIMIT_RELAXED,
            Rule.FORBIDDEN_RELAXED,
            Rule.DEADLINE_RELAXED,
            Rule.CHEAPEST,
        ]

    def test_what_is_not_needed_is_kept(self) -> None:
        """A run that ends late still waits for a price below its limit."""
        asked = [request("a", latest_end=START + QUARTER, price_limit=12)]
        schedule = plan_runs(asked, DAY_PRICES)
        assert relaxed(schedule) == [("a", Rule.DEADLINE_RELAXED)]
        assert quarters(schedule) == [2]

    def test_two_rules_alone(self) -> None:
        """The last of the rules that were needed is the one that decided."""
        asked = [request("a", price_limit=5, forbidden=(TimeRange(START, END),))]
        schedule = plan_runs(asked, DAY_PRICES)
        assert relaxed(schedule) == [
            ("a", Rule.PRICE_LIMIT_RELAXED),
            ("a", Rule.FORBIDDEN_RELAXED),
        ]
        assert schedule.runs[0].rule is Rule.FORBIDDEN_RELAXED

    def both(self, **more: Any) -> Schedule:
        """Plan two runs of which only one can have what it asks for."""
        asked = [request("a", **more), request("b", **more)]
        return plan_runs(asked, DAY_PRICES, Home(3))

    def test_price_limit_before_forbidden_times(self) -> None:
        """The dearer time is taken, not the forbidden one."""
        schedule = self.both(
            price_limit=12, forbidden=(TimeRange(START + HOUR, START + 3 * HOUR),)
        )
        assert sorted(quarters(schedule)) == [0, 2]
        assert [rule for _, rule in relaxed(schedule)] == [Rule.PRICE_LIMIT_RELAXED]

    def test_forbidden_times_before_the_deadline(self) -> None:
        """A forbidden time is taken before the run ends late."""
        schedule = self.both(
            latest_end=START + HOUR,
            forbidden=(TimeRange(START, START + 2 * QUARTER),),
        )
        assert sorted(quarters(schedule)) == [0, 2]
        assert [rule for _, rule in relaxed(schedule)] == [Rule.FORBIDDEN_RELAXED]

    def test_deadline_is_missed_by_little(self) -> None:
        """One run ends late, as early as it can, though a later time is cheaper."""
        schedule = self.both(latest_end=START + 3 * QUARTER)
        assert sorted(quarters(schedule)) in ([0, 2], [1, 3])
        assert [rule for _, rule in relaxed(schedule)] == [Rule.DEADLINE_RELAXED]

    def test_deadline_before_the_order(self) -> None:
        """The run after another ends late."""
        asked = [
            request("a", latest_end=START + HOUR),
            request("b", latest_end=START + HOUR / 2, after="a"),
        ]
        schedule = plan_runs(asked, DAY_PRICES)
        assert relaxed(schedule) == [("b", Rule.DEADLINE_RELAXED)]
        assert quarters(schedule) == [0, 2]

    def test_order_before_never_with(self) -> None:
        """Runs that cannot follow each other still do not meet."""
        asked = [
            request("a", 8, earliest=START + HOUR),
            request("b", 4, after="a", never_with=frozenset("a")),
        ]
        schedule = plan_runs(asked, DAY_PRICES)
        assert relaxed(schedule) == [("b", Rule.ORDER_RELAXED)]
        assert quarters(schedule) == [4, 0]

    def test_order(self) -> None:
        """Where both do not fit one after the other, the order is given up."""
        asked = [request("a", 8), request("b", 8, after="a")]
        schedule = plan_runs(asked, DAY_PRICES)
        assert relaxed(schedule) == [("b", Rule.ORDER_RELAXED)]

    def test_never_with_before_the_power_limit(self) -> None:
        """Two runs meet where the prices are too few, when there is the power."""
        asked = [request("a", 8, never_with=frozenset("b")), request("b", 8)]
        schedule = plan_runs(asked, DAY_PRICES, Home(5))
        assert [rule for _, rule in relaxed(schedule)] == [Rule.NEVER_WITH_RELAXED]

    def test_power_limit_comes_last(self) -> None:
        """Too much power is only taken when there is no other way."""
        asked = [request("a", 8), request("b", 8), request("c", 2)]
        schedule = plan_runs(asked, DAY_PRICES, Home(3))
        assert {rule for _, rule in relaxed(schedule)} == {Rule.POWER_LIMIT_RELAXED}
        assert len(schedule.relaxed) == 1
        assert schedule.bound <= schedule.cost

    def test_power_limit_is_kept_to_between_quarter_hours(self) -> None:
        """Where the grid has no place for both, they take turns all the same."""
        window = {
            "earliest": START + QUARTER / 3,
            "latest_end": START + 3 * QUARTER,
        }
        asked = [request("a", 4 / 3, **window), request("b", 4 / 3, **window)]
        schedule = plan_runs(asked, DAY_PRICES, Home(3))
        assert relaxed(schedule) == []
        first, second = sorted(schedule.runs, key=lambda run: run.start)
        assert first.end <= second.start

    def test_order_after_a_fixed_run(self) -> None:
        """A run that could not start soon enough after a fixed one says so."""
        asked = [request("a", after="f", after_within=QUARTER, earliest=START + HOUR)]
        schedule = plan_runs(asked, DAY_PRICES, Home(), [fixed("f", 0, 1)])
        assert relaxed(schedule) == [("a", Rule.ORDER_RELAXED)]

    def test_no_place_at_all(self) -> None:
        """What no rule can help is told, and does not keep the others from running."""
        asked = [
            request("long", 13),
            request("a", after="long"),
            request("none", earliest=END, latest_end=END + HOUR),
        ]
        schedule = plan_runs(asked, DAY_PRICES)
        assert schedule.unplaced == (
            Unplaced("long", Infeasible.LONGER_THAN_HORIZON),
            Unplaced("none", Infeasible.NO_PRICES),
        )
        assert schedule.relaxed == (Relaxation("a", Rule.ORDER_RELAXED),)
        assert quarters(schedule) == [2]
