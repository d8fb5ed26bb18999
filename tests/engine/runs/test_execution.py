"""Runs that go as they should: committed, started, seen to run, stopped."""

import pytest

from custom_components.spot_planner.engine.runs.run import RunProblem, RunStatus
from custom_components.spot_planner.engine.runs.watching import SwitchState

from ..helpers import at
from .made_up_runs import Command, House, Machine, minutes_of


def test_runs_and_is_seen_to_run() -> None:
    """A run starts and stops in its minutes, each time told once."""
    house = House()
    house.until(480)
    assert house.said == [(120, Command.START), (240, Command.STOP)]
    assert house.status is RunStatus.DONE
    assert house.stretches == [(120, 240)]
    assert house.run.problem is None


def test_is_committed_ten_minutes_before() -> None:
    """From ten minutes before its start on, a run is committed; then it runs."""
    house = House()
    house.until(109)
    assert house.status is RunStatus.PLANNED
    house.until(110)
    assert house.status is RunStatus.COMMITTED
    house.until(119)
    assert house.status is RunStatus.COMMITTED
    house.until(120)
    assert house.status is RunStatus.RUNNING
    house.until(239)
    assert house.status is RunStatus.RUNNING


def test_every_minute_may_be_skipped() -> None:
    """Nobody has to look in the very minute in which something is due."""
    house = House()
    for minute in (107, 121, 236, 243):
        house.leap(minute - house.minute)
    assert house.said == [(121, Command.START), (243, Command.STOP)]
    assert house.status is RunStatus.DONE
    # The minute that it began later is made up for.
    assert minutes_of(house.run.segments) == [(120, 241)]


def test_waits_for_the_proof() -> None:
    """Where a proof is given, the switch alone proves nothing."""
    house = House(Machine(has_proof=True, draws=False))
    house.until(122)
    assert house.machine.is_on
    assert house.run.on_since is None
    house.machine.draws = True
    house.until(123)
    assert house.run.on_since == at(123)
    house.until(480)
    # It began three minutes later, so it goes on for three minutes more.
    assert house.said == [(120, Command.START), (243, Command.STOP)]
    assert house.stretches == [(123, 243)]
    assert house.status is RunStatus.DONE


def test_low_power_is_a_rest_of_the_program() -> None:
    """A machine that has begun and uses little for a while has not stopped."""
    house = House(Machine(has_proof=True))
    house.until(150)
    house.machine.draws = False
    house.until(180)
    house.machine.draws = True
    house.until(480)
    assert house.said == [(120, Command.START), (240, Command.STOP)]
    assert house.stretches == [(120, 240)]


def test_power_after_the_stop_counts_for_nothing() -> None:
    """What a meter shows after the switch is off is not the appliance."""
    house = House(Machine(), (120, 150), (200, 230))
    house.machine.proof_absence = SwitchState.ON
    house.until(480)
    assert house.stretches == [(120, 150), (200, 230)]
    assert house.status is RunStatus.DONE


@pytest.mark.parametrize("absence", [SwitchState.UNAVAILABLE, SwitchState.MISSING])
def test_proof_that_does_not_answer_is_none(absence: SwitchState) -> None:
    """Without an answer of the proof, the state of the switch counts."""
    house = House(Machine(has_proof=True, proof_absence=absence))
    house.until(480)
    assert house.said == [(120, Command.START), (240, Command.STOP)]
    assert house.stretches == [(120, 240)]


def test_slow_appliance_is_told_once() -> None:
    """An appliance that obeys within the time to confirm is not told again."""
    house = House(Machine(delay=4))
    house.until(480)
    assert house.said == [(120, Command.START), (244, Command.STOP)]
    assert house.stretches == [(124, 248)]
    assert house.status is RunStatus.DONE


def test_three_attempts_then_failed() -> None:
    """A call that does nothing is made three times; the switch ends up off."""
    house = House(Machine(deaf_to={Command.START}))
    house.until(134)
    assert house.status is RunStatus.RUNNING
    house.until(480)
    assert house.starts == [120, 125, 130]
    assert house.stops == [135]
    assert house.status is RunStatus.FAILED
    assert house.run.problem is RunProblem.NOT_STARTED
    assert house.stretches == []


def test_on_without_power_fails_and_is_switched_off() -> None:
    """A machine that is on and uses nothing has not started."""
    house = House(Machine(has_proof=True, draws=False))
    house.until(480)
    assert house.starts == [120, 125, 130]
    assert house.stops == [135]
    assert not house.machine.is_on
    assert house.run.problem is RunProblem.NOT_STARTED


