"""What is told of a run from one step to the next."""

from dataclasses import replace

from custom_components.spot_planner.engine.runs.event import RunEventType, event_between
from custom_components.spot_planner.engine.runs.run import RunStatus
from custom_components.spot_planner.engine.runs.watching import SwitchState

from .made_up_runs import House, Machine


def told(house: House, minute: int, *, is_advice: bool = False) -> list[RunEventType]:
    """Return what is told of a run until a minute."""
    events = []
    while house.minute < minute:
        before = house.run
        house.until(house.minute + 1)
        events.append(event_between(before, house.run, is_advice=is_advice))
    return [it for it in events if it]


def test_a_run_that_waits_for_its_switch_has_not_started() -> None:
    """Only when the switch is there, and on, has it started."""
    house = House(Machine(absence=SwitchState.UNAVAILABLE))
    assert told(house, 125) == []
    house.machine.absence = None
    assert told(house, 130) == [RunEventType.RUN_STARTED]


def test_advice_starts_when_its_time_has_come() -> None:
    """Nothing is switched for it, so its time is all there is."""
    house = House(automatic=False)
    assert told(house, 119, is_advice=True) == []
    assert told(house, 120, is_advice=True) == [RunEventType.RUN_STARTED]


def test_a_failure_is_told_once() -> None:
    """What is done after it, is not another failure."""
    house = House()
    house.until(230)
    house.machine.absence = SwitchState.UNAVAILABLE
    assert told(house, 300) == [RunEventType.RUN_FAILED]
    house.machine.absence = None
    assert told(house, 310) == []


def test_a_run_that_was_begun_by_a_request_has_started() -> None:
    """It need not have been known before."""
    house = House()
    running = replace(house.run, status=RunStatus.RUNNING)
    assert event_between(house.run, running, is_advice=True) is RunEventType.RUN_STARTED
