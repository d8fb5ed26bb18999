"""Test what counts as a fault of Home Assistant, and what does not."""

import pytest

from dev.chaos.claims import Claim
from dev.chaos.judge import LONGEST_PAUSE, TOLERANCE, Fault, Judge

HOUR = 3600.0
START, END = 10 * HOUR, 11 * HOUR


class Scene:
    """A heater, a button, and the runs that Home Assistant has written down."""

    def __init__(self) -> None:
        """Begin with a Home Assistant that has started, and with nothing planned."""
        self.runs: dict[str, tuple[float, Claim]] = {}
        self.judge = Judge({"heater": False, "gate": True}, self._claims)
        self.judge.back(0.0)
        for device in ("heater", "gate"):
            self.judge.reports(device, 0.0, report=False)

    def _claims(self, device: str, now: float) -> list[Claim]:
        return [it for start, it in self.runs.values() if start <= now < it.until]

    def plan(self, run: str, start: float, end: float) -> None:
        """Write a run down."""
        claim = Claim(
            run=run,
            appliance="heater",
            until=end,
            segments=((start, end),),
            duration=end - start,
            is_daily=True,
        )
        self.runs[run] = (start, claim)

    def turn(self, now: float, *, on: bool, device: str = "heater") -> None:
        """Tell a device something, which it does and reports."""
        claims = self.judge.told(device, now, starts=on)
        if on:
            self.judge.turned_on(device, now, claims)
        else:
            self.judge.turned_off(device, now)
        self.judge.reports(device, now, report=on)

    @property
    def faults(self) -> list[Fault]:
        """Return what was found."""
        return [it.fault for it in self.judge.violations]


@pytest.fixture
def scene() -> Scene:
    """Return a scene with a run of an hour."""
    scene = Scene()
    scene.plan("heater 2026-03-21", START, END)
    return scene


def test_a_run_that_goes_as_planned(scene: Scene) -> None:
    """It is on for its time, and nothing is found."""
    scene.turn(START, on=True)
    scene.turn(END + TOLERANCE, on=False)
    scene.judge.check(END + HOUR)
    assert scene.faults == []
    assert (scene.judge.commands, scene.judge.starts) == (2, 1)


def test_left_on_counts_once_with_its_length(scene: Scene) -> None:
    """It is found when it is too late, and its whole length is known in the end."""
    scene.turn(START, on=True)
    for late in (TOLERANCE + 1, 60, 120):
        scene.judge.check(END + late)
    scene.turn(END + 600, on=False)
    assert scene.faults == [Fault.LEFT_ON]
    assert scene.judge.violations[0].seconds == 600


def test_a_late_command_is_found_when_it_comes(scene: Scene) -> None:
    """Nobody has to look in between."""
    scene.turn(START, on=True)
    scene.turn(END + TOLERANCE + 1, on=False)
    assert scene.faults == [Fault.LEFT_ON]


def test_nobody_turns_off_what_cannot_be_reached(scene: Scene) -> None:
    """The time begins when it is back."""
    scene.turn(START, on=True)
    scene.judge.reports("heater", END - 1, report=None)
    scene.judge.check(END + HOUR)
    scene.judge.reports("heater", END + HOUR, report=True)
    scene.judge.check(END + HOUR + TOLERANCE)
    assert scene.faults == []
    scene.judge.check(END + HOUR + TOLERANCE + 1)
    assert scene.faults == [Fault.LEFT_ON]


def test_nobody_knows_what_is_reported_late(scene: Scene) -> None:
    """The time begins when it is reported on."""
    claims = scene.judge.told("heater", START, starts=True)
    scene.judge.turned_on("heater", START, claims)
    scene.judge.check(END + HOUR)
    assert scene.faults == []
    scene.judge.reports("heater", END + HOUR, report=True)
    scene.judge.check(END + HOUR + TOLERANCE + 1)
    assert scene.faults == [Fault.LEFT_ON]


def test_the_time_begins_when_home_assistant_is_back(scene: Scene) -> None:
    """The dead turn nothing off."""
    scene.turn(START, on=True)
    scene.judge.gone(START + 60)
    scene.judge.check(END + HOUR)
    scene.judge.back(END + HOUR)
    scene.turn(END + HOUR + TOLERANCE, on=False)
    assert scene.faults == []


def test_a_device_that_refuses_may_be_told_again_after_a_pause(scene: Scene) -> None:
    """The pause is over with a restart: who comes back does not know of it."""
    scene.turn(START, on=True)
    scene.judge.told("heater", END, starts=False)
    scene.judge.refused("heater", END, 60)
    scene.judge.check(END + 60 + LONGEST_PAUSE + TOLERANCE)
    assert scene.faults == []
    scene.judge.gone(END + 70)
    scene.judge.back(END + 80)
    scene.judge.check(END + 80 + TOLERANCE + 1)
    assert scene.faults == [Fault.LEFT_ON]


