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

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain, count
from typing import NamedTuple, final

from .budget import Budget
from .effective import PlanPrices
from .home import Home
from .joint.group import (
    GroupPlan,
    Member,
    Place,
    member_of,
    plain_group,
    plain_member,
    plan_group,
)
from .model import Infeasible, InfeasibleError, PlannedRun, Rule, RunnerUp, RunRequest
from .outcome import planned_run, run_cost
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

# Which part of the budget goes into the runs as if each were alone, and which parts of
# what then is left into a first plan without clashes, and into a group that may have to
# be planned once more because it meets others then.
ALONE_SHARE = 0.35
ROUGH_SHARE = 0.3
MERGE_SHARE = 0.85

# What the first plan of a group may take, and how often groups become larger before all
# runs get a plain plan.
ROUGH_STEPS = 80_000
MOST_TURNS = 10

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
    """Runs that are planned together."""

    plan: GroupPlan
    is_rough: bool
    """Whether more work may make the plan better."""
    is_joint: bool
    """Whether it is more than one run where it would be alone."""

    @property
    def names(self) -> frozenset[str]:
        """Return the names of the runs."""
        return frozenset(place.member.asked.name for place in self.plan.places)


def plan_runs(
    requests: Sequence[RunRequest],
    prices: PlanPrices,
    home: Home = Home(),  # noqa: B008
    fixed: Sequence[FixedRun] = (),
    budget: Budget | None = None,
    alone: Mapping[str, Member] | None = None,
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
        budget: What the work is paid from; when it is spent, the best plan that was found
            is the answer.
        alone: What is known of runs as if they were alone, by their names. They asked for
            the same, but perhaps for another order.

    Raises:
        InputError: A name is not unique (`name`), a run names one that is not there
            (`after`, `never_with`), the order is a circle (`after`), or a run needs more
            power than the home has (`power`).
    """
    check_input(requests, home, fixed)
    budget = budget or Budget()
    members, unplaced = members_of(requests, prices, budget, alone or {})
    groups = _Grouping(members, prices, home, fixed, budget).groups()
    places = {
        place.member.asked.name: place
        for group in groups
        for place in group.plan.places
    }
    everyone = [*fixed, *(place.run for place in places.values())]
    known = {run.name: run for run in everyone}
    overloading = {name for names in conflicts((), home, everyone) for name in names}
    missing = {it.run for it in unplaced}
    runs: list[PlannedRun] = []
    relaxed: list[Relaxation] = []
    for request in requests:
        if place := places.get(request.name):
            # What was given up was not always needed in the end.
            rules = broken_rules(request, prices, place.run, known)
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


@final
class _Grouping:
    """Runs in groups that do not meet any other group."""

    def __init__(
        self,
        members: Sequence[Member],
        prices: PlanPrices,
        home: Home,
        fixed: Sequence[FixedRun],
        budget: Budget,
    ) -> None:
        """Take the runs, and what they share."""
        self._members = members
        self._prices = prices
        self._home = home
        self._fixed = fixed
        self._budget = budget
        self._requests = [member.request for member in members]
        self._order = {it.name: number for number, it in enumerate(self._requests)}

    def groups(self) -> list[_Group]:
        """Return the cheapest groups that were found.

        Runs that clash are planned roughly until none do. Then group after group is
        planned with more work; when its new plan clashes with another group, both
        become one.
        """
        groups = [_single(member) for member in self._members]
        with self._budget.share(ROUGH_SHARE):
            groups = self._without_clashes(groups)
        best = groups
        while rough := [group for group in groups if group.is_rough]:
            weights = [len(group.plan.places) ** 2 for group in rough]
            share = weights[0] / sum(weights)
            if len(groups) > 1:
                share *= MERGE_SHARE
            found = None
            with self._budget.share(share):
                found = self._planned(rough[0].names, is_rough=False)
            if found is None or self._rank([found]) > self._rank([rough[0]]):
                found = rough[0]
            others = [group for group in groups if group is not rough[0]]
            groups = [*others, found._replace(is_rough=False)]
            with self._budget.share(ROUGH_SHARE):
                groups = self._without_clashes(groups)
            if self._rank(groups) <= self._rank(best):
                best = groups
        return best

    def _without_clashes(self, groups: list[_Group]) -> list[_Group]:
        """Plan groups that clash together, roughly, until none do.

        Where the budget does not suffice, that is a plain plan: there is always one.
        """
        for turn in count():
            clashes = self._clashes(groups)
            if not clashes:
                break
            if turn == MOST_TURNS:
                everyone = frozenset(self._order)
                return [self._planned_plainly(everyone)]
            for number, clash in enumerate(clashes):
                names = frozenset(chain(*(group.names for group in clash)))
                groups = [it for it in groups if not names & it.names]
                found = None
                left = self._budget.left // (len(clashes) - number)
                with self._budget.at_most(min(left, ROUGH_STEPS)):
                    found = self._planned(names, is_rough=True)
                groups.append(found or self._planned_plainly(names))
        return groups

    def _clashes(self, groups: Sequence[_Group]) -> list[list[_Group]]:
        """Return the groups that meet others, each with all that it meets."""
        runs = [place.run for group in groups for place in group.plan.places]
        self._budget.take(sum(map(_size, [*runs, *self._fixed])))
        of_name = {
            name: number for number, group in enumerate(groups) for name in group.names
        }
        found: dict[int, set[int]] = {}
        """Each group that clashes, with all that clash with it: one set for all."""
        for names in conflicts(self._requests, self._home, [*self._fixed, *runs]):
            met = {of_name[name] for name in names if name in of_name}
            if len(met) > 1 or any(not groups[number].is_joint for number in met):
                met = met.union(*(found.get(number, ()) for number in met))
                found.update(dict.fromkeys(met, met))
        apart = {min(numbers): sorted(numbers) for numbers in found.values()}
        return [[groups[it] for it in apart[first]] for first in sorted(apart)]

    def _rank(self, groups: Sequence[_Group]) -> tuple[int, float]:
        """Return how many runs give up rules, and what all of them cost."""
        places = [place for group in groups for place in group.plan.places]
        self._budget.take(2 * sum(_size(place.run) for place in places))
        costs = (
            run_cost(place.member.asked.profile, self._prices, place.segments) or 0.0
            for place in places
        )
        return sum(bool(place.relaxed) for place in places), sum(costs)

    def _own(self, names: Collection[str]) -> list[Member]:
        return [
            self._members[number]
            for number in sorted(self._order[name] for name in names)
        ]

    def _planned(self, names: Collection[str], *, is_rough: bool) -> _Group:
        """Plan some runs together, beside those that never move.

        Raises:
            SpentError: The budget does not suffice for any plan.
        """
        plan = plan_group(
            self._own(names),
            self._fixed,
            self._prices,
            self._home,
            self._budget,
            is_rough=is_rough,
        )
        return _Group(plan, is_rough=is_rough, is_joint=True)

    def _planned_plainly(self, names: Collection[str]) -> _Group:
        """Plan some runs without any search."""
        plan = plain_group(
            self._own(names), self._fixed, self._prices, self._home, self._budget
        )
        return _Group(plan, is_rough=True, is_joint=True)


def _size(run: FixedRun) -> int:
    """Return how many steps it takes to go through the parts of a run."""
    return 10 * (len(run.profile.phases) + len(run.segments))


def _single(member: Member) -> _Group:
    """Return a run where it would be alone."""
    place = Place(member, member.alone.segments, member.relaxed)
    return _Group(GroupPlan((place,), member.floor), is_rough=False, is_joint=False)


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
