"""Test the plan of one run that may be split."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from custom_components.spot_planner.engine.planning.model import (
    Infeasible,
    InfeasibleError,
    LoadProfile,
    PlannedRun,
    Rule,
    RunRequest,
    Split,
)
from custom_components.spot_planner.engine.planning.single import plan_run
from custom_components.spot_planner.engine.series import PriceSeries
from custom_components.spot_planner.engine.time_range import TimeRange

from ..helpers import MINUTE, at, prices

# Two valleys, the second of them deeper.
VALLEYS = prices(0.5, 0.2, 0.2, 0.4, 0.6, 0.1, 0.3, 0.1, 0.6)


def request(
    minutes: float,
    shortest: float = 15,
    pause: float | None = None,
    most: int | None = None,
    **changes: Any,
) -> RunRequest:
    """Return a request for 2 kW within the two valleys."""
    split = Split(shortest * MINUTE, None if pause is None else pause * MINUTE, most)
    profile = LoadProfile.constant(minutes * MINUTE, 2.0)
    return replace(RunRequest("car", profile, at(0), at(135), split=split), **changes)


def forbid(*ranges: tuple[float, float]) -> tuple[TimeRange, ...]:
    """Return forbidden ranges in minutes."""
    return tuple(TimeRange(at(start), at(end)) for start, end in ranges)


def places(run: PlannedRun) -> list[tuple[float, float]]:
    """Return start and end of each segment in minutes."""
    return [
        ((it.start - at(0)) / MINUTE, (it.end - at(0)) / MINUTE) for it in run.segments
    ]


def planned(asked: RunRequest, series: PriceSeries = VALLEYS) -> list[Any]:
    """Return the segments of the run that is planned."""
    return places(plan_run(asked, series))


def test_cheapest_quarters_with_all_that_explains_them() -> None:
    """Four quarters of 2 kW lie where they cost least."""
    run = plan_run(request(60), VALLEYS)
    assert places(run) == [(15, 45), (75, 90), (105, 120)]
    assert run.energy == 2
    assert run.cost == pytest.approx(0.5 * (0.2 + 0.2 + 0.1 + 0.1))
    assert run.average_price == pytest.approx(0.15)
    assert run.cost_if_now == pytest.approx(0.5 * (0.5 + 0.2 + 0.2 + 0.4))
    assert run.saving == pytest.approx(0.35)
    assert run.rule is Rule.CHEAPEST
    assert (run.start, run.end) == (at(15), at(120))


@pytest.mark.parametrize(
    ("shortest", "expected"),
    [
        (15, [(15, 45), (75, 90), (105, 120)]),
        (20, [(15, 35), (75, 95), (100, 120)]),
        # What a second segment is too long for goes into the deeper valley.
        (21, [(15, 36), (75, 114)]),
        (30, [(15, 45), (75, 105)]),
        (31, [(60, 120)]),
        (60, [(60, 120)]),
    ],
)
def test_shortest_segment(shortest: float, expected: list[tuple[float, float]]) -> None:
    """No segment is shorter, and borders of prices are no borders for segments."""
    assert planned(request(60, shortest)) == expected


def test_segments_around_a_dear_quarter_reach_into_it() -> None:
    """Sixteen minutes do not fit into a quarter, on either side of the dear one."""
    expected = [(15, 45), (75, 91), (104, 120)]
    assert planned(request(62, 16)) == expected


@pytest.mark.parametrize(
    ("most", "expected"),
    [
        (None, [(15, 45), (75, 90), (105, 120)]),
        (4, [(15, 45), (75, 90), (105, 120)]),
        (3, [(15, 45), (75, 90), (105, 120)]),
        (2, [(15, 30), (75, 120)]),
        (1, [(60, 120)]),
    ],
)
def test_most_segments(most: int | None, expected: list[tuple[float, float]]) -> None:
    """There are as many segments as allowed, or fewer."""
    assert planned(request(60, most=most)) == expected


@pytest.mark.parametrize(
    ("pause", "expected"),
    [
        (None, [(15, 45), (75, 90), (105, 120)]),
        (30, [(15, 45), (75, 90), (105, 120)]),
        # A minute later: the last one of 0.2 costs less than one more of 0.4.
        (29, [(16, 46), (75, 90), (105, 120)]),
    ],
)
def test_longest_pause(
    pause: float | None, expected: list[tuple[float, float]]
) -> None:
    """No pause is longer; waiting before the first segment is no pause."""
    assert planned(request(60, 14, pause)) == expected


def test_waiting_before_and_after_is_no_pause() -> None:
    """Only what lies between two segments counts."""
    series = prices(*[0.9] * 8, 0.1, 0.9, 0.1, *[0.9] * 8)
    asked = request(30, pause=15, latest_end=at(19 * 15))
    assert planned(asked, series) == [(120, 135), (150, 165)]


def test_earliest_start_latest_end_and_odd_duration() -> None:
    """Nothing has to lie on a border."""
    # The first valley is cut by the earliest start, the second by the deadline.
    asked = request(47, 10, earliest=at(33), latest_end=at(114))
    assert planned(asked) == [(33, 45), (75, 100), (104, 114)]
    # Only eleven minutes may be left out, and they are the dearest: before them, as
    # much has run as may be.
    narrow = request(70, 10, earliest=at(33), latest_end=at(114))
    assert planned(narrow) == [(33, 64), (75, 114)]


def test_microseconds_count() -> None:
    """The segments begin with the earliest start and end with the deadline."""
    series = prices(0.1, 0.5, 0.5, 0.1)
    odd = timedelta(microseconds=1)
    asked = request(20, 10, earliest=at(4) + odd, latest_end=at(55) + 7 * odd)
    run = plan_run(asked, series)
    assert [it.start for it in run.segments] == [at(4) + odd, at(45)]
    assert [it.end for it in run.segments] == [at(14) + odd, at(55)]
    longer = request(21, 10, earliest=at(4) + odd, latest_end=at(55) + 7 * odd)
    run = plan_run(longer, series)
    assert [it.start for it in run.segments] == [at(4) + odd, at(45)]
    assert [it.end for it in run.segments] == [at(15), at(55) + odd]


def test_gap_is_a_pause_like_any_other() -> None:
    """Nothing runs in it, and it is as long as it is."""
    series = prices(0.2, 0.2, None, None, 0.1, 0.4)
    asked = request(45, latest_end=at(90))
    assert planned(asked, series) == [(0, 30), (60, 75)]
    assert planned(replace(asked, split=Split(15 * MINUTE, 30 * MINUTE)), series) == [
        (0, 30),
        (60, 75),
    ]
    short = replace(asked, split=Split(15 * MINUTE, 29 * MINUTE))
    assert reason(short, series) is Infeasible.LONGER_THAN_HORIZON


def reason(asked: RunRequest, series: PriceSeries = VALLEYS) -> Infeasible:
    """Return why a run has no place."""
    with pytest.raises(InfeasibleError) as error:
        plan_run(asked, series)
    assert error.value.run == asked.name
    return error.value.reason


def test_forbidden_times_part_a_run() -> None:
    """What is left on both sides is used, as far as it is long enough."""
    forbidden = forbid((20, 40), (82, 110))
    expected = [(15, 20), (75, 82), (110, 118)]
    assert planned(request(20, 5, forbidden=forbidden)) == expected
    assert planned(request(20, 10, forbidden=forbidden)) == [(72, 82), (110, 120)]


def test_price_limit_holds_at_every_moment() -> None:
    """No part of a segment is dearer, so segments end where the price rises."""
    assert planned(request(60, price_limit=0.2)) == [(15, 45), (75, 90), (105, 120)]
    assert planned(request(50, price_limit=0.2)) == [(15, 35), (75, 90), (105, 120)]
    assert reason(request(61, price_limit=0.2)) is Infeasible.PRICE_LIMIT_NEVER
    assert reason(request(50, 16, price_limit=0.2)) is Infeasible.PRICE_LIMIT_NEVER


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (request(15, latest_end=at(0)), Infeasible.DEADLINE_PAST),
        (request(30, latest_end=at(29)), Infeasible.DEADLINE_TOO_CLOSE),
        (request(30, earliest=at(135), latest_end=at(300)), Infeasible.NO_PRICES),
        (request(136, latest_end=at(300)), Infeasible.LONGER_THAN_HORIZON),
        (request(60, forbidden=forbid((10, 100))), Infeasible.FORBIDDEN_ALL),
        (request(60, forbidden=forbid((16, 76))), None),
        (request(60, 16, 59, forbidden=forbid((16, 76))), Infeasible.FORBIDDEN_ALL),
        (request(60, 15, 59, forbidden=forbid((16, 76))), Infeasible.FORBIDDEN_ALL),
        (request(60, 15, most=1, forbidden=forbid((50, 80))), "forbidden_all"),
        (request(60, 15, most=2, forbidden=forbid((50, 80))), None),
        (request(30, price_limit=0.05), Infeasible.PRICE_LIMIT_NEVER),
        (request(45, most=2, price_limit=0.1), Infeasible.PRICE_LIMIT_NEVER),
    ],
)
def test_reason_why_there_is_no_place(asked: RunRequest, expected: str | None) -> None:
    """Segments and pauses have to fit in as well."""
    if expected is None:
        assert plan_run(asked, VALLEYS).segments
    else:
        assert reason(asked) == expected


def test_waiting_that_saves_too_little_is_not_worth_it() -> None:
    """Then the run ends as soon as it can, with pauses only where it must."""
    asked = request(60)
    best = plan_run(asked, VALLEYS)
    run = plan_run(replace(asked, least_saving=0.351), VALLEYS)
    assert places(run) == [(0, 60)]
    assert run.rule is Rule.NOT_WORTH_IT
    assert run.saving == 0
    assert run.runner_up
    assert run.runner_up.segments == best.segments
    assert run.runner_up.cost == best.cost
    assert plan_run(replace(asked, least_saving=0.349), VALLEYS) == best
    blocked = replace(asked, least_saving=9.0, forbidden=forbid((20, 50)))
    run = plan_run(blocked, VALLEYS)
    assert places(run) == [(0, 20), (50, 90)]
    assert run.cost_if_now == pytest.approx(0.5 * (0.5 + 0.2 + 0.2 + 0.4))
    assert run.saving < 0


def test_only_option() -> None:
    """Where the run takes all the time that is free, nothing was chosen."""
    run = plan_run(request(60, price_limit=0.2), VALLEYS)
    assert run.rule is Rule.ONLY_OPTION
    assert run.runner_up is None
    assert plan_run(request(59, price_limit=0.2), VALLEYS).rule is Rule.CHEAPEST
    # A free quarter that is too short for a segment is no option.
    blocked = request(40, 20, forbidden=forbid((20, 40), (60, 135)))
    run = plan_run(blocked, VALLEYS)
    assert places(run) == [(0, 20), (40, 60)]
    assert run.rule is Rule.ONLY_OPTION


def test_runner_up_ends_a_duration_before_or_after() -> None:
    """A plan that only ends a little elsewhere is no alternative."""
    run = plan_run(request(30), VALLEYS)
    assert places(run) == [(75, 90), (105, 120)]
    assert run.runner_up
    other = [
        ((it.start - at(0)) / MINUTE, (it.end - at(0)) / MINUTE)
        for it in run.runner_up.segments
    ]
    assert other == [(15, 30), (75, 90)]
    assert run.runner_up.cost == pytest.approx(0.5 * (0.2 + 0.1))


def test_equal_prices_are_run_at_once_and_in_one_piece() -> None:
    """Nothing is split or put off for nothing."""
    flat = prices(*[0.2] * 20)
    run = plan_run(request(60, earliest=at(7)), flat)
    assert places(run) == [(7, 67)]
    assert run.runner_up
    assert run.runner_up.start == at(67)


def test_of_equal_plans_the_one_that_ends_first() -> None:
    """It ends first even if it needs a pause for that; else it makes none."""
    early = prices(0.1, 0.9, 0.1, 0.1)
    assert planned(request(30, latest_end=at(60)), early) == [(0, 15), (30, 45)]
    late = prices(0.2, 0.2, 0.1, 0.9)
    assert planned(request(30, latest_end=at(60)), late) == [(15, 45)]


def test_zero_and_negative_prices() -> None:
    """The run earns where it can."""
    series = prices(0.1, -0.2, 0.1, 0.0, -0.3, 0.1)
    run = plan_run(request(30, latest_end=at(90)), series)
    assert places(run) == [(15, 30), (60, 75)]
    assert run.cost == pytest.approx(-0.25)
    nothing = prices(0.0, 0.0, None, 0.0)
    assert planned(request(45, latest_end=at(60)), nothing) == [(0, 30), (45, 60)]


def test_a_load_told_in_two_equal_phases_may_be_split() -> None:
    """Constant power is constant power."""
    asked = request(60)
    half = asked.profile.phases[0]
    halves = LoadProfile((replace(half, duration=30 * MINUTE),) * 2)
    one, two = (
        plan_run(asked, VALLEYS),
        plan_run(replace(asked, profile=halves), VALLEYS),
    )
    assert two == one


def test_long_run_on_a_fine_grid_takes_bounded_time() -> None:
    """Where nothing shares a step, the steps get longer; the limits hold."""
    series = prices(*[0.1 + number * 37 % 23 / 100 for number in range(192)])
    second = timedelta(seconds=1)
    asked = RunRequest(
        "car",
        LoadProfile.constant(timedelta(hours=8, minutes=3, seconds=17), 7.4),
        at(7) + 13 * second,
        at(2800) + 5 * second,
        forbidden=tuple(
            TimeRange(at(n * 211) + n * second, at(n * 211 + 31) + 7 * n * second)
            for n in range(1, 10)
        ),
        split=Split(timedelta(minutes=31, seconds=1), timedelta(minutes=77, seconds=3)),
    )
    run = plan_run(asked, series)
    whole = plan_run(replace(asked, split=None, forbidden=()), series)
    assert sum((it.duration for it in run.segments), timedelta()) == (
        asked.profile.duration
    )
    assert min(it.duration for it in run.segments) >= timedelta(minutes=31, seconds=1)
    assert run.average_price < whole.average_price
