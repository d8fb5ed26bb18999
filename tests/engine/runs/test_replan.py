"""Test which times the runs of a home get."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import Any

import pytest

from custom_components.spot_planner.engine.planning.model import Rule, Split
from custom_components.spot_planner.engine.runs.due import due_runs
from custom_components.spot_planner.engine.runs.run import Run, RunStatus
from custom_components.spot_planner.engine.series import PriceSeries
from custom_components.spot_planner.engine.time_range import TimeRange

from ..helpers import DAY, HOUR, MINUTE, PARIS, QUARTER, at, paris, prices
from .made import appliance, hours, phases, placed, places, planned, run, situation

V_SHAPE = prices(0.4, 0.3, 0.1, 0.2, 0.5, 0.5, 0.3, 0.6)
OFF_PEAK = (TimeRange(at(60), at(100)),)


def test_cheapest_time_and_why() -> None:
    """A run gets the time that costs least, with all that explains it."""
    (found,) = planned([run()], [appliance()], situation(V_SHAPE))
    assert places((found,)) == [[(30, 60)]]
    assert found.rule is Rule.CHEAPEST
    assert found.plan
    assert found.plan.name == found.id
    assert found.plan.cost == pytest.approx(0.15)
    assert found.plan.cost_if_now == pytest.approx(0.35)
    assert found.status is RunStatus.PLANNED


def test_all_that_is_asked_for_counts() -> None:
    """Each wish of an appliance reaches the planner."""

    def place(where: Any = None, **more: Any) -> list[tuple[float, float]]:
        asked = appliance(**more)
        return places(planned([run()], [asked], where or situation(V_SHAPE)))[0]

    assert place(profile=phases((15, 0.1), (15, 2.0))) == [(15, 45)]
    assert place(split=Split(15 * MINUTE), minutes=45) == [(15, 60)]
    assert place(split=Split(15 * MINUTE), minutes=60) == [(15, 60), (90, 105)]
    assert place(price_limit=0.15, minutes=15) == [(30, 45)]
    assert place(least_saving=0.21) == [(0, 30)]
    # In Paris it is two hours later than in UTC.
    assert place(forbidden=hours("02:30-02:45")) == [(0, 30)]
    assert place(forbidden=hours("00:30-00:45")) == [(30, 60)]


def test_nothing_begins_in_the_past() -> None:
    """The next full minute is the first that a run may have."""
    begun = situation(V_SHAPE, moment=at(31) + timedelta(seconds=1))
    assert places(planned([run()], [appliance()], begun)) == [[(32, 62)]]


def test_forbidden_hours_when_the_clocks_change() -> None:
    """Night is night on the day that has 23 hours, too."""
    asked = appliance(minutes=60, forbidden=hours("22:00-07:00"))
    midnight = paris("2026-03-29T00:00")
    night = Run(
        appliance="washer",
        key="2026-03-29",
        earliest=midnight,
        latest_end=paris("2026-03-29T09:00"),
    )
    rising = prices(*[0.1 + 0.01 * it for it in range(30)], start=midnight, length=HOUR)
    (found,) = planned([night], [asked], situation(rising, moment=midnight))
    assert found.start == paris("2026-03-29T07:00")


def test_runs_that_have_ended_or_begun_stay() -> None:
    """Only planned ones change; the order of the runs is kept."""
    runs = [
        run("d", status=RunStatus.DONE, **placed((0, 30))),
        run("c", status=RunStatus.COMMITTED, **placed((90, 120))),
        run("p"),
        run("r", status=RunStatus.RUNNING, **placed((0, 30))),
        run("m", status=RunStatus.MISSED),
        run("unknown", **placed((0, 10))),
    ]
    found = planned(runs, [appliance(it) for it in "dcprm"], situation(V_SHAPE, 5))
    assert [it.id for it in found] == [it.id for it in runs]
    assert [new == old for new, old in zip(found, runs, strict=True)] == [
        *(True, True, False, True, True, True)
    ]


def test_too_little_time_left() -> None:
    """Whether a run is missed is not decided here."""
    old = run(**placed((30, 60)))
    late = situation(V_SHAPE, 91)
    assert planned([old], [appliance()], late) == (old,)
    assert planned([old], [appliance()], replace(late, prices=None)) == (old,)
    just = situation(V_SHAPE, 90)
    assert places(planned([old], [appliance()], just)) == [[(90, 120)]]


def test_run_with_a_duration_of_its_own() -> None:
    """It counts instead of the appliance's, also once the run has begun."""
    long = run(duration=HOUR)
    assert places(planned([long], [appliance()], situation(V_SHAPE))) == [[(0, 60)]]
    begun = run(duration=HOUR, status=RunStatus.RUNNING, **placed((0, 60)))
    other = run("dryer")
    found = planned(
        [begun, other], [appliance(), appliance("dryer")], situation(V_SHAPE, 0, 3.0)
    )
    assert places(found[1:]) == [[(75, 105)]]


