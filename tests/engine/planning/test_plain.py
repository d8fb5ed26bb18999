"""Place runs one after the other without any search."""

from typing import Any

import pytest

from custom_components.spot_planner.engine.planning.budget import Budget
from custom_components.spot_planner.engine.planning.model import (
    LoadProfile,
    Phase,
    Rule,
    RunRequest,
    Split,
)
from custom_components.spot_planner.engine.planning.plain import PlainPlace, PlainPlan
from custom_components.spot_planner.engine.planning.schedule import FixedRun, Home
from custom_components.spot_planner.engine.time_range import TimeRange

from ..helpers import QUARTER, START
from .joint.asked import DAY_PRICES, fixed, request


def plain(*runs: FixedRun, limit: float | None = None) -> PlainPlan:
    """Return a plan with runs that never move."""
    return PlainPlan(DAY_PRICES, Home(limit), runs, Budget())


def parts(place: PlainPlace | None) -> list[tuple[float, float]]:
    """Return the segments of a place in quarter-hours."""
    assert place
    return [
        ((it.start - START) / QUARTER, (it.end - START) / QUARTER)
        for it in place.segments
    ]


def rules(place: PlainPlace | None) -> set[Rule]:
    """Return the rules that a place gives up."""
    assert place
    return set(place.rules)


def test_soonest_place() -> None:
    """A run starts as soon as it may, whatever that costs."""
    place = plain().place(request("a", 2))
    assert parts(place) == [(0, 2)]
    assert rules(place) == set()


def test_wanted_place() -> None:
    """A run takes the time that it wants, as long as that is free."""
    plan = plain(limit=3)
    wanted = fixed("a", 4, 6).segments
    assert parts(plan.place(request("a", 2), wanted)) == [(4, 6)]
    assert parts(plan.place(request("b", 2), wanted)) == [(0, 2)]


def test_only_the_phase_that_needs_it_has_to_fit() -> None:
    """Beside another run, a rest or a small load has room where the peak has none."""
    profile = LoadProfile((Phase(QUARTER, 3), Phase(QUARTER, 0), Phase(QUARTER, 0.5)))
    asked = RunRequest("a", profile, START, START + 12 * QUARTER)
    plan = plain(fixed("x", 1, 4), limit=3)
    assert parts(plan.place(asked)) == [(0, 3)]
    again = plain(fixed("x", 0, 4), limit=3)
    assert parts(again.place(asked)) == [(4, 7)]


@pytest.mark.parametrize(
    ("more", "expected", "given_up"),
    [
        ({"price_limit": 15}, [(2, 4)], set()),
        ({"price_limit": 1}, [(0, 2)], {Rule.PRICE_LIMIT_RELAXED}),
        (
            {"forbidden": (TimeRange(START, START + 11 * QUARTER),)},
            [(0, 2)],
            {Rule.FORBIDDEN_RELAXED},
        ),
        # The price limit is not what stands in the way, so it is kept to.
        (
            {
                "price_limit": 15,
                "forbidden": (TimeRange(START, START + 12 * QUARTER),),
            },
            [(2, 4)],
            {Rule.FORBIDDEN_RELAXED},
        ),
        ({"latest_end": START + QUARTER}, [(0, 2)], {Rule.DEADLINE_RELAXED}),
        ({"after": "x"}, [(6, 8)], set()),
        (
            {"after": "x", "latest_end": START + 5 * QUARTER},
            [(6, 8)],
            {Rule.DEADLINE_RELAXED},
        ),
        (
            {
                "after": "x",
                "after_within": QUARTER,
                "forbidden": (TimeRange(START + 6 * QUARTER, START + 9 * QUARTER),),
            },
            [(6, 8)],
            {Rule.FORBIDDEN_RELAXED},
        ),
        (
            {"never_with": frozenset({"x"}), "earliest": START + 4 * QUARTER},
            [(6, 8)],
            set(),
        ),
    ],
)
def test_rules_are_given_up_in_their_order(
    more: dict[str, Any], expected: list[tuple[float, float]], given_up: set[Rule]
) -> None:
    """Only what is in the way is given up, and of that the first."""
    place = plain(fixed("x", 4, 6)).place(request("a", 2, **more))
    assert parts(place) == expected
    assert rules(place) == given_up


def test_power_limit_is_given_up_last() -> None:
    """Where another run takes all power and all time, both are on at once."""
    place = plain(fixed("x", 0, 12), limit=3).place(request("a", 2))
    assert parts(place) == [(0, 2)]
    assert Rule.POWER_LIMIT_RELAXED in rules(place)


def test_rival_that_says_so_itself() -> None:
    """It is enough that one of two says that they never run together."""
    plan = plain()
    plan.add(request("a", 2, never_with=frozenset({"b"})), fixed("a", 0, 2).segments)
    assert parts(plan.place(request("b", 2))) == [(2, 4)]


def test_follower_that_has_its_time() -> None:
    """A run does not keep a time after the run that has to follow it."""
    plan = plain()
    plan.add(request("b", 2, after="a"), fixed("b", 4, 6).segments)
    assert plan.keeps(request("a", 2), fixed("a", 2, 4).segments)
    assert not plan.keeps(request("a", 2), fixed("a", 3, 5).segments)


def test_run_is_cut_where_it_has_no_place_in_one_piece() -> None:
    """Segments take the time between other runs."""
    plan = plain(fixed("x", 2, 5), fixed("y", 6, 12), limit=3)
    asked = request("a", 3, split=Split(QUARTER))
    assert parts(plan.place(asked)) == [(0, 2), (5, 6)]


def test_no_place_at_all() -> None:
    """A run that is longer than the known prices has no place."""
    assert plain().place(request("a", 13)) is None
