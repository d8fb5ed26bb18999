"""Test what a run has cost as it really ran: all numbers are worked out by hand."""

from dataclasses import replace
from datetime import UTC
from typing import Any

import pytest

from custom_components.spot_planner.engine.planning.effective import (
    EffectivePrices,
    Surplus,
)
from custom_components.spot_planner.engine.planning.model import PlannedRun, Rule
from custom_components.spot_planner.engine.runs.ledger import LedgerEntry, settle
from custom_components.spot_planner.engine.runs.run import Run, RunStatus

from ..helpers import HOUR, PARIS, QUARTER, at, interval, paris, prices, series_of
from .made import appliance, phases, run, segments

# Of the local day, only these two hours are known.
SERIES = prices(0.4, 0.3, 0.1, 0.2, 0.5, 0.5, 0.3, 0.1)
MEAN = 0.3


def ran(*parts: tuple[float, float], **more: Any) -> Run:
    """Return a run that was seen to run from one minute to another."""
    return run(status=RunStatus.DONE, stretches=segments(*parts), **more)


def entry(ended: Run, **more: Any) -> LedgerEntry:
    """Return what half an hour, or what is said, has cost."""
    found = settle(ended, appliance(**more), SERIES, PARIS)
    assert found
    return found


def plan(cost_if_now: float, energy: float) -> PlannedRun:
    """Return what was planned for a run."""
    return PlannedRun(
        name="washer/2026-04-15",
        segments=segments((30, 60)),
        energy=energy,
        cost=0.3,
        average_price=0.3 / energy,
        cost_if_now=cost_if_now,
        saving=cost_if_now - 0.3,
        runner_up=None,
        rule=Rule.CHEAPEST,
        estimated=False,
        sources=(None,),
    )


def test_run_slot_by_slot() -> None:
    """Ten minutes into one quarter, a whole one, and five into a third."""
    found = entry(ran((20, 50)))
    tenth, half, fifth = 1 / 3, 0.5, 1 / 6
    assert found.appliance == "washer"
    assert found.key == "2026-04-15"
    assert (found.start, found.end) == (at(20), at(50))
    assert found.energy == pytest.approx(1.0, rel=1e-12)
    assert [(it.start, it.end, it.price) for it in found.slots] == [
        (at(20), at(30), 0.3),
        (at(30), at(45), 0.1),
        (at(45), at(50), 0.2),
    ]
    energies = [slot.energy for slot in found.slots]
    assert energies == pytest.approx([tenth, half, fifth], rel=1e-12)
    costs = [slot.cost for slot in found.slots]
    assert costs == pytest.approx([0.1, 0.05, 1 / 30], rel=1e-12)
    assert found.cost == pytest.approx(0.1 + 0.05 + 1 / 30, rel=1e-12)
    # From the start on: a quarter at 0.4 and one at 0.3.
    assert found.cost_at_request == pytest.approx(0.35, rel=1e-12)
    assert found.saving == pytest.approx(0.35 - 0.15 - 1 / 30, rel=1e-12)
    assert found.cost_at_mean == pytest.approx(MEAN, rel=1e-12)
    assert found.estimated is False


def test_run_that_did_not_wait_has_saved_nothing() -> None:
    """Not even a rounding error."""
    found = entry(ran((7, 37), start=7))
    assert found.saving == 0.0
    assert found.cost == found.cost_at_request


def test_phases_follow_the_pauses() -> None:
    """The profile goes on after a pause where it was before."""
    profile = phases((20, 3.0), (10, 0.0), (15, 1.2))
    found = entry(ran((0, 15), (45, 75)), profile=profile)
    assert [(slot.start, slot.end) for slot in found.slots] == [
        (at(0), at(15)),
        (at(45), at(50)),
        # In the rest from 50 to 60, nothing is used.
        (at(60), at(75)),
    ]
    energies = [0.75, 0.25, 0.3]
    assert [slot.energy for slot in found.slots] == pytest.approx(energies)
    assert found.energy == pytest.approx(1.3, rel=1e-12)
    assert found.cost == pytest.approx(0.3 + 0.05 + 0.15, rel=1e-12)
    # From 0 to 20, and from 30 to 45, without a pause.
    assert found.cost_at_request == pytest.approx(0.3 + 0.075 + 0.03, rel=1e-12)
    assert (found.start, found.end) == (at(0), at(75))


def test_run_that_ended_early() -> None:
    """What it did not use any more costs nothing, then or at the request."""
    found = entry(ran((30, 45)))
    assert found.energy == pytest.approx(0.5, rel=1e-12)
    assert found.cost == pytest.approx(0.05, rel=1e-12)
    assert found.cost_at_request == pytest.approx(0.2, rel=1e-12)


def test_run_that_went_on() -> None:
    """It went on with the power of its last phase."""
    found = entry(ran((0, 60)), profile=phases((15, 2.0), (15, 1.0)))
    assert found.energy == pytest.approx(0.5 + 0.75, rel=1e-12)
    assert found.cost == pytest.approx(0.2 + 0.25 * (0.3 + 0.1 + 0.2), rel=1e-12)


def test_run_with_a_duration_of_its_own() -> None:
    """Its profile is stretched as it was planned."""
    profile = phases((15, 2.0), (15, 1.0))
    found = entry(ran((0, 60), duration=HOUR), profile=profile)
    assert found.energy == pytest.approx(1.0 + 0.5, rel=1e-12)


