"""Give all runs of a home their times, and let them keep those that are good."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from itertools import count, pairwise
from typing import final

from ..planning.budget import Budget
from ..planning.effective import PlanPrices
from ..planning.home import Home
from ..planning.member import members_of
from ..planning.model import PlannedRun, Rule, RunRequest, Segment
from ..planning.outcome import SAME, planned_run, run_cost
from ..planning.schedule import plan_runs
from ..planning.schedule_conflicts import (
    NEARLY,
    FixedRun,
    broken_rules,
    conflicts,
    room_of,
)
from ..time_range import TimeRange
from .appliance import Appliance
from .run import Run
from .run_requests import fixed_runs, linked, requests_of
from .without_prices import FALLBACKS, time_without_prices, times_without_prices

# Runs move only when that saves so much together, in the currency of the prices.
REAL_SAVING = 0.01

# Which part of the budget goes into the runs that share the home when others need more
# power than it has, into a plan with new times for all, and into one turn of that.
SHARED_PART = 0.8
NEW_PART = 0.6
TURN_PART = 0.7

# How often runs with too few prices are left out and the others are planned again.
MOST_TURNS = 3

RELAXED = frozenset(rule for rule in Rule if rule.endswith("_relaxed"))

type Plans = dict[str, PlannedRun]
"""Runs with prices, by their names."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What the times of all runs depend on."""

    prices: PlanPrices | None
    """None as long as not one price is known."""
    home: Home
    off_peak: tuple[TimeRange, ...]
    """The off-peak hours of the contract."""
    now: datetime
    zone: tzinfo
    """The time zone of the home, for forbidden hours."""
    is_overdue: bool = False
    """Whether prices are missing that should have been published by now."""


def replan(
    runs: Sequence[Run],
    appliances: Mapping[str, Appliance],
    situation: Situation,
    budget: Budget | None = None,
) -> tuple[Run, ...]:
    """Return the same runs in the same order, the planned ones with their times.

    Runs without prices get a time that needs none; a run with too little time left
    stays as it is. When prices are overdue, so does a run whose time they are a part
    of, if its time holds off-peak hours: the evening that is known tends to be dearer
    than the night that is not. A run that needs more power than the home has is planned as if it
    were alone and there were no limit, and the others do not see it. All of it is paid
    from one budget, so that it ends however many runs there are.
    """
    budget = budget or Budget()
    prices, home = situation.prices, situation.home
    requests = requests_of(runs, appliances, situation.now, situation.zone)
    fixed = fixed_runs(runs, appliances)
    room = room_of(home)
    too_large = [
        request
        for request in requests
        if room is not None and request.profile.peak > room + NEARLY
    ]
    shared = linked([it for it in requests if it not in too_large], fixed)
    groups = [(shared, home, fixed)]
    groups += [(linked([request], ()), Home(), []) for request in too_large]
    known = {run.id: run for run in runs}
    changed: dict[str, Run] = {}
    for number, (group, power, others) in enumerate(groups):
        plans: Plans = {}
        if prices is not None:
            waiting = _waiting(group, prices, situation)
            priced = [request for request in group if request.name not in waiting]
            left = len(groups) - number - 1
            with budget.share(SHARED_PART if left and not number else 1 / (left + 1)):
                plans = _Settling(
                    linked(priced, others), prices, power, others, budget
                ).plans(known)
        for name, plan in plans.items():
            changed[name] = replace(
                known[name], segments=plan.segments, rule=plan.rule, plan=plan
            )
        unpriced = [request for request in group if request.name not in plans]
        placed = [*others, *_placed(group, plans)]
        for name, (segments, rule) in times_without_prices(
            unpriced, situation.off_peak, power, placed
        ).items():
            changed[name] = replace(
                known[name], segments=segments, rule=rule, plan=None
            )
    return tuple(changed.get(run.id, run) for run in runs)


