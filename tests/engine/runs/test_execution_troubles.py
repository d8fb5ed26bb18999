"""Runs through restarts, leaps of the clock and entities that do not answer."""

import pytest

from custom_components.spot_planner.engine.runs.execution import start_now
from custom_components.spot_planner.engine.runs.run import RunProblem, RunStatus
from custom_components.spot_planner.engine.runs.watching import SwitchState

from ..helpers import at
from .made_up_runs import Command, House, Machine, minutes_of

ABSENT = {
    SwitchState.UNAVAILABLE: RunProblem.ENTITY_UNAVAILABLE,
    SwitchState.MISSING: RunProblem.ENTITY_MISSING,
}


def test_short_downtime_at_the_start() -> None:
    """A run that begins a little late keeps its whole duration."""
    house = House()
    house.until(115)
    house.away(20)
    house.until(480)
    assert house.said == [(135, Command.START), (255, Command.STOP)]
    assert house.run.start == at(120)
    assert house.status is RunStatus.DONE


def test_short_downtime_before_a_close_deadline() -> None:
    """The deadline stays, so a late run is shorter."""
    house = House(latest_end=245)
    house.until(115)
    house.away(20)
    house.until(480)
    assert house.said == [(135, Command.START), (245, Command.STOP)]


def test_short_downtime_at_the_start_of_a_split_run() -> None:
    """The other segments begin when they were to begin; the last one makes up."""
    house = House(Machine(), (120, 150), (200, 230))
    house.until(115)
    house.away(15)
    house.until(480)
    assert house.stretches == [(130, 150), (200, 240)]


def test_long_downtime_is_planned_anew() -> None:
    """The time that it was chosen for is over, so it gets another one."""
    house = House()
    house.until(115)
    house.away(60)
    assert house.status is RunStatus.PLANNED
    house.until(480)
    assert house.said == [(185, Command.START), (305, Command.STOP)]
    assert house.status is RunStatus.DONE


@pytest.mark.parametrize("minutes", [246, 300, 2000])
def test_long_downtime_until_it_is_too_late(minutes: int) -> None:
    """A run that cannot end by its deadline any more was missed."""
    house = House()
    house.until(115)
    house.away(minutes)
    assert house.status is RunStatus.MISSED
    assert house.said == []


def test_downtime_longer_than_a_short_run() -> None:
    """A run that would be over already is planned anew, however short the downtime."""
    house = House(Machine(), (120, 125))
    house.until(119)
    house.away(7)
    house.until(480)
    assert house.said == [(136, Command.START), (141, Command.STOP)]


def test_downtime_while_it_runs() -> None:
    """What still runs goes on: it is neither started again nor ended early."""
    house = House()
    house.until(150)
    house.away(60)
    house.until(480)
    assert house.said == [(120, Command.START), (240, Command.STOP)]
    assert house.stretches == [(120, 240)]


def test_downtime_right_after_the_start() -> None:
    """What was told just before, and runs, has run since then."""
    house = House(Machine(delay=1))
    house.until(120)
    house.away(40)
    house.until(480)
    assert house.said == [(120, Command.START), (240, Command.STOP)]
    assert house.stretches == [(120, 241)]


def test_off_after_a_downtime() -> None:
    """It is started again, and what nobody saw is not counted but made up."""
    house = House()
    house.until(150)
    house.away(30, machine_is_on=False)
    house.until(480)
    assert house.said == [
        (120, Command.START),
        (180, Command.START),
        (270, Command.STOP),
    ]
    assert house.stretches == [(120, 150), (180, 270)]
    assert house.status is RunStatus.DONE


def test_downtime_past_the_end() -> None:
    """What was to stop meanwhile is stopped at once."""
    house = House()
    house.until(200)
    house.away(100)
    house.until(480)
    assert house.said == [(120, Command.START), (300, Command.STOP)]
    assert house.stretches == [(120, 300)]
    assert house.status is RunStatus.DONE


def test_off_after_a_downtime_past_the_end() -> None:
    """What was seen to run is done, though nobody knows for how long it went on."""
    house = House()
    house.until(200)
    house.away(100, machine_is_on=False)
    assert house.said == [(120, Command.START)]
    assert house.stretches == [(120, 200)]
    assert house.status is RunStatus.DONE


