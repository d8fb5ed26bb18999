"""Make appliances, runs and situations around the usual start."""

from datetime import datetime
from typing import Any

from custom_components.spot_planner.engine.daily_hours import DailyHours
from custom_components.spot_planner.engine.planning.effective import PlanPrices
from custom_components.spot_planner.engine.planning.home import Home
from custom_components.spot_planner.engine.planning.model import (
    LoadProfile,
    Phase,
    Rule,
    Segment,
)
from custom_components.spot_planner.engine.runs.appliance import Appliance
from custom_components.spot_planner.engine.runs.replan import Situation, replan
from custom_components.spot_planner.engine.runs.run import Run

from ..helpers import MINUTE, PARIS, at


def hours(text: str) -> DailyHours:
    """Return hours of the day."""
    return DailyHours.parse(text, "hours")


def phases(*parts: tuple[float, float]) -> LoadProfile:
    """Return phases of some minutes and kW."""
    return LoadProfile(tuple(Phase(time * MINUTE, power) for time, power in parts))


def appliance(
    name: str = "washer", minutes: float = 30, power: float = 2.0, **more: Any
) -> Appliance:
    """Return an appliance with one power unless a profile is given."""
    profile = more.pop("profile", None)
    if profile is None:
        profile = phases((minutes, power))
    return Appliance(id=name, name=name.title(), profile=profile, **more)


def run(name: str = "washer", start: float = 0, end: float = 120, **more: Any) -> Run:
    """Return a run whose time lies between two minutes after the usual start."""
    more.setdefault("key", "2026-04-15")
    return Run(appliance=name, earliest=at(start), latest_end=at(end), **more)


def segments(*parts: tuple[float, float]) -> tuple[Segment, ...]:
    """Return segments in minutes after the usual start."""
    return tuple(Segment(at(start), at(end)) for start, end in parts)


def placed(*parts: tuple[float, float], **more: Any) -> dict[str, Any]:
    """Return what a run has that was planned for such segments before."""
    return {"segments": segments(*parts), "rule": Rule.CHEAPEST, **more}


def situation(
    prices: PlanPrices | None, now: float = 0, limit: float | None = None, **more: Any
) -> Situation:
    """Return a situation some minutes after the usual start."""
    return Situation(
        prices=prices,
        home=Home(limit, more.pop("base_load", 0.0)),
        off_peak=more.pop("off_peak", ()),
        now=more.pop("moment", at(now)),
        zone=PARIS,
    )


def planned(
    runs: list[Run], appliances: list[Appliance], where: Situation
) -> tuple[Run, ...]:
    """Return the runs of some appliances with their times."""
    return replan(runs, {it.id: it for it in appliances}, where)


def minutes(moment: datetime | None) -> float:
    """Return how many minutes after the usual start a moment is."""
    assert moment
    return (moment - at(0)) / MINUTE


def places(runs: tuple[Run, ...]) -> list[list[tuple[float, float]]]:
    """Return the segments of each run in minutes."""
    return [
        [(minutes(part.start), minutes(part.end)) for part in run.segments]
        for run in runs
    ]
