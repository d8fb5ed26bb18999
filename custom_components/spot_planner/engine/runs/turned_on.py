"""Turned on: the stretch in which a run has its switch on, which ends with a duty."""

from datetime import datetime, timedelta

from ..planning.model import Segment
from ..time_range import MINUTE
from .clock import STEADY
from .execution import Switching, acts
from .run import Run, RunStatus


def turned_on(run: Run, switching: Switching, now: datetime) -> Segment | None:
    """Return the stretch in which a run has its switch on, to be turned off at its end.

    It ends now when the switch has yet to be seen off. None is returned when the run
    has turned nothing on, or leaves that to somebody else.
    """
    is_ours = run.status is RunStatus.RUNNING and acts(run, switching)
    if not is_ours or not switching.can_stop or run.by_hand or run.hand is False:
        return None
    if run.segments and run.hand:
        # A hand that has turned it on against the plan wants it on until the end.
        return Segment(run.segments[0].start, run.segments[-1].end)
    over = Segment(now - MINUTE, now)
    if run.told:
        # Before its segment, the clock was set back: it is on all the same.
        return next((part for part in run.segments if now < part.end), over)
    return None if run.told_at is None else over


def time_left(run: Run, on: Segment, now: datetime) -> timedelta:
    """Return how long a run may still be on in the stretch for which it is on.

    However far the clock was set back, that is no longer than what is left of it when
    all that was seen is counted.
    """
    seen = sum(
        (it.duration for it in run.stretches if on.start <= it.start < on.end),
        timedelta(),
    )
    return max(min(on.end - now, on.duration - seen), timedelta())


def ahead_of(run: Run, on: Segment) -> timedelta:
    """Return by how much a run is ahead of the stretch for which it is on.

    Args:
        run: The run, with the times that it was planned for.
        on: The stretch as it is known by a clock that was set back meanwhile.
    """
    if not run.segments:
        return timedelta()
    whole = Segment(run.segments[0].start, run.segments[-1].end)
    for part in (*run.segments, whole):
        by = part.start - on.start
        if by > STEADY and part.end - on.end == by:
            return by
    return timedelta()
