"""Duties: what was turned on for a run, and is bound to be turned off again.

A duty begins before the entity is told to turn on, and is kept until the entity has
been seen off. It needs neither prices nor a plan nor the run that it was taken on for.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self, final

from .clock import Passed
from .told import SLOW
from .watching import SwitchState

# How long to wait before an entity is told again that could not be told to turn off.
PAUSES = (timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4))
LONGEST_PAUSE = timedelta(minutes=5)

# The user is told when so many calls have raised an error, or after so long a time.
MOST_FAILURES = 3
TROUBLE_AFTER = 3 * LONGEST_PAUSE

# A plug that has lost its power may show off for a moment before it shows on.
SURE = timedelta(seconds=10)

# What has turned off by itself, or shows off after a restart, may only have lost its power.
STALE = timedelta(minutes=2)

# An entity that was never seen on may still follow the call to turn on for so long.
LATE_START = timedelta(seconds=SLOW)

NOTHING = timedelta()


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """What has to be turned off, and when; every moment is in UTC."""

    entry: str
    """The id of the config entry."""
    appliance: str
    """The id of the appliance."""
    name: str
    """What the user calls the appliance, which may be deleted meanwhile."""
    run: str
    """The id of the run."""
    entity: str
    """The id of what was turned on."""
    since: datetime
    until: datetime
    """From then on it has to be off."""
    left: timedelta
    """How long it may still be on, by a clock that nobody can set.

    It is a little longer than the time until its end, because two clocks never agree.
    """
    is_asked: bool = False
    """Whether the user has asked for this run, and not only handed over."""
    is_released: bool = False
    """Whether it has to be off at once."""
    told: int = 0
    """How often it was told to turn off."""
    is_heard: bool = False
    """Whether it was told so without an error."""
    was_on: bool = False
    """Whether it was seen on since it was told to turn on."""
    pause: timedelta = NOTHING
    """How long it is not told again."""
    off_for: timedelta | None = None
    """For how long it has been seen off; None when it is not off."""
    due_for: timedelta | None = None
    """For how long it should have been off; None before that."""

    def is_due(self, now: datetime) -> bool:
        """Tell whether it has to be off."""
        return self.is_released or now >= self.until or self.left <= NOTHING

    @property
    def is_in_trouble(self) -> bool:
        """Tell whether the user has to know that it cannot be turned off."""
        failed = self.told >= MOST_FAILURES and not self.is_heard
        return failed or (self.off_for is None and self._is_due_for(TROUBLE_AFTER))

    @property
    def is_over(self) -> bool:
        """Tell whether it has been off for long enough to be sure."""
        return self.off_for is not None and self._left_to_be_sure <= NOTHING

    @property
    def wait(self) -> timedelta:
        """Return after how long it is to be looked at again, once it is due."""
        return self.pause if self.off_for is None else self._left_to_be_sure

    @property
    def _left_to_be_sure(self) -> timedelta:
        """Return for how long it has still to be seen off."""
        off_for = self.off_for or NOTHING
        if self.was_on:
            return (SURE if self.is_heard else STALE) - off_for
        return max(LATE_START - (self.due_for or NOTHING), SURE - off_for)

    def _is_due_for(self, time: timedelta) -> bool:
        return self.due_for is not None and self.due_for >= time

    def after(self, passed: Passed, state: SwitchState) -> Self:
        """Return the duty some time later, with what its entity shows now."""
        off_for = self.off_for
        if state is not SwitchState.OFF:
            off_for = None
        elif off_for is None:
            off_for = NOTHING
        else:
            off_for += passed.elapsed
        comes_on = state is SwitchState.ON and not self.was_on
        later = replace(
            self,
            since=self.since - passed.set_back,
            until=self.until - passed.set_back,
            left=max(self.left - passed.elapsed, NOTHING),
            was_on=self.was_on or comes_on,
            pause=NOTHING if comes_on else max(self.pause - passed.elapsed, NOTHING),
            off_for=off_for,
        )
        if not later.is_due(passed.now):
            return later
        due_for = NOTHING if self.due_for is None else self.due_for + passed.elapsed
        return replace(later, due_for=due_for)

    def starting(self) -> Self:
        """Return the duty as it is when its entity is being told to turn on."""
        return replace(self, was_on=False, off_for=None)

    def told_off(self) -> Self:
        """Return the duty as it is when its entity is being told to turn off."""
        pause = PAUSES[self.told] if self.told < len(PAUSES) else LONGEST_PAUSE
        return replace(self, told=self.told + 1, pause=pause, is_heard=False)

    def heard(self) -> Self:
        """Return the duty after its entity was told without an error.

        It gets more time then: some need minutes until they show what they do.
        """
        return replace(self, is_heard=True, pause=LONGEST_PAUSE)

    def wanted_again(self, need: Self) -> Self:
        """Return the duty as it is needed now: longer, shorter, or on again.

        Where only the clock was set back, its end is later, and it is on no longer.
        """
        longer = max(need.until - self.until, NOTHING)
        most = max(self.left, need.left)
        same = replace(
            self,
            name=need.name,
            since=need.since,
            until=need.until,
            left=min(self.left + longer, most),
            is_asked=need.is_asked,
        )
        if self.left > NOTHING:
            is_over = self.told > 0
        else:
            # It has been on for long enough, whatever the clock of the home says.
            is_over = need.since >= self.until
        # Another segment of the run is turned on anew.
        return need if self.is_released or is_over else same


@final
@dataclass(frozen=True, slots=True)
class Turn:
    """The duties after a look at them, and what has to be done."""

    duties: "Duties"
    stops: tuple[Duty, ...] = ()
    """Those whose entity is to be told to turn off now."""
    spent: frozenset[str] = frozenset()
    """The ids of runs that have been on for as long as they were to be, whatever the
    clock of the home says."""


@final
@dataclass(frozen=True, slots=True)
class Duties:
    """All duties of all entries; one of each run and entity."""

    held: tuple[Duty, ...] = ()

    def of(self, entry: str) -> tuple[Duty, ...]:
        """Return the duties of an entry."""
        return tuple(duty for duty in self.held if duty.entry == entry)

    def get(self, run: str, entity: str) -> Duty | None:
        """Return the duty of a run and an entity."""
        return next(
            (it for it in self.held if (it.run, it.entity) == (run, entity)), None
        )

    def put(self, duty: Duty) -> Self:
        """Return the duties with one, in place of that of the same run and entity."""
        others = (
            it for it in self.held if (it.run, it.entity) != (duty.run, duty.entity)
        )
        return type(self)((*others, duty))

    def without(self, is_left: Callable[[Duty], bool]) -> Self:
        """Return the duties without some, whose entities stay as they are."""
        return type(self)(tuple(duty for duty in self.held if not is_left(duty)))

    def released(self, is_given_up: Callable[[Duty], bool]) -> Self:
        """Return the duties, some of them to be done at once."""
        return type(self)(
            tuple(
                replace(duty, is_released=True)
                if not duty.is_released and is_given_up(duty)
                else duty
                for duty in self.held
            )
        )

    def needed(self, entry: str, needs: Iterable[Duty]) -> Self:
        """Return the duties when the runs of an entry need exactly these to be on.

        A need that is released already makes a duty only where there is none.
        """
        wanted = {(need.run, need.entity): need for need in needs}
        kept = [
            duty.wanted_again(need)
            if (need := wanted.pop((duty.run, duty.entity), None))
            and not need.is_released
            else replace(duty, is_released=duty.is_released or duty.entry == entry)
            for duty in self.held
        ]
        return type(self)((*kept, *wanted.values()))

    def renamed(self, old: str, new: str) -> Self:
        """Return the duties when an entity has got another id."""
        return type(self)(
            tuple(
                replace(duty, entity=new) if duty.entity == old else duty
                for duty in self.held
            )
        )

    def turn(
        self,
        passed: Passed,
        shown: Callable[[str], SwitchState],
        is_needed: Callable[[str], bool],
    ) -> Turn:
        """Return the duties some time later, and what is to be told now.

        An entity that another duty still wants on is left on; the other one sees to it.

        Args:
            passed: What has passed since the turn before.
            shown: Returns what an entity shows.
            is_needed: Returns whether a run that is about to begin wants an entity on.
        """
        now = passed.now
        later = [duty.after(passed, shown(duty.entity)) for duty in self.held]
        wanted = {duty.entity for duty in later if not duty.is_due(now)}
        kept: list[Duty] = []
        stops: list[Duty] = []
        spent: set[str] = set()
        for duty in later:
            if not duty.is_due(now):
                kept.append(duty)
                continue
            if not duty.is_released and now < duty.until:
                spent.add(duty.run)
            if duty.entity in wanted or duty.is_over:
                continue
            if _can_be_told(duty, shown(duty.entity)) and not is_needed(duty.entity):
                # Several duties of one entity are told once.
                if all(it.entity != duty.entity for it in stops):
                    stops.append(duty)
                duty = duty.told_off()
            kept.append(duty)
        return Turn(type(self)(tuple(kept)), tuple(stops), frozenset(spent))


def _can_be_told(duty: Duty, state: SwitchState) -> bool:
    """Tell whether an entity is to be told to turn off now."""
    if duty.pause > NOTHING or state in (SwitchState.UNAVAILABLE, SwitchState.MISSING):
        return False
    # What shows off is told once, where a call to turn on may still be on its way.
    return state is not SwitchState.OFF or not (duty.was_on or duty.is_heard)
