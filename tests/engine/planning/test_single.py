"""Test the plan of one run."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from custom_components.spot_planner.engine.planning.model import (
    Infeasible,
    InfeasibleError,
    LoadProfile,
    Phase,
    PlannedRun,
    Rule,
    RunRequest,
)
from custom_components.spot_planner.engine.planning.single import plan_run
from custom_components.spot_planner.engine.series import PriceSeries
from custom_components.spot_planner.engine.time_range import TimeRange

from ..helpers import HOUR, MINUTE, PARIS, QUARTER, at, interval, prices, series_of

V_SHAPE = prices(0.4, 0.3, 0.1, 0.2, 0.5, 0.5, 0.3)
END = 105


def request(minutes: float, power: float = 2.0, **changes: Any) -> RunRequest:
    """Return a request for a constant load within the V."""
    profile = LoadProfile.constant(minutes * MINUTE, power)
    return replace(RunRequest("run", profile, at(0), at(END)), **changes)


def profile_request(*phases: tuple[float, float], **changes: Any) -> RunRequest:
    """Return a request for phases of some minutes and kW."""
    profile = LoadProfile(tuple(Phase(time * MINUTE, power) for time, power in phases))
    return replace(RunRequest("run", profile, at(0), at(END)), **changes)


def forbid(*ranges: tuple[float, float]) -> tuple[TimeRange, ...]:
    """Return forbidden ranges in minutes."""
    return tuple(TimeRange(at(start), at(end)) for start, end in ranges)


def place(run: PlannedRun) -> tuple[float, float]:
    """Return start and end of a run in one piece, in minutes."""
    (segment,) = run.segments
    return (segment.start - at(0)) / MINUTE, (segment.end - at(0)) / MINUTE


def reason(asked: RunRequest, series: PriceSeries = V_SHAPE) -> Infeasible:
    """Return why a run has no place."""
    with pytest.raises(InfeasibleError) as error:
        plan_run(asked, series)
    assert error.value.run == asked.name
    return error.value.reason


def test_cheapest_run_with_all_that_explains_it() -> None:
    """Fifty minutes of 2 kW lie where they cost least."""
    run = plan_run(request(50), V_SHAPE)
    assert place(run) == (10, 60)
    cost = 2 / 60 * (5 * 0.4 + 15 * 0.3 + 15 * 0.1 + 15 * 0.2)
    now = 2 / 60 * (15 * 0.4 + 15 * 0.3 + 15 * 0.1 + 5 * 0.2)
    assert run.name == "run"
    assert run.energy == pytest.approx(2 * 50 / 60)
    assert run.cost == pytest.approx(cost)
    assert run.average_price == pytest.approx(cost / run.energy)
    assert run.cost_if_now == pytest.approx(now)
    assert run.saving == pytest.approx(now - cost)
    assert run.rule is Rule.CHEAPEST
    assert run.estimated is False
    assert run.sources == (None,)
    # Whatever shares no moment with these fifty minutes does not fit.
    assert run.runner_up is None


@pytest.mark.parametrize(
    ("phases", "expected"),
    [
        # The dear phase takes the cheap quarter, whichever comes first.
        ([(15, 2.0), (30, 0.1)], (30, 75)),
        ([(30, 0.1), (15, 2.0)], (0, 45)),
        # What lies in a rest costs nothing: 0.5 is passed over, and 0.3 is met.
        ([(10, 2.0), (5, 0.0), (10, 1.0)], (30, 55)),
        ([(5, 2.0), (60, 0.0), (5, 1.0)], (30, 100)),
        # Between two borders: the second phase ends where the dear price begins.
        ([(20, 1.0), (7, 1.5)], (30, 57)),
    ],
)
def test_profile_lies_where_its_phases_cost_least(
    phases: list[tuple[float, float]], expected: tuple[float, float]
) -> None:
    """Each phase is weighed with its power."""
    assert place(plan_run(profile_request(*phases), V_SHAPE)) == expected


def test_limits_need_not_lie_on_borders() -> None:
    """Earliest start and latest end count to the minute."""
    assert place(plan_run(request(20, earliest=at(31)), V_SHAPE)) == (31, 51)
    assert place(plan_run(request(20, latest_end=at(49)), V_SHAPE)) == (29, 49)
    assert place(plan_run(request(20), V_SHAPE)) == (30, 50)


def test_limits_may_be_local_times() -> None:
    """A limit is a moment, whatever zone tells it; the plan is in UTC."""
    asked = request(
        15,
        earliest=at(31).astimezone(PARIS),
        latest_end=at(46).astimezone(PARIS),
        forbidden=(TimeRange(at(0).astimezone(PARIS), at(5).astimezone(PARIS)),),
    )
    run = plan_run(asked, V_SHAPE)
    assert place(run) == (31, 46)
    assert run.start.tzinfo is run.end.tzinfo is at(0).tzinfo


def test_microseconds_count() -> None:
    """The earliest of equal starts is the earliest start itself."""
    flat = prices(*[0.2] * 96)
    for number in range(50):
        earliest = at(7.3 * number) + timedelta(microseconds=7919 * number + 1)
        run = plan_run(request(33, earliest=earliest, latest_end=at(1000)), flat)
        assert run.start == earliest
        assert run.end == earliest + 33 * MINUTE


def test_earliest_of_equal_runs() -> None:
    """On one stretch and over several, with and without phases."""
    series = prices(0.3, 0.1, 0.1, 0.3, None, 0.1, 0.1, 0.1)
    asked = request(15, latest_end=at(120))
    assert place(plan_run(asked, series)) == (15, 30)
    assert place(plan_run(replace(asked, earliest=at(31)), series)) == (75, 90)
    phased = profile_request((10, 2.0), (10, 1.0), latest_end=at(120))
    assert place(plan_run(phased, series)) == (15, 35)
    assert place(plan_run(replace(phased, earliest=at(31)), series)) == (75, 95)


def test_equal_runs_cost_the_same_however_they_are_summed() -> None:
    """In floats, 0.1 + 0.2 + 0.3 and 0.3 + 0.2 + 0.1 differ."""
    series = prices(0.7, 0.3, 0.2, 0.1, 0.7, 0.1, 0.2, 0.3, 0.7)
    run = plan_run(request(45, 0.7, latest_end=at(135)), series)
    assert place(run) == (15, 60)
    assert run.runner_up
    assert run.runner_up.cost == run.cost


def test_gap_is_never_run_through() -> None:
    """Nobody knows what a missing price is."""
    series = prices(0.1, None, 0.1, 0.5, 0.5)
    assert place(plan_run(request(15), series)) == (0, 15)
    assert place(plan_run(request(30), series)) == (30, 60)
    assert reason(request(46), series) is Infeasible.LONGER_THAN_HORIZON


@pytest.mark.parametrize(
    ("forbidden", "expected"),
    [
        ([(30, 45)], (45, 60)),
        ([(31, 32)], (32, 47)),
        ([(30, 40), (35, 50)], (15, 30)),
        ([(35, 50), (30, 40)], (15, 30)),
        ([(44, 45)], (29, 44)),
        # What has no length forbids nothing, nor does what lies elsewhere.
        ([(35, 35), (40, 33)], (30, 45)),
        ([(-60, 0), (45, 46), (105, 200)], (30, 45)),
        ([(0, 90)], (90, 105)),
    ],
)
def test_forbidden_times_are_left_out(
    forbidden: list[tuple[float, float]], expected: tuple[float, float]
) -> None:
    """They may overlap, touch and come in any order."""
    run = plan_run(request(15, forbidden=forbid(*forbidden)), V_SHAPE)
    assert place(run) == expected


def test_price_limit_holds_at_every_moment() -> None:
    """A mean below the limit is not enough; the limit itself is."""
    assert place(plan_run(request(30, price_limit=0.2), V_SHAPE)) == (30, 60)
    assert place(plan_run(request(40, price_limit=0.3), V_SHAPE)) == (20, 60)
    assert reason(request(46, price_limit=0.3)) is Infeasible.PRICE_LIMIT_NEVER
    assert reason(request(1, price_limit=0.0999)) is Infeasible.PRICE_LIMIT_NEVER


def test_price_limit_is_not_lost_in_the_dust_of_floats() -> None:
    """A price of 0.1 + 0.2 is not above 0.3."""
    series = prices(0.1 + 0.2, 0.5)
    assert place(plan_run(request(15, price_limit=0.3), series)) == (0, 15)


def test_parts_under_the_limit_are_one_where_they_touch() -> None:
    """A gap, or a forbidden time, parts them all the same."""
    series = prices(0.1, 0.2, None, 0.1, 0.1)
    asked = request(30, price_limit=0.2, latest_end=at(75))
    assert place(plan_run(asked, series)) == (45, 75)
    assert place(plan_run(replace(asked, latest_end=at(70)), series)) == (0, 30)
    blocked = replace(asked, forbidden=forbid((50, 51)))
    assert place(plan_run(blocked, series)) == (0, 30)
    long = request(31, price_limit=0.2, latest_end=at(75))
    assert reason(long, series) is Infeasible.LONGER_THAN_HORIZON


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (request(15, latest_end=at(0)), Infeasible.DEADLINE_PAST),
        (request(15, latest_end=at(-1)), Infeasible.DEADLINE_PAST),
        (request(15, latest_end=at(14)), Infeasible.DEADLINE_TOO_CLOSE),
        (request(15, earliest=at(105), latest_end=at(300)), Infeasible.NO_PRICES),
        (request(15, earliest=at(-90), latest_end=at(0)), Infeasible.NO_PRICES),
        (request(106, latest_end=at(300)), Infeasible.LONGER_THAN_HORIZON),
        (request(16, earliest=at(90), latest_end=at(300)), "longer_than_horizon"),
        (request(15, forbidden=forbid((10, 95))), Infeasible.FORBIDDEN_ALL),
        (
            request(15, forbidden=forbid((20, 95)), price_limit=0.2),
            Infeasible.PRICE_LIMIT_NEVER,
        ),
        # The first reason that is enough is told.
        (
            request(15, forbidden=forbid((0, 105)), price_limit=0.0),
            Infeasible.FORBIDDEN_ALL,
        ),
    ],
)
def test_reason_why_there_is_no_place(asked: RunRequest, expected: str) -> None:
    """A run without a place is an error that says why."""
    assert reason(asked) == expected


def test_run_that_just_fits() -> None:
    """Each limit may be reached exactly."""
    assert place(plan_run(request(105), V_SHAPE)) == (0, 105)
    assert place(plan_run(request(15, latest_end=at(15)), V_SHAPE)) == (0, 15)
    asked = request(15, forbidden=forbid((0, 40), (55, 105)))
    run = plan_run(asked, V_SHAPE)
    assert place(run) == (40, 55)
    assert run.rule is Rule.ONLY_OPTION
    assert run.runner_up is None
    assert plan_run(replace(asked, profile=request(14).profile), V_SHAPE).rule is (
        Rule.CHEAPEST
    )


def test_waiting_that_saves_too_little_is_not_worth_it() -> None:
    """Below the least saving the run starts at once, and tells what it passed over."""
    asked = request(15)
    best = plan_run(asked, V_SHAPE)
    assert best.saving == pytest.approx(0.5 * 0.3)
    run = plan_run(replace(asked, least_saving=best.saving + 1e-9), V_SHAPE)
    assert place(run) == (0, 15)
    assert run.rule is Rule.NOT_WORTH_IT
    assert run.saving == 0
    assert run.runner_up
    assert (run.runner_up.start, run.runner_up.end) == (at(30), at(45))
    assert run.runner_up.cost == best.cost
    assert plan_run(replace(asked, least_saving=best.saving - 1e-9), V_SHAPE) == best


def test_waiting_is_not_blamed_where_the_soonest_run_is_the_cheapest() -> None:
    """Then nothing was passed over."""
    run = plan_run(request(15, earliest=at(30), least_saving=1.0), V_SHAPE)
    assert place(run) == (30, 45)
    assert run.rule is Rule.CHEAPEST
    assert run.runner_up
    assert run.runner_up.start == at(45)


def test_not_worth_it_keeps_to_the_limits() -> None:
    """As soon as it may: after what is forbidden, and below the price limit."""
    asked = request(15, least_saving=5.0, forbidden=forbid((0, 20)))
    run = plan_run(asked, V_SHAPE)
    assert place(run) == (20, 35)
    assert run.rule is Rule.NOT_WORTH_IT
    # What it costs now is told all the same: the user may start by hand.
    assert run.cost_if_now == pytest.approx(0.5 * 0.4)
    limited = plan_run(replace(asked, price_limit=0.2), V_SHAPE)
    assert place(limited) == (30, 45)
    assert limited.rule is Rule.CHEAPEST


def test_cost_if_now_where_now_has_no_price() -> None:
    """It is the cost of the soonest run that may be."""
    series = prices(None, 0.4, 0.3, 0.1)
    run = plan_run(request(15), series)
    assert place(run) == (45, 60)
    assert run.cost_if_now == pytest.approx(0.5 * 0.4)
    assert run.saving == pytest.approx(0.5 * 0.3)


def test_saving_below_zero_is_told() -> None:
    """When the cheap time is forbidden, starting now would have cost less."""
    run = plan_run(request(15, earliest=at(30), forbidden=forbid((30, 45))), V_SHAPE)
    assert place(run) == (45, 60)
    assert run.saving == pytest.approx(0.5 * (0.1 - 0.2))


def test_runner_up_is_another_time() -> None:
    """It shares no moment with the run: a minute later is no alternative."""
    run = plan_run(request(20), V_SHAPE)
    assert place(run) == (30, 50)
    assert run.runner_up
    assert (run.runner_up.start, run.runner_up.end) == (at(10), at(30))
    assert run.runner_up.cost == pytest.approx(2 / 60 * (5 * 0.4 + 15 * 0.3))
    after = plan_run(request(20, earliest=at(11)), V_SHAPE)
    assert after.runner_up
    # So does the run from 85 on, but it is later.
    assert after.runner_up.cost == pytest.approx(2 / 60 * (10 * 0.2 + 10 * 0.5))
    assert after.runner_up.start == at(50)


def test_negative_prices_pay_for_running() -> None:
    """The run lies where it earns most."""
    run = plan_run(request(30), prices(0.1, -0.1, -0.3, 0.0, 0.1))
    assert place(run) == (15, 45)
    assert run.cost == pytest.approx(-0.2)
    assert run.average_price == pytest.approx(-0.2)


def test_source_and_estimate_are_those_of_the_prices_that_counted() -> None:
    """A rest in the profile does not count, nor does a price beside the run."""
    series = series_of(
        interval(0, 15, 0.1, source="first"),
        interval(15, 30, 0.1, source="rest", estimated=True),
        interval(30, 45, 0.1),
        interval(45, 60, 0.1, source="first"),
        interval(60, 75, 0.9, source="beside", estimated=True),
    )
    asked = profile_request((15, 1.0), (15, 0.0), (30, 1.0))
    run = plan_run(asked, series)
    assert place(run) == (0, 60)
    assert run.sources == ("first", None)
    assert run.estimated is False
    later = plan_run(replace(asked, earliest=at(1)), series)
    assert later.sources == ("first", "rest", None, "beside")
    assert later.estimated is True


def test_mixed_lengths() -> None:
    """The length of an interval comes from the data."""
    series = series_of(
        interval(0, 60, 0.3), interval(60, 65, 0.0), interval(65, 95, 0.1)
    )
    assert place(plan_run(request(20), series)) == (60, 80)
    assert place(plan_run(request(40), series)) == (55, 95)


def test_prices_outside_the_limits_do_not_matter() -> None:
    """Months of history behind and days ahead change nothing."""
    long = prices(*[0.01] * 400, 0.4, 0.3, 0.1, 0.2, *[0.01] * 400, start=at(-6000))
    run = plan_run(request(20, latest_end=at(60)), long)
    assert place(run) == (30, 50)
    assert run.runner_up
    assert run.runner_up.start == at(10)


def test_tiny_power_is_planned_too() -> None:
    """A clock radio is no reason to fail."""
    run = plan_run(request(15, power=1e-9), V_SHAPE)
    assert run.cost == pytest.approx(0)
    assert run.energy == pytest.approx(1e-9 / 4)
    assert place(plan_run(request(15, power=0.001), V_SHAPE)) == (30, 45)


def test_hour_and_quarter() -> None:
    """The units are kWh and money: an hour of 2 kW at 0.1 costs 0.2."""
    hourly = prices(0.1, length=HOUR)
    run = plan_run(request(60, latest_end=at(60)), hourly)
    assert (run.energy, run.cost, run.average_price) == pytest.approx((2.0, 0.2, 0.1))
    quarter = plan_run(request(15, latest_end=at(15)), hourly)
    assert quarter.end - quarter.start == QUARTER
    assert quarter.cost == pytest.approx(0.05)