def test_off_after_it_was_seen_only_once() -> None:
    """A start that was confirmed is no failure, however little was seen of it."""
    house = House(Machine(delay=4))
    house.until(124)
    assert house.run.on_since == at(124)
    house.away(200, machine_is_on=False)
    assert house.status is RunStatus.DONE
    assert house.stretches == []


@pytest.mark.parametrize("minutes", [1, 20, 90, 400])
@pytest.mark.parametrize("minute", [120, 121, 180, 239])
def test_button_is_not_pressed_again_after_a_restart(minute: int, minutes: int) -> None:
    """A press is remembered over any restart."""
    house = House(Machine(is_button=True))
    house.until(minute)
    house.away(minutes)
    house.until(800)
    assert house.machine.presses == 1
    assert house.status is RunStatus.DONE


def test_power_cut_while_it_runs() -> None:
    """A switch that comes back off without a hand is switched on again."""
    house = House()
    house.until(150)
    house.cut()
    house.until(480)
    assert house.starts == [120, 150]
    assert house.stops == [240]
    assert house.status is RunStatus.DONE


def test_clock_leaps_forward_before_the_start() -> None:
    """An hour later, the run is planned anew."""
    house = House()
    house.until(115)
    house.leap(60)
    house.until(480)
    assert house.said == [(185, Command.START), (305, Command.STOP)]


def test_clock_leaps_forward_while_it_runs() -> None:
    """The run ends by the new clock."""
    house = House()
    house.until(150)
    house.leap(60)
    house.until(480)
    assert house.said == [(120, Command.START), (240, Command.STOP)]
    assert house.status is RunStatus.DONE


@pytest.mark.parametrize("minute", [112, 119])
def test_clock_leaps_back_before_the_start(minute: int) -> None:
    """A commitment stays, and begins once."""
    house = House()
    house.until(minute)
    house.leap(-60)
    assert house.status is RunStatus.COMMITTED
    house.until(480)
    assert house.said == [(120, Command.START), (240, Command.STOP)]


@pytest.mark.parametrize("is_button", [True, False])
@pytest.mark.parametrize("minute", [120, 121, 150, 239])
def test_clock_leaps_back_while_it_runs(minute: int, is_button: bool) -> None:
    """It runs for as long as before, and is neither stopped nor started again."""
    house = House(Machine(is_button=is_button))
    house.until(minute)
    house.leap(-60)
    house.until(480)
    assert house.starts == [120]
    assert house.stops == ([] if is_button else [180])
    assert house.stretches == [(60, 180)]
    assert house.status is RunStatus.DONE


@pytest.mark.parametrize("minute", [155, 199, 205])
def test_clock_leaps_back_in_a_split_run(minute: int) -> None:
    """What was done is not done again when its minute comes back."""
    house = House(Machine(), (120, 150), (200, 230))
    house.until(minute)
    house.leap(-60)
    house.until(480)
    # The second segment begins at 200 by the old clock, and at 140 by the new one.
    assert house.starts == [120, 140 if minute < 200 else 200]
    assert house.stops == [150, 170]
    assert house.status is RunStatus.DONE


def test_clock_leaps_back_during_a_stop() -> None:
    """An appliance that is about to stop is not told to start."""
    house = House(Machine(delay=2))
    house.until(241)
    house.leap(-60)
    house.until(480)
    assert house.starts == [120]
    assert house.status is RunStatus.DONE


def test_clock_leaps_back_before_anything_was_told() -> None:
    """What a user switches on before the start that comes back is left alone."""
    house = House(Machine(absence=SwitchState.UNAVAILABLE))
    house.until(122)
    house.leap(-60)
    house.machine.absence = None
    house.machine.is_on = True
    house.until(119)
    assert house.said == []


@pytest.mark.parametrize("absence", ABSENT)
@pytest.mark.parametrize("is_button", [True, False])
def test_absent_for_five_minutes(absence: SwitchState, is_button: bool) -> None:
    """It is waited for, and the run keeps its whole duration."""
    house = House(Machine(absence=absence, is_button=is_button))
    house.until(125)
    assert house.said == []
    house.machine.absence = None
    house.until(480)
    assert house.starts == [126]
    assert house.stretches == [(126, 246)]
    assert house.status is RunStatus.DONE


