"""Play a run minute by minute, with a made-up machine behind its switch."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, timedelta
from enum import StrEnum
import json
from typing import Any

from custom_components.spot_planner.appliances.run_document import read_run, write_run
from custom_components.spot_planner.engine.planning.model import (
    LoadProfile,
    Rule,
    Segment,
)
from custom_components.spot_planner.engine.runs.appliance import Appliance
from custom_components.spot_planner.engine.runs.clock import Clock, Passed
from custom_components.spot_planner.engine.runs.duty import Duties
from custom_components.spot_planner.engine.runs.execution import Switching, needed, skip
from custom_components.spot_planner.engine.runs.house import (
    House as PlannedHouse,
    Managed,
    Moment,
    Outcome,
)
from custom_components.spot_planner.engine.runs.run import Run, RunStatus
from custom_components.spot_planner.engine.runs.told import Told
from custom_components.spot_planner.engine.runs.watching import Seen, SwitchState

from ..helpers import MINUTE, START, at

APPLIANCE = "washer"
ENTITY = "switch.washer"
ENTRY = "entry"


class Command(StrEnum):
    """What the switch is told."""

    START = "start"
    STOP = "stop"


def parts(*minutes: tuple[int, int]) -> tuple[Segment, ...]:
    """Return segments between minutes."""
    return tuple(Segment(at(start), at(end)) for start, end in minutes)


def minutes_of(segments: Iterable[Segment]) -> list[tuple[float, float]]:
    """Return segments as minutes."""
    return [((it.start - START) / MINUTE, (it.end - START) / MINUTE) for it in segments]


@dataclass
class Machine:
    """Something that can be switched, with all the faults of such things."""

    is_on: bool = False
    is_button: bool = False
    """Whether it is started by a button, which shows no state."""
    has_proof: bool = False
    draws: bool = True
    """Whether it really runs when it is on."""
    proof_absence: SwitchState | None = None
    absence: SwitchState | None = None
    delay: int = 0
    """How many minutes it takes to obey."""
    deaf_to: set[Command] = field(default_factory=set)
    """What it does not hear."""
    presses: int = 0
    """How often it was started."""
    _coming: list[tuple[int, bool]] = field(default_factory=list)

    def obey(self, command: Command, minute: int) -> None:
        """Do what it is told, at once or later."""
        if command is Command.START:
            self.presses += 1
        if command not in self.deaf_to and self.absence in (None, SwitchState.UNKNOWN):
            self._coming.append((minute + self.delay, command is Command.START))
            self.live(minute)

    def live(self, minute: int) -> None:
        """Let time pass."""
        while self._coming and self._coming[0][0] <= minute:
            self.is_on = self._coming.pop(0)[1]

    def moved(self, minutes: int) -> None:
        """Obey as late as before when the clock is set."""
        self._coming = [(minute + minutes, it) for minute, it in self._coming]

    @property
    def switch(self) -> SwitchState | None:
        """Return the state of the switch."""
        if self.absence is not None or self.is_button:
            return self.absence
        return SwitchState.ON if self.is_on else SwitchState.OFF

    @property
    def proof(self) -> SwitchState | None:
        """Return the state of the proof."""
        if self.proof_absence is not None or not self.has_proof:
            return self.proof_absence
        return SwitchState.ON if self.is_on and self.draws else SwitchState.OFF


@dataclass(frozen=True)
class Look:
    """One look: what was there, and what came out of it."""

    minute: int
    before: Run
    after: Run
    starts: bool
    seen: Seen
    switching: Switching


class House:
    """A run, its machine and somebody who looks every minute, as the planner does."""

    def __init__(
        self,
        machine: Machine | None = None,
        *times: tuple[int, int],
        latest_end: int = 480,
        earliest: int = 60,
        **switching: Any,
    ) -> None:
        """Plan the run for these minutes; nobody has looked yet."""
        self.machine = machine or Machine()
        segments = parts(*(times or ((120, 240),)))
        self.duration = sum((it.duration for it in segments), timedelta())
        self.duties = Duties()
        self.told = Told()
        self.spent: frozenset[str] = frozenset()
        self._house = PlannedHouse()
        self.switching = replace(
            Switching(has_switch=True, automatic=True, duration=self.duration),
            **{"momentary": self.machine.is_button, **switching},
        )
        self._id = f"{APPLIANCE}/2026-04-15"
        self.run = Run(
            appliance=APPLIANCE,
            key="2026-04-15",
            earliest=at(earliest),
            latest_end=at(latest_end),
            segments=segments,
            rule=Rule.CHEAPEST,
        )
        self.minute = 0
        self.ticks = 0.0
        """Seconds of a clock that nobody sets."""
        self._clock = Clock(at(0), 0.0)
        self.looks: list[Look] = []
        self.said: list[tuple[int, Command]] = []
        self._last = self.machine.switch

    @property
    def run(self) -> Run:
        """Return the run as it is now."""
        run = self._house.agenda.get(self._id)
        assert run
        return run

    @run.setter
    def run(self, run: Run) -> None:
        """Put another run in its place."""
        agenda = replace(self._house.agenda, runs=(run,))
        self._house = replace(self._house, agenda=agenda)

    @property
    def switching(self) -> Switching:
        """Return what may be done to the machine."""
        return self._house.managed[APPLIANCE].switching

    @switching.setter
    def switching(self, switching: Switching) -> None:
        """Let the user choose something else."""
        managed = {
            APPLIANCE: Managed(
                appliance=Appliance(
                    id=APPLIANCE,
                    name="Washer",
                    profile=LoadProfile.constant(self.duration, 1.0),
                    daily=False,
                ),
                switching=switching,
                entity=ENTITY if switching.has_switch else None,
            )
        }
        if not self._house.managed:
            self._house = PlannedHouse(managed=managed, looked_at=at(0))
        else:
            self._take(self._house.changed(managed, at(self.minute), UTC))

    @property
    def starts(self) -> list[int]:
        """Return the minutes in which the machine was told to start."""
        return [minute for minute, it in self.said if it is Command.START]

    @property
    def stops(self) -> list[int]:
        """Return the minutes in which the machine was told to stop."""
        return [minute for minute, it in self.said if it is Command.STOP]

    @property
    def stretches(self) -> list[tuple[float, float]]:
        """Return the minutes between which the machine was seen to run."""
        return minutes_of(self.run.stretches)

    @property
    def status(self) -> RunStatus:
        """Return what has become of the run."""
        return self.run.status

    def until(self, minute: int) -> None:
        """Look every minute, the last of them too."""
        while self.minute < minute:
            self.minute += 1
            self.ticks += 60
            self.machine.live(self.minute)
            self.look()

    def away(self, minutes: int, machine_is_on: bool | None = None) -> None:
        """Shut Home Assistant down; the run is kept on disk."""
        self.run = read_run(json.loads(json.dumps(write_run(self.run))))
        self.minute += minutes
        self.ticks += 60 * minutes
        self._clock = Clock(at(self.minute), self.ticks)
        self.machine.live(self.minute)
        if machine_is_on is not None:
            self.machine.is_on = machine_is_on
        self._last = self.machine.switch
        self.look()

    def leap(self, minutes: int) -> None:
        """Set the clock forward or back."""
        self.minute += minutes
        self.machine.moved(minutes)
        self.look()

    def turn(self, is_on: bool) -> None:
        """Switch the machine by hand."""
        self.machine.is_on = is_on
        self.look()

    def cut(self) -> None:
        """Let the power fail: the switch is gone, then off without a hand."""
        self.machine.absence = SwitchState.UNAVAILABLE
        self.look()
        self.machine.is_on = False
        self.machine.absence = None
        self.look()

    def skip(self) -> None:
        """Let the user end the run."""
        self.run = skip(self.run, at(self.minute))
        self.look()

    def look(self) -> None:
        """Take the run one step on, and do what it wants."""
        self._tell_of_change()
        now = at(self.minute)
        passed = self._clock.passed(now, self.ticks)
        self._clock = Clock(now, self.ticks)
        shown = self.machine.switch
        is_stopping = self.told.is_stopping(ENTITY, self.ticks)
        before, answered = self.run, self._house.answered.get(APPLIANCE, at(0))
        outcome = self._house.at(
            Moment(
                passed=passed,
                shown={APPLIANCE: (shown, self.machine.proof)},
                known_until=None,
                prices=None,
                zone=UTC,
                stopping=frozenset({ENTITY} if is_stopping else ()),
                spent=self.spent,
            )
        )
        self._take(outcome)
        seen = Seen(switch=shown, proof=self.machine.proof, looked_at=answered)
        starts = bool(outcome.starts)
        if before.is_open:
            self.looks.append(
                Look(self.minute, before, self.run, starts, seen, self.switching)
            )
        self._plan()
        self.duties = Duties(
            tuple(it.after(passed, self._shown(ENTITY)) for it in self.duties.held)
        )
        if not self.switching.can_stop:
            self.duties = Duties()
        self.duties = self.duties.needed(ENTRY, self._house.duties(ENTRY, now))
        if starts:
            self.tell(Command.START)
        turn = self.duties.turn(Passed(now), self._shown, self._needs)
        self.duties, self.spent = turn.duties, self.spent | turn.spent
        for duty in turn.stops:
            self.tell(Command.STOP)
            if held := self.duties.get(duty.run, duty.entity):
                self.duties = self.duties.put(held.heard())
        # A change of its state is seen at once.
        if self.machine.switch is not self._last:
            self.look()

    def _shown(self, _: str) -> SwitchState:
        return self.machine.switch or SwitchState.UNKNOWN

    def _needs(self, entity: str) -> bool:
        return self._house.needs(entity, at(self.minute))

    def _take(self, outcome: Outcome) -> None:
        self._house = outcome.house

    def tell(self, command: Command) -> None:
        """Tell the machine what to do."""
        self.said.append((self.minute, command))
        self.told = self.told.tell(ENTITY, self.ticks, is_on=command is Command.START)
        self.machine.obey(command, self.minute)

    def _tell_of_change(self) -> None:
        """Tell of every change between on and off, whoever made it."""
        known = (SwitchState.ON, SwitchState.OFF)
        before, self._last = self._last, self.machine.switch
        if before is self._last or before not in known or self._last not in known:
            return
        now, is_on = at(self.minute), self._last is SwitchState.ON
        is_ours = self.told.explains(ENTITY, self.ticks, is_on=is_on)
        self.told = self.told.shows(ENTITY, self.ticks, is_on=is_on)
        if not is_ours:
            self._take(self._house.switched(APPLIANCE, now, is_on=is_on))

    def _plan(self) -> None:
        """Let a run without a time begin ten minutes from now, or as late as it can."""
        if self.run.status is not RunStatus.PLANNED or self.run.segments:
            return
        duration = needed(self.run, self.duration)
        latest = self.run.latest_end - duration
        start = min(max(at(self.minute + 10), self.run.earliest), latest)
        if start >= at(self.minute):
            segments = (Segment(start, start + duration),)
            self.run = replace(self.run, segments=segments, rule=Rule.CHEAPEST)
