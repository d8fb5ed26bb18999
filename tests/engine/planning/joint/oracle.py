"""Find the best joint plan with an exact solver: one choice for each time of a run."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from custom_components.spot_planner.engine.planning.effective import PlanPrices
from custom_components.spot_planner.engine.planning.model import RunRequest, Segment
from custom_components.spot_planner.engine.planning.outcome import run_cost, run_parts
from custom_components.spot_planner.engine.planning.schedule import FixedRun, Home

from ...helpers import QUARTER, START
from .rules import broken_alone, is_well_formed, share_a_moment

GRID = [START + number * QUARTER for number in range(-8, 60)]


@dataclass(frozen=True)
class Choice:
    """One time for one run."""

    run: int
    segments: tuple[Segment, ...]
    cost: float
    loads: dict[int, float]
    """The highest power in each quarter-hour of the grid."""


def optimum(
    requests: Sequence[RunRequest],
    prices: PlanPrices,
    home: Home,
    fixed: Sequence[FixedRun],
) -> float | None:
    """Return what the best plan on quarter-hours costs, or None when there is none."""
    known = {run.name: run for run in fixed}
    awaited = {it.after for it in requests if it.after_within is not None}
    choices = [
        Choice(number, segments, cost, loads(request, segments))
        for number, request in enumerate(requests)
        for segments in times(request, request.name in awaited)
        if is_well_formed(request, prices, segments)
        and not broken_alone(request, prices, segments)
        and fits(request, segments, known)
        and (cost := run_cost(request.profile, prices, segments)) is not None
    ]
    if {choice.run for choice in choices} != set(range(len(requests))):
        return None
    one_each = np.array(
        [[float(it.run == run) for it in choices] for run in range(len(requests))]
    )
    rules = [LinearConstraint(one_each, 1, 1)]
    at_most = list(limits(requests, choices, home, fixed))
    if at_most:
        rows, highest = zip(*at_most, strict=True)
        rules.append(LinearConstraint(np.array(rows), -np.inf, highest))
    result = milp(
        [it.cost for it in choices],
        constraints=rules,
        bounds=Bounds(0, 1),
        integrality=np.ones(len(choices)),
        options={"mip_rel_gap": 0},
    )
    return None if result.fun is None else float(result.fun)


def times(request: RunRequest, is_awaited: bool) -> Iterator[tuple[Segment, ...]]:
    """Go through the times of a run that begin, or end, with quarter-hours."""
    duration = request.profile.duration
    slots = -(-duration // QUARTER)
    rest = slots * QUARTER - duration
    if request.split is None:
        for border in GRID:
            start = border + rest if is_awaited else border
            yield (Segment(start, start + duration),)
        return
    near = [it for it in GRID if request.earliest <= it < request.latest_end]
    for chosen in combinations(near, slots):
        found: list[Segment] = []
        for start in chosen:
            begin = start
            if found and found[-1].end == start:
                begin = found.pop().start
            found.append(Segment(begin, start + QUARTER))
        last = found.pop()
        yield (*found, Segment(last.start, last.end - rest))


def fits(
    request: RunRequest, segments: tuple[Segment, ...], fixed: dict[str, FixedRun]
) -> bool:
    """Tell whether a run keeps to what it is asked beside fixed runs."""
    if any(
        name in fixed and share_a_moment(segments, fixed[name].segments)
        for name in request.never_with
    ):
        return False
    before = fixed.get(request.after or "")
    within = request.after_within
    return before is None or (
        before.end <= segments[0].start
        and (within is None or segments[0].start <= before.end + within)
    )


def loads(
    run: RunRequest | FixedRun, segments: tuple[Segment, ...]
) -> dict[int, float]:
    """Return the highest power in each quarter-hour that a run touches."""
    found: dict[int, float] = {}
    for part in run_parts(run.profile, segments):
        first = (part.start - GRID[0]) // QUARTER
        after = -((GRID[0] - part.end) // QUARTER)
        for slot in range(first, after):
            found[slot] = max(found.get(slot, 0.0), part.power)
    return found


def limits(
    requests: Sequence[RunRequest],
    choices: Sequence[Choice],
    home: Home,
    fixed: Sequence[FixedRun],
) -> Iterator[tuple[list[float], float]]:
    """Go through rows of what counts how much, and how much there may be."""
    taken = [loads(run, run.segments) for run in fixed]
    for slot in range(len(GRID)):
        if home.power_limit is not None:
            free = home.power_limit - home.base_load
            free -= sum(load.get(slot, 0.0) for load in taken)
            row = [it.loads.get(slot, 0.0) for it in choices]
            # What needs nothing fits where there is less than nothing.
            if any(row):
                if free < 0:
                    yield [float(load > 0) for load in row], 0.0
                else:
                    yield row, free
    for after, request in enumerate(requests):
        for before, other in enumerate(requests):
            if request.after == other.name:
                yield from order_limits(choices, before, after, request.after_within)
            if other.name in request.never_with:
                for slot in range(len(GRID)):
                    yield (
                        [
                            float(it.run in (before, after) and touches(it, slot))
                            for it in choices
                        ],
                        1.0,
                    )


def order_limits(
    choices: Sequence[Choice], before: int, after: int, within: timedelta | None
) -> Iterator[tuple[list[float], float]]:
    """Go through moments: one run has ended by then, or the other has not begun."""
    for moment in sorted({it.segments[-1].end for it in choices if it.run == before}):
        yield (
            [
                float(
                    (it.run == before and it.segments[-1].end >= moment)
                    or (it.run == after and it.segments[0].start < moment)
                )
                for it in choices
            ],
            1.0,
        )
        if within is not None:
            yield (
                [
                    float(
                        (it.run == before and it.segments[-1].end <= moment)
                        or (it.run == after and it.segments[0].start > moment + within)
                    )
                    for it in choices
                ],
                1.0,
            )


def touches(choice: Choice, slot: int) -> bool:
    """Tell whether a run is on in a quarter-hour."""
    return any(
        part.start < GRID[slot] + QUARTER and GRID[slot] < part.end
        for part in choice.segments
    )
