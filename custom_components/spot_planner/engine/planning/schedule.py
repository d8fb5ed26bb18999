"""Plan all runs of a home together.

Each run is first placed as if it were alone, exactly, over all moments at which it may
start (`single`). Runs that then meet nobody they must not meet keep that time. Runs that
contend for power, or break an order or a `never_with`, form a group, which is planned on
the quarters of the clock; when its plan meets another run, that one joins the group.

A group is planned by Lagrangian decomposition with a subgradient method: the power limit
of each quarter-hour and each order get prices, at which the runs choose their times alone
and each quarter-hour the loads that it takes (see `joint.bound`, and M. L. Fisher, "The
Lagrangian relaxation method for solving integer programming problems", Management
Science 27, 1981). Local search makes plans of that, and best-first branch and bound over
the starts closes the gap as far as a fixed number of steps allows: the same question
has the same answer on every machine.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain
from typing import NamedTuple, final

from .effective import PlanPrices
from .home import Home
from .joint.group import GroupPlan, Member, Place, member_of, plan_group
from .model import Infeasible, InfeasibleError, PlannedRun, Rule, RunnerUp, RunRequest
from .outcome import planned_run
from .schedule_conflicts import FixedRun, broken_rules, check_input, conflicts

__all__ = [
    "FixedRun",
    "Home",
    "Relaxation",
    "Schedule",
    "Status",
    "Unplaced",
    "plan_runs",
]

# Steps of work, each some ten microseconds on a small computer: little while it is still
# open who contends, and more for the plan of each group that stays.
FIRST_STEPS = 3_000
LAST_STEPS = 80_000

# Costs in currency that differ by less are the same: sums of floats are not exact.
SAME = 1e-9


class Status(StrEnum):
    """How good a schedule is known to be."""

    OPTIMAL = "optimal"
    """No plan that keeps to all rules costs less."""
    FEASIBLE = "feasible"
    """It keeps to all rules; one that costs less was not ruled out."""
    RELAXED = "relaxed"
    """Some rules were given up, because no plan was found that keeps to all of them."""


@final
@dataclass(frozen=True, slots=True)
class Relaxation:
    """A rule that a run gives up."""

    run: str
    rule: Rule
    """One of those that end in `RELAXED`."""


@final
@dataclass(frozen=True, slots=True)
class Unplaced:
    """A run that has no place whatever rules are given up."""

    run: str
    reason: Infeasible


@final
@dataclass(frozen=True, slots=True)
class Schedule:
    """When all runs take place; money is in currency."""

    status: Status
    runs: tuple[PlannedRun, ...]
    """In the order of the requests, without those that have no place."""
    cost: float
    """What these runs cost together."""
    bound: float
    """No plan that keeps to the same rules costs less.

    For runs that contend, that is proven for starts on the quarters of the UTC clock (or
    ends, where another run has to follow within some time), with each quarter-hour that
    is touched taken as a whole; for all others, for any start. Runs for which waiting
    is not worth it, and those for which the grid has no place, count as standing where
    they are. Where a deadline is missed, the bound is for ending as early as
    the plan does; where the power limit is, it is what the runs would cost alone.
    """
    relaxed: tuple[Relaxation, ...]
    unplaced: tuple[Unplaced, ...]

    @property
    def gap(self) -> float:
        """Return how much dearer than the best plan this may be, as a share of that.

        It is `(cost - bound) / |bound|`: as the best plan costs no less than the bound, and
        has the same sign, its share is never more. It is 0 where the plan is the best,
        and 1 at the most. When the bound is not above zero but the cost is, the best
        plan may cost nothing, and no share of that can be told: that is 1 too.
        (A share of the larger of both would be 1 or more there as well, and would be
        too low where both are above zero.)
        """
        excess = self.cost - self.bound
        if excess <= 0:
            return 0.0
        if self.bound * self.cost <= 0:
            return 1.0
        return min(excess / abs(self.bound), 1.0)


class _Group(NamedTuple):
    """Runs that are planned together, and the work that went into it."""

    plan: GroupPlan
    steps: int
    """Zero for a run that is where it would be alone."""

    @property
    def names(self) -> frozenset[str]:
        """Return the names of the runs."""
        return frozenset(place.member.asked.name for place in self.plan.places)

    @property
    def cost(self) -> float:
        """Return what no plan for these runs costs less than."""
        return self.plan.bound


def plan_runs(
    requests: Sequence[RunRequest],
    prices: PlanPrices,
    home: Home = Home(),  # noqa: B008
    fixed: Sequence[FixedRun] = (),
) -> Schedule:
    """Return the cheapest plan that was found for all runs, and how good it is.

    There is always one: where no plan keeps to all rules, some are given up, in this
    order: price limit, forbidden times, deadline, order, `never_with`, power limit. Only
    the runs that have to give something up do so, and a run that misses its deadline
    ends as early as it can. When waiting is not worth it for a run alone (`least_saving`)
    it stays at its soonest time, and the others plan around it if they can.

    Args:
        requests: The runs.
        prices: The prices.
        home: What the runs share.
        fixed: Runs that do not move, but take power and may be named by others.

    Raises:
        InputError: A name is not unique (`name`), a run names one that is not there
            (`after`, `never_with`), the order is a circle (`after`), or a run needs more
            power than the home has (`power`).
    """
    check_input(requests, home, fixed)
    members: list[Member] = []
    unplaced: list[Unplaced] = []
    for request in requests:
        try:
            members.append(member_of(request, prices))
        except InfeasibleError as error:
            unplaced.append(Unplaced(request.name, error.reason))
    groups = _groups(members, prices, home, fixed)
    places = {
        place.member.asked.name: place
        for group in groups
        for place in group.plan.places
    }
    everyone = [*fixed, *(place.run for place in places.values())]
    overloading = {name for names in conflicts((), home, everyone) for name in names}
    missing = {it.run for it in unplaced}
    runs: list[PlannedRun] = []
    relaxed: list[Relaxation] = []
    for request in requests:
        if place := places.get(request.name):
            # What was given up was not always needed in the end.
            rules = broken_rules(request, prices, place.run, everyone)
            if request.after in missing:
                rules.add(Rule.ORDER_RELAXED)
            if (
                Rule.POWER_LIMIT_RELAXED in place.relaxed
                and request.name in overloading
            ):
                rules.add(Rule.POWER_LIMIT_RELAXED)
            runs.append(_run(place, rules, prices))
            relaxed += [
                Relaxation(request.name, rule) for rule in Rule if rule in rules
            ]
    cost = sum(run.cost for run in runs)
    bound = min(sum(group.plan.bound for group in groups), cost)
    status = Status.OPTIMAL if cost - bound <= SAME else Status.FEASIBLE
    return Schedule(
        Status.RELAXED if relaxed else status,
        tuple(runs),
        cost,
        bound if cost - bound > SAME else cost,
        tuple(relaxed),
        tuple(unplaced),
    )


def _groups(
    members: Sequence[Member],
    prices: PlanPrices,
    home: Home,
    fixed: Sequence[FixedRun],
) -> list[_Group]:
    """Return the runs in groups that do not meet any other group."""
    requests = [member.request for member in members]
    order = {request.name: number for number, request in enumerate(requests)}
    groups = [
        _Group(
            GroupPlan(
                (Place(member, member.alone.segments, member.relaxed),),
                member.alone.cost,
            ),
            0,
        )
        for member in members
    ]

    def replanned(parts: Sequence[_Group], steps: int) -> _Group:
        """Plan the members of some groups together."""
        own = [members[order[name]] for name in chain(*(it.names for it in parts))]
        own.sort(key=lambda member: order[member.asked.name])
        return _Group(plan_group(own, fixed, prices, home, steps), steps)

    while True:
        runs = [place.run for group in groups for place in group.plan.places]
        clash = _clash(groups, conflicts(requests, home, [*fixed, *runs]))
        if clash:
            groups = [group for group in groups if group not in clash]
            groups.append(replanned(clash, FIRST_STEPS))
            continue
        rough = next((it for it in groups if it.steps == FIRST_STEPS), None)
        if rough is None:
            return groups
        groups.remove(rough)
        groups.append(replanned([rough], LAST_STEPS))


def _clash(groups: Sequence[_Group], found: Iterator[frozenset[str]]) -> list[_Group]:
    """Return the groups of the first conflict that is not within one that is planned."""
    for names in found:
        clash = [group for group in groups if not names.isdisjoint(group.names)]
        if len(clash) > 1 or any(not group.steps for group in clash):
            return clash
    return []


def _run(place: Place, rules: Collection[Rule], prices: PlanPrices) -> PlannedRun:
    """Return what there is to say of a run."""
    member, alone = place.member, place.member.alone
    last = max(rules, key=list(Rule).index, default=None)
    if place.segments == alone.segments:
        return replace(alone, rule=last or alone.rule)
    run = planned_run(member.asked, prices, place.segments, Rule.SHARED, alone.segments)
    is_dearer = alone.rule is Rule.NOT_WORTH_IT or run.cost > alone.cost + SAME
    return replace(
        run,
        cost_if_now=alone.cost_if_now,
        saving=alone.cost_if_now - run.cost,
        runner_up=RunnerUp(alone.segments, alone.cost)
        if is_dearer
        else alone.runner_up,
        rule=last or (Rule.SHARED if is_dearer else Rule.CHEAPEST),
    )
