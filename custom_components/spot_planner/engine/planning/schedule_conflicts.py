"""Conflicts: what runs ask of each other, and where they do not keep to it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import final

from ..errors import InputError
from .course import to_units
from .effective import PlanPrices, prices_within
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
        mine, theirs = 0, 0
        while mine < len(self.segments) and theirs < len(other.segments):
            own, their = self.segments[mine], other.segments[theirs]
            if own.start < their.end and their.start < own.end:
                return True
            if own.end <= their.end:
                mine += 1
            else:
                theirs += 1
        return False


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
    passed: set[str] = set()
    for name in before:
        way: dict[str, None] = {}
        step: str | None = name
        while step is not None and step not in passed:
            if step in way:
                raise InputError("after", "order_circle", name)
            way[step] = None
            step = before.get(step)
        passed.update(way)


def depths[T](items: Iterable[T], before: Mapping[T, T | None]) -> dict[T, int]:
    """Return how many of some items come before each, one after the other.

    Args:
        items: The items.
        before: Which item comes right before another; they form no circle.
    """
    found: dict[T, int] = {}
    for item in items:
        way: list[T] = []
        step: T | None = item
        while step is not None and step not in found:
            way.append(step)
            step = before.get(step)
        depth = -1 if step is None else found[step]
        for passed in reversed(way):
            depth += 1
            found[passed] = depth
    return found


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
    request: RunRequest,
    prices: PlanPrices,
    own: FixedRun,
    runs: Mapping[str, FixedRun],
) -> set[Rule]:
    """Return which rules a run really breaks where it is, the power limit left out."""
    rules: set[Rule] = set()
    if own.end > request.latest_end:
        rules.add(Rule.DEADLINE_RELAXED)
    limit = request.price_limit
    for part in own.segments:
        if any(it.start < part.end and part.start < it.end for it in request.forbidden):
            rules.add(Rule.FORBIDDEN_RELAXED)
        if limit is not None:
            peak = request.profile.peak
            known = prices_within(prices, peak, part.start, part.end)
            dearest = max((to_units(it.price) for it in known), default=0)
            if dearest > to_units(limit):
                rules.add(Rule.PRICE_LIMIT_RELAXED)
    before = runs.get(request.after or "")
    if before and not keeps_order(request, before, own):
        rules.add(Rule.ORDER_RELAXED)
    if any(name in runs and own.meets(runs[name]) for name in request.never_with):
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
    # Of what changes at one moment, what ends comes first.
    changes = sorted(
        [(end, False, number) for number, (_, end, _, _) in enumerate(parts)]
        + [(start, True, number) for number, (start, _, _, _) in enumerate(parts)]
    )
    there: dict[int, None] = {}
    for (start, begins, number), (end, _, _) in pairwise([*changes, *changes[-1:]]):
        if begins:
            there[number] = None
        else:
            del there[number]
        if there and start < end:
            # One order of summing for all: sums of floats depend on it.
            powers = (parts[it][2] for it in sorted(there))
            yield (start, end, sum(powers), frozenset(parts[it][3] for it in there))
