"""The layout of runs on the grid of quarter-hours, and of plans back to times."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from math import ceil, floor, inf
from operator import attrgetter
from typing import Final, NamedTuple, final

from ..budget import Budget, SpentError
from ..course import MICROSECOND, to_micros, to_moment, to_units
from ..effective import PlanPrices
from ..free_time import FreeTime, known_time, under_limit, without
from ..home import Home
from ..model import LoadProfile, Rule, RunRequest, Segment
from ..outcome import whole_run
from ..profile import PricedProfile
from ..schedule_conflicts import NEARLY, FixedRun, are_rivals, load_steps, room_of
from .grid import SLOT, SLOT_MICROS, Grid, slots_of
from .job import Placement, WholeJob
from .problem import Job, Order, Problem
from .split import SplitJob, SplitShape

WATTS = 1000

# Without a limit there is always more than enough.
NO_LIMIT = 10**9

# What the sets of starts of all runs may take: 20 MB.
MOST_BITS = 160_000_000

# The rules that a time may break, and how much that weighs: once for a whole run, in each
# quarter-hour for a split one, and for a late end in each quarter-hour that it is
# later. Each weighs more than all those before it. The price weighs so little that it
# only decides between times that break the same rules.
PENALTIES: Final = {
    Rule.PRICE_LIMIT_RELAXED: 1e1,
    Rule.FORBIDDEN_RELAXED: 1e4,
    Rule.DEADLINE_RELAXED: 1e7,
    Rule.NEVER_WITH_RELAXED: 1e13,
}
PRICE_WEIGHT = 1e-3


class Span(NamedTuple):
    """How a run lies in its quarter-hours; times are in microseconds."""

    offset: int
    """How long after the begin of the first one it starts."""
    length: int
    """How many it touches, pauses not counted."""
    rest: int
    """How long before the end of the last one it ends."""


@final
class Layout:
    """The grid of some runs that contend, and what they have to keep to there."""

    def __init__(
        self,
        requests: Sequence[RunRequest],
        fixed: Sequence[FixedRun],
        prices: PlanPrices,
        home: Home,
        budget: Budget | None = None,
    ) -> None:
        """Take the runs that contend, at least one, and those that do not move."""
        self.requests = requests
        self.budget = budget or Budget()
        self._fixed = fixed
        self._broken: dict[tuple[Rule, int], list[int]] = {}
        self._prices = prices
        named = {it.after for it in requests}
        self._before = [run for run in fixed if run.name in named]
        firsts = [to_micros(it.earliest) for it in requests]
        lasts = [to_micros(it.latest_end) for it in requests]
        for run in self._before:
            firsts.append(to_micros(run.end) - SLOT_MICROS)
            lasts.append(to_micros(run.end))
        self.grid = Grid.over(min(firsts), max(lasts))
        self._free = self._free_watts(room_of(home))
        awaited = {it.after for it in requests if it.after_within is not None}
        self._spans = [_span(it, it.name in awaited) for it in requests]
        self.costs = [self._costs(number, it) for number, it in enumerate(requests)]
        """For each run the cost of each start, or of each slot if it may be split."""
        self._check_size()
        self._tails = [self._tail(number) for number in range(len(requests))]

    def _check_size(self) -> None:
        """Refuse sets of starts that take more memory than a plan is worth.

        Raises:
            SpentError: They do.
        """
        starts = sum(cost < inf for costs in self.costs for cost in costs)
        # For each start there is a set of starts with two bits for each slot.
        if 2 * starts * self.grid.slots > MOST_BITS:
            raise SpentError

    @property
    def without_place(self) -> list[int]:
        """Return the numbers of the runs that have no place on the grid."""
        return [number for number, job in enumerate(self._jobs) if job.least == inf]

    @cached_property
    def _jobs(self) -> list[Job]:
        """Return the runs as jobs whose costs are money."""
        return [self._job(number, costs, 1) for number, costs in enumerate(self.costs)]

    def problem(self, penalties: Sequence[list[float]] | None = None) -> Problem:
        """Return the runs, and the fixed ones that they come after, as jobs.

        Args:
            penalties: What counts instead of the costs.
        """
        jobs = self._jobs
        if penalties:
            jobs = [
                self._job(number, costs, PRICE_WEIGHT)
                for number, costs in enumerate(penalties)
            ]
        jobs = [*jobs, *map(self._standing, self._before)]
        names = [it.name for it in self.requests] + [it.name for it in self._before]
        numbers = {name: number for number, name in enumerate(names)}
        orders = [
            Order(before, after, self._gap(before, after))
            for after, request in enumerate(self.requests)
            if (before := numbers.get(request.after or "")) is not None
        ]
        rivals = [0] * len(jobs)
        for one, request in enumerate(self.requests):
            for name in request.never_with:
                other = numbers.get(name, len(jobs))
                if other < len(self.requests):
                    rivals[one] |= 1 << other
                    rivals[other] |= 1 << one
        return Problem(self._free, jobs, rivals, orders, self.budget)

    def penalties(self, originals: Sequence[RunRequest]) -> list[list[float]]:
        """Return costs that stand for the rules that are broken, instead of money.

        Args:
            originals: What was asked for before it was eased.
        """
        rows = []
        for number, original in enumerate(originals):
            row = [cost * PRICE_WEIGHT for cost in self.costs[number]]
            for rule, weight in PENALTIES.items():
                for slot in self._breaking(rule, number, original):
                    late = 1
                    if rule is Rule.DEADLINE_RELAXED:
                        late = self._late(number, slot, original)
                    row[slot] += weight * late
            rows.append(row)
        return rows

    def broken(
        self, number: int, original: RunRequest, placement: Placement
    ) -> list[Rule]:
        """Return which rules a placement breaks, in the order of the penalties."""
        slots = {placement.first}
        if original.split is not None:
            slots = set(slots_of(placement.active))
        return [
            rule
            for rule in PENALTIES
            if not slots.isdisjoint(self._breaking(rule, number, original))
        ]

    def segments(self, number: int, placement: Placement) -> tuple[Segment, ...]:
        """Return when a run takes place that a placement was found for."""
        request, span = self.requests[number], self._spans[number]
        if request.split is None:
            micros = self.grid.moment(placement.first) + span.offset
            return whole_run(request.profile, to_moment(micros))
        found: list[Segment] = []
        for slot in slots_of(placement.active):
            start, end = map(to_moment, map(self.grid.moment, (slot, slot + 1)))
            if found and found[-1].end == start:
                start = found.pop().start
            found.append(Segment(start, end))
        last = found.pop()
        return (*found, Segment(last.start, last.end - span.rest * MICROSECOND))

    def end(self, placement: Placement) -> datetime:
        """Return the end of the last slot of a placement."""
        return to_moment(self.grid.moment(placement.after))

    def placement(self, job: Job, found: Placement, drafted: "Layout") -> Placement:
        """Return a placement that was found on another grid as one of this."""
        earlier = (drafted.grid.origin - self.grid.origin) // SLOT_MICROS
        if isinstance(job, WholeJob):
            return job.placement(found.first + earlier)
        return job.placement([slot + earlier for slot in slots_of(found.active)])

    def _breaking(self, rule: Rule, number: int, original: RunRequest) -> list[int]:
        """Return the starts, or slots of a split run, that one rule forbids."""
        if (known := self._broken.get((rule, number))) is None:
            known = self._broken[rule, number] = self._forbidding(
                rule, number, original
            )
        return known

    def _forbidding(self, rule: Rule, number: int, original: RunRequest) -> list[int]:
        request = self.requests[number]
        if rule is Rule.PRICE_LIMIT_RELAXED:
            request = replace(request, price_limit=original.price_limit)
        elif rule is Rule.FORBIDDEN_RELAXED:
            request = replace(request, forbidden=original.forbidden)
        elif rule is Rule.DEADLINE_RELAXED:
            request = replace(request, latest_end=original.latest_end)
        else:
            request = replace(request, never_with=original.never_with)
        if request == self.requests[number]:
            return []
        kept = self._costs(number, request)
        return [slot for slot, cost in enumerate(kept) if cost == inf]

    def _late(self, number: int, slot: int, original: RunRequest) -> int:
        """Return how many slots after its deadline a run ends."""
        after = slot + (self._spans[number].length if original.split is None else 1)
        late = self.grid.moment(after) - to_micros(original.latest_end)
        return max(-(-late // SLOT_MICROS), 1)

    def _costs(self, number: int, request: RunRequest) -> list[float]:
        """Return the costs of a run at which it keeps to all that one can tell alone."""
        span = self._spans[number]
        profile, count = request.profile, self.grid.slots - span.length + 1
        if request.split is not None:
            profile, count = _one_slot(request), self.grid.slots
        load, free = self._free_time(profile, request)
        costs = [inf] * max(count, 0)
        origin = self.grid.origin + span.offset
        for part in free:
            first = -((origin - part.start) // SLOT_MICROS)
            last = (part.end - load.duration - origin) // SLOT_MICROS
            first, after = max(first, 0), min(last + 1, len(costs))
            if first >= after:
                continue
            self.budget.spend(load.costs_steps(after - first))
            starts = [origin + slot * SLOT_MICROS for slot in range(first, after)]
            costs[first:after] = map(load.money, load.costs(starts, part.course))
        return costs

    def _free_time(
        self, profile: LoadProfile, request: RunRequest
    ) -> tuple[PricedProfile, list[FreeTime]]:
        """Return the priced profile, and the time in which a run may lie."""
        earliest, latest = to_micros(request.earliest), to_micros(request.latest_end)
        load = PricedProfile(profile, self._prices, earliest, latest)
        taken = [(to_micros(it.start), to_micros(it.end)) for it in request.forbidden]
        taken += [
            (to_micros(it.start), to_micros(it.end))
            for run in self._fixed
            if are_rivals(request, run)
            for it in run.segments
        ]
        self.budget.spend(load.priced_steps + len(taken) + self.grid.slots // 20)
        free = without(known_time(load.courses, earliest, latest), taken)
        if request.price_limit is not None:
            free = under_limit(free, load.courses, to_units(request.price_limit))
        return load, free

    def _tail(self, number: int) -> list[float]:
        """Return what a split run saves in each slot that it does not use to the end."""
        request, rest = self.requests[number], self._spans[number].rest
        tail = [0.0] * self.grid.slots
        if request.split is None or not rest:
            return tail
        profile = LoadProfile.constant(rest * MICROSECOND, request.profile.peak)
        load, free = self._free_time(profile, request)
        self.budget.spend(load.costs_steps(len(tail)))
        for slot, cost in enumerate(self.costs[number]):
            if cost == inf:
                continue
            start = self.grid.moment(slot + 1) - rest
            index = bisect_right(free, start, key=attrgetter("start")) - 1
            if index >= 0 and start < free[index].end:
                tail[slot] = load.money(load.cost(start, free[index].course))
        return tail

    def _job(self, number: int, costs: list[float], weight: float) -> Job:
        """Return a run as a job."""
        request, span = self.requests[number], self._spans[number]
        self.budget.spend(len(costs) + 1)
        if request.split is None:
            return WholeJob(costs, _watts(request.profile, span))
        job = SplitJob(
            costs,
            _shape(request, span),
            [tail * weight for tail in self._tails[number]],
            _to_watts(request.profile.peak),
            self.budget,
        )
        # Its least cost is asked for at once.
        self.budget.spend(job.steps)
        return job

    def _standing(self, run: FixedRun) -> Job:
        """Return the last slot of a fixed run, which others may come after."""
        costs = [inf] * self.grid.slots
        costs[(to_micros(run.end) - 1 - self.grid.origin) // SLOT_MICROS] = 0.0
        return WholeJob(costs, [0])

    def _gap(self, before: int, after: int) -> int | None:
        """Return how many slots one run may begin after another; below zero, none."""
        within = self.requests[after].after_within
        if within is None:
            return None
        if before < len(self._spans):
            rest = self._spans[before].rest
        else:
            end = to_micros(self._before[before - len(self._spans)].end)
            rest = (self.grid.origin - end) % SLOT_MICROS
        slack = rest + self._spans[after].offset
        return (within // MICROSECOND - slack) // SLOT_MICROS

    def _free_watts(self, room: float | None) -> list[int]:
        """Return the watts that the fixed runs leave in each slot."""
        self.budget.spend(self.grid.slots // 4 + 5 * len(self._fixed))
        if room is None:
            return [NO_LIMIT] * self.grid.slots
        used = [0] * self.grid.slots
        for start, end, power, _ in load_steps(self._fixed):
            touched = self.grid.touched(to_micros(start), to_micros(end))
            for slot in slots_of(touched):
                used[slot] = max(used[slot], _to_watts(power))
        return [floor((room + NEARLY) * WATTS) - watts for watts in used]


def _to_watts(power: float) -> int:
    return ceil((power - NEARLY) * WATTS)


def _one_slot(request: RunRequest) -> LoadProfile:
    return LoadProfile.constant(SLOT, request.profile.peak)


def _span(request: RunRequest, is_awaited: bool) -> Span:
    """Return how a run lies in its slots.

    It starts with one of them; when another run waits for its end, it ends with one.
    """
    duration = request.profile.duration // MICROSECOND
    length = -(-duration // SLOT_MICROS)
    rest = length * SLOT_MICROS - duration
    if is_awaited and request.split is None:
        return Span(rest, length, 0)
    return Span(0, length, rest)


def _watts(profile: LoadProfile, span: Span) -> list[int]:
    """Return the highest power in each slot of a run in one piece."""
    watts = [0] * span.length
    position = span.offset
    for phase in profile.phases:
        end = position + phase.duration // MICROSECOND
        for slot in range(position // SLOT_MICROS, -(-end // SLOT_MICROS)):
            watts[slot] = max(watts[slot], _to_watts(phase.power))
        position = end
    return watts


def _shape(request: RunRequest, span: Span) -> SplitShape:
    """Return how a run may be cut into slots."""
    split = request.split
    if split is None:
        raise TypeError("A run in one piece has no such shape")
    shortest = split.shortest_segment // MICROSECOND
    pause, most = None, split.most_segments
    if split.longest_pause is not None:
        pause = split.longest_pause // SLOT or None
        most = most if pause else 1
    slots = -(-shortest // SLOT_MICROS)
    if most is not None and most >= span.length // slots:
        most = None
    return SplitShape(
        slots=span.length,
        shortest=slots,
        last_shortest=-(-(shortest + span.rest) // SLOT_MICROS),
        pause=pause,
        segments=most,
    )
