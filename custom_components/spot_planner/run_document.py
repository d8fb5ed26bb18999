"""Runs and their costs as the documents that are kept on disk.

A moment is written as its seconds since 1970, a duration in seconds.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from .engine.planning.model import PlannedRun, Rule, RunnerUp, Segment
from .engine.runs.ledger import LedgerEntry, Slot
from .engine.runs.run import Problem, Run, RunStatus
from .safe_store import read_moment, read_moment_or_none


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


def read_run(document: dict[str, Any]) -> Run:
    """Return the run of a document."""
    duration, rule = document["duration"], document["rule"]
    plan, problem = document["plan"], document["problem"]
    return Run(
        appliance=str(document["appliance"]),
        key=str(document["key"]),
        earliest=read_moment(document["earliest"]),
        latest_end=read_moment(document["latest_end"]),
        duration=None if duration is None else timedelta(seconds=duration),
        status=RunStatus(document["status"]),
        segments=_read_segments(document["segments"]),
        rule=None if rule is None else Rule(rule),
        plan=None if plan is None else _read_plan(plan),
        by_hand=bool(document["by_hand"]),
        hand=_truth_or_none(document["hand"]),
        told=_truth_or_none(document["told"]),
        told_at=read_moment_or_none(document["told_at"]),
        attempts=int(document["attempts"]),
        on_since=read_moment_or_none(document["on_since"]),
        stretches=_read_segments(document["stretches"]),
        problem=None if problem is None else Problem(problem),
        is_settled=bool(document["is_settled"]),
    )


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


def read_entry(document: dict[str, Any]) -> LedgerEntry:
    """Return what a run has cost, of a document."""
    return LedgerEntry(
        appliance=str(document["appliance"]),
        key=str(document["key"]),
        start=read_moment(document["start"]),
        end=read_moment(document["end"]),
        energy=float(document["energy"]),
        cost=float(document["cost"]),
        cost_at_request=_number_or_none(document["cost_at_request"]),
        cost_at_mean=float(document["cost_at_mean"]),
        slots=tuple(
            Slot(
                start=read_moment(start),
                end=read_moment(end),
                energy=float(energy),
                price=float(price),
                cost=float(cost),
            )
            for start, end, energy, price, cost in document["slots"]
        ),
        estimated=bool(document["estimated"]),
    )


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


def _read_plan(document: dict[str, Any]) -> PlannedRun:
    runner_up = document["runner_up"]
    return PlannedRun(
        name=str(document["name"]),
        segments=_read_segments(document["segments"]),
        energy=float(document["energy"]),
        cost=float(document["cost"]),
        average_price=float(document["average_price"]),
        cost_if_now=float(document["cost_if_now"]),
        saving=float(document["saving"]),
        runner_up=None
        if runner_up is None
        else RunnerUp(_read_segments(runner_up["segments"]), float(runner_up["cost"])),
        rule=Rule(document["rule"]),
        estimated=bool(document["estimated"]),
        sources=tuple(
            None if source is None else str(source) for source in document["sources"]
        ),
    )


def _write_segments(segments: Iterable[Segment]) -> list[list[float]]:
    return [[part.start.timestamp(), part.end.timestamp()] for part in segments]


def _read_segments(rows: Iterable[tuple[float, float]]) -> tuple[Segment, ...]:
    return tuple(Segment(read_moment(start), read_moment(end)) for start, end in rows)


def _number_or_none(value: float | None) -> float | None:
    return None if value is None else float(value)


def _truth_or_none(value: object) -> bool | None:
    return None if value is None else bool(value)
