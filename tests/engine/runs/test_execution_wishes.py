"""What the user wants of a run: advice, handed over, paused, at once, not at all."""

import pytest

from custom_components.spot_planner.engine.planning.model import Rule
from custom_components.spot_planner.engine.runs.execution import (
    start_now,
    step,
    to_be_planned,
)
from custom_components.spot_planner.engine.runs.run import RunStatus
from custom_components.spot_planner.engine.runs.watching import Seen, SwitchState

from ..helpers import at
from .made_up_runs import Command, House, Machine, minutes_of


def test_advice_switches_nothing() -> None:
    """Without being handed over, a run is advice, committed and running like others."""
    house = House(automatic=False)
    house.until(110)
    assert house.status is RunStatus.COMMITTED
    house.until(200)
    assert house.status is RunStatus.RUNNING
    house.until(480)
    assert house.said == []
    assert house.status is RunStatus.MISSED


def test_advice_that_is_followed_is_done() -> None:
    """The user's own automation has followed: it is seen, and not stopped."""
    house = House(automatic=False)
    house.until(121)
    house.turn(is_on=True)
    house.until(235)
    house.turn(is_on=False)
    house.until(480)
    assert house.said == []
    assert house.stretches == [(121, 235)]
    assert house.status is RunStatus.DONE


def test_advice_that_nobody_can_see_is_done() -> None:
    """Advice without any entity is done when its time is over."""
    house = House(Machine(is_button=True), has_switch=False, momentary=False)
    house.until(239)
    assert house.status is RunStatus.RUNNING
    house.until(480)
    assert house.said == []
    assert house.status is RunStatus.DONE
    assert house.stretches == []


def test_taken_back_in_the_middle() -> None:
    """When the user takes back what runs, it is turned off at once, and never again."""
    house = House()
    house.until(180)
    house.switching = House(automatic=False).switching
    house.until(480)
    assert house.said == [(120, Command.START), (181, Command.STOP)]
    assert house.status is RunStatus.SKIPPED
    assert house.stretches == [(120, 180)]


def test_handed_over_in_the_middle() -> None:
    """A run that is handed over within its time is started there and then."""
    house = House(automatic=False)
    house.until(180)
    house.switching = House().switching
    house.until(480)
    assert house.said == [(181, Command.START), (301, Command.STOP)]
    assert house.status is RunStatus.DONE


@pytest.mark.parametrize("is_button", [True, False])
def test_handed_over_again_starts_no_second_time(is_button: bool) -> None:
    """What was taken back does not begin again when it is handed over again."""
    house = House(Machine(is_button=is_button))
    own = house.switching
    house.until(150)
    house.switching = House(automatic=False).switching
    house.until(160)
    house.switching = own
    house.until(480)
    assert house.starts == [120]
    assert house.status is RunStatus.SKIPPED


def test_paused_commits_nothing() -> None:
    """While it is paused, nothing is committed or begun; then it is skipped."""
    house = House(paused=True)
    house.until(359)
    assert house.status is RunStatus.PLANNED
    house.until(480)
    assert house.said == []
    assert house.status is RunStatus.SKIPPED


def test_pause_takes_a_commitment_back() -> None:
    """A pause before the start undoes the commitment, and its end brings it back."""
    house = House()
    house.until(112)
    house.switching = House(paused=True).switching
    house.until(114)
    assert house.status is RunStatus.PLANNED
    assert house.run.start == at(120)
    house.switching = House().switching
    house.until(115)
    assert house.status is RunStatus.COMMITTED
    assert house.run.start == at(120)


def test_pause_leaves_a_running_run_alone() -> None:
    """What has begun never moves, and is stopped at its end."""
    house = House()
    house.until(150)
    house.switching = House(paused=True).switching
    house.until(480)
    assert house.said == [(120, Command.START), (240, Command.STOP)]


def test_started_now() -> None:
    """What the user starts begins at once, even as advice, and ends by itself."""
    house = House(automatic=False)
    house.until(70)
    house.run = start_now(house.run, house.duration, at(70))
    assert house.run.rule is Rule.BY_HAND
    house.until(480)
    assert house.said == [(71, Command.START), (191, Command.STOP)]
    assert house.status is RunStatus.DONE


@pytest.mark.parametrize(
    ("minute", "stops"), [(100, []), (115, []), (160, [160]), (210, [210])]
)
def test_skipped(minute: int, stops: list[int]) -> None:
    """A run that the user skips ends; only what it has switched on is stopped."""
    house = House(Machine(), (120, 180), (200, 260))
    house.until(minute)
    house.skip()
    house.until(480)
    assert house.status is RunStatus.SKIPPED
    assert house.stops[-1:] == stops
    assert not house.machine.is_on


def test_skipped_before_the_start_is_seen() -> None:
    """A start on its way is called back, and what comes of it is turned off."""
    house = House(Machine(delay=3))
    house.until(121)
    house.skip()
    assert house.stops == [121]
    house.until(480)
    assert not house.machine.is_on


def test_skipped_in_a_pause() -> None:
    """What stands still already is not told to."""
    house = House(Machine(), (120, 180), (200, 260))
    house.until(190)
    house.skip()
    house.until(480)
    assert house.stops == [180]


def test_without_a_plan_it_begins_when_it_is_high_time() -> None:
    """A run whose plan is not there yet is not missed for that."""
    house = House(latest_end=300)
    run, seen = to_be_planned(house.run), Seen(switch=SwitchState.OFF, looked_at=at(0))
    assert step(run, house.switching, seen, at(178)).run.start is None
    for minute in (179, 180):
        after = step(run, house.switching, seen, at(minute))
        assert after.starts
        assert minutes_of(after.run.segments) == [(minute, minute + 120)]
        assert after.run.rule is Rule.LATEST_START


@pytest.mark.parametrize(
    ("is_paused", "status"),
    [(False, RunStatus.MISSED), (True, RunStatus.SKIPPED)],
)
def test_time_runs_out_without_a_plan(is_paused: bool, status: RunStatus) -> None:
    """A run without a time is over when it cannot end by its deadline any more."""
    house = House(latest_end=300, paused=is_paused)
    run, seen = to_be_planned(house.run), Seen(looked_at=at(0))
    assert step(run, house.switching, seen, at(178)).run.status is RunStatus.PLANNED
    assert step(run, house.switching, seen, at(181)).run.status is status
