"""A run as it would be planned if it were alone, before others are looked at."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, final

from .budget import Budget
from .easing import TIME_RULES, eased, horizon_of, least_cost
from .effective import PlanPrices
from .home import Home
from .model import Infeasible, InfeasibleError, PlannedRun, Rule, RunRequest
from .outcome import planned_run
from .plain import PlainPlan
from .single import Found, best_run, why_no_place

# Which part of the budget goes into the runs as if each were alone.
ALONE_SHARE = 0.35

# A saving that no run reaches.
NEVER_WORTH_IT = 1e18


@final
@dataclass(frozen=True, slots=True)
class Unplaced:
    """A run that has no place whatever rules are given up."""

    run: str
    reason: Infeasible


class Member(NamedTuple):
    """A run, and what is known of it before others are looked at."""

    asked: RunRequest
    request: RunRequest
    """What it can keep to even alone."""
    relaxed: tuple[Rule, ...]
    """What it gives up for that."""
    alone: PlannedRun
    """When it would run if it were alone."""
    floor: float
    """What it costs at least, as far as that is known."""

    def asking(self, request: RunRequest) -> "Member | None":
        """Return the same run when it asks for another order; None: for another time."""
        if request.earliest != self.asked.earliest:
            return None
        return self._replace(
            asked=request,
            request=replace(
                self.request,
                after=request.after,
                after_within=request.after_within,
                never_with=request.never_with,
            ),
        )


def members_of(
    requests: Sequence[RunRequest],
    prices: PlanPrices,
    budget: Budget,
    known: Mapping[str, Member],
) -> tuple[list[Member], list[Unplaced]]:
    """Return the runs where they would be alone, and those that have no place."""
    found: dict[str, Member | Unplaced] = {}
    for request in requests:
        if request.name in known and (same := known[request.name].asking(request)):
            found[request.name] = same

    def look(request: RunRequest, how: Callable[..., Member]) -> None:
        try:
            found[request.name] = how(request, prices, budget)
        except InfeasibleError as error:
            found[request.name] = Unplaced(request.name, error.reason)

    # What a run in one piece does not take is left for those that may be split.
    waiting = [request for request in requests if request.name not in found]
    waiting.sort(key=lambda it: it.split is not None)
    with budget.share(ALONE_SHARE):
        for number, request in enumerate(waiting):
            with budget.share(1 / (len(waiting) - number)):
                look(request, member_of)
    for request in waiting:
        if request.name not in found:
            look(request, plain_member)
    ordered = [found[request.name] for request in requests]
    return (
        [it for it in ordered if isinstance(it, Member)],
        [it for it in ordered if isinstance(it, Unplaced)],
    )


def member_of(request: RunRequest, prices: PlanPrices, budget: Budget) -> Member:
    """Place a run alone, and give up as few rules as that needs.

    Rules are given up in their order until there is a place, and those that it does not
    need are taken back. A run that misses its deadline ends as soon as it can.

    Raises:
        InfeasibleError: It has no place whatever it gives up.
        SpentError: The budget does not suffice to look at all its times.
    """
    horizon = horizon_of(request, prices)
    rules: list[Rule] = []
    found: Found | None = None
    for rule in (None, *TIME_RULES):
        if rule is not None:
            rules.append(rule)
        if found := best_run(eased(request, rules, horizon), prices, budget):
            break
    if found is None:
        kept = eased(request, rules, horizon)
        raise InfeasibleError(request.name, why_no_place(kept, prices, budget))
    for rule in rules[-2::-1]:
        fewer = [it for it in rules if it is not rule]
        if other := best_run(eased(request, fewer, horizon), prices, budget):
            rules, found = fewer, other
    kept = eased(request, rules, horizon)
    if Rule.DEADLINE_RELAXED in rules:
        at_once = replace(kept, least_saving=NEVER_WORTH_IT)
        if soonest := best_run(at_once, prices, budget):
            kept = replace(kept, latest_end=soonest.run.end)
            found = best_run(kept, prices, budget) or soonest
    return Member(request, kept, tuple(rules), found.run, found.floor)


def plain_member(request: RunRequest, prices: PlanPrices, budget: Budget) -> Member:
    """Place a run alone as soon as it may, without a look at all its times.

    Raises:
        InfeasibleError: It has no place whatever it gives up.
    """
    free = replace(request, after=None, after_within=None, never_with=frozenset())
    place = PlainPlan(prices, Home(), (), budget).place(free)
    if place is None:
        raise InfeasibleError(request.name, Infeasible.LONGER_THAN_HORIZON)
    rules = tuple(rule for rule in TIME_RULES if rule in place.rules)
    kept = eased(request, rules, horizon_of(request, prices))
    if Rule.DEADLINE_RELAXED in rules:
        kept = replace(kept, latest_end=place.segments[-1].end)
    alone = planned_run(
        request, prices, place.segments, Rule.NOT_WORTH_IT, place.segments
    )
    return Member(request, kept, rules, alone, least_cost(kept, prices))
