"""Requests without some of the rules that they ask for."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Final

from .course import to_micros
from .effective import PlanPrices, courses_at
from .model import Rule, RunRequest
from .profile import UNIT_COST, to_milliwatts

# The rules that one run can break alone, in the order in which they are given up.
TIME_RULES: Final = (
    Rule.PRICE_LIMIT_RELAXED,
    Rule.FORBIDDEN_RELAXED,
    Rule.DEADLINE_RELAXED,
)

# What is tried in turn when a run finds no place beside others: which of these it gives
# up. The last ones do better where fewer rules are enough.
SHARED_RULES: Final = tuple(
    frozenset(rules)
    for rules in (
        (),
        (Rule.ORDER_RELAXED,),
        (Rule.NEVER_WITH_RELAXED,),
        (Rule.ORDER_RELAXED, Rule.NEVER_WITH_RELAXED),
        (Rule.POWER_LIMIT_RELAXED,),
        (Rule.ORDER_RELAXED, Rule.POWER_LIMIT_RELAXED),
        (Rule.NEVER_WITH_RELAXED, Rule.POWER_LIMIT_RELAXED),
        (
            Rule.ORDER_RELAXED,
            Rule.NEVER_WITH_RELAXED,
            Rule.POWER_LIMIT_RELAXED,
        ),
    )
)


def horizon_of(request: RunRequest, prices: PlanPrices) -> datetime:
    """Return until when a run may last that misses its deadline."""
    known = prices.end
    horizon = max(request.latest_end, request.earliest + request.profile.duration)
    return max(horizon, known) if known else horizon


def eased(
    request: RunRequest, rules: Collection[Rule], horizon: datetime
) -> RunRequest:
    """Return a request without what some rules ask for.

    Args:
        request: What was asked for.
        rules: The rules that are given up.
        horizon: Until when the run may last when its deadline is given up.
    """
    if Rule.PRICE_LIMIT_RELAXED in rules:
        request = replace(request, price_limit=None)
    if Rule.FORBIDDEN_RELAXED in rules:
        request = replace(request, forbidden=())
    if Rule.DEADLINE_RELAXED in rules:
        request = replace(request, latest_end=horizon)
    if Rule.ORDER_RELAXED in rules:
        request = replace(request, after=None, after_within=None)
    if Rule.NEVER_WITH_RELAXED in rules:
        request = replace(request, never_with=frozenset())
    return request


def least_cost(request: RunRequest, prices: PlanPrices) -> float:
    """Return what no time for a run costs less than: all of it at the lowest price."""
    earliest, latest = to_micros(request.earliest), to_micros(request.latest_end)
    cost = 0
    for power in dict.fromkeys(phase.power for phase in request.profile.phases):
        if not power:
            continue
        courses = courses_at(prices, power, earliest, latest)
        lowest = min((unit for course in courses for unit in course.units), default=0)
        micros = sum(
            to_micros(request.earliest + phase.duration) - earliest
            for phase in request.profile.phases
            if phase.power == power
        )
        cost += lowest * micros * to_milliwatts(power)
    return cost * UNIT_COST
