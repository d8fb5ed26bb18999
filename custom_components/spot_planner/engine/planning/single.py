"""Choose the time of one run that no other run stands in the way of."""

from .course import to_micros, to_moment, to_units
from .effective import PlanPrices
from .free_time import FreeTime, known_time, under_limit, without
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
from .plans import Plan, Plans, whole_runs
from .profile import PricedProfile
from .segments import split_runs


def plan_run(request: RunRequest, prices: PlanPrices) -> PlannedRun:
    """Return the cheapest way to do one run, over all moments at which it may start.

    The order (`after`) and `never_with` are between runs, and play no part here. Of
    plans that cost the same, the one that ends first is taken.

    Raises:
        InfeasibleError: The run has no place.
    """
    load, plans = _plans(request, prices)
    best, soonest = plans.best(), plans.soonest()
    chosen, rule = best, Rule.CHEAPEST
    if plans.is_only_one():
        rule = Rule.ONLY_OPTION
    elif load.money(soonest.cost - best.cost) < request.least_saving:
        if soonest.segments != best.segments:
            chosen, rule = soonest, Rule.NOT_WORTH_IT
    other = best if rule is Rule.NOT_WORTH_IT else plans.runner_up(chosen)
    return planned_run(
        request,
        prices,
        _segments(chosen),
        rule,
        soonest=_segments(soonest),
        runner_up=other and RunnerUp(_segments(other), load.money(other.cost)),
    )


def _plans(request: RunRequest, prices: PlanPrices) -> tuple[PricedProfile, Plans]:
    """Return the plans that keep to all that was asked, and the priced profile."""
    earliest, latest = to_micros(request.earliest), to_micros(request.latest_end)
    if latest <= earliest:
        raise InfeasibleError(request.name, Infeasible.DEADLINE_PAST)
    load = PricedProfile(request.profile, prices, earliest, latest)
    if latest - earliest < load.duration:
        raise InfeasibleError(request.name, Infeasible.DEADLINE_TOO_CLOSE)

    def search(free: list[FreeTime]) -> Plans | None:
        if request.split is None:
            return whole_runs(load, free)
        return split_runs(load, free, request.split)

    known = known_time(load.courses, earliest, latest)
    allowed = cheap = without(
        known, ((to_micros(it.start), to_micros(it.end)) for it in request.forbidden)
    )
    if request.price_limit is not None:
        cheap = under_limit(allowed, load.courses, to_units(request.price_limit))
    if plans := search(cheap):
        return load, plans
    reason = Infeasible.PRICE_LIMIT_NEVER
    if not known:
        reason = Infeasible.NO_PRICES
    elif not search(known):
        reason = Infeasible.LONGER_THAN_HORIZON
    elif not search(allowed):
        reason = Infeasible.FORBIDDEN_ALL
    raise InfeasibleError(request.name, reason)


def _segments(plan: Plan) -> tuple[Segment, ...]:
    return tuple(
        Segment(to_moment(start), to_moment(end)) for start, end in plan.segments
    )
