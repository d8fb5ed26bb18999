"""Test which runs keep the times that they have."""

from dataclasses import replace
from typing import Any

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.spot_planner.engine.planning.model import Rule, Split
from custom_components.spot_planner.engine.runs.appliance import Appliance
from custom_components.spot_planner.engine.runs.replan import Situation
from custom_components.spot_planner.engine.runs.run import Run, RunStatus
from custom_components.spot_planner.engine.series import PriceSeries

from ..helpers import MINUTE, at, prices
from .made import appliance, hours, phases, placed, places, planned, run, situation

PAIR = [appliance("washer"), appliance("dryer")]


def place(
    old: Run, where: Situation, asked: Appliance | None = None
) -> list[tuple[float, float]]:
    """Return the new time of a run."""
    return places(planned([old], [asked or appliance()], where))[0]


@pytest.mark.parametrize(
    ("cheap", "expected"),
    [
        # One kWh: a cent less is a reason to move, and all below is none.
        (0.19, (60, 90)),
        (0.1901, (30, 60)),
        (0.19000001, (30, 60)),
        (0.18, (60, 90)),
        (0.2, (30, 60)),
        (0.3, (30, 60)),
    ],
)
def test_run_moves_for_a_cent(cheap: float, expected: tuple[float, float]) -> None:
    """It keeps its time unless another costs at least a cent less."""
    series = prices(0.5, 0.5, 0.2, 0.2, cheap, cheap, 0.5, 0.5)
    assert place(run(**placed((30, 60))), situation(series)) == [expected]


def test_cents_of_several_runs_add_up() -> None:
    """Two runs that save half a cent each move, and one alone does not."""
    series = prices(0.5, 0.5, 0.2, 0.2, 0.195, 0.195, 0.5, 0.5)
    runs = [run("washer", **placed((30, 60))), run("dryer", **placed((30, 60)))]
    assert places(planned(runs, PAIR, situation(series))) == [[(60, 90)]] * 2
    assert place(runs[0], situation(series)) == [(30, 60)]


def test_money_of_a_kept_run_is_that_of_today() -> None:
    """Its time stays, and what it costs is worked out anew."""
    first = situation(prices(0.5, 0.5, 0.2, 0.2, 0.3, 0.3, 0.5, 0.5))
    (old,) = planned([run()], [appliance()], first)
    assert old.plan and old.plan.runner_up
    changed = prices(0.4, 0.4, 0.25, 0.25, 0.245, 0.245, 0.5, 0.5)
    (new,) = planned([old], [appliance()], situation(changed))
    assert new.segments == old.segments
    assert new.rule is Rule.CHEAPEST
    assert new.plan and new.plan.runner_up
    assert new.plan.cost == pytest.approx(0.25)
    assert new.plan.cost_if_now == pytest.approx(0.4)
    assert new.plan.runner_up.segments == old.plan.runner_up.segments
    assert new.plan.runner_up.cost == pytest.approx(0.245)


def test_nothing_changes_without_a_change() -> None:
    """The same question has the same answer."""
    series = prices(0.5, 0.3, 0.2, 0.2, 0.3, 0.3, 0.5, 0.5)
    where = situation(series, 0, 3.0)
    first = planned([run("washer"), run("dryer")], PAIR, where)
    assert planned(list(first), PAIR, where) == first


FLAT = prices(*[0.2] * 8)


@pytest.mark.parametrize(
    ("where", "changes"),
    [
        # It would have begun already.
        (situation(FLAT, 31), {}),
        # Its price is not known any more.
        (situation(prices(0.2, 0.2, 0.2, None, 0.2, 0.2, 0.2, 0.2)), {}),
        (situation(FLAT), {"forbidden": hours("02:59-03:10")}),
        (situation(prices(0.2, 0.2, 0.2, 0.3, 0.2, 0.2)), {"price_limit": 0.25}),
        # The appliance runs longer, or shorter, than it did.
        (situation(FLAT), {"minutes": 45}),
        (situation(FLAT), {"minutes": 15}),
    ],
)
def test_time_that_is_not_allowed_any_more(
    where: Situation, changes: dict[str, Any]
) -> None:
    """Then the run moves, even where that saves nothing."""
    assert place(run(**placed((30, 60))), where, appliance(**changes)) != [(30, 60)]


