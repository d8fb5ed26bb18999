"""What the runs of a home ask of each other, and where they do not keep to it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import final

from ..errors import InputError
from .course import to_units
from .effective import PlanPrices, prices_at
from .home import Home
from .model import LoadProfile, Rule, RunRequest, Segment
from .outcome import run_parts

# Powers in kW are sums of floats, which are not exact: this is far below a watt.
NEARLY = 1e-6


def room_of(home: Home) -> float | None:
    """Return what is left for runs, in kW; None without a limit."""
    return None if home.power_limit is None else home.power_limit - home.base_load


@final
@dataclass(frozen=True, slots=True)
class FixedRun:
    """A run that never moves: it takes its power, and others come after it."""

    name: str
    profile: LoadProfile
    segments: tuple[Segment, ...]

    @property
    def start(self) -> datetime:
        """Return when the run starts."""
        return self.segments[0].start

    @property
    def end(self) -> datetime:
        """Return when the run ends."""
        return self.segments[-1].end

    def meets(self, other: "FixedRun") -> bool:
        """Tell whether two runs share a moment, their pauses not counted."""
        return any(
            own.start < their.end and their.start < own.end
            for own in self.segments
            for their in other.segments
        )


def check_input(
    requests: Sequence[RunRequest], home: Home, fixed: Sequence[FixedRun]
) -> None:
    """Refuse what cannot be meant.

    Raises:
        InputError: Two runs have the same name, a run names another that is not there,
            the order is a circle, or a run needs more power than a home has.
    """
    room = room_of(home)
    names: set[str] = set()
    for name in (*(it.name for it in requests), *(run.name for run in fixed)):
        if name in names:
            raise InputError("name", "name_not_unique", name)
        names.add(name)
    for request in requests:
        if request.after is not None and request.after not in names:
            raise InputError("after", "unknown_run", request.after)
        for name in sorted(request.never_with - names):
            raise InputError("never_with", "unknown_run", name)
        if room is not None and request.profile.peak > room + NEARLY:
            raise InputError("power", "power_above_limit", request.profile.peak)
    before = {request.name: request.after for request in requests}
    for name, following in before.items():
        for _ in range(len(before) + 1):
            if following is None:
                break
            following = before.get(following)
        else:
            raise InputError("after", "order_circle", name)


def are_rivals(one: RunRequest, other: RunRequest | FixedRun) -> bool:
    """Tell whether two runs must not share a moment; either of them may say so."""
    return other.name in one.never_with or (
        isinstance(other, RunRequest) and one.name in other.never_with
    )


def conflicts(
    requests: Sequence[RunRequest], home: Home, runs: Sequence[FixedRun]
) -> Iterator[frozenset[str]]:
    """Go through sets of names of runs that cannot all stay where they are.

    Args:
        requests: What the runs have to keep to; not all of them need have a place.
        home: What they share.
        runs: Where they are, and others that nothing was asked for.
    """
    placed = {run.name: run for run in runs}
    for request in requests:
        if own := placed.get(request.name):
            before = placed.get(request.after or "")
            if before and not keeps_order(request, before, own):
                yield frozenset((before.name, own.name))
            for name in sorted(request.never_with):
                if name in placed and own.meets(placed[name]):
                    yield frozenset((name, own.name))
    room = room_of(home)
    if room is not None:
        for _, _, power, names in load_steps(runs):
            if power > room + NEARLY:
                yield names


def broken_rules(
    request: RunRequest, prices: PlanPrices, own: FixedRun, runs: Sequence[FixedRun]
) -> set[Rule]:
    """Return which rules a run really breaks where it is, the power limit left out."""
    rules: set[Rule] = set()
    if own.end > request.latest_end:
        rules.add(Rule.DEADLINE_RELAXED)
    for part in own.segments:
        if any(it.start < part.end and part.start < it.end for it in request.forbidden):
            rules.add(Rule.FORBIDDEN_RELAXED)
        known = prices_at(prices, request.profile.peak).slice(part.start, part.end)
        dearest = max((to_units(it.price) for it in known), default=0)
        limit = request.price_limit
        if limit is not None and dearest > to_units(limit):
            rules.add(Rule.PRICE_LIMIT_RELAXED)
    for run in runs:
        if run.name == request.after and not keeps_order(request, run, own):
            rules.add(Rule.ORDER_RELAXED)
        if run.name in request.never_with and own.meets(run):
            rules.add(Rule.NEVER_WITH_RELAXED)
    return rules


def keeps_order(request: RunRequest, before: FixedRun, own: FixedRun) -> bool:
    """Tell whether a run starts after another, and soon enough."""
    within = request.after_within
    return before.end <= own.start and (
        within is None or own.start <= before.end + within
    )


def load_steps(
    runs: Sequence[FixedRun],
) -> Iterator[tuple[datetime, datetime, float, frozenset[str]]]:
    """Go through the stretches in which runs need power: start, end, kW and names."""
    parts = [
        (part.start, part.end, part.power, run.name)
        for run in runs
        for part in run_parts(run.profile, run.segments)
        if part.power
    ]
    edges = sorted({edge for part in parts for edge in part[:2]})
    for start, end in pairwise(edges):
        there = [part for part in parts if part[0] <= start and end <= part[1]]
        if there:
            yield (
                start,
                end,
                sum(part[2] for part in there),
                frozenset(part[3] for part in there),
            )