def test_second_attempt_works() -> None:
    """An appliance that starts at the second attempt keeps its whole duration."""
    house = House(Machine(deaf_to={Command.START}))
    house.until(124)
    house.machine.deaf_to.clear()
    house.until(480)
    assert house.starts == [120, 125]
    assert house.stops == [245]
    assert house.stretches == [(125, 245)]
    assert house.status is RunStatus.DONE


def test_deadline_cuts_what_is_made_up() -> None:
    """A run that starts late ends by its deadline all the same."""
    house = House(Machine(delay=4), latest_end=242)
    house.until(480)
    assert house.stops == [242]


def test_stops_are_repeated_too() -> None:
    """After three stops that do nothing the run has failed, and they go on all the same."""
    house = House(Machine(deaf_to={Command.STOP}))
    house.until(480)
    assert house.stops == list(range(240, 481, 5))
    assert house.status is RunStatus.FAILED
    assert house.run.problem is RunProblem.NOT_STOPPED
    assert house.stretches == [(120, 255)]


def test_second_stop_works() -> None:
    """A stop at the second attempt is a good end."""
    house = House(Machine(deaf_to={Command.STOP}))
    house.until(242)
    house.machine.deaf_to.clear()
    house.until(480)
    assert house.stops == [240, 245]
    assert house.status is RunStatus.DONE
    assert house.stretches == [(120, 245)]


def test_is_not_stopped_where_it_stops_itself() -> None:
    """An appliance that is not to be switched off is left to itself."""
    house = House(stops=False)
    house.until(480)
    assert house.said == [(120, Command.START)]
    assert house.machine.is_on
    assert house.status is RunStatus.DONE
    assert house.stretches == [(120, 240)]


def test_runs_already() -> None:
    """What is on at the start is not told to start, and is stopped at the end."""
    house = House(Machine(is_on=True))
    house.until(480)
    assert house.said == [(240, Command.STOP)]
    assert house.status is RunStatus.DONE


def test_split_run_pauses() -> None:
    """A split run is stopped for its pauses and counts as running in them."""
    house = House(Machine(), (120, 150), (200, 230), (300, 360))
    house.until(170)
    assert house.status is RunStatus.RUNNING
    assert not house.machine.is_on
    house.until(480)
    assert house.starts == [120, 200, 300]
    assert house.stops == [150, 230, 360]
    assert house.stretches == [(120, 150), (200, 230), (300, 360)]
    assert house.status is RunStatus.DONE


def test_stop_for_a_pause_fails() -> None:
    """An appliance that does not stop for a pause has failed."""
    house = House(Machine(deaf_to={Command.STOP}), (120, 150), (200, 230))
    house.until(480)
    assert house.stops[:3] == [150, 155, 160]
    assert house.starts == [120]
    assert house.run.problem is RunProblem.NOT_STOPPED


def test_button_is_pressed_once() -> None:
    """Without a proof, the call itself counts; nothing is stopped."""
    house = House(Machine(is_button=True))
    house.until(480)
    assert house.said == [(120, Command.START)]
    assert house.status is RunStatus.DONE
    assert house.stretches == [(120, 240)]


def test_button_is_pressed_once_for_all_segments() -> None:
    """A button is not pressed again after a pause that it does not know."""
    house = House(Machine(is_button=True), (120, 150), (200, 230))
    house.until(480)
    assert house.said == [(120, Command.START)]
    assert house.status is RunStatus.DONE


def test_button_with_a_proof_is_tried_again() -> None:
    """A proof shows that a button did nothing, so it is pressed again."""
    house = House(Machine(is_button=True, has_proof=True, deaf_to={Command.START}))
    house.until(480)
    assert house.said == [(minute, Command.START) for minute in (120, 125, 130)]
    assert house.run.problem is RunProblem.NOT_STARTED


def test_button_whose_proof_is_lost_is_not_tried_again() -> None:
    """When the proof falls silent, the press counts: a second might stop it."""
    house = House(Machine(is_button=True, has_proof=True, draws=False))
    house.until(121)
    house.machine.proof_absence = SwitchState.UNAVAILABLE
    house.until(480)
    assert house.starts == [120]
    assert house.status is RunStatus.DONE


def test_button_of_a_running_machine_is_not_pressed() -> None:
    """A machine that is proven to run needs no start; a press might pause it."""
    house = House(Machine(is_on=True, is_button=True, has_proof=True))
    house.until(480)
    assert house.said == []
    assert house.status is RunStatus.DONE


def test_script_tells_nothing_by_its_own_state() -> None:
    """A script is off when its last line is done, whatever it has started."""
    house = House(momentary=True)
    house.until(121)
    house.machine.is_on = False
    house.until(480)
    assert house.said == [(120, Command.START)]
    assert house.stretches == [(120, 240)]