@pytest.mark.parametrize("absence", ABSENT)
def test_absent_for_half_an_hour(absence: SwitchState) -> None:
    """The run gets a later time as long as there is one."""
    house = House(Machine(absence=absence))
    house.until(150)
    house.machine.absence = None
    house.until(480)
    assert len(house.starts) == 1
    assert house.starts[0] > 135
    assert house.status is RunStatus.DONE
    assert sum(end - start for start, end in house.stretches) == 120


@pytest.mark.parametrize("absence", ABSENT)
def test_absent_for_ever(absence: SwitchState) -> None:
    """It is waited for until the run could not end in time, and never called."""
    house = House(Machine(absence=absence))
    house.until(359)
    assert house.run.is_open
    house.until(376)
    assert house.said == []
    assert house.status is RunStatus.FAILED
    assert house.run.problem is ABSENT[absence]


@pytest.mark.parametrize("absence", ABSENT)
def test_absent_for_ever_at_the_last_possible_start(absence: SwitchState) -> None:
    """Even then it is waited for a little."""
    house = House(Machine(absence=absence), latest_end=240)
    house.until(135)
    assert house.status is RunStatus.RUNNING
    house.until(136)
    assert house.status is RunStatus.FAILED
    assert house.run.problem is ABSENT[absence]


@pytest.mark.parametrize("absence", ABSENT)
def test_absent_for_all_of_a_short_run(absence: SwitchState) -> None:
    """A run that is shorter than the wait is planned anew, or has failed as well."""
    house = House(Machine(absence=absence), (120, 125))
    house.until(126)
    assert house.run.is_open
    house.until(600)
    assert house.status is RunStatus.FAILED
    assert house.run.problem is ABSENT[absence]


def test_start_that_was_asked_for_at_once_is_not_put_off() -> None:
    """Who wants it now is told soon that it cannot be."""
    house = House(Machine(absence=SwitchState.MISSING), automatic=False)
    house.run = start_now(house.run, house.duration, at(1))
    house.until(17)
    assert house.status is RunStatus.FAILED
    assert house.run.problem is RunProblem.ENTITY_MISSING


@pytest.mark.parametrize("absence", ABSENT)
def test_absent_while_it_runs(absence: SwitchState) -> None:
    """An appliance that answers again and still runs was never stopped."""
    house = House()
    house.until(150)
    house.machine.absence = absence
    house.until(200)
    house.machine.absence = None
    house.until(480)
    assert house.said == [(120, Command.START), (240, Command.STOP)]
    assert house.stretches == [(120, 240)]


@pytest.mark.parametrize("absence", ABSENT)
def test_lost_right_after_the_start(absence: SwitchState) -> None:
    """What was told to start stays watched, so that it is stopped at the end."""
    house = House(Machine(delay=1))
    house.until(120)
    house.machine.live(121)
    house.machine.absence = absence
    house.until(200)
    assert house.status is RunStatus.RUNNING
    assert house.run.start == at(120)
    house.machine.absence = None
    house.until(480)
    assert house.starts == [120]
    assert len(house.stops) == 1
    assert not house.machine.is_on
    assert house.status is RunStatus.DONE


@pytest.mark.parametrize("absence", ABSENT)
def test_absent_at_the_end(absence: SwitchState) -> None:
    """It is stopped as soon as it answers, if that is not too late."""
    house = House()
    house.until(230)
    house.machine.absence = absence
    house.until(245)
    house.machine.absence = None
    house.until(480)
    assert house.said == [(120, Command.START), (246, Command.STOP)]
    assert house.status is RunStatus.DONE


@pytest.mark.parametrize("absence", ABSENT)
def test_absent_from_the_end_on(absence: SwitchState) -> None:
    """What cannot be stopped is told as a failure, with its cause."""
    house = House()
    house.until(230)
    house.machine.absence = absence
    house.until(255)
    assert house.status is RunStatus.RUNNING
    house.until(256)
    assert house.status is RunStatus.FAILED
    assert house.run.problem is ABSENT[absence]


def test_run_is_the_same_after_it_was_written() -> None:
    """At every minute, what is read from disk does what would have been done."""
    kept, read = House(Machine(delay=2)), House(Machine(delay=2))
    for minute in range(110, 260):
        kept.until(minute)
        read.until(minute)
        read.away(0)
        assert read.run == kept.run
    assert read.said == kept.said
    assert minutes_of(read.run.segments) == [(120, 242)]