def test_limits_of_the_time_of_a_run() -> None:
    """A time that just fits is kept: to the minute, at both ends."""
    old = run(**placed((30, 60)))
    assert place(old, situation(FLAT, 30)) == [(30, 60)]
    assert place(replace(old, latest_end=at(60)), situation(FLAT)) == [(30, 60)]
    assert place(replace(old, latest_end=at(59)), situation(FLAT)) == [(0, 30)]
    assert place(replace(old, earliest=at(31)), situation(FLAT)) == [(31, 61)]
    quiet = appliance(forbidden=hours("02:00-02:30,03:00-03:30"))
    assert place(old, situation(FLAT), quiet) == [(30, 60)]
    limited = appliance(price_limit=0.2)
    assert place(old, situation(FLAT), limited) == [(30, 60)]


@pytest.mark.parametrize(
    ("split", "is_kept"),
    [
        (Split(10 * MINUTE), True),
        (Split(10 * MINUTE, 30 * MINUTE, 2), True),
        (Split(11 * MINUTE), False),
        (Split(10 * MINUTE, 29 * MINUTE), False),
        (Split(10 * MINUTE, None, 1), False),
        (None, False),
    ],
)
def test_segments_that_are_still_allowed(split: Split | None, is_kept: bool) -> None:
    """A split run keeps its segments as long as they may be so."""
    old = run(**placed((30, 40), (70, 90)))
    found = place(old, situation(FLAT), appliance(split=split))
    assert (found == [(30, 40), (70, 90)]) is is_kept


@pytest.mark.parametrize(
    "rule", [Rule.OFF_PEAK, Rule.LATEST_START, Rule.PRICE_LIMIT_RELAXED]
)
def test_time_that_was_none_to_keep(rule: Rule) -> None:
    """Without prices, or with a rule given up, any new time is as good."""
    assert place(run(**placed((30, 60), rule=rule)), situation(FLAT)) == [(0, 30)]


def test_new_run_beside_one_that_stays() -> None:
    """The new run finds its place; the other does not move to make it."""
    series = prices(0.5, 0.5, 0.195, 0.195, 0.2, 0.2, 0.5, 0.5)
    runs = [run("washer", **placed((60, 90))), run("dryer")]
    assert places(planned(runs, PAIR, situation(series, 0, 3.0))) == [
        [(60, 90)],
        [(30, 60)],
    ]
    # Neither does it when both would like the same place.
    runs[0] = run("washer", **placed((30, 60)))
    assert places(planned(runs, PAIR, situation(series, 0, 3.0))) == [
        [(30, 60)],
        [(60, 90)],
    ]


def test_room_is_made_for_a_new_run() -> None:
    """Runs move when otherwise a rule would have to be given up."""
    runs = [run("washer", **placed((30, 60))), run("dryer", 20, 70)]
    found = planned(runs, PAIR, situation(FLAT, 0, 3.0))
    washer, dryer = (parts[0] for parts in places(found))
    assert washer[1] <= dryer[0] or dryer[1] <= washer[0]
    assert dryer[0] >= 20 and dryer[1] <= 70
    assert all(it.rule in (Rule.CHEAPEST, Rule.SHARED) for it in found)


def test_room_is_made_for_a_real_saving() -> None:
    """A small run moves when a large one saves more by it."""
    series = prices(0.2, 0.2, 0.1, 0.1, 0.5, 0.5, 0.5, 0.5)
    small, large = appliance("small", power=0.5), appliance("large", power=3.0)
    runs = [run("small", **placed((30, 60))), run("large")]
    found = planned(runs, [small, large], situation(series, 0, 3.0))
    assert places(found) == [[(0, 30)], [(30, 60)]]


def test_limit_is_lowered() -> None:
    """Two that ran together do so no longer."""
    runs = [run("washer", **placed((30, 60))), run("dryer", **placed((30, 60)))]
    assert places(planned(runs, PAIR, situation(FLAT, 0, 4.0))) == [[(30, 60)]] * 2
    found = sorted(places(planned(runs, PAIR, situation(FLAT, 0, 3.0))))
    assert found[0][0][1] <= found[1][0][0]


def test_overload_of_others_is_no_reason_to_move() -> None:
    """Two that a hand has started together do not matter to a third."""
    both = [
        run(it, status=RunStatus.RUNNING, **placed((0, 30)))
        for it in ("washer", "dryer")
    ]
    runs = [*both, run("car", **placed((60, 90)))]
    where = situation(FLAT, 5, 3.0)
    found = planned(runs, [*PAIR, appliance("car")], where)
    assert places(found[2:]) == [[(60, 90)]]


