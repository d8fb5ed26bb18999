"""One execution of an appliance, from its plan to its end."""

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


class RunProblem(StrEnum):
    """Why a run failed."""

    NOT_STARTED = "not_started"
    """It was told to run, and did not."""
    NOT_STOPPED = "not_stopped"
    """It was told to stop, and went on."""
    ENTITY_MISSING = "entity_missing"
    ENTITY_UNAVAILABLE = "entity_unavailable"


COMMITMENTS = frozenset({RunStatus.COMMITTED, RunStatus.RUNNING})
ENDED = frozenset(
    {RunStatus.DONE, RunStatus.MISSED, RunStatus.FAILED, RunStatus.SKIPPED}
)


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
    hand: bool | None = None
    """To what a hand has switched against the plan; until its end, the hand decides."""
    told: bool | None = None
    """What the switch was last told to be; None as long as it was told nothing."""
    told_at: datetime | None = None
    """When it was told so; None once that is confirmed."""
    attempts: int = 0
    """How often it was told so without a confirmation yet."""
    on_since: datetime | None = None
    """Since when it is seen to run."""
    stretches: tuple[Segment, ...] = ()
    """When it has really run before that, as far as it was seen."""
    problem: RunProblem | None = None
    """Why it failed."""
    is_settled: bool = False
    """Whether its cost stands in the ledger."""

    @property
    def id(self) -> str:
        """Return what tells it from all other runs."""
        return f"{self.appliance}/{self.key}"

    @property
    def is_daily(self) -> bool:
        """Tell whether it belongs to a day, and not to a request."""
        return "T" not in self.key

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

    @property
    def is_committed(self) -> bool:
        """Tell whether its time stays, whatever becomes of prices and other runs."""
        return self.status in COMMITMENTS

    def wants_on(self, now: datetime) -> bool:
        """Tell whether a segment of it holds a moment."""
        return any(now in segment for segment in self.segments)
