"""Steps of a run: commit it, start it, see that it runs, see that it has ended.

Each step compares the clock with the run's times and never expects to be called at a
certain moment, so that a skipped minute, a restart or a leap of the clock loses nothing.
What a run has turned on is turned off by its duty (see `duty`), not here.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import final

from ..planning.model import Rule, Segment
from ..time_range import MINUTE
from .run import Run, RunProblem, RunStatus
from .watching import Seen, SwitchState, closed, is_ahead, running_since, watched

# From so long before its start on, a run never moves.
LEAD = timedelta(minutes=10)

# How often the switch is told to start before the run has failed, and how many times
# as long as a start a stop may take.
ATTEMPTS = 3

# A committed run that is later than this, because nobody was there to start it, is
# planned anew: the time that it was chosen for is over.
LATE = timedelta(minutes=15)


# Nobody waits for so long until a clock that was set back has caught up.
FAR = timedelta(days=1)


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

    @property
    def can_stop(self) -> bool:
        """Tell whether it may be switched off."""
        return self.stops and not self.momentary


@final
@dataclass(frozen=True, slots=True)
class Step:
    """A run one step later."""

    run: Run
    starts: bool = False
    """Whether its appliance is to be told to start."""


def step(run: Run, switching: Switching, seen: Seen, now: datetime) -> Step:
    """Take an open run on to a moment."""
    if switching.momentary and not seen.is_absent:
        # The state of a script or a button tells nothing of what it has started.
        seen = replace(seen, switch=None)
    if switching.paused and run.status is RunStatus.COMMITTED:
        run = replace(run, status=RunStatus.PLANNED)
    if run.status is RunStatus.PLANNED:
        run = _committed(run, switching, now)
    if run.status is RunStatus.COMMITTED:
        run = _begun(run, switching, now)
    if run.status is not RunStatus.RUNNING or is_ahead(run, now):
        # What was done at a later time is not done again: the clock catches up.
        return Step(run)
    if run.told is not None and not run.by_hand and not acts(run, switching):
        return Step(taken_back(run, now))
    run = watched(run, seen, now)
    if run.end is None or now >= run.end:
        return _ending(run, switching, seen, now)
    if run.by_hand or run.hand is not None or not acts(run, switching):
        return Step(run)
    if run.wants_on(now):
        return _starting(run, switching, seen, now)
    return Step(_stopped(run, switching, seen, now))


def start_now(run: Run, duration: timedelta, now: datetime) -> Run:
    """Let a run begin at once, because the user has asked for it."""
    begin = now.replace(second=0, microsecond=0)
    return replace(
        to_be_planned(run),
        status=RunStatus.RUNNING,
        segments=(Segment(begin, begin + duration),),
        rule=Rule.BY_HAND,
    )


def is_on_its_way(run: Run, switching: Switching) -> bool:
    """Tell whether a run has begun, for all that anybody here knows.

    One that nothing is switched for, and one that a hand has turned off, may begin anew.
    """
    if run.status is not RunStatus.RUNNING or run.hand is False:
        return False
    return run.by_hand or acts(run, switching) or run.on_since is not None


def skip(run: Run, now: datetime) -> Run:
    """End a run that the user does not want."""
    return replace(closed(run, now), status=RunStatus.SKIPPED, told_at=None)


def under_way(appliance: str, key: str, since: datetime, until: datetime) -> Run:
    """Return a run of which nothing is known but that it was told to start."""
    return Run(
        appliance=appliance,
        key=key,
        earliest=since,
        latest_end=until,
        status=RunStatus.RUNNING,
        segments=(Segment(since, until),),
        rule=Rule.LATEST_START,
        told=True,
        told_at=since,
    )


def seen_until(run: Run, moment: datetime) -> Run:
    """Take note that a run was seen to run until a moment, and goes on from there."""
    if run.on_since is None:
        return run
    return replace(closed(run, moment), on_since=moment)


def moved(run: Run, now: datetime) -> Run:
    """Take note that a run has another switch from now on."""
    if run.status is not RunStatus.RUNNING or run.by_hand:
        return run
    return replace(closed(run, now), hand=None, told=None, told_at=None)


def untold(run: Run) -> Run:
    """Return a run that could not be told to start after all; it is tried again."""
    if run.status is not RunStatus.RUNNING:
        return run
    return replace(run, told=None, told_at=None, on_since=None)


def taken_back(run: Run, now: datetime) -> Run:
    """End a run that has turned something on, because the user has taken that back."""
    if run.status is not RunStatus.RUNNING or run.told is None or run.by_hand:
        return run
    return skip(run, now)


def used_up(run: Run, now: datetime) -> Run:
    """End a run that has been on for as long as it was to be.

    The clock of the home may say something else, when it was set meanwhile.
    """
    return replace(closed(run, now), status=RunStatus.DONE, told_at=None)


def ended_far_ahead(run: Run, now: datetime) -> Run:
    """Return a run as one that ends now if it has begun by a clock days ahead.

    What it has turned on is turned off like at any other end.
    """
    begun = [it for it in (run.told_at, run.on_since) if it]
    is_far_ahead = any(it > now + FAR for it in begun)
    if run.status is not RunStatus.RUNNING or not is_far_ahead:
        return run
    ends = (it.end for it in (*run.segments, *run.stretches))
    return set_back(run, max(*begun, *ends) - now)


def set_back(run: Run, by: timedelta) -> Run:
    """Move a run under way when the clock of the home was set back by so much.

    It has still as long to run as it had before.
    """
    if run.status is not RunStatus.RUNNING:
        return run

    def moved(parts: tuple[Segment, ...]) -> tuple[Segment, ...]:
        return tuple(Segment(it.start - by, it.end - by) for it in parts)

    return replace(
        run,
        segments=moved(run.segments),
        stretches=moved(run.stretches),
        told_at=run.told_at and run.told_at - by,
        on_since=run.on_since and run.on_since - by,
    )


def wants_start(run: Run, switching: Switching, now: datetime) -> bool:
    """Tell whether a run is about to turn its switch on, or has it on."""
    if not run.is_committed or not acts(run, switching):
        return False
    return not run.by_hand and run.hand is not False and run.wants_on(now)


def acts(run: Run, switching: Switching) -> bool:
    """Tell whether anything is switched for a run."""
    asked = run.rule is Rule.BY_HAND and not run.by_hand
    return switching.has_switch and (switching.automatic or asked)


def hand(run: Run, duration: timedelta, now: datetime, *, is_on: bool) -> Run:
    """Take note that the appliance was switched, which nobody here had told it.

    Turned on before its start, the run begins there and then, and is the user's.
    Against the plan of a run that has begun, the hand decides until its end. A run
    that a hand has begun and ended before its half is planned anew, if there is time.
    """
    if not run.is_open:
        return run
    if run.status is not RunStatus.RUNNING:
        if not is_on or now < run.earliest:
            return run
        return replace(start_now(run, duration, now), by_hand=True, on_since=now)
    if run.by_hand:
        return run if is_on else _put_back(run, duration, now)
    if run.told is None or (is_on == run.told and (run.told_at or run.hand is None)):
        # It does what it was told.
        return run
    return replace(run, hand=is_on, told_at=None, attempts=0)


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


def _put_back(run: Run, duration: timedelta, now: datetime) -> Run:
    """End a run that the user has begun, or plan it anew if it was hardly one."""
    if run.start and (now - run.start) * 2 >= duration:
        return replace(closed(run, now), status=RunStatus.DONE)
    if now + duration <= run.latest_end:
        return to_be_planned(run)
    return replace(closed(run, now), status=RunStatus.SKIPPED)


def _committed(run: Run, switching: Switching, now: datetime) -> Run:
    """Commit a planned run when its start comes near.

    One that has no time yet, because its plan is not there, begins when it is high time.
    """
    start, needs = run.start, needed(run, switching.duration)
    latest_start = run.latest_end - needs
    is_high_time = max(run.earliest, latest_start - MINUTE) <= now <= latest_start
    if start is None and is_high_time and not switching.paused:
        segments = (Segment(now, now + needs),)
        run = replace(run, segments=segments, rule=Rule.LATEST_START)
        start = now
    if start and now >= start - LEAD and not switching.paused:
        return replace(run, status=RunStatus.COMMITTED)
    if start and now < start:
        return run
    if now > latest_start:
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


def _starting(run: Run, switching: Switching, seen: Seen, now: datetime) -> Step:
    """See that the appliance runs."""
    if run.on_since and (run.told is True or seen.switch is not SwitchState.OFF):
        # It runs, perhaps already before anybody has told it.
        return Step(replace(run, told=True, told_at=None, attempts=0))
    if seen.is_absent:
        return Step(_waited(run, switching, seen, now))
    if run.told is True and run.told_at:
        if now - run.told_at < switching.confirm_within:
            return Step(run)
        if switching.momentary and not seen.is_proven:
            return Step(running_since(run, run.told_at))
        if run.attempts >= ATTEMPTS:
            return Step(_failed(run, RunProblem.NOT_STARTED, now))
    # Told and confirmed, but not running, it was stopped by a power cut or a restart.
    attempts = run.attempts + 1 if run.told else 1
    told = replace(run, told=True, told_at=now, attempts=attempts)
    if switching.momentary and not seen.is_proven:
        # Nothing shows what a button did: the call itself counts, and is the only one.
        told = running_since(told, now)
    return Step(told, starts=True)


def _waited(run: Run, switching: Switching, seen: Seen, now: datetime) -> Run:
    """Wait for an entity that does not answer, then look for a later time.

    What was told to start may run when it answers again, and has to be stopped then.
    """
    if run.start is None or run.told is not None or now - run.start <= LATE:
        return run
    return _left_out(run, switching, seen, now)


def _left_out(run: Run, switching: Switching, seen: Seen, now: datetime) -> Run:
    """Plan a run anew that could not even be told to start, or give it up."""
    in_time = now + needed(run, switching.duration) <= run.latest_end
    if in_time and run.rule is not Rule.BY_HAND:
        return to_be_planned(run)
    if seen.is_absent:
        return _failed(run, _absence(seen), now)
    return replace(run, status=RunStatus.MISSED)


def _absence(seen: Seen) -> RunProblem:
    if seen.switch is SwitchState.MISSING:
        return RunProblem.ENTITY_MISSING
    return RunProblem.ENTITY_UNAVAILABLE


def _stopped(run: Run, switching: Switching, seen: Seen, now: datetime) -> Run:
    """See that the appliance stands still; the run has failed when it does not."""
    if run.told is None or not switching.can_stop:
        return run
    if run.told or (run.told_at is None and seen.switch is not SwitchState.OFF):
        run = replace(run, told=False, told_at=now, attempts=0)
    if seen.switch is SwitchState.OFF or run.told_at is None:
        return replace(run, told_at=None)
    if seen.is_absent:
        if run.end is None or now < run.end:
            # In a pause nothing has to be reached before the pause is over.
            return replace(run, told_at=None)
        if now <= max(run.told_at, run.end) + LATE:
            return run
        return _failed(run, _absence(seen), now)
    if now - run.told_at < ATTEMPTS * switching.confirm_within:
        return run
    return _failed(run, RunProblem.NOT_STOPPED, now)


def _ending(run: Run, switching: Switching, seen: Seen, now: datetime) -> Step:
    """End a run whose time is over."""
    is_confirmed = run.told is True and run.told_at is None
    was_seen = bool(run.on_since or run.stretches or is_confirmed)
    if acts(run, switching) and not run.by_hand and run.hand is not False:
        if run.told is None and not was_seen:
            return Step(_left_out(run, switching, seen, now))
        run = _stopped(run, switching, seen, now)
        if not run.is_open or (run.told is False and run.told_at):
            return Step(run)
        if not was_seen:
            return Step(_failed(run, RunProblem.NOT_STARTED, now))
    # The end of advice, and of a button's run, is the end of its time.
    run = closed(
        run, now if seen.switch is SwitchState.ON else min(now, run.end or now)
    )
    can_be_seen = seen.switch is not None or seen.proof is not None
    status = RunStatus.DONE
    if run.hand is False:
        status = RunStatus.SKIPPED
    elif can_be_seen and not was_seen:
        status = RunStatus.MISSED
    return Step(replace(run, status=status, told_at=None))


def _failed(run: Run, problem: RunProblem, now: datetime) -> Run:
    return replace(
        closed(run, now), status=RunStatus.FAILED, problem=problem, told_at=None
    )
