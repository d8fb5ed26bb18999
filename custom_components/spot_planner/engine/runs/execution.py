"""Take a run one step on: commit it, start it, see that it runs, stop it.

Each step compares the clock with the run's times and never expects to be called at a
certain moment, so that a skipped minute, a restart or a leap of the clock loses nothing.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import final

from ..planning.model import Rule, Segment
from .run import Problem, Run, RunStatus

# From so long before its start on, a run never moves.
LEAD = timedelta(minutes=10)

# How often the switch is told the same before the run has failed.
ATTEMPTS = 3

# A committed run that is later than this, because nobody was there to start it, is
# planned anew: the time that it was chosen for is over.
LATE = timedelta(minutes=15)

MINUTE = timedelta(minutes=1)

# Who looks every minute has missed nothing when two have passed.
UNSEEN = 2 * MINUTE


class State(StrEnum):
    """What can be seen of an entity."""

    ON = "on"
    OFF = "off"
    UNAVAILABLE = "unavailable"
    MISSING = "missing"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is seen of an appliance; None where there is nothing to look at."""

    switch: State | None = None
    proof: State | None = None
    looked_at: datetime
    """When anybody looked before: since then, nothing is known."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Switching:
    """What may be done to an appliance."""

    has_switch: bool = False
    """Whether there is anything to switch; otherwise a run is only advice."""
    momentary: bool = False
    """Whether it can only be started, as with a button, and tells no state."""
    stops: bool = True
    """Whether it is switched off at the end."""
    automatic: bool = False
    """Whether the user has handed over."""
    paused: bool = False
    confirm_within: timedelta = timedelta(minutes=5)
    duration: timedelta
    """How long the appliance runs."""


class Command(StrEnum):
    """What is to be done to the switch."""

    START = "start"
    STOP = "stop"


@final
@dataclass(frozen=True, slots=True)
class Step:
    """A run one step later, and what has to be done for it."""

    run: Run
    command: Command | None = None


def step(run: Run, switching: Switching, seen: Seen, now: datetime) -> Step:
    """Take an open run on to a moment."""
    if switching.paused and run.status is RunStatus.COMMITTED:
        run = replace(run, status=RunStatus.PLANNED)
    if run.status is RunStatus.PLANNED:
        run = _committed(run, switching, now)
    if run.status is RunStatus.COMMITTED:
        run = _begun(run, switching, now)
    if run.status is not RunStatus.RUNNING:
        return Step(run)
    run = _watched(run, switching, seen, now)
    if run.end is None or now >= run.end:
        return _ending(run, switching, seen, now)
    if run.by_hand or run.hand is not None or not _acts(run, switching):
        return Step(run)
    if run.wants_on(now):
        return _starting(run, switching, seen, now)
    return _stopping(run, switching, seen, now) or Step(run)


def start_now(run: Run, duration: timedelta, now: datetime) -> Run:
    """Let a run begin at once, because the user has asked for it."""
    begin = now.replace(second=0, microsecond=0)
    return replace(
        to_be_planned(run),
        status=RunStatus.RUNNING,
        segments=(Segment(begin, begin + duration),),
        rule=Rule.BY_HAND,
    )


def skip(run: Run, now: datetime) -> Step:
    """End a run that the user does not want; what it has switched on is stopped."""
    stops = run.told is True and run.on_since is not None and not run.by_hand
    ended = replace(_closed(run, now), status=RunStatus.SKIPPED, told_at=None)
    return Step(ended, Command.STOP if stops else None)


def hand(run: Run, duration: timedelta, now: datetime, *, is_on: bool) -> Run:
    """Take note that the appliance was switched, which nobody here had told it.

    Turned on before its start, the run begins there and then, and is the user's.
    Against the plan of a run that has begun, the hand decides until its end. A run
    that a hand has begun and ended before its half is planned anew.
    """
    if run.status is not RunStatus.RUNNING:
        if not is_on or now < run.earliest:
            return run
        return replace(start_now(run, duration, now), by_hand=True, on_since=now)
    if run.by_hand:
        if is_on or run.start is None:
            return run
        if (now - run.start) * 2 < duration:
            return to_be_planned(run)
        return replace(_closed(run, now), status=RunStatus.DONE)
    if run.told is None or (is_on == run.told and run.hand is None):
        return run
    return replace(run, hand=is_on, told_at=None)


def needed(run: Run, duration: timedelta) -> timedelta:
    """Return how long a run takes without its pauses.

    Args:
        run: The run.
        duration: How long the runs of its appliance take.
    """
    if run.segments:
        return sum((it.duration for it in run.segments), timedelta())
    return run.duration or duration


def to_be_planned(run: Run) -> Run:
    """Return a run that has yet to find its time."""
    return Run(
        appliance=run.appliance,
        key=run.key,
        earliest=run.earliest,
        latest_end=run.latest_end,
        duration=run.duration,
    )


def _acts(run: Run, switching: Switching) -> bool:
    """Tell whether anything is switched for a run."""
    asked = run.rule is Rule.BY_HAND and not run.by_hand
    return switching.has_switch and (switching.automatic or asked)


def _committed(run: Run, switching: Switching, now: datetime) -> Run:
    """Commit a planned run when its start comes near."""
    start = run.start
    if start and now >= start - LEAD and not switching.paused:
        return replace(run, status=RunStatus.COMMITTED)
    if start and now < start:
        return run
    if now + needed(run, switching.duration) > run.latest_end:
        status = RunStatus.SKIPPED if switching.paused else RunStatus.MISSED
        return replace(run, status=status)
    return run


def _begun(run: Run, switching: Switching, now: datetime) -> Run:
    """Begin a committed run, or take its time back when that is long over."""
    if run.start is None or run.end is None or now < run.start:
        return run
    if now - run.start <= LATE and now < run.end:
        return replace(run, status=RunStatus.RUNNING)
    if now + needed(run, switching.duration) > run.latest_end:
        return replace(run, status=RunStatus.MISSED)
    return to_be_planned(run)


def _watched(run: Run, switching: Switching, seen: Seen, now: datetime) -> Run:
    """Note since when, or until when, the appliance was seen to run."""
    if run.told is False and seen.switch is State.OFF:
        run = replace(run, told_at=None, attempts=0)
    if run.on_since is None:
        if not _runs(run, switching, seen):
            return run
        run = _made_up(run, now)
        return replace(run, on_since=now, told_at=None, attempts=0)
    if seen.switch is State.OFF:
        # What happened while nobody looked is not known, and not counted.
        looked = now - seen.looked_at <= UNSEEN
        return _closed(run, now if looked else seen.looked_at)
    return run


def _runs(run: Run, switching: Switching, seen: Seen) -> bool:
    """Tell whether the appliance is seen to run."""
    if seen.proof is not None:
        return seen.proof is State.ON
    if switching.momentary:
        # Nothing shows what a button did; the call itself counts.
        return run.told is True
    return seen.switch is State.ON


def _made_up(run: Run, now: datetime) -> Run:
    """Give a segment the time back that passed before the appliance ran."""
    part = next((part for part in run.segments if now in part), None)
    if part is None or run.by_hand:
        return run
    lost = now - max([part.start, *(it.end for it in run.stretches)])
    at = run.segments.index(part)
    if lost < MINUTE or at + 1 < len(run.segments):
        # The next segment begins when it was to begin.
        return run
    end = max(part.end, min(part.end + lost, run.latest_end))
    return replace(run, segments=(*run.segments[:at], Segment(part.start, end)))


def _closed(run: Run, until: datetime) -> Run:
    """End the stretch in which the appliance was seen to run."""
    if run.on_since is None:
        return run
    stretches = run.stretches
    if until > run.on_since:
        stretches = (*stretches, Segment(run.on_since, until))
    return replace(run, on_since=None, stretches=stretches)


def _starting(run: Run, switching: Switching, seen: Seen, now: datetime) -> Step:
    """See that the appliance runs."""
    if run.told is True and run.on_since:
        return Step(run)
    if seen.switch in (State.UNAVAILABLE, State.MISSING):
        return Step(_waited(run, switching, seen, now))
    if run.told is not True:
        if run.on_since and seen.switch is State.ON:
            # It runs already: nothing has to be told.
            return Step(replace(run, told=True))
        return _told(run, Command.START, now)
    if run.told_at is None:
        # It ran, and has stopped without a hand: a power cut, or a restart.
        return _told(run, Command.START, now)
    if now - run.told_at < switching.confirm_within:
        return Step(run)
    if run.attempts < ATTEMPTS:
        return _told(run, Command.START, now)
    # Who started it later by hand would run it at any price.
    is_on = seen.switch is State.ON and switching.stops
    failed = _failed(run, Problem.NOT_STARTED, now)
    return Step(failed, Command.STOP if is_on else None)


def _waited(run: Run, switching: Switching, seen: Seen, now: datetime) -> Run:
    """Wait for an entity that does not answer, then look for a later time."""
    if run.start is None or run.on_since or run.stretches:
        return run
    if now - run.start <= LATE:
        return run
    if now + needed(run, switching.duration) <= run.latest_end:
        return to_be_planned(run)
    return _failed(run, _absent(seen), now)


def _absent(seen: Seen) -> Problem:
    if seen.switch is State.MISSING:
        return Problem.ENTITY_MISSING
    return Problem.ENTITY_UNAVAILABLE


def _stopping(run: Run, switching: Switching, seen: Seen, now: datetime) -> Step | None:
    """See that the appliance stands still; None when it does, or may go on."""
    if switching.momentary or not switching.stops or seen.switch is State.OFF:
        return None
    if seen.switch in (State.UNAVAILABLE, State.MISSING):
        if run.end is None or now <= run.end + LATE:
            return Step(run)
        return Step(_failed(run, _absent(seen), now))
    if run.told is not False:
        return _told(replace(run, attempts=0), Command.STOP, now)
    if run.told_at and now - run.told_at < switching.confirm_within:
        return Step(run)
    if run.attempts < ATTEMPTS:
        return _told(run, Command.STOP, now)
    return Step(_failed(run, Problem.NOT_STOPPED, now))


def _ending(run: Run, switching: Switching, seen: Seen, now: datetime) -> Step:
    """End a run whose time is over."""
    was_seen = run.on_since is not None or bool(run.stretches)
    if _acts(run, switching) and not run.by_hand and run.told is not None:
        if more := _stopping(run, switching, seen, now):
            return more
        if not was_seen and run.hand is None:
            return Step(_failed(run, Problem.NOT_STARTED, now))
    # The end of advice, and of a button's run, is the end of its time.
    run = _closed(run, now if seen.switch is State.ON else min(now, run.end or now))
    can_be_seen = seen.switch is not None or seen.proof is not None
    status = RunStatus.DONE
    if run.hand is False:
        status = RunStatus.SKIPPED
    elif can_be_seen and not was_seen:
        status = RunStatus.MISSED
    return Step(replace(run, status=status, told_at=None))


def _told(run: Run, command: Command, now: datetime) -> Step:
    """Return the command, and remember that it was given."""
    is_start = command is Command.START
    attempts = run.attempts + 1 if run.told is is_start else 1
    return Step(replace(run, told=is_start, told_at=now, attempts=attempts), command)


def _failed(run: Run, problem: Problem, now: datetime) -> Run:
    return replace(
        _closed(run, now), status=RunStatus.FAILED, problem=problem, told_at=None
    )