PAIR = [appliance("washer"), appliance("dryer")]


def test_power_of_the_home() -> None:
    """Runs share it with each other and with the base load."""
    runs = [run("washer"), run("dryer")]
    assert places(planned(runs, PAIR, situation(V_SHAPE, 0, 4.0))) == [[(30, 60)]] * 2
    for limit, base in ((3.9, 0.0), (4.5, 1.0)):
        where = situation(V_SHAPE, 0, limit, base_load=base)
        found = sorted(places(planned(runs, PAIR, where)))
        assert found == [[(0, 30)], [(30, 60)]]


@pytest.mark.parametrize("status", [RunStatus.COMMITTED, RunStatus.RUNNING])
def test_power_of_runs_that_stay(status: RunStatus) -> None:
    """What is left of a run takes its power; what is over does not matter."""
    begun = run("washer", status=status, **placed((15, 20), (35, 60)))
    found = planned([begun, run("dryer")], PAIR, situation(V_SHAPE, 20, 3.0))
    assert places(found) == [[(15, 20), (35, 60)], [(75, 105)]]


def test_run_that_goes_on_longer_than_its_profile() -> None:
    """It was made up for a late start: then its last phase counts until its end."""
    washer = appliance("washer", profile=phases((10, 3.0), (20, 1.0)))
    begun = run("washer", status=RunStatus.RUNNING, **placed((0, 60)))
    where = situation(V_SHAPE, 20)
    for limit, expected in ((3.0, (30, 60)), (2.9, (75, 105))):
        limited = replace(where, home=replace(where.home, power_limit=limit))
        found = planned([begun, run("dryer")], [washer, PAIR[1]], limited)
        assert places(found[1:]) == [[expected]]


def test_load_above_the_limit_stops_nobody() -> None:
    """It is planned as if it were alone, and the others as if it were not there."""
    sauna = appliance("sauna", power=9.0, after="washer", never_with={"dryer"})
    runs = [run("sauna"), run("washer"), run("dryer")]
    found = planned(runs, [sauna, *PAIR], situation(V_SHAPE, 0, 5.0))
    assert places(found) == [[(30, 60)]] * 3
    found = planned(runs, [sauna, *PAIR], situation(None, 0, 5.0, off_peak=OFF_PEAK))
    assert places(found) == [[(60, 90)]] * 3


DRYER = appliance("dryer", after="washer", after_within=45 * MINUTE)


def test_washer_then_dryer() -> None:
    """The dryer waits for the washer, and not for long."""
    runs = [run("dryer"), run("washer")]
    found = planned(runs, [DRYER, PAIR[0]], situation(V_SHAPE))
    assert sorted(places(found)) == [[(0, 30)], [(30, 60)]]
    assert found[1].end == found[0].start


def test_washer_has_begun() -> None:
    """Its end is known, and the dryer begins within its time after it."""
    for status in (RunStatus.COMMITTED, RunStatus.RUNNING):
        washer = run("washer", status=status, **placed((5, 35)))
        found = planned([washer, run("dryer")], [PAIR[0], DRYER], situation(V_SHAPE, 5))
        assert places(found) == [[(5, 35)], [(35, 65)]]


@pytest.mark.parametrize(
    "status",
    [RunStatus.DONE, RunStatus.MISSED, RunStatus.FAILED, RunStatus.SKIPPED],
)
def test_washer_has_ended(status: RunStatus) -> None:
    """The dryer takes the time that suits it."""
    washer = run("washer", status=status, **placed((60, 90)))
    found = planned([washer, run("dryer")], [PAIR[0], DRYER], situation(V_SHAPE))
    assert places(found[1:]) == [[(30, 60)]]


