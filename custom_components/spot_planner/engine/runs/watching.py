"""See when an appliance really runs, and keep that in its run."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import final

from ..planning.model import Segment
from ..time_range import MINUTE
from .run import Run

# Who looks every minute has missed nothing when two have passed.
UNSEEN = 2 * MINUTE


class SwitchState(StrEnum):
    """What can be seen of an entity."""

    ON = "on"
    OFF = "off"
    UNKNOWN = "unknown"
    """It answers, but does not say: it can be told all the same."""
    UNAVAILABLE = "unavailable"
    MISSING = "missing"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is seen of an appliance; None where there is nothing to look at."""

    switch: SwitchState | None = None
    proof: SwitchState | None = None
    looked_at: datetime
    """When the switch said before what it does: since then, nothing is known."""

    @property
    def is_absent(self) -> bool:
        """Tell whether the switch is one that does not answer."""
        return self.switch in (SwitchState.UNAVAILABLE, SwitchState.MISSING)

    @property
    def is_proven(self) -> bool:
        """Tell whether the proof says anything, be it on or off."""
        return self.proof in (SwitchState.ON, SwitchState.OFF)


def watched(run: Run, seen: Seen, now: datetime) -> Run:
    """Note since when, or until when, the appliance is seen to run."""
    if run.told is False and seen.switch is SwitchState.OFF:
        run = replace(run, told_at=None, attempts=0)
    if run.on_since is None:
        if not _runs(run, seen):
            return run
        # It has run since it was told, when this is the first look after that.
        told_at = run.told_at if run.told else None
        return running_since(
            run, told_at if told_at and told_at >= seen.looked_at else now
        )
    if _stands_still(run, seen):
        # What happened while nobody looked is not known, and not counted.
        looked = now - seen.looked_at <= UNSEEN
        return closed(run, now if looked else seen.looked_at)
    return run


def running_since(run: Run, since: datetime) -> Run:
    """Take note that the appliance runs, and give back the time it has lost."""
    run = _made_up(run, since)
    return replace(run, on_since=since, told_at=None, attempts=0)


def closed(run: Run, until: datetime) -> Run:
    """End the stretch in which the appliance was seen to run, if there is one."""
    if run.on_since is None:
        return run
    stretches = run.stretches
    if until > run.on_since:
        stretches = (*stretches, Segment(run.on_since, until))
    return replace(run, on_since=None, stretches=stretches)


def is_ahead(run: Run, now: datetime) -> bool:
    """Tell whether a run knows of later moments, so that the clock was set back."""
    noted = (run.told_at, run.on_since, *(it.end for it in run.stretches))
    return any(it is not None and now < it for it in noted)


def _runs(run: Run, seen: Seen) -> bool:
    """Tell whether the appliance is seen to run; a proof knows better than a switch."""
    if _stands_still(run, seen):
        return False
    return SwitchState.ON is (seen.proof if seen.is_proven else seen.switch)


def _stands_still(run: Run, seen: Seen) -> bool:
    """Tell whether the appliance is seen not to run.

    A low power is only a rest in the program of a machine. The power of a machine that
    was switched off may still be that of a minute ago, or of something else.
    """
    if seen.switch is not SwitchState.OFF:
        return False
    return run.told is False or run.hand is False or seen.proof is not SwitchState.ON


def _made_up(run: Run, since: datetime) -> Run:
    """Let a run end later by the time that passed before the appliance ran."""
    part = next((part for part in run.segments if since in part), None)
    if part is None or run.by_hand or run.hand is not None:
        return run
    lost = since - max([part.start, *(it.end for it in run.stretches)])
    if lost < MINUTE:
        return run
    # Only the last segment has no other after it that begins when it was to begin.
    *before, last = run.segments
    end = max(last.end, min(last.end + lost, run.latest_end))
    return replace(run, segments=(*before, Segment(last.start, end)))
