"""Which rules a plan breaks without saying so: slow, simple, and apart from the planner."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from custom_components.spot_planner.engine.planning.home import Home
from custom_components.spot_planner.engine.planning.model import (
    LoadProfile,
    Rule,
    RunRequest,
    Segment,
)
from custom_components.spot_planner.engine.planning.schedule import Schedule, Status
from custom_components.spot_planner.engine.planning.schedule_conflicts import FixedRun
from custom_components.spot_planner.engine.runs.run import Run
from custom_components.spot_planner.engine.runs.run_requests import requests_of
from custom_components.spot_planner.engine.runs.without_prices import FALLBACKS
from custom_components.spot_planner.engine.series import PriceSeries

from .stress_cases import NOW, PARIS, Stress

NEARLY = 1e-6
MONEY = 1e-6

type Place = tuple[Segment, ...]


def troubles_of_schedule(
    schedule: Schedule,
    requests: Sequence[RunRequest],
    prices: PriceSeries,
    home: Home,
    fixed: Sequence[FixedRun],
) -> Iterator[str]:
    """Go through what is wrong with a schedule."""
    places = {run.name: run.segments for run in schedule.runs}
    said: dict[str, set[Rule]] = {}
    for item in schedule.relaxed:
        said.setdefault(item.run, set()).add(item.rule)
    unplaced = {it.run for it in schedule.unplaced}
    if sorted(places) != sorted({it.name for it in requests} - unplaced):
        yield "a run is missing"
    yield from _wrong_sums(schedule)
    placed = places | {run.name: run.segments for run in fixed}
    profiles = {it.name: it.profile for it in requests}
    profiles |= {run.name: run.profile for run in fixed}
    for request in requests:
        broken = set(_broken(request, prices, placed)) if request.name in places else ()
        for rule in sorted(set(broken) - said.get(request.name, set())):
            yield f"{request.name} breaks {rule} and does not say so"
    excused = {run for run, rules in said.items() if Rule.POWER_LIMIT_RELAXED in rules}
    yield from _overloads(profiles, placed, home, excused, places.keys())
    for run in schedule.runs:
        cost = _cost(profiles[run.name], run.segments, prices)
        if cost is None or abs(cost - run.cost) > MONEY:
            yield f"{run.name} costs {cost}, not {run.cost}"


def _wrong_sums(schedule: Schedule) -> Iterator[str]:
    """Go through what does not fit together in what a schedule says of itself."""
    if (schedule.status is Status.RELAXED) != bool(schedule.relaxed):
        yield "the status does not fit"
    if not schedule.bound <= schedule.cost + MONEY:
        yield "the bound lies above the cost"
    if schedule.status is Status.OPTIMAL and schedule.gap > MONEY:
        yield "the gap does not fit"
    if abs(sum(it.cost for it in schedule.runs) - schedule.cost) > MONEY:
        yield "the costs do not add up"


def troubles_of_replan(case: Stress, runs: Sequence[Run]) -> Iterator[str]:
    """Go through what is wrong with the runs of a home that were planned again."""
    if [it.id for it in runs] != [it.id for it in case.runs]:
        yield "the runs are not the same"
    asked = {it.name: it for it in requests_of(case.runs, case.appliances, NOW, PARIS)}
    # A run without prices goes where it can; those with prices do not see it.
    placed = {
        it.id: it.segments
        for it in runs
        if it.segments and it.id in asked and it.rule not in FALLBACKS
    }
    placed |= {run.name: run.segments for run in case.fixed}
    profiles = {it.name: it.profile for it in asked.values()}
    profiles |= {run.name: run.profile for run in case.fixed}
    room = case.home.power_limit
    too_large = {
        it.name
        for it in asked.values()
        if room is not None and it.profile.peak > room - case.home.base_load + NEARLY
    }
    # Of two runs that meet and never should, it is enough that one says so.
    said = {it.id for it in runs if it.rule and it.rule.endswith("_relaxed")}
    for run in runs:
        if not (request := asked.get(run.id)):
            continue
        if not run.segments or run.rule is None:
            yield f"{run.id} has no time"
            continue
        if run.rule in FALLBACKS or run.id in said:
            continue
        seen = {it: place for it, place in placed.items() if it not in too_large}
        if run.id in too_large:
            seen = {run.id: run.segments}
        request = replace(request, never_with=request.never_with - said)
        for rule in _broken(request, case.prices, seen):
            yield f"{run.id} breaks {rule} and does not say so"
    excused = {it.id for it in runs if it.rule is Rule.POWER_LIMIT_RELAXED}
    seen = {it: place for it, place in placed.items() if it not in too_large}
    yield from _overloads(profiles, seen, case.home, excused, asked.keys())


def _broken(
    request: RunRequest, prices: PriceSeries, placed: Mapping[str, Place]
) -> Iterator[str]:
    """Go through the rules that a run breaks; some of them no run may ever break."""
    own = placed[request.name]
    yield from _malformed(request, own)
    if own[-1].end > request.latest_end:
        yield Rule.DEADLINE_RELAXED
    if _meet(own, [Segment(it.start, it.end) for it in request.forbidden]):
        yield Rule.FORBIDDEN_RELAXED
    limit = request.price_limit
    if limit is not None:
        dear = [it for it in prices if it.price > limit + NEARLY]
        if _meet(own, [Segment(it.start, it.end) for it in dear]):
            yield Rule.PRICE_LIMIT_RELAXED
    if before := placed.get(request.after or ""):
        pause = own[0].start - before[-1].end
        within = request.after_within
        if pause < timedelta() or (within is not None and pause > within):
            yield Rule.ORDER_RELAXED
    for name in sorted(request.never_with):
        if name in placed and _meet(own, placed[name]):
            yield Rule.NEVER_WITH_RELAXED


def _malformed(request: RunRequest, own: Place) -> Iterator[str]:
    """Go through what is wrong with the segments of a run."""
    if own[0].start < request.earliest:
        yield "its earliest start"
    lengths = [it.end - it.start for it in own]
    if sum(lengths, timedelta()) != request.profile.duration:
        yield "its duration"
    if len(own) == 1:
        return
    pauses = [after.start - before.end for before, after in pairwise(own)]
    split = request.split
    if split is None or min(lengths) < split.shortest_segment:
        yield "its shortest segment"
    elif min(pauses) <= timedelta():
        yield "its segments, which touch"
    elif split.longest_pause is not None and max(pauses) > split.longest_pause:
        yield "its longest pause"
    elif split.most_segments is not None and len(own) > split.most_segments:
        yield "its most segments"


def _meet(one: Sequence[Segment], other: Sequence[Segment]) -> bool:
    return any(a.start < b.end and b.start < a.end for a in one for b in other)


def _parts(
    profile: LoadProfile, place: Place
) -> Iterator[tuple[datetime, datetime, float]]:
    """Go through a run, phase by phase and segment by segment."""
    offset = timedelta()
    for phase in profile.phases:
        done = timedelta()
        for segment in place:
            length = segment.end - segment.start
            first = max(offset - done, timedelta())
            last = min(offset + phase.duration - done, length)
            if first < last:
                yield segment.start + first, segment.start + last, phase.power
            done += length
        offset += phase.duration


def _overloads(
    profiles: Mapping[str, LoadProfile],
    placed: Mapping[str, Place],
    home: Home,
    excused: set[str],
    planned: Collection[str],
) -> Iterator[str]:
    """Go through the moments with too much power and a planned run, but no excuse."""
    if home.power_limit is None:
        return
    parts = [
        (start, end, power, name)
        for name, place in placed.items()
        for start, end, power in _parts(profiles[name], place)
        if power
    ]
    for moment in sorted({start for start, *_ in parts}):
        there = [it for it in parts if it[0] <= moment < it[1]]
        names = {it[3] for it in there}
        load = home.base_load + sum(it[2] for it in there)
        is_too_much = load > home.power_limit + NEARLY
        if is_too_much and not names.isdisjoint(planned) and names.isdisjoint(excused):
            yield f"{load} kW at {moment}"


def _cost(profile: LoadProfile, place: Place, prices: PriceSeries) -> float | None:
    """Return what a run costs, None where a price is not known."""
    cost, known = 0.0, timedelta()
    for start, end, power in _parts(profile, place):
        for it in prices:
            length = min(it.end, end) - max(it.start, start)
            if length > timedelta():
                known += length
                cost += it.price * power * (length / timedelta(hours=1))
    return cost if known == profile.duration else None