def _waiting(
    requests: Sequence[RunRequest], prices: PlanPrices, situation: Situation
) -> set[str]:
    """Return the runs for which off-peak hours are better than what is known."""
    if not situation.is_overdue:
        return set()
    waiting = {
        request.name
        for request in requests
        if not _is_covered(request, prices)
        and time_without_prices(request, situation.off_peak)[1] is Rule.OFF_PEAK
    }
    return _with_followers(waiting, requests)


def _is_covered(request: RunRequest, prices: PlanPrices) -> bool:
    """Tell whether the prices of all the time that a run may take are known."""
    return prices.covers(request.earliest, request.latest_end)


def _with_followers(names: set[str], requests: Sequence[RunRequest]) -> set[str]:
    """Return runs and all that have to wait for one of them."""
    followers: dict[str, list[str]] = {}
    for request in requests:
        if request.after is not None:
            followers.setdefault(request.after, []).append(request.name)
    found = set(names)
    waiting = list(names)
    while waiting:
        more = set(followers.get(waiting.pop(), ())) - found
        found |= more
        waiting += more
    return found


@final
class _Settling:
    """New times for runs with prices, or old ones where those are no worse."""

    def __init__(
        self,
        requests: Sequence[RunRequest],
        prices: PlanPrices,
        home: Home,
        fixed: Sequence[FixedRun],
        budget: Budget,
    ) -> None:
        """Look at each run as if it were alone, and leave out those with too few prices.

        A run that would have to give up a rule may not have to once the rest of its
        prices is known, so it is left out, and so is one that has to wait for it.
        """
        self._prices = prices
        self._home = home
        self._fixed = fixed
        self._budget = budget
        self._early = {it.name for it in requests if not _is_covered(it, prices)}
        members, unplaced = members_of(requests, prices, budget, {})
        self._alone = {member.asked.name: member for member in members}
        lost = {it.asked.name for it in members if it.relaxed} & self._early
        lost |= {it.run for it in unplaced}
        self._requests = _without(lost, requests, fixed)

    def plans(self, runs: Mapping[str, Run]) -> Plans:
        """Return the plan of each run, without those for which too few prices are known.

        Args:
            runs: The runs with the times that they have, by their names.
        """
        keeping = _keeping(self._requests, runs, self._prices, self._home, self._fixed)
        kept = {
            request.name: self._kept(request, run, self._alone[request.name].alone)
            for request, run in keeping
        }
        if kept and len(kept) == len(self._requests) and not self._may_save(kept):
            return kept
        with self._budget.share(NEW_PART if kept else 1):
            new = self._planned(self._requests, self._fixed)
        if not kept:
            return new
        for request, run in keeping:
            if request.name in new:
                kept[request.name] = self._kept(request, run, new[request.name])
        others = [it for it in self._requests if it.name not in kept]
        staying = [*self._fixed, *_placed(self._requests, kept)]
        old = kept | self._planned(linked(others, staying), staying)
        return new if _is_better(new, old) else old

    def _kept(self, request: RunRequest, run: Run, same: PlannedRun) -> PlannedRun:
        """Return a run at its old time: as it was planned anew, if that is the same."""
        if same.segments == run.segments:
            return same
        return _repriced(request, run, self._prices)

    def _may_save(self, kept: Plans) -> bool:
        """Tell whether runs could be moved with a saving worth it, were each alone."""
        least = 0.0
        for name in kept:
            member = self._alone[name]
            best = member.alone.runner_up
            # One that is not worth waiting for has its best time there.
            least += min(member.floor, best.cost) if best else member.floor
        return sum(it.cost for it in kept.values()) - least >= REAL_SAVING - SAME

    def _planned(
        self, requests: Sequence[RunRequest], fixed: Sequence[FixedRun]
    ) -> Plans:
        """Return the best plan, without the runs for which too few prices are known."""
        for turn in count():
            with self._budget.share(TURN_PART):
                schedule = plan_runs(
                    requests,
                    self._prices,
                    self._home,
                    fixed,
                    self._budget,
                    self._alone,
                    proves=False,
                )
            lost = {it.run for it in schedule.relaxed} & self._early
            lost |= {it.run for it in schedule.unplaced}
            if not lost:
                break
            if turn >= MOST_TURNS:
                # Whoever could be left out in a later turn is left out in this one.
                lost |= self._early
            requests = _without(lost, requests, fixed)
        return {run.name: run for run in schedule.runs}


