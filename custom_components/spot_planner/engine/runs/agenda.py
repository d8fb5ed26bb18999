"""All runs of a home: which are due, which have ended, and what they have saved."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from typing import Self, final

from ..planning.effective import PlanPrices
from .appliance import Appliance
from .due import due_runs
from .execution import needed, to_be_planned
from .ledger import LedgerEntry, settle
from .run import Run, RunStatus

# Ended runs are kept so long: for the calendar, for prices that come late, and so that
# a run that is done is not taken for one that is still due.
MEMORY = timedelta(days=2)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """What is known of runs; everything else is by the id of an appliance."""

    runs: tuple[Run, ...] = ()
    looked_at: Mapping[str, datetime] = field(default_factory=dict)
    """Up to when the due runs are known."""
    saved: Mapping[str, float] = field(default_factory=dict)
    """What all runs have saved so far, in currency."""
    last: Mapping[str, LedgerEntry] = field(default_factory=dict)
    """What the last run that was seen to run has cost."""
    currency: str | None = None
    """That of all money here; None as long as there was none."""

    def in_currency(self, currency: str) -> Self:
        """Return what is known, without money if that is in another currency.

        What was saved cannot be converted: each part of it had the rate of its day.
        """
        if self.currency in (None, currency):
            return replace(self, currency=currency)
        runs = tuple(replace(run, plan=None) for run in self.runs)
        return replace(self, runs=runs, saved={}, last={}, currency=currency)

    def of(self, appliances: Mapping[str, Appliance]) -> Self:
        """Return what is known of some appliances; the others are gone."""
        return replace(
            self,
            runs=tuple(run for run in self.runs if run.appliance in appliances),
            looked_at={k: v for k, v in self.looked_at.items() if k in appliances},
            saved={k: v for k, v in self.saved.items() if k in appliances},
            last={k: v for k, v in self.last.items() if k in appliances},
        )

    def get(self, run_id: str) -> Run | None:
        """Return a run, or None when it is not known any more."""
        return next((run for run in self.runs if run.id == run_id), None)

    def open(self, appliance: str | None = None) -> Iterator[Run]:
        """Go through the runs that have not ended, of one appliance or of all."""
        return (
            run
            for run in self.runs
            if run.is_open and (appliance is None or run.appliance == appliance)
        )

    def current(self, appliance: str, now: datetime) -> Run | None:
        """Return the open run of an appliance that is under way, or might be now."""
        return min(
            (
                run
                for run in self.open(appliance)
                if run.is_committed or run.earliest <= now
            ),
            key=lambda run: (run.status is not RunStatus.RUNNING, run.earliest),
            default=None,
        )

    def with_run(self, run: Run) -> Self:
        """Return the agenda with a run, in place of the one with the same id."""
        if self.get(run.id) is None:
            return replace(self, runs=(*self.runs, run))
        return replace(
            self, runs=tuple(run if it.id == run.id else it for it in self.runs)
        )

    def without_run(self, run_id: str) -> Self:
        """Return the agenda without a run."""
        return replace(self, runs=tuple(run for run in self.runs if run.id != run_id))

    def with_due(
        self,
        appliances: Mapping[str, Appliance],
        now: datetime,
        until: datetime,
        zone: tzinfo,
    ) -> Self:
        """Return the agenda with the runs whose day comes into sight before `until`.

        A run whose time went by while nobody looked is there too: it was missed, if it
        would still be remembered. But what was over before an appliance was known is
        nobody's miss. What was missed by a clock that was ahead is due again.
        """
        known = {run.id for run in self.runs}
        oldest = now - MEMORY
        new = [
            run
            for key, appliance in appliances.items()
            for run in due_runs(
                appliance, max(self.looked_at.get(key, now), oldest), until, zone
            )
            if run.id not in known
            and (
                key in self.looked_at
                or now + needed(run, appliance.duration) <= run.latest_end
            )
        ]
        runs = (
            to_be_planned(run) if _is_still_to_come(run, appliances, now) else run
            for run in self.runs
        )
        return replace(
            self, runs=(*runs, *new), looked_at=dict.fromkeys(appliances, now)
        )

    def renewed(
        self,
        before: Mapping[str, Appliance],
        after: Mapping[str, Appliance],
        now: datetime,
        zone: tzinfo,
    ) -> Self:
        """Return the agenda after appliances, or the zone of the home, have changed.

        What has begun goes on. A planned run of a day keeps its time as long as its
        load is the same, and gets the new limits; is that day none of its any more,
        it is dropped. What was asked for until another time keeps that time as long as
        its own appliance is the same.
        """
        runs = []
        for run in self.runs:
            appliance = after.get(run.appliance)
            if appliance is None:
                continue
            if run.status is not RunStatus.PLANNED:
                runs.append(run)
                continue
            old = before.get(run.appliance)
            if run.is_daily and appliance != old:
                days = due_runs(appliance, now, run.latest_end + MEMORY, zone)
                day = next((it for it in days if it.key == run.key), None)
                if day is None:
                    continue
                run = replace(run, earliest=day.earliest, latest_end=day.latest_end)
            if old is None or (old.profile, old.split) != (
                appliance.profile,
                appliance.split,
            ):
                run = to_be_planned(run)
            runs.append(run)
        known = {
            key: moment
            for key, moment in self.looked_at.items()
            if after.get(key) == before.get(key)
        }
        return replace(self, runs=tuple(runs), looked_at=known)

    def settled(
        self, appliances: Mapping[str, Appliance], prices: PlanPrices, zone: tzinfo
    ) -> Self:
        """Return the agenda with all that has ended in the ledger, if prices are known."""
        agenda: Self = self
        for run in self.runs:
            if run.is_open or run.is_settled:
                continue
            entry = settle(run, appliances[run.appliance], prices, zone)
            if entry is None:
                continue
            total = agenda.saved.get(run.appliance, 0.0) + entry.saving
            agenda = replace(
                agenda.with_run(replace(run, is_settled=True)),
                saved={**agenda.saved, run.appliance: total},
                last={**agenda.last, run.appliance: entry},
            )
        return agenda

    def without_old(self, now: datetime) -> Self:
        """Return the agenda without the runs that ended long ago."""
        return replace(
            self,
            runs=tuple(
                run
                for run in self.runs
                if run.is_open or max(run.latest_end, run.end or now) > now - MEMORY
            ),
        )


def _is_still_to_come(
    run: Run, appliances: Mapping[str, Appliance], now: datetime
) -> bool:
    """Tell whether a run was missed only because the clock was ahead."""
    appliance = appliances.get(run.appliance)
    if appliance is None or run.status is not RunStatus.MISSED or run.told is not None:
        return False
    has_time = now + needed(run, appliance.duration) <= run.latest_end
    return has_time and (run.start is None or run.start > now)
