"""The rescue of stored runs that are odd, or of a newer release.

No run is begun twice, and what may be on is not forgotten; whatever else is lost.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from ..engine.planning.model import Segment
from ..engine.runs.agenda import Agenda
from ..engine.runs.ledger import LedgerEntry
from ..engine.runs.run import Run, RunStatus
from ..storage.stored_value import read_currency, read_moment, read_number
from .run_document import UNSAID, read_entry, read_run

DAY = timedelta(days=1)

# So runs are written before anything is done for them.
NOT_BEGUN = (RunStatus.PLANNED, RunStatus.COMMITTED)


def rescued_agenda(document: object) -> Agenda | None:
    """Return what can be had of a document of runs, or None when that is nothing."""
    if not isinstance(document, dict):
        return None
    last = _rescued_entries(document)
    looked_at = _rescued_moments(document)
    known_until = max(looked_at.values(), default=None)
    runs = document.get("runs")
    rescued = [
        rescued_run(run, known_until)
        for run in (runs if isinstance(runs, list) else ())
    ]
    agenda = Agenda(
        currency=_rescued_currency(document),
        runs=without_twins(
            [*filter(None, rescued), *(_run_of(entry) for entry in last.values())]
        ),
        looked_at=looked_at,
        saved=_rescued_amounts(document),
        last=last,
    )
    return None if agenda == Agenda() else agenda


def rescued_run(value: object, known_until: datetime | None) -> Run | None:
    """Return what can be had of the document of a run; its id at least.

    What is not understood of it is as if it had not been said. Without a status that
    is understood, it runs where anything shows that, and otherwise it is over. One that
    has begun is kept even without its limits, so that it is not begun again; any other
    without limits is lost, and is due anew where it belongs to a day.

    Args:
        value: The document.
        known_until: Up to when runs were looked at.
    """
    if not isinstance(value, dict):
        return None
    if _is_run(value):
        return read_run(value)
    kept = {
        **UNSAID,
        **{name: value.get(name) for name in ("appliance", "key")},
        **{name: value.get(name) for name in ("earliest", "latest_end")},
        "status": RunStatus.PLANNED,
    }
    if not _is_run(kept) and known_until and _has_begun(value):
        kept["earliest"] = (known_until - DAY).timestamp()
        kept["latest_end"] = known_until.timestamp()
    for name in UNSAID:
        if _is_run(more := kept | {name: value.get(name)}):
            kept = more
    status = value.get("status")
    if status not in tuple(RunStatus):
        may_be_on = kept["told"] or kept["on_since"] is not None
        status = RunStatus.RUNNING if may_be_on else RunStatus.MISSED
    for known in (status, RunStatus.PLANNED):
        if _is_run(more := kept | {"status": known}):
            return read_run(more)
    return None


def without_twins(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Return runs, of those with the same id only what is safe to believe.

    What runs is believed to run. Where it is also said to be over, its time is over:
    it is seen off, and never begins again.
    """
    kept: dict[str, Run] = {}
    for run in runs:
        other = kept.get(run.id)
        kept[run.id] = run if other is None else _one_of(other, run)
    return tuple(kept.values())


def _one_of(one: Run, other: Run) -> Run:
    less, more = sorted((other, one), key=_knowledge)
    # What was saved is not counted twice.
    is_settled = less.is_settled or more.is_settled
    if more.status is RunStatus.RUNNING and not less.is_open:
        # What was never told needs not to be seen off.
        more = less if more.told is None else replace(more, segments=())
    return replace(more, is_settled=is_settled)


def _knowledge(run: Run) -> tuple[Any, ...]:
    """Return what tells which of two runs with the same id knows more."""
    return (
        run.status is RunStatus.RUNNING,
        not run.is_open,
        run.status is RunStatus.COMMITTED,
        (None, False, True).index(run.told),
        run.problem is not None,
        run.on_since is not None,
        len(run.stretches),
    )


def _is_run(document: dict[str, Any]) -> bool:
    try:
        read_run(document)
    except (LookupError, TypeError, ValueError):
        return False
    return True


def _has_begun(document: dict[str, Any]) -> bool:
    return document.get("status") not in NOT_BEGUN or any(
        document.get(name) for name in ("told", "on_since", "stretches")
    )


def _run_of(entry: LedgerEntry) -> Run:
    """Return the run that has cost this, in case it is known from nowhere else."""
    return Run(
        appliance=entry.appliance,
        key=entry.key,
        earliest=entry.start,
        latest_end=entry.end,
        status=RunStatus.DONE,
        segments=(Segment(entry.start, entry.end),),
        is_settled=True,
    )


def _rescued_currency(document: dict[str, Any]) -> str | None:
    # Amounts without a currency count as in that of the prices.
    with suppress(ValueError):
        return read_currency(document.get("currency"))
    return None


def _rescued_moments(document: dict[str, Any]) -> dict[str, datetime]:
    moments = {}
    for appliance, seconds in _items(document, "looked_at"):
        with suppress(ValueError):
            moments[appliance] = read_moment(seconds)
    return moments


def _rescued_amounts(document: dict[str, Any]) -> dict[str, float]:
    amounts = {}
    for appliance, amount in _items(document, "saved"):
        with suppress(ValueError):
            amounts[appliance] = read_number(amount)
    return amounts


def _rescued_entries(document: dict[str, Any]) -> dict[str, LedgerEntry]:
    entries = {}
    for appliance, entry in _items(document, "last"):
        with suppress(LookupError, ValueError):
            entries[appliance] = read_entry(entry)
    return entries


def _items(document: dict[str, Any], name: str) -> Iterable[tuple[str, object]]:
    value = document.get(name)
    return value.items() if isinstance(value, dict) else ()
