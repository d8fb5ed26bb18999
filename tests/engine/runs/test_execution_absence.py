"""Runs whose switch is gone, or says nothing, when it counts."""

from dataclasses import replace

import pytest

from custom_components.spot_planner.engine.runs.execution import moved, step
from custom_components.spot_planner.engine.runs.run import RunProblem, RunStatus
from custom_components.spot_planner.engine.runs.turned_on import turned_on
from custom_components.spot_planner.engine.runs.watching import Seen, SwitchState

from ..helpers import at
from .made_up_runs import Command, House, Machine

ABSENT = [SwitchState.UNAVAILABLE, SwitchState.MISSING]


def test_stops_after_a_downtime_past_the_end_when_the_switch_comes_up_late() -> None:
    """A switch that joins a minute after Home Assistant is waited for, then stopped."""
    house = House()
    house.until(230)
    house.machine.absence = SwitchState.UNAVAILABLE
    house.away(60)
    assert house.status is RunStatus.RUNNING
    house.machine.absence = None
    house.until(291)
    assert house.said == [(120, Command.START), (291, Command.STOP)]
    assert house.status is RunStatus.DONE
    assert not house.machine.is_on


@pytest.mark.parametrize("absence", ABSENT)
def test_what_answers_long_after_its_run_is_stopped_all_the_same(
    absence: SwitchState,
) -> None:
    """A run that has failed for a lost switch leaves nothing on for ever."""
    house = House()
    house.until(230)
    house.machine.absence = absence
    house.until(400)
    assert house.status is RunStatus.FAILED
    assert house.said == [(120, Command.START)]
    house.machine.absence = None
    house.until(410)
    assert house.said == [(120, Command.START), (401, Command.STOP)]
    assert house.status is RunStatus.FAILED


def test_what_a_hand_turns_on_after_such_a_failure_stays_on() -> None:
    """It was off when it answered again, so whoever turns it on wants it."""
    house = House()
    house.until(230)
    house.machine.absence = SwitchState.UNAVAILABLE
    house.until(400)
    house.machine.absence = None
    house.machine.is_on = False
    house.until(404)
    house.turn(is_on=True)
    house.until(420)
    assert house.stops == []


def test_what_is_never_stopped_is_not_stopped_late_either() -> None:
    """The machine ends by itself."""
    house = House(stops=False)
    house.until(230)
    house.machine.absence = SwitchState.UNAVAILABLE
    house.until(400)
    house.machine.absence = None
    house.until(420)
    assert house.stops == []


def test_absence_in_a_pause_is_no_failure() -> None:
    """In a pause nothing has to be reached before the pause is over."""
    house = House(Machine(), (120, 150), (300, 330))
    house.until(140)
    house.machine.absence = SwitchState.UNAVAILABLE
    house.until(290)
    assert house.status is RunStatus.RUNNING
    house.machine.absence = None
    house.until(480)
    assert house.status is RunStatus.DONE
    assert not house.machine.is_on


def test_gone_and_then_off_counts_until_it_was_last_seen() -> None:
    """Nobody knows when it stopped, so the time without an answer is made up."""
    house = House()
    house.until(150)
    house.machine.absence = SwitchState.UNAVAILABLE
    house.until(180)
    house.machine.absence = None
    house.machine.is_on = False
    house._last = house.machine.switch
    house.until(480)
    assert house.stretches[0] == (120, 150)
    assert sum(end - start for start, end in house.stretches) == 120


def test_downtime_then_gone_then_off_counts_until_the_downtime() -> None:
    """That somebody looked at a switch without an answer proves nothing."""
    house = House()
    house.until(150)
    house.machine.absence = SwitchState.UNAVAILABLE
    house.away(30)
    house.until(185)
    house.machine.absence = None
    house.machine.is_on = False
    house._last = house.machine.switch
    house.until(480)
    assert house.stretches[0] == (120, 150)


def test_a_switch_that_does_not_say_what_it_does_is_told_all_the_same() -> None:
    """A switch that shows nothing before its first command starts on time."""
    house = House(Machine(absence=SwitchState.UNKNOWN))
    house.until(120)
    assert house.said == [(120, Command.START)]
    house.machine.absence = None
    house.until(480)
    assert house.said == [(120, Command.START), (240, Command.STOP)]
    assert house.status is RunStatus.DONE


def test_a_switch_that_does_not_say_what_it_does_is_stopped() -> None:
    """Not to know whether it runs is no reason to leave it on."""
    house = House()
    house.until(235)
    house.machine.absence = SwitchState.UNKNOWN
    house.until(240)
    assert house.stops == [240]
    house.machine.absence = None
    house.until(300)
    assert house.status is RunStatus.DONE


def test_another_switch_during_a_run_starts_anew() -> None:
    """The new switch is told by the run that goes on; the old one has its duty."""
    house = House()
    house.until(150)
    left = moved(house.run, at(150))
    assert turned_on(left, house.switching, at(150)) is None
    seen = Seen(switch=SwitchState.OFF, looked_at=at(150))
    after = step(left, house.switching, seen, at(151))
    assert after.starts
    assert after.run.start == at(120)


def test_another_switch_before_a_run_changes_nothing() -> None:
    """What has not begun has left nothing on."""
    house = House()
    house.until(115)
    assert moved(house.run, at(115)) == house.run


def test_what_is_taken_back_is_still_turned_off() -> None:
    """Handed back while its switch is lost, an appliance is off once it answers."""
    house = House()
    house.until(230)
    house.machine.absence = SwitchState.UNAVAILABLE
    house.until(400)
    assert house.run.problem is RunProblem.ENTITY_UNAVAILABLE
    house.switching = replace(house.switching, automatic=False)
    house.until(410)
    house.machine.absence = None
    house.until(411)
    assert house.stops == [411]
    assert not house.machine.is_on
