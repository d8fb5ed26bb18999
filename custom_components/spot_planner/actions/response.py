"""Responses that several actions share: plain values that go through JSON."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from homeassistant.util import dt as dt_util

from ..engine.planning.model import PlannedRun, Segment

# Sums of floats end in dust; this is finer than any price is told.
DECIMALS = 8


def local(moment: datetime) -> str:
    """Return a moment with the offset of the home."""
    return dt_util.as_local(moment).isoformat()


def number(value: float) -> float:
    """Return a price, an amount of money or an energy without dust."""
    return round(value, DECIMALS)


def segments(parts: Iterable[Segment]) -> list[dict[str, str]]:
    """Return when something runs."""
    return [{"start": local(part.start), "end": local(part.end)} for part in parts]


def source(run: PlannedRun, own: str) -> str:
    """Return who gave the prices of a run; `own` is the provider of the entry."""
    return ", ".join(name or own for name in run.sources)


def window(run: PlannedRun, own: str) -> dict[str, Any]:
    """Return when a run takes place, what it costs and why then."""
    other = run.runner_up
    return {
        "start": local(run.start),
        "end": local(run.end),
        "average_price": number(run.average_price),
        "energy": number(run.energy),
        "cost": number(run.cost),
        "cost_if_now": number(run.cost_if_now),
        "saving": number(run.saving),
        "segments": segments(run.segments),
        "runner_up": other
        and {
            "start": local(other.start),
            "end": local(other.end),
            "cost": number(other.cost),
        },
        "rule": run.rule.value,
        "estimated": run.estimated,
        "source": source(run, own),
    }
