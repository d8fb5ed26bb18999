"""What can be had of stored runs that are odd, or of a newer release.

No run is begun twice, and what may be on is not forgotten; whatever else is lost.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from .engine.runs.agenda import Agenda
from .engine.runs.ledger import LedgerEntry
from .engine.runs.run import Run, RunStatus
from .run_document import UNSAID, read_entry, read_run
from .stored_value import read_moment, read_number

# So runs are written before anything is done for them.
NOT_BEGUN = (RunStatus.PLANNED, RunStatus.COMMITTED)


def rescued_agenda(document: object) -> Agenda | None:
    """Return what can be had of a document of runs, or None when that is nothing."""
    if not isinstance(document, dict):
        return None
    currency = document.get("currency")
    runs, lost = _rescued_runs(document.get("runs"))
    agenda = Agenda(
        currency=currency if isinstance(currency, str) else None,
        runs=without_twins(runs),
        looked_at={} if None in lost else _rescued_moments(document, lost),
        saved=_rescued_amounts(document),
        last=_rescued_entries(document),
    )
    return None if agenda == Agenda() else agenda


def rescued_run(value: object) -> Run | None:
    """Return what can be had of the document of a run; its id and its limits at least.

    What is not understood of it is as if it had not been said. Without a status that
    is understood, it runs where anything shows that, and otherwise it is over.
    """
    if not isinstance(value, dict):
        return None
    kept = {
        **UNSAID,
        **{name: value.get(name) for name in ("appliance", "key")},
        **{name: value.get(name) for name in ("earliest", "latest_end")},
        "status": RunStatus.PLANNED,
    }
    for name in UNSAID:
        with suppress(Exception):
            read_run(kept | {name: value[name]})
            kept[name] = value[name]
    status = value.get("status")
    if status not in tuple(RunStatus):
        may_be_on = kept["told"] or kept["on_since"] is not None
        status = RunStatus.RUNNING if may_be_on else RunStatus.MISSED
    for known in (status, RunStatus.PLANNED):
        with suppress(Exception):
            return read_run(kept | {"status": known})
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
    less, more = sorted((one, other), key=_knowledge)
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


def _rescued_runs(value: object) -> tuple[list[Run], set[str | None]]:
    """Return the runs, and of which appliances others are to be found anew.

    None among these stands for any appliance. A run that has begun is not found anew,
    not even if nothing else is known of it.
    """
    if not isinstance(value, list):
        return [], {None}
    runs: list[Run] = []
    lost: set[str | None] = set()
    for document in value:
        run = rescued_run(document)
        if run:
            runs.append(run)
        elif not isinstance(document, dict):
            lost.add(None)
        elif not _has_begun(document):
            appliance = document.get("appliance")
            lost.add(appliance if isinstance(appliance, str) else None)
    return runs, lost


def _has_begun(document: dict[str, Any]) -> bool:
    return document.get("status") not in NOT_BEGUN or any(
        document.get(name) for name in ("told", "on_since", "stretches")
    )


def _rescued_moments(
    document: dict[str, Any], lost: set[str | None]
) -> dict[str, datetime]:
    moments = {}
    for appliance, seconds in _items(document, "looked_at"):
        with suppress(Exception):
            if appliance not in lost:
                moments[appliance] = read_moment(seconds)
    return moments


def _rescued_amounts(document: dict[str, Any]) -> dict[str, float]:
    amounts = {}
    for appliance, amount in _items(document, "saved"):
        with suppress(Exception):
            amounts[appliance] = read_number(amount)
    return amounts


def _rescued_entries(document: dict[str, Any]) -> dict[str, LedgerEntry]:
    entries = {}
    for appliance, entry in _items(document, "last"):
        with suppress(Exception):
            entries[appliance] = read_entry(entry)
    return entries


def _items(document: dict[str, Any], name: str) -> Iterable[tuple[str, object]]:
    value = document.get(name)
    return value.items() if isinstance(value, dict) else ()
