"""Hands that switch an appliance: they are the user's word until the run ends."""

import pytest

from custom_components.spot_planner.engine.planning.model import Rule
from custom_components.spot_planner.engine.runs.execution import hand, start_now
from custom_components.spot_planner.engine.runs.run import RunStatus
from custom_components.spot_planner.engine.runs.watching import SwitchState

from ..helpers import at
from .made_up_runs import Command, House, Machine, minutes_of


def test_turned_off_during_a_run() -> None:
    """It stays off until the end of the run, which the user did not want."""
    house = House()
    house.until(150)
    house.turn(is_on=False)
    assert house.run.hand is False
    house.until(239)
    assert house.status is RunStatus.RUNNING
    house.until(480)
    assert house.said == [(120, Command.START)]
    assert house.status is RunStatus.SKIPPED
    assert house.stretches == [(120, 150)]


def test_turned_off_in_a_split_run() -> None:
    """The segments after it do not begin either."""
    house = House(Machine(), (120, 150), (200, 230))
    house.until(130)
    house.turn(is_on=False)
    house.until(480)
    assert house.said == [(120, Command.START)]
    assert house.status is RunStatus.SKIPPED


def test_turned_off_and_unplugged() -> None:
    """What the user has turned off is no fault, even when it does not answer."""
    house = House()
    house.until(150)
    house.turn(is_on=False)
    house.machine.absence = SwitchState.UNAVAILABLE
    house.until(480)
    assert house.status is RunStatus.SKIPPED
    assert house.run.problem is None


def test_turned_off_and_on_again() -> None:
    """The last word of the hand counts; the end of the run stays where it was."""
    house = House()
    house.until(150)
    house.turn(is_on=False)
    house.until(170)
    house.turn(is_on=True)
    house.until(480)
    assert house.said == [(120, Command.START), (240, Command.STOP)]
    assert house.stretches == [(120, 150), (170, 240)]
    assert house.status is RunStatus.DONE


def test_turned_on_in_a_pause() -> None:
    """It stays on until the end of the run, over the pauses, and is stopped then."""
    house = House(Machine(), (120, 150), (200, 230), (300, 330))
    house.until(170)
    house.turn(is_on=True)
    house.until(480)
    assert house.said == [
        (120, Command.START),
        (150, Command.STOP),
        (330, Command.STOP),
    ]
    assert house.stretches == [(120, 150), (170, 330)]
    assert house.status is RunStatus.DONE


@pytest.mark.parametrize("minute", [80, 115])
def test_turned_on_before_the_start(minute: int) -> None:
    """The run begins with the hand, and is neither started again nor stopped."""
    house = House()
    house.until(minute)
    house.turn(is_on=True)
    assert house.status is RunStatus.RUNNING
    assert house.run.by_hand
    assert house.run.rule is Rule.BY_HAND
    assert minutes_of(house.run.segments) == [(minute, minute + 120)]
    house.until(480)
    assert house.said == []
    assert house.machine.is_on
    assert house.status is RunStatus.DONE
    assert house.stretches == [(minute, minute + 120)]


def test_turned_on_before_its_time_has_begun() -> None:
    """What the user does before the time of a run is not that run."""
    house = House(Machine(), (65, 185))
    house.until(30)
    house.turn(is_on=True)
    assert house.status is RunStatus.PLANNED
    house.until(40)
    house.turn(is_on=False)
    house.until(480)
    assert house.said == [(65, Command.START), (185, Command.STOP)]
    assert house.status is RunStatus.DONE


def test_own_run_ended_early_is_planned_anew() -> None:
    """Less than half of a run was none: it is still due."""
    house = House()
    house.until(80)
    house.turn(is_on=True)
    house.until(139)
    house.turn(is_on=False)
    assert house.status is RunStatus.PLANNED
    assert not house.run.by_hand
    house.until(480)
    assert house.said == [(149, Command.START), (269, Command.STOP)]
    assert house.status is RunStatus.DONE


def test_own_run_ended_late_is_done() -> None:
    """Half of a run or more was the run."""
    house = House()
    house.until(80)
    house.turn(is_on=True)
    house.until(140)
    house.turn(is_on=False)
    assert house.status is RunStatus.DONE
    assert house.stretches == [(80, 140)]
    assert house.said == []


def test_own_run_ended_early_without_time_for_another() -> None:
    """When it cannot be made up, the user did not want it."""
    house = House(Machine(), (200, 320), latest_end=320)
    house.until(180)
    house.turn(is_on=True)
    house.until(210)
    house.turn(is_on=False)
    assert house.status is RunStatus.SKIPPED
    assert house.stretches == [(180, 210)]


def test_own_run_ended_while_nobody_looked() -> None:
    """The time up to the last look is what is known of it."""
    house = House()
    house.until(80)
    house.turn(is_on=True)
    house.until(100)
    house.away(60, machine_is_on=False)
    house.until(480)
    assert house.said == []
    assert house.stretches == [(80, 100)]
    assert house.status is RunStatus.DONE


def test_hand_during_a_start_that_was_asked_for() -> None:
    """What was started by a button of the dashboard can be turned off by hand too."""
    house = House(automatic=False)
    house.run = start_now(house.run, house.duration, at(70))
    house.minute = 70
    house.look()
    house.until(90)
    house.turn(is_on=False)
    house.until(480)
    assert house.said == [(70, Command.START)]
    assert house.status is RunStatus.SKIPPED


def test_what_was_told_is_no_hand() -> None:
    """The change that a command makes, even late, is not the user's."""
    house = House(Machine(delay=3))
    house.until(124)
    assert house.machine.is_on
    assert house.run.hand is None
    assert not house.run.by_hand


@pytest.mark.parametrize("is_on", [True, False])
def test_hand_after_the_end_changes_nothing(is_on: bool) -> None:
    """A run that has ended does not begin again."""
    house = House()
    house.until(300)
    assert hand(house.run, house.duration, at(300), is_on=is_on) == house.run


def test_turned_off_before_the_start_is_nothing() -> None:
    """What stood on before and is turned off in time does not touch the run."""
    house = House(Machine(is_on=True))
    house.until(100)
    house.turn(is_on=False)
    house.until(480)
    assert house.said == [(120, Command.START), (240, Command.STOP)]
