"""The cost of a run at some time, and what it was worked out from."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from .course import to_micros
from .effective import PlanPrices, courses_at, prices_within
from .model import (
    Infeasible,
    InfeasibleError,
    LoadProfile,
    PlannedRun,
    Rule,
    RunnerUp,
    RunRequest,
    Segment,
)
from .profile import UNIT_COST, to_milliwatts

# Costs in currency that differ by less are the same: sums of floats are not exact.
SAME = 1e-9


class Part(NamedTuple):
    """A stretch, `[start, end)`, of a run with constant power in kW."""

    start: datetime
    end: datetime
    power: float


def whole_run(profile: LoadProfile, start: datetime) -> tuple[Segment, ...]:
    """Return the one segment of a run that starts at a moment and makes no pause."""
    start = start.astimezone(UTC)
    return (Segment(start, start + profile.duration),)


def run_parts(profile: LoadProfile, segments: Sequence[Segment]) -> Iterator[Part]:
    """Lay the phases of a profile over the segments of a run, which are as long."""
    phases = iter(profile.phases)
    rest, power = timedelta(), 0.0
    for segment in segments:
        position = segment.start
        while position < segment.end:
            if not rest:
                phase = next(phases)
                rest, power = phase.duration, phase.power
            step = min(rest, segment.end - position)
            yield Part(position, position + step, power)
            position += step
            rest -= step


def run_cost(
    profile: LoadProfile, prices: PlanPrices, segments: Sequence[Segment]
) -> float | None:
    """Return what a run costs, or None where a price is not known."""
    cost = 0
    for part in run_parts(profile, segments):
        start, end = to_micros(part.start), to_micros(part.end)
        for course in courses_at(prices, part.power or profile.peak, start, end):
            if course.edges[0] <= start and end <= course.edges[-1]:
                used = course.cost_at(end) - course.cost_at(start)
                cost += used * to_milliwatts(part.power)
                break
        else:
            return None
    return cost * UNIT_COST


def planned_run(
    request: RunRequest,
    prices: PlanPrices,
    segments: Sequence[Segment],
    rule: Rule,
    soonest: Sequence[Segment],
    runner_up: RunnerUp | None = None,
) -> PlannedRun:
    """Return a run with all that explains it.

    Args:
        request: What was asked for.
        prices: The prices; they are known at every moment of the segments.
        segments: When it runs, in all as long as the profile.
        rule: Which rule decided.
        soonest: When it would run if it did not wait for a better price: this counts
            where no price is known for a run at the earliest start.
        runner_up: The best time that was not chosen.

    Raises:
        InfeasibleError: A price is not known.
    """
    profile = request.profile
    cost = run_cost(profile, prices, segments)
    if cost is None:
        raise InfeasibleError(request.name, Infeasible.NO_PRICES)
    now = run_cost(profile, prices, whole_run(profile, request.earliest))
    if now is None:
        now = run_cost(profile, prices, soonest)
    if now is None:
        now = cost
    used = [
        interval
        for part in run_parts(profile, segments)
        if part.power
        for interval in prices_within(prices, part.power, part.start, part.end)
    ]
    return PlannedRun(
        name=request.name,
        segments=tuple(segments),
        energy=profile.energy,
        cost=cost,
        average_price=cost / profile.energy,
        cost_if_now=now,
        saving=now - cost,
        runner_up=runner_up,
        rule=rule,
        estimated=any(interval.estimated for interval in used),
        sources=tuple(dict.fromkeys(interval.source for interval in used)),
    )