def test_dryer_belongs_to_the_washer_of_its_day() -> None:
    """Of several runs that overlap with its time, the one of the same key counts."""
    at_once = replace(DRYER, after_within=timedelta())
    today = run("washer", 0, 60)
    tomorrow = run("washer", 30, 120, key="2026-04-16")
    for key, washer in (("2026-04-15", 0), ("2026-04-16", 1), ("on demand", 1)):
        runs = [today, tomorrow, run("dryer", key=key)]
        found = planned(runs, [PAIR[0], at_once], situation(prices(*[0.2] * 8)))
        assert found[2].start == found[washer].end


def test_washer_of_another_time_does_not_matter() -> None:
    """The dryer of tomorrow has nothing to do with the washer of today."""
    series = prices(*[0.5] * 8, *[0.2] * 8)
    washer = run("washer", 0, 120, status=RunStatus.RUNNING, **placed((0, 30)))
    dryer = run("dryer", 120, 240, key="2026-04-16")
    for time_of_washer in (washer, replace(washer, earliest=at(240))):
        runs = [time_of_washer, dryer]
        found = planned(runs, [PAIR[0], DRYER], situation(series))
        assert places(found[1:]) == [[(120, 150)]]
        assert found[1].rule is Rule.CHEAPEST


def test_order_that_is_a_circle() -> None:
    """Nobody can keep it, so it stops nobody."""
    circle = [replace(PAIR[0], after="dryer"), DRYER, appliance("own", after="own")]
    runs = [run("washer"), run("dryer"), run("own")]
    found = planned(runs, circle, situation(V_SHAPE))
    assert places(found) == [[(30, 60)]] * 3
    # Who only waits for the circle keeps to its own order.
    iron = appliance("iron", after="dryer")
    found = planned([*runs, run("iron")], [*circle, iron], situation(V_SHAPE))
    assert found[1].end and found[3].start
    assert found[1].end <= found[3].start


def test_never_together() -> None:
    """Whichever of both says so, and also with a run that has begun."""
    shy = replace(PAIR[0], never_with=frozenset({"dryer", "nobody"}))
    for runs in ([run("washer"), run("dryer")], [run("dryer"), run("washer")]):
        found = sorted(places(planned(runs, [shy, PAIR[1]], situation(V_SHAPE))))
        assert found == [[(0, 30)], [(30, 60)]]
    begun = run("dryer", status=RunStatus.RUNNING, **placed((0, 45)))
    runs = [run("washer"), begun]
    stays = planned(runs, [shy, PAIR[1]], situation(V_SHAPE))
    assert places(stays[:1]) == [[(45, 75)]]


def test_two_runs_of_one_appliance() -> None:
    """It cannot do both at once."""
    runs = [run(), run(key="2026-04-15T00:00:00+00:00")]
    found = sorted(places(planned(runs, [appliance()], situation(V_SHAPE))))
    assert found == [[(0, 30)], [(30, 60)]]


@pytest.mark.parametrize("series", [None, prices(), prices(0.1, start=at(-60))])
def test_no_prices(series: Any) -> None:
    """The off-peak hours of the contract, or else the latest start."""
    (found,) = planned([run()], [appliance()], situation(series, off_peak=OFF_PEAK))
    assert (places((found,)), found.rule) == ([[(60, 90)]], Rule.OFF_PEAK)
    assert found.plan is None
    (found,) = planned([run()], [appliance()], situation(series))
    assert (places((found,)), found.rule) == ([[(90, 120)]], Rule.LATEST_START)


@pytest.mark.parametrize(
    "series",
    [prices(0.1), prices(0.4, None, 0.3, None, 0.2, None, 0.1, None, *[9] * 8)],
)
def test_prices_that_do_not_suffice(series: Any) -> None:
    """A run that would fit only after its deadline has no price either."""
    (found,) = planned([run()], [appliance()], situation(series, off_peak=OFF_PEAK))
    assert (places((found,)), found.rule) == ([[(60, 90)]], Rule.OFF_PEAK)


def test_some_prices_are_enough() -> None:
    """As long as no rule has to be given up, a known price is better than none."""
    (found,) = planned([run()], [appliance()], situation(prices(0.4, 0.3, 0.1)))
    assert (places((found,)), found.rule) == ([[(15, 45)]], Rule.CHEAPEST)