def test_a_device_that_refuses_is_not_forgotten(scene: Scene) -> None:
    """After the longest pause it has to be told again."""
    scene.turn(START, on=True)
    scene.judge.told("heater", END, starts=False)
    scene.judge.refused("heater", END, 0)
    scene.judge.check(END + LONGEST_PAUSE + TOLERANCE + 1)
    assert scene.faults == [Fault.LEFT_ON]


def test_back_in_time_for_the_next_segment(scene: Scene) -> None:
    """It was to pause while it was away, and is needed when it is back; nobody looks."""
    scene.turn(START, on=True)
    scene.judge.reports("heater", END - 1, report=None)
    scene.plan("heater, second segment", END + HOUR, END + 2 * HOUR)
    back = END + 2 * HOUR - 3 * TOLERANCE
    scene.judge.reports("heater", back, report=True)
    scene.turn(END + 2 * HOUR, on=False)
    assert scene.faults == []


def test_another_run_may_need_the_device_longer(scene: Scene) -> None:
    """It was on already when that run began, so nobody turned it on for it."""
    scene.plan("pool 2026-03-21", START + 60, END + HOUR)
    scene.turn(START, on=True)
    scene.judge.check(END + TOLERANCE + 1)
    assert scene.faults == []
    scene.judge.check(END + HOUR + TOLERANCE + 1)
    assert scene.faults == [Fault.LEFT_ON]


def test_what_is_on_is_not_told_to_start_again(scene: Scene) -> None:
    """That it is on has been seen."""
    scene.turn(START, on=True)
    scene.turn(START + 60, on=True)
    assert scene.faults == [Fault.DOUBLED]


def test_what_nobody_has_seen_on_may_be_told_again(scene: Scene) -> None:
    """It reports to be off, though it is on."""
    claims = scene.judge.told("heater", START, starts=True)
    scene.judge.turned_on("heater", START, claims)
    scene.judge.told("heater", START + 300, starts=True)
    assert scene.faults == []


def test_what_was_off_in_between_may_start_again(scene: Scene) -> None:
    """As a run in two parts does."""
    scene.turn(START, on=True)
    scene.turn(START + 900, on=False)
    scene.turn(START + 1800, on=True)
    assert scene.faults == []


def test_the_run_of_a_day_does_not_run_twice(scene: Scene) -> None:
    """It has had its time, whatever is written down later."""
    scene.turn(START, on=True)
    scene.turn(END, on=False)
    scene.plan("heater 2026-03-21", END + HOUR, END + 2 * HOUR)
    scene.turn(END + HOUR, on=True)
    assert scene.faults == [Fault.DOUBLED]


def test_half_a_run_is_not_followed_by_a_whole_one(scene: Scene) -> None:
    """As when the first half was forgotten."""
    scene.turn(START, on=True)
    scene.turn(START + 2400, on=False)
    scene.plan("heater 2026-03-21", START + 2500, START + 2500 + HOUR)
    scene.turn(START + 2500, on=True)
    assert scene.faults == [Fault.DOUBLED]


def test_the_rest_of_a_run_is_no_second_one(scene: Scene) -> None:
    """It was off in between, and has its time given back."""
    scene.turn(START, on=True)
    scene.turn(START + 2400, on=False)
    scene.plan("heater 2026-03-21", START, END + 300)
    scene.turn(START + 2700, on=True)
    assert scene.faults == []


def test_a_button_is_pressed_once_for_a_run(scene: Scene) -> None:
    """Nothing is to be seen of it, so every further press is one too many."""
    scene.turn(START, on=True, device="gate")
    scene.turn(START + 600, on=True, device="gate")
    assert scene.faults == [Fault.DOUBLED]


def test_a_button_is_pressed_for_each_run(scene: Scene) -> None:
    """The next day's run is another one."""
    scene.turn(START, on=True, device="gate")
    scene.runs.clear()
    scene.plan("gate 2026-03-22", START + 24 * HOUR, END + 24 * HOUR)
    scene.turn(START + 24 * HOUR, on=True, device="gate")
    assert scene.faults == []


def test_a_start_for_no_run(scene: Scene) -> None:
    """Nothing that is written down needs it, so it should not be on at all."""
    scene.runs.clear()
    scene.turn(START, on=True)
    scene.judge.check(START + TOLERANCE + 1)
    assert scene.faults == [Fault.STRAY, Fault.LEFT_ON]
