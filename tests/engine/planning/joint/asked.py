"""Ask for runs in a short day, and read what came of them."""

from typing import Any

from custom_components.spot_planner.engine.planning.model import (
    LoadProfile,
    Rule,
    RunRequest,
    Segment,
)
from custom_components.spot_planner.engine.planning.schedule import (
    FixedRun,
    Schedule,
    Status,
)

from ...helpers import QUARTER, START, prices

DAY_PRICES = prices(*(30, 30, 10, 10, 20, 20, 40, 40, 14, 14, 50, 50))
END = START + 12 * QUARTER


def request(
    name: str, quarters: float = 2, power: float = 2.0, **more: Any
) -> RunRequest:
    """Return a request for constant power, which may run at any time."""
    more = {"earliest": START, "latest_end": END} | more
    profile = LoadProfile.constant(quarters * QUARTER, power)
    return RunRequest(name, profile, **more)


def fixed(name: str, first: float, after: float, power: float = 2.0) -> FixedRun:
    """Return a run that lies between two quarter-hours."""
    return FixedRun(
        name,
        LoadProfile.constant((after - first) * QUARTER, power),
        (Segment(START + first * QUARTER, START + after * QUARTER),),
    )


def quarters(schedule: Schedule) -> list[float]:
    """Return in which quarter-hour each run starts."""
    return [(run.start - START) / QUARTER for run in schedule.runs]


def relaxed(schedule: Schedule) -> list[tuple[str, Rule]]:
    """Return which run gave up which rule."""
    assert (schedule.status is Status.RELAXED) == bool(schedule.relaxed)
    return [(it.run, it.rule) for it in schedule.relaxed]
