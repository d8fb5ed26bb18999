"""Runs as Home Assistant has written them down: who has a claim to a device now."""

from dataclasses import dataclass
from datetime import datetime, timedelta
import json
from pathlib import Path

from custom_components.spot_planner.appliances.run_document import read_run
from custom_components.spot_planner.engine.runs.run import Run

from .house import APPLIANCES, NAMES, device_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A run that needs its device at a moment."""

    run: str
    """What tells it from all other runs."""
    appliance: str
    until: float
    """When the device is to be off again, in seconds since 1970."""
    segments: tuple[tuple[float, float], ...]
    """All times of the run, in seconds since 1970."""
    duration: float
    """How long it should be on in all, in seconds."""
    is_daily: bool

    @property
    def end(self) -> float:
        """Return when the whole run ends."""
        return self.segments[-1][1]

    def within(self, start: float, end: float) -> float:
        """Return how many seconds between two moments are times of the run."""
        return sum(max(min(e, end) - max(s, start), 0.0) for s, e in self.segments)


def stored_runs(path: Path) -> tuple[Run, ...]:
    """Return all runs of a file; none when there is none, or it cannot be read."""
    try:
        document = json.loads(path.read_text("utf-8"))
        return tuple(read_run(run) for run in document["data"]["runs"])
    except (FileNotFoundError, KeyError, TypeError, ValueError):
        # Whether a file is damaged is judged after each kill.
        return ()


def claims(path: Path, device: str, now: datetime) -> tuple[Claim, ...]:
    """Return the runs that need a device at a moment.

    Nobody touches a device by hand here, so what Home Assistant takes for a hand's run
    is none that needs anything.
    """
    return tuple(
        Claim(
            run=f"{NAMES[run.appliance]} {run.key}",
            appliance=NAMES[run.appliance],
            until=segment.end.timestamp(),
            segments=tuple(
                (it.start.timestamp(), it.end.timestamp()) for it in run.segments
            ),
            duration=_duration(run),
            is_daily=run.is_daily,
        )
        for run in stored_runs(path)
        if run.is_committed and not run.by_hand
        if device_of(NAMES[run.appliance]) == device
        for segment in run.segments
        if now in segment
    )


def _duration(run: Run) -> float:
    """Return how long a run should take, which is what was asked for."""
    minutes: int = APPLIANCES[NAMES[run.appliance]]["duration"]
    return (run.duration or timedelta(minutes=minutes)).total_seconds()
