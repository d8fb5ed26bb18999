"""One execution of an appliance, from its plan to its end."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import final

from ..planning.model import PlannedRun, Rule, Segment


class RunStatus(StrEnum):
    """What has become of a run."""

    PLANNED = "planned"
    """It has a time, which may still move."""
    COMMITTED = "committed"
    """It starts within its lead time, and never moves again."""
    RUNNING = "running"
    """It has begun; pauses between its segments count as running."""
    DONE = "done"
    MISSED = "missed"
    """Its time passed without anybody there to start it."""
    FAILED = "failed"
    """The appliance did not do what it was told."""
    SKIPPED = "skipped"
    """The user did not want it."""


PENDING = frozenset({RunStatus.PLANNED})
COMMITMENTS = frozenset({RunStatus.COMMITTED, RunStatus.RUNNING})
ENDED = frozenset(RunStatus) - PENDING - COMMITMENTS


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One execution of an appliance; every moment is in UTC.

    Only `engine.runs` makes one out of another, so that no step is left out.
    """

    appliance: str
    """The id of the appliance."""
    key: str
    """What tells it from the appliance's other runs: the local date on which its time
    begins, or the moment of the request."""
    earliest: datetime
    latest_end: datetime
    duration: timedelta | None = None
    """Set where the request wanted another duration than the appliance has."""
    status: RunStatus = RunStatus.PLANNED
    segments: tuple[Segment, ...] = ()
    """When it runs; empty as long as no time could be found at all."""
    rule: Rule | None = None
    """Why then."""
    plan: PlannedRun | None = None
    """What it costs then; None where the prices are not known."""
    by_hand: bool = False
    """Whether the user has started it: then only the user ends it."""
    overruled: bool = False
    """Whether a hand has switched against the plan: until its end, the hand decides."""
    attempts: int = 0
    """How often the switch was told to be as planned without a confirmation yet."""
    told_at: datetime | None = None
    """When it was last told so; None once that is confirmed."""
    stretches: tuple[Segment, ...] = ()
    """When it has really run, as far as it was seen."""
    problem: str | None = None
    """Why it failed: a translation key."""

    @property
    def id(self) -> str:
        """Return what tells it from all other runs."""
        return f"{self.appliance}/{self.key}"

    @property
    def start(self) -> datetime | None:
        """Return when it starts."""
        return self.segments[0].start if self.segments else None

    @property
    def end(self) -> datetime | None:
        """Return when it ends, pauses included."""
        return self.segments[-1].end if self.segments else None

    @property
    def is_open(self) -> bool:
        """Tell whether it has still to happen, or to end."""
        return self.status not in ENDED

    def wants_on(self, now: datetime) -> bool:
        """Tell whether a segment of it holds a moment."""
        return any(now in segment for segment in self.segments)


def open_runs(runs: tuple[Run, ...], appliance: str | None = None) -> Iterator[Run]:
    """Go through the runs that have not ended, of one appliance or of all."""
    return (
        run
        for run in runs
        if run.is_open and (appliance is None or run.appliance == appliance)
    )
