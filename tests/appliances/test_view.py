"""Test what is worked out of an appliance for its entities."""

from datetime import timedelta
from typing import Any

import pytest

from custom_components.spot_planner.engine.runs.run import Run, RunStatus

from ..planned import (
    HOUR,
    START,
    make_ledger_entry,
    make_plan,
    make_run,
    make_view,
    segment as at,
)


def test_nothing_is_known_before_anything_is_planned() -> None:
    """Show no status, no time and no money."""
    view = make_view(saved_total=1.5, last=make_ledger_entry())
    assert view.run is view.next_run is view.status is view.plan is None
    assert view.planned_start is view.planned_end is None
    assert view.planned_cost is view.planned_saving is None
    assert view.is_on is False
    assert view.settings.appliance.name == "Dishwasher"
    assert (view.currency, view.saved_total) == ("EUR", 1.5)
    assert view.last == make_ledger_entry()


def test_the_next_run_is_the_soonest_open_one() -> None:
    """Show when it starts and ends, what it costs and what that saves."""
    early = make_run(at(2, 3), at(5, 6), plan=make_plan(at(2, 3), at(5, 6)))
    late, over = make_run(at(9, 11)), make_run(at(1, 2), status=RunStatus.DONE)
    view = make_view(late, over, early)
    assert view.run is view.next_run is early
    assert view.status is RunStatus.PLANNED
    assert view.planned_start == START + 2 * HOUR
    assert view.planned_end == START + 6 * HOUR
    assert view.planned_cost == pytest.approx(0.42)
    assert view.planned_saving == 0.18


def test_the_running_one_comes_first() -> None:
    """Show what runs, even when another was due before it."""
    running = make_run(at(-1, 1), status=RunStatus.RUNNING)
    overdue = make_run(earliest=START - 5 * HOUR)
    view = make_view(overdue, running)
    assert view.run is view.next_run is running
    assert view.status is RunStatus.RUNNING


def test_a_run_without_a_time_counts_from_when_it_may_begin() -> None:
    """Put it between those that have one."""
    timeless = make_run(earliest=START + HOUR)
    view = make_view(make_run(at(2, 4)), timeless)
    assert view.next_run is timeless
    assert view.planned_start is view.planned_end is None


def test_without_an_open_run_the_last_one_is_shown() -> None:
    """Tell what became of it, and plan nothing."""
    failed = make_run(at(-4, -2), status=RunStatus.FAILED, plan=make_plan(at(-4, -2)))
    view = make_view(failed, make_run(at(-9, -7), status=RunStatus.DONE))
    assert view.run is failed
    assert view.status is RunStatus.FAILED
    assert view.next_run is view.planned_start is view.planned_cost is None


def test_runs_of_others_do_not_count() -> None:
    """Show nothing of another appliance."""
    view = make_view(make_run(at(0, 2), appliance="other"))
    assert view.run is None
    assert not view.is_on


@pytest.mark.parametrize(
    ("minutes", "is_on"),
    [(-1, False), (0, True), (59, True), (60, False), (119, False), (120, True)],
)
def test_it_is_on_within_each_segment(minutes: int, is_on: bool) -> None:
    """Be on from the start of a segment until its end, and off in a pause."""
    run = make_run(at(0, 1), at(2, 3))
    assert make_view(run, now=START + timedelta(minutes=minutes)).is_on is is_on


@pytest.mark.parametrize(
    ("run", "data", "is_on"),
    [
        (make_run(at(0, 2), status=RunStatus.COMMITTED), {}, True),
        (make_run(at(0, 2), status=RunStatus.RUNNING), {}, True),
        (make_run(at(0, 2)), {"paused": True}, False),
        (make_run(at(0, 2), status=RunStatus.RUNNING), {"paused": True}, True),
        (make_run(at(0, 2), status=RunStatus.RUNNING, hand=False), {}, False),
        (make_run(at(2, 3), status=RunStatus.RUNNING, hand=True), {}, True),
        (make_run(at(0, 2), status=RunStatus.SKIPPED), {}, False),
        (make_run(at(0, 2), status=RunStatus.DONE, hand=True), {}, False),
    ],
)
def test_whether_it_should_run_now(run: Run, data: dict[str, Any], is_on: bool) -> None:
    """Begin nothing while it is paused, and let a hand have the last word."""
    assert make_view(run, **data).is_on is is_on