@pytest.mark.parametrize("part", [(-5, 25), (110, 125)])
def test_price_is_missing(part: tuple[float, float]) -> None:
    """Then nobody knows what it has cost: a gap is not free."""
    assert settle(ran(part), appliance(), SERIES, PARIS) is None
    gap = prices(0.4, 0.3, None, 0.2)
    assert settle(ran((20, 50)), appliance(), gap, PARIS) is None


def test_price_of_a_rest_is_not_needed() -> None:
    """What uses nothing costs nothing at any price."""
    asked = appliance(profile=phases((15, 2.0), (15, 0.0), (15, 1.0)))
    found = settle(ran((0, 45)), asked, prices(0.4, None, 0.2), PARIS)
    assert found
    assert found.cost == pytest.approx(0.2 + 0.05, rel=1e-12)


def test_nothing_was_seen_to_run() -> None:
    """There is nothing to tell of it."""
    assert settle(ran(), appliance(), SERIES, PARIS) is None
    delayed = appliance(profile=phases((30, 0.0), (30, 2.0)))
    assert settle(ran((0, 20)), delayed, SERIES, PARIS) is None


def test_prices_of_the_request_are_gone() -> None:
    """What was planned for such a start counts; without a plan it is not known."""
    early = ran((20, 50), start=-600)
    assert entry(early).cost_at_request is None
    assert entry(early).saving == 0.0
    known = replace(early, plan=plan(0.5, 1.0))
    assert entry(known).cost_at_request == pytest.approx(0.5, rel=1e-12)
    # A run that ended at its half would have used half of it then, too.
    half = replace(known, stretches=segments((20, 35)))
    assert entry(half).cost_at_request == pytest.approx(0.25, rel=1e-12)


def test_saving_may_be_a_loss() -> None:
    """Who waited for a dear price has lost by it."""
    found = entry(ran((60, 90)))
    assert found.saving == pytest.approx(0.35 - 0.5, rel=1e-12)


def test_negative_prices() -> None:
    """They are prices like all others."""
    found = settle(ran((0, 30)), appliance(), prices(-0.2, 0.1), PARIS)
    assert found
    assert found.cost == pytest.approx(-0.05, rel=1e-12)


def test_mean_of_each_local_day() -> None:
    """Midnight in Paris parts the run, not that in UTC, nor a border of the prices."""
    midnight = paris("2026-04-16T00:00")
    series = prices(0.1, 0.2, 0.6, start=midnight - 1.5 * HOUR, length=HOUR)
    start = midnight - QUARTER
    ended = replace(
        ran((0, 60)),
        stretches=(replace(segments((0, 60))[0], start=start, end=start + HOUR),),
    )
    found = settle(ended, appliance(minutes=60, power=1.0), series, PARIS)
    assert found
    # The first day: an hour at 0.1 and half an hour at 0.2; the next: 0.2 and 0.6.
    first = (0.1 + 0.5 * 0.2) / 1.5
    second = (0.5 * 0.2 + 0.6) / 1.5
    assert found.cost_at_mean == pytest.approx(0.25 * first + 0.75 * second, rel=1e-12)
    assert found.cost == pytest.approx(0.75 * 0.2 + 0.25 * 0.6, rel=1e-12)
    assert [slot.start for slot in found.slots] == [start, midnight + HOUR / 2]
    assert found.start.tzinfo is UTC


@pytest.mark.parametrize(("day", "count"), [("2026-03-29", 23), ("2026-10-25", 25)])
def test_mean_of_a_day_on_which_the_clocks_change(day: str, count: int) -> None:
    """All its hours count, and none of the next day."""
    midnight = paris(f"{day}T00:00")
    hourly = [0.1 * number for number in range(count)]
    series = prices(*hourly, 50.0, start=midnight, length=HOUR)
    part = replace(segments((0, 60))[0], start=midnight, end=midnight + HOUR)
    ended = replace(ran((0, 60)), stretches=(part,), earliest=midnight)
    found = settle(ended, appliance(minutes=60, power=1.0), series, PARIS)
    assert found
    assert found.cost_at_mean == pytest.approx(0.1 * (count - 1) / 2, rel=1e-12)


def test_estimated_prices_are_told() -> None:
    """One of those that count is enough, and one that does not count is not."""
    series = series_of(
        interval(0, 15, 0.4), interval(15, 30, 0.3, estimated=True), interval(30, 60, 1)
    )
    for part, expected in (((5, 20), True), ((0, 15), False), ((30, 60), False)):
        found = settle(ran(part), appliance(), series, PARIS)
        assert found
        assert found.estimated is expected


def test_sun_has_paid_for_a_part() -> None:
    """Then each power has a price of its own."""
    sold = prices(*[0.1] * 8)
    effective = EffectivePrices(SERIES, sold, [Surplus(at(0), at(30), 1.0)])
    asked = appliance(profile=phases((15, 2.0), (15, 1.0)))
    found = settle(ran((0, 30)), asked, effective, PARIS)
    assert found
    # Half of 2 kW is bought for 0.4; 1 kW is all from the sun.
    assert [slot.price for slot in found.slots] == pytest.approx([0.25, 0.1])
    assert found.cost == pytest.approx(0.5 * 0.25 + 0.25 * 0.1, rel=1e-12)
