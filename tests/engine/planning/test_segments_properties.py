"""Compare split runs on made-up prices with trying every minute."""

from dataclasses import replace
from itertools import pairwise

from hypothesis import event, given, settings, strategies as st
import pytest

from custom_components.spot_planner.engine.planning import turning_points
from custom_components.spot_planner.engine.planning.model import (
    InfeasibleError,
    PlannedRun,
    Rule,
    Split,
)
from custom_components.spot_planner.engine.planning.single import plan_run

from ..helpers import MINUTE, PROPERTY
from .brute_plans import MONEY, End
from .made_up import Asked, asked, rows

WATTS = 1500


@st.composite
def splits(
    draw: st.DrawFn,
    lengths: list[int],
    durations: st.SearchStrategy[int],
    shortest: st.SearchStrategy[int],
    pauses: st.SearchStrategy[int],
) -> Asked:
    """Make up a run that may be split."""
    made = draw(rows(lengths, 8))
    duration = draw(durations)
    split = Split(
        min(draw(shortest), duration) * MINUTE,
        draw(st.one_of(st.none(), pauses.map(lambda minutes: minutes * MINUTE))),
        draw(st.one_of(st.none(), st.integers(1, 4))),
    )
    return draw(asked(made, [(duration, WATTS)], split))


# Where the prices, the segments and the pauses share a step, the grid is coarse, and
# only odd limits and durations make it finer; where they do not, it is of minutes.
KINDS = {
    "in step": splits(
        [10, 20],
        st.sampled_from([20, 30, 40, 23, 27]),
        st.sampled_from([10, 20]),
        st.sampled_from([10, 20]),
    ),
    "odd": splits([15], st.integers(2, 40), st.integers(3, 15), st.integers(1, 30)),
    "mixed": splits(
        [3, 7, 15, 15], st.integers(2, 30), st.integers(2, 9), st.integers(1, 15)
    ),
}
ALL = st.one_of(*KINDS.values())


def planned(case: Asked, **changes: float) -> PlannedRun | None:
    """Return the run that is planned, or None when it has no place."""
    try:
        return plan_run(replace(case.request, **changes), case.series)
    except InfeasibleError:
        return None


def ends_of(case: Asked) -> dict[int, End]:
    """Return the best plans by the minute at which they end."""
    split = case.request.split
    assert split
    return case.grid.ends(
        case.request.profile.duration // MINUTE,
        split.shortest_segment // MINUTE,
        None if split.longest_pause is None else split.longest_pause // MINUTE,
        split.most_segments,
    )


def money(cost: int) -> float:
    """Return the cost of the brute force as money."""
    return cost * WATTS / MONEY


def assert_keeps_to_what_was_asked(run: PlannedRun, case: Asked) -> None:
    """Every limit of the request holds, and the cost is that of these minutes."""
    split, grid = case.request.split, case.grid
    assert split
    segments = run.segments
    lengths = [segment.duration for segment in segments]
    assert sum(lengths, 0 * MINUTE) == case.request.profile.duration
    assert min(lengths) >= split.shortest_segment
    assert split.most_segments is None or len(segments) <= split.most_segments
    for before, after in pairwise(segments):
        assert before.end < after.start
        if split.longest_pause is not None:
            assert after.start - before.end <= split.longest_pause
    costs = [grid.cost(it.start, it.duration // MINUTE) for it in segments]
    known = [cost for cost in costs if cost is not None]
    assert len(known) == len(costs)
    assert run.cost == pytest.approx(money(sum(known)), abs=1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_no_minutes_are_better(kind: str) -> None:
    """The plan is the cheapest; of equal ones it ends first, with fewest segments."""

    @PROPERTY
    @given(case=KINDS[kind])
    def check(case: Asked) -> None:
        ends = ends_of(case)
        event(f"there is a place: {bool(ends)}")
        run = planned(case)
        if not ends:
            assert run is None
            return
        assert run
        event(f"segments: {len(run.segments)}")
        assert_keeps_to_what_was_asked(run, case)
        lowest = min(end.cost for end in ends.values())
        first = min(minute for minute, end in ends.items() if end.cost == lowest)
        assert run.cost == pytest.approx(money(lowest), abs=1e-9)
        assert case.grid.minute(run.end) == first
        assert len(run.segments) == ends[first].segments

    check()


@PROPERTY
@given(case=ALL, least=st.floats(1e-6, 1))
def test_soonest_where_waiting_saves_too_little(case: Asked, least: float) -> None:
    """Then the run ends as early as it can, for as little as that costs."""
    run, free = planned(case, least_saving=least), planned(case)
    ends = ends_of(case)
    if run is None or free is None:
        assert run is free
        return
    soonest = min(ends)
    saving = money(ends[soonest].cost - min(end.cost for end in ends.values()))
    if abs(saving - least) < 1e-9:
        return
    event(f"worth it: {saving > least}")
    if saving > least:
        assert run == free
        return
    assert_keeps_to_what_was_asked(run, case)
    assert case.grid.minute(run.end) == soonest
    assert run.cost == pytest.approx(money(ends[soonest].cost), abs=1e-9)
    if run.segments != free.segments:
        assert run.rule is Rule.NOT_WORTH_IT
        assert run.runner_up
        assert run.runner_up.segments == free.segments


@PROPERTY
@given(case=ALL)
def test_runner_up_keeps_to_the_same_limits(case: Asked) -> None:
    """It is a plan like any other, ends a duration away, and is not cheaper."""
    run = planned(case)
    if run is None or run.runner_up is None:
        return
    other = run.runner_up
    event("there is another")
    assert_keeps_to_what_was_asked(
        replace(run, segments=other.segments, cost=other.cost), case
    )
    assert abs(other.end - run.end) >= case.request.profile.duration
    assert other.cost >= run.cost


@settings(PROPERTY, max_examples=150)
@given(case=ALL)
def test_coarser_steps_give_a_plan_that_keeps_to_the_limits(case: Asked) -> None:
    """Where the grid would be too fine, no run in one piece is better, and none is lost."""
    whole = replace(case, request=replace(case.request, split=None))
    in_one = planned(whole)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(turning_points, "MOST_STATES", 40)
        patch.setattr(turning_points, "MOST_SUMS", 1)
        run = planned(case)
    best = planned(case)
    if run is None:
        assert in_one is None
        return
    assert best
    assert_keeps_to_what_was_asked(run, case)
    assert run.cost >= best.cost
    if in_one:
        assert run.cost <= in_one.cost
