"""Test what a load profile costs, depending on when it starts."""

import pytest

from custom_components.spot_planner.engine.planning.course import to_micros
from custom_components.spot_planner.engine.planning.free_time import FreeTime
from custom_components.spot_planner.engine.planning.profile import (
    PricedProfile,
    StartCosts,
)

from ..helpers import MINUTE, at, prices
from .brute_plans import profile_of

SERIES = prices(0.4, 0.3, 0.1, 0.2, 0.5, None, 0.1)
FIRST, LAST = to_micros(at(0)), to_micros(at(105))
MINUTES = 60_000_000


def free(start: float, end: float, course: int = 0) -> FreeTime:
    """Return free time between two minutes."""
    return FreeTime(to_micros(at(start)), to_micros(at(end)), course)


def bends(costs: StartCosts | None) -> list[float]:
    """Return the starts that are known, in minutes."""
    assert costs
    return [(start - FIRST) / MINUTES for start in costs.starts]


def test_starts_at_which_a_border_meets_a_border() -> None:
    """These, and the first and the last one, are known; each once."""
    load = PricedProfile(profile_of([(20, 1000)]), SERIES, FIRST, LAST)
    # Starts at 15, 30 and 45, ends at 15 to 60, and what the free time allows.
    assert bends(load.start_costs(free(0, 75))) == [0, 10, 15, 25, 30, 40, 45, 55]
    assert bends(load.start_costs(free(3, 50))) == [3, 10, 15, 25, 30]


def test_free_time_that_is_too_short_has_no_starts() -> None:
    """One that is just long enough has one."""
    load = PricedProfile(profile_of([(15, 1000)]), SERIES, FIRST, LAST)
    assert load.start_costs(free(0, 14)) is None
    exact = load.start_costs(free(90, 105, 1))
    assert set(bends(exact)) == {90}
    assert exact
    assert load.money(exact.costs[0]) == pytest.approx(0.025)


@pytest.mark.parametrize("start", [0, 1, 10, 12, 15, 29.5, 30, 44, 55])
def test_cost_of_any_start(start: float) -> None:
    """Between two known starts, it changes evenly."""
    phases = [(5, 2000), (3, 0), (12, 500)]
    load = PricedProfile(profile_of(phases), SERIES, FIRST, LAST)
    costs = load.start_costs(free(0, 75))
    assert costs
    moment = to_micros(at(start))
    found = costs.cost_at(moment)
    assert found == load.cost(moment, 0)
    expected, position = 0.0, at(start)
    for minutes, watts in phases:
        # Half minutes are the finest that the starts need.
        for half in range(2 * minutes):
            interval = SERIES.at(position + half * MINUTE / 2)
            assert interval
            expected += interval.price * watts / 1000 / 120
        position += minutes * MINUTE
    assert load.money(found) == pytest.approx(expected)


COSTS = StartCosts([0, 10, 20, 30, 40], [50, 20, 40, 20, 60])


def test_lowest_of_all_starts() -> None:
    """Of equal ones it is the first."""
    assert COSTS.lowest() == (20, 10)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (0, 40, (20, 10)),
        (-5, 50, (20, 10)),
        (10, 10, (20, 10)),
        (11, 40, (20, 30)),
        (11, 29, (22, 11)),
        (12, 29, (22, 29)),
        (31, 35, (24, 31)),
        (0, 5, (35, 5)),
        (40, 45, (60, 40)),
        (41, 45, None),
        (-5, -1, None),
        (20, 19, None),
    ],
)
def test_lowest_between_two_starts(
    first: int, last: int, expected: tuple[int, int] | None
) -> None:
    """The two count themselves, on a known start or between two."""
    assert COSTS.lowest_within(first, last) == expected


def test_units_of_power_are_as_large_as_they_can_be() -> None:
    """So the numbers stay small, and the money is the same."""
    small = PricedProfile(profile_of([(15, 100), (15, 300)]), SERIES, FIRST, LAST)
    large = PricedProfile(profile_of([(15, 1000), (15, 3000)]), SERIES, FIRST, LAST)
    assert small.cost(FIRST, 0) == large.cost(FIRST, 0)
    assert small.money(1) == pytest.approx(large.money(1) / 10)
    assert small.money(small.cost(FIRST, 0)) == pytest.approx(
        0.25 * (0.1 * 0.4 + 0.3 * 0.3)
    )
