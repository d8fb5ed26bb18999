"""Say which rules a plan breaks, moment by moment: slow and simple."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

from custom_components.spot_planner.engine.planning.effective import (
    PlanPrices,
    prices_at,
)
from custom_components.spot_planner.engine.planning.model import (
    Rule,
    RunRequest,
    Segment,
)
from custom_components.spot_planner.engine.planning.outcome import run_cost, run_parts
from custom_components.spot_planner.engine.planning.schedule import (
    FixedRun,
    Home,
    Schedule,
)

NEARLY = 1e-6


def broken_alone(
    request: RunRequest, prices: PlanPrices, segments: Sequence[Segment]
) -> set[Rule]:
    """Return the rules of one run that its time breaks."""
    rules = set()
    if segments[-1].end > request.latest_end:
        rules.add(Rule.DEADLINE_RELAXED)
    for part in segments:
        if any(
            part.start < taken.end and taken.start < part.end
            for taken in request.forbidden
        ):
            rules.add(Rule.FORBIDDEN_RELAXED)
        for interval in prices_at(prices, request.profile.peak).slice(
            part.start, part.end
        ):
            limit = request.price_limit
            if limit is not None and interval.price > limit + NEARLY:
                rules.add(Rule.PRICE_LIMIT_RELAXED)
    return rules


def is_well_formed(
    request: RunRequest, prices: PlanPrices, segments: Sequence[Segment]
) -> bool:
    """Tell whether segments are those of a run, which nothing can relax."""
    if segments[0].start < request.earliest:
        return False
    if run_cost(request.profile, prices, segments) is None:
        return False
    lengths = [part.end - part.start for part in segments]
    if sum(lengths, timedelta()) != request.profile.duration:
        return False
    if (split := request.split) is None:
        return len(segments) == 1
    pauses = [after.start - before.end for before, after in pairwise(segments)]
    return (
        min(lengths) >= split.shortest_segment
        and all(pause > timedelta() for pause in pauses)
        and (
            split.longest_pause is None
            or max(pauses, default=timedelta()) <= split.longest_pause
        )
        and (split.most_segments is None or len(segments) <= split.most_segments)
    )


def share_a_moment(one: Sequence[Segment], other: Sequence[Segment]) -> bool:
    """Tell whether two runs are on at once."""
    return any(a.start < b.end and b.start < a.end for a in one for b in other)


def broken(
    schedule: Schedule,
    requests: Sequence[RunRequest],
    prices: PlanPrices,
    home: Home,
    fixed: Sequence[FixedRun] = (),
) -> set[tuple[str, Rule]]:
    """Return which run breaks which rule; the power limit is in no run's name."""
    places = {run.name: tuple(run.segments) for run in schedule.runs}
    places |= {run.name: run.segments for run in fixed}
    found: set[tuple[str, Rule]] = set()
    for request in requests:
        if (own := places.get(request.name)) is None:
            continue
        assert is_well_formed(request, prices, own), request.name
        found |= {(request.name, rule) for rule in broken_alone(request, prices, own)}
        if request.after is not None:
            before = places.get(request.after)
            within = request.after_within
            if (
                before is None
                or own[0].start < before[-1].end
                or (within is not None and own[0].start > before[-1].end + within)
            ):
                found.add((request.name, Rule.ORDER_RELAXED))
        for name in request.never_with:
            if name in places and share_a_moment(own, places[name]):
                found.add((request.name, Rule.NEVER_WITH_RELAXED))
    profiles = {it.name: it.profile for it in (*requests, *fixed)}
    parts = [
        part for name, own in places.items() for part in run_parts(profiles[name], own)
    ]
    limit = home.power_limit
    for part in parts:
        load = sum(it.power for it in parts if it.start <= part.start < it.end)
        if limit is not None and part.power and load + home.base_load > limit + NEARLY:
            found.add(("", Rule.POWER_LIMIT_RELAXED))
    return found