def test_rules_are_not_given_up_before_all_prices_are_known() -> None:
    """The hours that are not known yet may be allowed and cheap."""
    night = appliance(forbidden=hours("02:00-02:45"))
    dear = appliance(price_limit=0.2)
    for asked in (night, dear):
        (found,) = planned([run()], [asked], situation(prices(0.5, 0.4, 0.3)))
        assert (places((found,)), found.rule) == ([[(90, 120)]], Rule.LATEST_START)
    full = situation(prices(*[0.5] * 7, 0.3))
    (found,) = planned([run()], [dear], full)
    assert found.rule is Rule.PRICE_LIMIT_RELAXED


def test_limit_is_not_given_up_before_all_prices_are_known() -> None:
    """Three cannot share what is known, and there is room in what is not."""
    runs = [run(it, 0, 120) for it in "abc"]
    trio = [appliance(it) for it in "abc"]
    found = planned(runs, trio, situation(prices(0.5, 0.4, 0.3, 0.2), 0, 3.0))
    taken = sorted(part for it in places(found) for part in it)
    assert all(before[1] <= after[0] for before, after in pairwise(taken))


def test_fallback_and_back() -> None:
    """As soon as prices come, they decide; when they are gone, they do not."""
    asked = [appliance()]
    bare, known = situation(None, off_peak=OFF_PEAK), situation(V_SHAPE)
    without = planned([run()], asked, bare)
    assert places(without) == [[(60, 90)]]
    priced = planned(list(without), asked, known)
    assert places(priced) == [[(30, 60)]]
    assert priced[0].rule is Rule.CHEAPEST
    assert planned(list(priced), asked, bare) == without
    # A time in the off-peak hours need not be kept, however little there is to save.
    flat = prices(*[0.2] * 8)
    assert places(planned(list(without), asked, replace(known, prices=flat))) == [
        [(0, 30)]
    ]


def test_one_run_without_prices_beside_others() -> None:
    """It takes the room that they leave, and waits for the one before it."""
    runs = [run("washer"), run("dryer", 90, 240)]
    where = situation(V_SHAPE, off_peak=(TimeRange(at(100), at(240)),))
    late = appliance("dryer", minutes=60, after="washer")
    found = planned(runs, [PAIR[0], late], where)
    assert (places(found), found[1].rule) == ([[(30, 60)], [(100, 160)]], Rule.OFF_PEAK)
    begun = run("washer", status=RunStatus.RUNNING, **placed((60, 130)))
    for limit, after in ((3.0, None), (None, "washer")):
        asked = [PAIR[0], replace(late, after=after)]
        found = planned(
            [begun, runs[1]], asked, replace(where, home=situation(None, 0, limit).home)
        )
        assert places(found[1:]) == [[(130, 190)]]


def test_dryer_waits_with_a_washer_that_has_no_price() -> None:
    """Its own price is of no use before the time of the washer is known."""
    washer = appliance("washer", minutes=90)
    found = planned(
        [run("washer", 0, 180), run("dryer", 0, 240)],
        [washer, appliance("dryer", after="washer")],
        situation(prices(0.5, 0.1, 0.1, 0.4)),
    )
    assert places(found) == [[(90, 180)], [(210, 240)]]
    assert {it.rule for it in found} == {Rule.LATEST_START}


@pytest.mark.parametrize(
    ("day", "first"), [("2026-03-28", 0), ("2026-10-24", 0), ("2026-04-14", 7)]
)
def test_week_of_daily_runs(day: str, first: int) -> None:
    """Each run lies within its own night, on the days of the change too."""
    asked = appliance(minutes=90, earliest_start=time(22), ready_by=time(6))
    start = paris(f"{day}T12:00")
    due = due_runs(asked, start, start + 3 * DAY, PARIS)
    values = [0.2 + 0.1 * ((it * 7 + first) % 13) for it in range(4 * 96)]
    series = prices(*values, start=start, length=QUARTER)
    found = planned(list(due), [asked], situation(series, moment=start))
    assert len(found) == 3
    for new in found:
        assert new.start and new.end and new.plan
        assert new.earliest <= new.start < new.end <= new.latest_end
        assert _cheapest(new, series, 90) == pytest.approx(new.plan.cost)


def _cheapest(night: Run, series: PriceSeries, lasts: int) -> float:
    """Try every minute of a night, with 2 kW."""
    costs = []
    start: datetime = night.earliest
    while start + lasts * MINUTE <= night.latest_end:
        part = series.slice(start, start + lasts * MINUTE)
        costs.append(sum(2 * it.price * (it.duration / HOUR) for it in part))
        start += 5 * MINUTE
    return min(costs)
