"""The cheapest time of one run that no other run stands in the way of."""

from dataclasses import replace
from typing import NamedTuple

from .budget import Budget
from .course import MICROSECOND, to_micros, to_moment, to_units
from .effective import PlanPrices
from .free_time import FreeTime, known_time, under_limit, without
from .home import Home
from .model import (
    Infeasible,
    InfeasibleError,
    PlannedRun,
    Rule,
    RunnerUp,
    RunRequest,
    Segment,
)
from .outcome import planned_run
from .plain import PlainPlan
from .plans import Plan, Plans, whole_runs
from .profile import PricedProfile
from .segments import split_runs


class Found(NamedTuple):
    """The best plan that was found for one run."""

    run: PlannedRun
    floor: float
    """What no plan for it costs less than, in currency."""


class Search(NamedTuple):
    """What a run that is alone may do."""

    load: PricedProfile
    known: list[FreeTime]
    """The time with prices."""
    allowed: list[FreeTime]
    """The part of that in which it is not forbidden to run."""
    cheap: list[FreeTime]
    """The part of that whose price is within the limit."""


def plan_run(
    request: RunRequest, prices: PlanPrices, budget: Budget | None = None
) -> PlannedRun:
    """Return the cheapest way to do one run, over all moments at which it may start.

    The order (`after`) and `never_with` are between runs, and play no part here. Of
    plans that cost the same, the one that ends first is taken.

    Where the budget does not suffice to go through the starts, it is the soonest of them.

    Raises:
        InfeasibleError: The run has no place.
    """
    budget = budget or Budget()
    with budget.share(1):
        if found := best_run(request, prices, budget):
            return found.run
    # There are too many starts to go through, or none.
    plain = PlainPlan(prices, Home(), (), budget)
    if soonest := plain.soonest(replace(request, after=None), set()):
        return planned_run(request, prices, soonest, Rule.NOT_WORTH_IT, soonest)
    raise InfeasibleError(request.name, why_no_place(request, prices, budget))


def best_run(request: RunRequest, prices: PlanPrices, budget: Budget) -> Found | None:
    """Return the cheapest way to do one run, or None when it has no place.

    Raises:
        SpentError: The budget does not suffice to go through its starts.
    """
    search = _search(request, prices)
    if search is None:
        return None
    budget.spend(search.load.steps)
    load = search.load
    plans = _plans(request, load, search.cheap, budget)
    if plans is None:
        return None
    best, soonest = plans.best(), plans.soonest()
    chosen, rule = best, Rule.CHEAPEST
    if plans.is_only_one():
        rule = Rule.ONLY_OPTION
    elif load.money(soonest.cost - best.cost) < request.least_saving:
        if soonest.segments != best.segments:
            chosen, rule = soonest, Rule.NOT_WORTH_IT
    other = best if rule is Rule.NOT_WORTH_IT else plans.runner_up(chosen)
    run = planned_run(
        request,
        prices,
        _segments(chosen),
        rule,
        soonest=_segments(soonest),
        runner_up=other and RunnerUp(_segments(other), load.money(other.cost)),
    )
    # A run that stays at its soonest time counts as standing there.
    return Found(run, run.cost if plans.is_exact else load.money(plans.floor))


def why_no_place(request: RunRequest, prices: PlanPrices, budget: Budget) -> Infeasible:
    """Return why a run has no place."""
    search = _search(request, prices)
    if search is None:
        if request.latest_end <= request.earliest:
            return Infeasible.DEADLINE_PAST
        return Infeasible.DEADLINE_TOO_CLOSE
    if not search.known:
        return Infeasible.NO_PRICES
    if not _plans(request, search.load, search.known, budget):
        return Infeasible.LONGER_THAN_HORIZON
    if not _plans(request, search.load, search.allowed, budget):
        return Infeasible.FORBIDDEN_ALL
    return Infeasible.PRICE_LIMIT_NEVER


def _search(request: RunRequest, prices: PlanPrices) -> Search | None:
    """Return where a run may lie, or None when there is too little time for it."""
    earliest, latest = to_micros(request.earliest), to_micros(request.latest_end)
    if latest - earliest < request.profile.duration // MICROSECOND:
        return None
    load = PricedProfile(request.profile, prices, earliest, latest)
    known = known_time(load.courses, earliest, latest)
    allowed = cheap = without(
        known, ((to_micros(it.start), to_micros(it.end)) for it in request.forbidden)
    )
    if request.price_limit is not None:
        cheap = under_limit(allowed, load.courses, to_units(request.price_limit))
    return Search(load, known, allowed, cheap)


def _plans(
    request: RunRequest, load: PricedProfile, free: list[FreeTime], budget: Budget
) -> Plans | None:
    if request.split is None:
        return whole_runs(load, free)
    return split_runs(load, free, request.split, budget)


def _segments(plan: Plan) -> tuple[Segment, ...]:
    return tuple(
        Segment(to_moment(start), to_moment(end)) for start, end in plan.segments
    )
