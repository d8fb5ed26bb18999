"""Events of a run: what is told of it as it happens."""

from dataclasses import dataclass
from enum import StrEnum
from typing import final

from .run import Run, RunStatus


class RunEventType(StrEnum):
    """What has happened to a run."""

    RUN_STARTED = "run_started"
    RUN_FINISHED = "run_finished"
    RUN_FAILED = "run_failed"
    RUN_MISSED = "run_missed"
    PLAN_CHANGED = "plan_changed"
    """It has another time than before, or a time at all."""


@final
@dataclass(frozen=True, slots=True)
class RunEvent:
    """Something that has just happened to a run, and the run after it."""

    type: RunEventType
    run: Run


def event_between(old: Run, new: Run, *, is_advice: bool) -> RunEventType | None:
    """Return what has happened to a run from one step to the next.

    Args:
        old: The run before.
        new: The run after.
        is_advice: Whether nothing is switched for it, so that its time is all there is.
    """
    if not old.is_open:
        return None
    if new.status is RunStatus.FAILED:
        return RunEventType.RUN_FAILED
    if new.status is RunStatus.MISSED:
        return RunEventType.RUN_MISSED
    if not new.is_open:
        return RunEventType.RUN_FINISHED if _has_begun(old, is_advice) else None
    if _has_begun(new, is_advice):
        return None if _has_begun(old, is_advice) else RunEventType.RUN_STARTED
    if new.segments and new.segments != old.segments:
        return RunEventType.PLAN_CHANGED
    return None


def _has_begun(run: Run, is_advice: bool) -> bool:
    """Tell whether a run is seen to run, or is advice whose time has come."""
    if run.status is not RunStatus.RUNNING:
        return False
    return bool(run.on_since or run.stretches or is_advice)
