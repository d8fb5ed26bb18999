"""Runs and their costs as the documents that are kept on disk.

A moment is written as its seconds since 1970, a duration in seconds. Whatever is read
is a run that the rest can work with, or an exception. Fields that are not known are
left out of account; those that were added later may be missing.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from ..engine.planning.model import PlannedRun, Rule, RunnerUp, Segment
from ..engine.runs.appliance import LONGEST_RUN
from ..engine.runs.ledger import LedgerEntry, Slot
from ..engine.runs.run import Run, RunProblem, RunStatus
from ..storage.stored_value import (
    OddValueError,
    read_choice,
    read_count,
    read_duration,
    read_fields,
    read_list,
    read_moment,
    read_moment_or_none,
    read_number,
    read_number_or_none,
    read_text,
    read_truth,
    read_truth_or_none,
)

# No plan keeps an appliance on for longer, and no run waits for longer.
LONGEST_SEGMENT = timedelta(days=7)
LONGEST_WAIT = timedelta(days=366)

# What the fields of a run hold where a document does not have them.
UNSAID: dict[str, Any] = {
    "duration": None,
    "segments": [],
    "rule": None,
    "plan": None,
    "by_hand": False,
    "hand": None,
    "told": None,
    "told_at": None,
    "attempts": 0,
    "on_since": None,
    "stretches": [],
    "problem": None,
    "is_settled": False,
}


def write_run(run: Run) -> dict[str, Any]:
    """Return the document of a run."""
    return {
        "appliance": run.appliance,
        "key": run.key,
        "earliest": run.earliest.timestamp(),
        "latest_end": run.latest_end.timestamp(),
        "duration": None if run.duration is None else run.duration.total_seconds(),
        "status": run.status,
        "segments": _write_segments(run.segments),
        "rule": run.rule,
        "plan": run.plan and _write_plan(run.plan),
        "by_hand": run.by_hand,
        "hand": run.hand,
        "told": run.told,
        "told_at": run.told_at and run.told_at.timestamp(),
        "attempts": run.attempts,
        "on_since": run.on_since and run.on_since.timestamp(),
        "stretches": _write_segments(run.stretches),
        "problem": run.problem,
        "is_settled": run.is_settled,
    }


def read_run(value: object) -> Run:
    """Return the run of a document."""
    document = {**UNSAID, **read_fields(value)}
    duration, rule = document["duration"], document["rule"]
    plan, problem = document["plan"], document["problem"]
    run = Run(
        appliance=read_text(document["appliance"]),
        key=read_text(document["key"]),
        earliest=read_moment(document["earliest"]),
        latest_end=read_moment(document["latest_end"]),
        duration=None if duration is None else read_duration(duration, LONGEST_RUN),
        status=read_choice(document["status"], RunStatus),
        segments=_read_segments(document["segments"]),
        rule=None if rule is None else read_choice(rule, Rule),
        plan=None if plan is None else _read_plan(plan),
        by_hand=read_truth(document["by_hand"]),
        hand=read_truth_or_none(document["hand"]),
        told=read_truth_or_none(document["told"]),
        told_at=read_moment_or_none(document["told_at"]),
        attempts=read_count(document["attempts"]),
        on_since=read_moment_or_none(document["on_since"]),
        stretches=_read_stretches(document["stretches"]),
        problem=None if problem is None else read_choice(problem, RunProblem),
        is_settled=read_truth(document["is_settled"]),
    )
    if not timedelta() < run.latest_end - run.earliest <= LONGEST_WAIT:
        raise OddValueError("the run ends before it may start, or never")
    if run.status is RunStatus.COMMITTED and not run.segments:
        raise OddValueError("the run has no time to keep to")
    return run


def write_entry(entry: LedgerEntry) -> dict[str, Any]:
    """Return the document of what a run has cost."""
    return {
        "appliance": entry.appliance,
        "key": entry.key,
        "start": entry.start.timestamp(),
        "end": entry.end.timestamp(),
        "energy": entry.energy,
        "cost": entry.cost,
        "cost_at_request": entry.cost_at_request,
        "cost_at_mean": entry.cost_at_mean,
        "slots": [
            [
                slot.start.timestamp(),
                slot.end.timestamp(),
                slot.energy,
                slot.price,
                slot.cost,
            ]
            for slot in entry.slots
        ],
        "estimated": entry.estimated,
    }


def read_entry(value: object) -> LedgerEntry:
    """Return what a run has cost, of a document."""
    document = read_fields(value)
    entry = LedgerEntry(
        appliance=read_text(document["appliance"]),
        key=read_text(document["key"]),
        start=read_moment(document["start"]),
        end=read_moment(document["end"]),
        energy=read_number(document["energy"]),
        cost=read_number(document["cost"]),
        cost_at_request=read_number_or_none(document["cost_at_request"]),
        cost_at_mean=read_number(document["cost_at_mean"]),
        slots=tuple(_read_slot(row) for row in read_list(document["slots"])),
        estimated=read_truth(document["estimated"]),
    )
    if entry.end <= entry.start:
        raise OddValueError("a cost has no time")
    return entry


def _read_slot(row: object) -> Slot:
    start, end, energy, price, cost = read_list(row)
    slot = Slot(
        start=read_moment(start),
        end=read_moment(end),
        energy=read_number(energy),
        price=read_number(price),
        cost=read_number(cost),
    )
    if slot.end <= slot.start:
        raise OddValueError("a slot has no length")
    return slot


def _write_plan(plan: PlannedRun) -> dict[str, Any]:
    return {
        "name": plan.name,
        "segments": _write_segments(plan.segments),
        "energy": plan.energy,
        "cost": plan.cost,
        "average_price": plan.average_price,
        "cost_if_now": plan.cost_if_now,
        "saving": plan.saving,
        "runner_up": plan.runner_up
        and {
            "segments": _write_segments(plan.runner_up.segments),
            "cost": plan.runner_up.cost,
        },
        "rule": plan.rule,
        "estimated": plan.estimated,
        "sources": list(plan.sources),
    }


def _read_plan(value: object) -> PlannedRun:
    document = read_fields(value)
    return PlannedRun(
        name=read_text(document["name"]),
        segments=_read_some_segments(document["segments"]),
        energy=read_number(document["energy"]),
        cost=read_number(document["cost"]),
        average_price=read_number(document["average_price"]),
        cost_if_now=read_number(document["cost_if_now"]),
        saving=read_number(document["saving"]),
        runner_up=_read_runner_up(document["runner_up"]),
        rule=read_choice(document["rule"], Rule),
        estimated=read_truth(document["estimated"]),
        sources=tuple(
            None if source is None else read_text(source)
            for source in read_list(document["sources"])
        ),
    )


def _read_runner_up(value: object) -> RunnerUp | None:
    if value is None:
        return None
    document = read_fields(value)
    return RunnerUp(
        _read_some_segments(document["segments"]), read_number(document["cost"])
    )


def _write_segments(segments: Iterable[Segment]) -> list[list[float]]:
    return [[part.start.timestamp(), part.end.timestamp()] for part in segments]


def _read_segments(value: object) -> tuple[Segment, ...]:
    segments = _read_stretches(value)
    if any(it.duration > LONGEST_SEGMENT for it in segments):
        raise OddValueError("a segment is too long")
    return segments


def _read_some_segments(value: object) -> tuple[Segment, ...]:
    segments = _read_segments(value)
    if not segments:
        raise OddValueError("a plan has no time")
    return segments


def _read_stretches(value: object) -> tuple[Segment, ...]:
    """Return stretches in time order; those that share a moment become one.

    Clocks that were set back have written others, so nothing is damaged by that.
    """
    stretches: list[Segment] = []
    for start, end in sorted(_read_range(row) for row in read_list(value)):
        if end <= start:
            continue
        if stretches and start < stretches[-1].end:
            last = stretches.pop()
            start, end = last.start, max(last.end, end)
        stretches.append(Segment(start, end))
    return tuple(stretches)


def _read_range(row: object) -> tuple[datetime, datetime]:
    start, end = read_list(row)
    return read_moment(start), read_moment(end)
