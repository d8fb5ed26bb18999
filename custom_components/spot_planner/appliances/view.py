"""Everything that the entities of an appliance show, worked out once per change."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import final

from ..engine.planning.model import PlannedRun
from ..engine.runs.ledger import LedgerEntry
from ..engine.runs.run import Run, RunStatus
from .settings import ApplianceSettings


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class ApplianceView:
    """What is known of an appliance at one moment; times are UTC, money in currency."""

    settings: ApplianceSettings
    run: Run | None
    """The one under way, else the last that ended until its time is over, else the next."""
    next_run: Run | None
    """The running one, else the next open one."""
    is_on: bool
    """Whether it should run now, whoever switches it."""
    currency: str
    saved_total: float
    last: LedgerEntry | None
    """What the last run that was seen to run has cost."""

    @property
    def status(self) -> RunStatus | None:
        """Return what has become of the run; None before anything was planned."""
        return self.run and self.run.status

    @property
    def plan(self) -> PlannedRun | None:
        """Return why the next run takes place then; None without known prices."""
        return self.next_run and self.next_run.plan

    @property
    def planned_start(self) -> datetime | None:
        """Return when the next run starts."""
        return self.next_run and self.next_run.start

    @property
    def planned_end(self) -> datetime | None:
        """Return when the next run ends."""
        return self.next_run and self.next_run.end

    @property
    def planned_cost(self) -> float | None:
        """Return what the next run costs."""
        return self.plan and self.plan.cost

    @property
    def planned_saving(self) -> float | None:
        """Return what the next run saves against starting as soon as it may."""
        return self.plan and self.plan.saving


def appliance_view(
    settings: ApplianceSettings,
    runs: Iterable[Run],
    now: datetime,
    currency: str,
    saved_total: float,
    last: LedgerEntry | None,
) -> ApplianceView:
    """Work out what an appliance shows; the runs of other appliances do not count."""
    own = [run for run in runs if run.appliance == settings.appliance.id]
    next_run = min((run for run in own if run.is_open), key=_order, default=None)
    return ApplianceView(
        settings=settings,
        run=_shown(own, next_run, now),
        next_run=next_run,
        is_on=any(_is_on(run, now, is_paused=settings.control.paused) for run in own),
        currency=currency,
        saved_total=saved_total,
        last=last,
    )


def _shown(own: list[Run], next_run: Run | None, now: datetime) -> Run | None:
    """Return the run whose status is shown.

    What has become of a run stays to be seen until its own time is over, unless
    another one is under way.
    """
    ended = max((run for run in own if not run.is_open), key=_moment, default=None)
    if next_run is None or ended is None or ended.latest_end <= now:
        return next_run or ended
    is_under_way = next_run.is_committed or next_run.earliest <= now
    return next_run if is_under_way else ended


def _is_on(run: Run, now: datetime, *, is_paused: bool) -> bool:
    """Tell whether a run wants its appliance on; a hand has the last word.

    While it is paused no run begins, but one that has begun goes on.
    """
    if not run.is_open or (is_paused and run.status is not RunStatus.RUNNING):
        return False
    return run.wants_on(now) if run.hand is None else run.hand


def _order(run: Run) -> tuple[bool, datetime]:
    """Put the running one first, then the others by their time."""
    return run.status is not RunStatus.RUNNING, _moment(run)


def _moment(run: Run) -> datetime:
    """Return when a run takes place, or might, where it has no time."""
    return run.start or run.earliest