def _without(
    lost: set[str], requests: Sequence[RunRequest], fixed: Sequence[FixedRun]
) -> list[RunRequest]:
    """Return requests without some, and without those that have to wait for them."""
    lost = _with_followers(lost, requests)
    return linked([it for it in requests if it.name not in lost], fixed)


def _placed(requests: Sequence[RunRequest], plans: Plans) -> list[FixedRun]:
    """Return runs with their times, as others see them."""
    return [
        FixedRun(request.name, request.profile, plans[request.name].segments)
        for request in requests
        if request.name in plans
    ]


def _keeping(
    requests: Sequence[RunRequest],
    runs: Mapping[str, Run],
    prices: PlanPrices,
    home: Home,
    fixed: Sequence[FixedRun],
) -> list[tuple[RunRequest, Run]]:
    """Return the runs that could keep the times that they have.

    Runs without prices, or with a rule given up, have none worth keeping. A run whose
    order with another would be open cannot keep its time before that one has its own.
    """
    kept = [
        (request, runs[request.name])
        for request in requests
        if _is_allowed(request, runs[request.name], prices)
    ]
    while True:
        names = {it.name for it in fixed} | {request.name for request, _ in kept}
        staying = [it for it in kept if it[0].after is None or it[0].after in names]
        if len(staying) == len(kept):
            break
        kept = staying
    own = [FixedRun(it.name, it.profile, run.segments) for it, run in kept]
    standing = {it.name for it in fixed}
    asked = [request for request, _ in kept]
    if any(it - standing for it in conflicts(asked, home, [*fixed, *own])):
        return []
    return kept


def _is_allowed(request: RunRequest, run: Run, prices: PlanPrices) -> bool:
    """Tell whether a run may still take place when it was to, others not looked at."""
    segments, profile = run.segments, request.profile
    if not segments or run.rule in FALLBACKS | RELAXED:
        return False
    length = sum((it.duration for it in segments), timedelta())
    own = FixedRun(request.name, profile, segments)
    return (
        length == profile.duration
        and request.earliest <= own.start
        and _is_split_as_asked(request, segments)
        and run_cost(profile, prices, segments) is not None
        and not broken_rules(request, prices, own, {})
    )


def _is_split_as_asked(request: RunRequest, segments: Sequence[Segment]) -> bool:
    """Tell whether a run may be cut into such segments."""
    split = request.split
    if len(segments) == 1:
        return True
    if split is None:
        return False
    pauses = [after.start - before.end for before, after in pairwise(segments)]
    return (
        min(segment.duration for segment in segments) >= split.shortest_segment
        and (split.longest_pause is None or max(pauses) <= split.longest_pause)
        and (split.most_segments is None or len(segments) <= split.most_segments)
    )


def _repriced(request: RunRequest, run: Run, prices: PlanPrices) -> PlannedRun:
    """Return a run at its old time and the prices of today."""
    other = run.plan.runner_up if run.plan else None
    if other:
        cost = run_cost(request.profile, prices, other.segments)
        other = None if cost is None else replace(other, cost=cost)
    rule = run.rule or Rule.CHEAPEST
    return planned_run(request, prices, run.segments, rule, run.segments, other)


def _is_better(new: Plans, old: Plans) -> bool:
    """Tell whether runs should move: more have a place, or give up less, or save."""
    ranks = [
        (-len(plans), sum(it.rule in RELAXED for it in plans.values()))
        for plans in (new, old)
    ]
    if ranks[0] != ranks[1]:
        return ranks[0] < ranks[1]
    costs = [sum(it.cost for it in plans.values()) for plans in (new, old)]
    return costs[1] - costs[0] >= REAL_SAVING - SAME