def test_committed_run_stands_in_the_way() -> None:
    """A run that never moves takes the place of one that may."""
    fixed = run("washer", status=RunStatus.COMMITTED, **placed((20, 50)))
    runs = [fixed, run("dryer", **placed((30, 60)))]
    found = planned(runs, PAIR, situation(FLAT, 15, 3.0))
    assert places(found[:1]) == [[(20, 50)]]
    assert found[1].start and found[1].start >= at(50)


DRYER = appliance("dryer", after="washer", after_within=30 * MINUTE)


@pytest.mark.parametrize(
    ("dryer", "is_kept"),
    [((60, 90), True), ((90, 120), True), ((59, 89), False), ((91, 121), False)],
)
def test_order_of_old_times(dryer: tuple[float, float], is_kept: bool) -> None:
    """It has to be right, or both are planned anew."""
    runs = [
        run("washer", **placed((30, 60))),
        run("dryer", 0, 150, **placed(dryer)),
    ]
    series = prices(*[0.2] * 10)
    found = places(planned(runs, [PAIR[0], DRYER], situation(series)))
    assert (found == [[(30, 60)], [dryer]]) is is_kept


def test_dryer_does_not_stay_before_a_new_washer() -> None:
    """A run whose predecessor has no time yet cannot insist on its own."""
    runs = [run("washer"), run("dryer", **placed((0, 30)))]
    found = planned(runs, [PAIR[0], DRYER], situation(FLAT))
    assert found[0].end and found[1].start
    assert found[0].end <= found[1].start


def test_never_together_with_old_times() -> None:
    """What must not meet any more moves apart, and new ones keep their distance."""
    shy = [replace(PAIR[0], never_with=frozenset({"dryer"})), PAIR[1]]
    both = [run(it.id, **placed((30, 60))) for it in PAIR]
    found = sorted(places(planned(both, shy, situation(FLAT))))
    assert found[0][0][1] <= found[1][0][0]
    for old, new in ((0, 1), (1, 0)):
        runs = [run("washer"), run("dryer")]
        runs[old] = both[old]
        found = places(planned(runs, shy, situation(FLAT)))
        assert (found[old], found[new]) == ([(30, 60)], [(0, 30)])


def test_waiting_that_is_not_worth_it_any_more() -> None:
    """A run that waits for little keeps its time: to begin now saves nothing."""
    asked = appliance(least_saving=1.0)
    series = prices(0.3, 0.3, 0.2, 0.2, 0.3, 0.3)
    assert place(run(**placed((30, 60))), situation(series), asked) == [(30, 60)]
    assert place(run(), situation(series), asked) == [(0, 30)]


PRICES = st.lists(st.integers(1, 9).map(lambda it: it / 100), min_size=8, max_size=8)


@settings(deadline=None, max_examples=25)
@given(PRICES, PRICES, st.sampled_from([None, 3.0, 5.0]))
def test_new_prices_never_make_a_plan_worse(
    first: list[float], second: list[float], limit: float | None
) -> None:
    """The runs stay, or save a cent at least; in the end they cost hardly more."""
    asked = [appliance("a", 45), appliance("b", 30), appliance("c", 20, 3.0)]
    old = planned([run(it) for it in "abc"], asked, situation(prices(*first), 0, limit))
    where = situation(prices(*second), 0, limit)
    new = planned(list(old), asked, where)
    fresh = planned([run(it) for it in "abc"], asked, where)
    best = sum(it.plan.cost for it in fresh if it.plan)
    total = sum(it.plan.cost for it in new if it.plan)
    assert total < best + 0.01
    if places(new) != places(old):
        stayed = [replace(it, status=RunStatus.COMMITTED) for it in old]
        cost = sum(_cost(it, prices(*second), asked) for it in stayed)
        assert cost - total >= 0.01 - 1e-9


def _cost(old: Run, series: PriceSeries, asked: list[Appliance]) -> float:
    """Add up what a run in one piece costs."""
    (own,) = [it for it in asked if it.id == old.appliance]
    ((segment),) = old.segments
    return sum(
        own.profile.peak * it.price * (it.duration / (60 * MINUTE))
        for it in series.slice(segment.start, segment.end)
    )


def test_profile_changes() -> None:
    """The same duration with other phases keeps its time unless it saves."""
    old = run(**placed((30, 60)))
    steep = appliance(profile=phases((15, 0.5), (15, 3.0)))
    assert place(old, situation(FLAT), steep) == [(30, 60)]
    falling = prices(0.2, 0.2, 0.2, 0.2, 0.2, 0.1)
    assert place(old, situation(falling), steep) == [(60, 90)]
