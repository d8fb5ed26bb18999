"""Compare runs in one piece on made-up prices with trying every minute."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import event, given, settings, strategies as st
import pytest

from custom_components.spot_planner.engine.planning.model import (
    InfeasibleError,
    LoadProfile,
    PlannedRun,
    Rule,
    RunRequest,
)
from custom_components.spot_planner.engine.planning.single import plan_run

from ..helpers import MINUTE, PROPERTY
from .brute_plans import MONEY, Phases
from .made_up import Asked, asked, rows

LENGTHS = {
    "quarters": [15],
    "hours": [60],
    "mixed": [5, 15, 15, 30, 60, 97],
}

PHASES = st.lists(
    st.tuples(st.integers(1, 70), st.sampled_from([0, 100, 450, 2000, 2200])),
    min_size=1,
    max_size=5,
).filter(lambda phases: any(watts for _, watts in phases))


@st.composite
def wholes(draw: st.DrawFn, lengths: list[int]) -> Asked:
    """Make up a run in one piece."""
    made = draw(rows(lengths, 14))
    return draw(asked(made, draw(PHASES)))


def planned(case: Asked, **changes: float) -> PlannedRun | None:
    """Return the run that is planned, or None when it has no place."""
    try:
        return plan_run(replace(case.request, **changes), case.series)
    except InfeasibleError:
        return None


def length_of(phases: Phases) -> int:
    """Return the minutes of all phases."""
    return sum(minutes for minutes, _ in phases)


@pytest.mark.parametrize("kind", LENGTHS)
def test_no_minute_is_better(kind: str) -> None:
    """The run is as cheap as the cheapest minute to start, and the first such one."""

    @PROPERTY
    @given(case=wholes(LENGTHS[kind]))
    def check(case: Asked) -> None:
        grid = case.grid
        costs = grid.starts(case.phases)
        event(f"there is a place: {bool(costs)}")
        run = planned(case)
        if not costs:
            assert run is None
            return
        assert run
        # All borders and limits lie on minutes, so the best start does too.
        lowest = min(costs.values())
        first = next(start for start, cost in costs.items() if cost == lowest)
        assert len(run.segments) == 1
        assert run.start == grid.moment(first)
        assert run.end == run.start + case.request.profile.duration
        assert run.cost == pytest.approx(lowest / MONEY, abs=1e-9)
        assert (run.rule is Rule.ONLY_OPTION) == (len(costs) == 1)

    check()


@PROPERTY
@given(case=wholes(LENGTHS["mixed"]))
def test_runner_up_is_the_best_that_shares_no_moment(case: Asked) -> None:
    """No minute at least one duration before or after is better than the runner-up."""
    run = planned(case)
    if run is None:
        return
    grid, length = case.grid, length_of(case.phases)
    chosen = grid.minute(run.start)
    others = {
        start: cost
        for start, cost in grid.starts(case.phases).items()
        if abs(start - chosen) >= length
    }
    event(f"there is another: {bool(others)}")
    if not others:
        assert run.runner_up is None
        return
    lowest = min(others.values())
    assert run.runner_up
    assert others[grid.minute(run.runner_up.start)] == lowest
    assert run.runner_up.end - run.runner_up.start == length * MINUTE
    assert run.runner_up.cost == pytest.approx(lowest / MONEY, abs=1e-9)


@PROPERTY
@given(case=wholes(LENGTHS["mixed"]), least=st.floats(1e-6, 2))
def test_waiting_is_worth_the_least_saving_or_does_not_happen(
    case: Asked, least: float
) -> None:
    """Either the run saves that much against the soonest one, or it is the soonest."""
    free = planned(case)
    run = planned(case, least_saving=least)
    if free is None or run is None:
        assert run is free
        return
    grid = case.grid
    costs = grid.starts(case.phases)
    soonest = min(costs)
    saving = (costs[soonest] - min(costs.values())) / MONEY
    if abs(saving - least) < 1e-9:
        return
    event(f"worth it: {saving > least}")
    if saving > least:
        assert run == free
        return
    assert grid.minute(run.start) == soonest
    if run.start == free.start:
        assert run == free
        return
    assert run.rule is Rule.NOT_WORTH_IT
    assert run.runner_up
    assert (run.runner_up.start, run.runner_up.cost) == (free.start, free.cost)


SECOND = timedelta(seconds=1)


@settings(PROPERTY, max_examples=200)
@given(
    case=wholes(LENGTHS["mixed"]),
    early=st.integers(1, 3_600_000_000),
    odd=st.integers(1, 10**9),
    others=st.lists(st.integers(0, 6 * 3600 * 10**6), min_size=20, max_size=40),
)
def test_no_microsecond_is_better(
    case: Asked, early: int, odd: int, others: list[int]
) -> None:
    """Durations and limits of any number of microseconds: no start is cheaper."""
    micro = timedelta(microseconds=1)
    first, *rest = case.request.profile.phases
    request = replace(
        case.request,
        earliest=case.request.earliest + early * micro,
        profile=LoadProfile((replace(first, duration=odd * micro), *rest)),
    )
    try:
        run = plan_run(request, case.series)
    except InfeasibleError:
        run = None
    for other in others:
        start = request.earliest + other * micro
        one = replace(
            request, earliest=start, latest_end=start + request.profile.duration
        )
        if one.latest_end > request.latest_end:
            continue
        try:
            alone = plan_run(one, case.series)
        except InfeasibleError:
            continue
        assert run
        assert run.cost <= alone.cost


@settings(PROPERTY, max_examples=150)
@given(case=wholes(LENGTHS["mixed"]))
def test_a_phase_told_in_two_halves_changes_nothing(case: Asked) -> None:
    """Two phases of the same power are one phase."""
    halves = tuple(
        half
        for phase in case.request.profile.phases
        for half in [replace(phase, duration=phase.duration / 2)] * 2
    )
    in_halves = replace(
        case, request=replace(case.request, profile=LoadProfile(halves))
    )
    run, other = planned(case), planned(in_halves)
    if run is None or other is None:
        assert run is other
        return
    assert other.segments == run.segments
    assert (other.cost, other.energy) == pytest.approx((run.cost, run.energy))


def test_same_prices_in_other_pieces_change_nothing() -> None:
    """A price that is told in two halves is the same price."""

    @settings(PROPERTY, max_examples=150)
    @given(case=wholes(LENGTHS["quarters"]))
    def check(case: Asked) -> None:
        pieces = []
        for start, end, price in case.rows:
            middle = start + (end - start) / 2
            pieces += [(start, middle, price), (middle, end, price)]
        assert planned(case) == planned(replace(case, rows=pieces))

    check()


def request_of(run: PlannedRun, request: RunRequest) -> RunRequest:
    """Return a request that leaves a run no other place."""
    return replace(request, earliest=run.start, latest_end=run.end)


@PROPERTY
@given(case=wholes(LENGTHS["mixed"]))
def test_what_was_planned_is_the_only_option_where_nothing_else_is_left(
    case: Asked,
) -> None:
    """A window that is as long as the run gives the same cost and another rule."""
    run = planned(case)
    if run is None:
        return
    again = plan_run(request_of(run, case.request), case.series)
    assert again.segments == run.segments
    assert again.cost == run.cost
    assert again.rule is Rule.ONLY_OPTION
    assert again.runner_up is None
    assert again.saving == 0
