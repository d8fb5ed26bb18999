"""Plan runs that contend with each other, and give up rules where they have to."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, NamedTuple

from ..effective import PlanPrices, prices_at
from ..home import Home
from ..model import InfeasibleError, PlannedRun, Rule, RunRequest, Segment
from ..schedule_conflicts import FixedRun, conflicts
from ..single import plan_run
from .grid import Room
from .job import Placement
from .layout import NO_LIMIT, PENALTIES, Layout
from .local import Effort, Plan
from .problem import Problem, plan_cost
from .tree import Tree

# How much work goes into finding out which rules have to be given up.
RELAX_STEPS = 20_000

# A saving that no run reaches.
NEVER_WORTH_IT = 1e18

# The rules that one run can break alone.
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


class Member(NamedTuple):
    """A run, and what is known of it before others are looked at."""

    asked: RunRequest
    request: RunRequest
    """What it can keep to even alone."""
    relaxed: tuple[Rule, ...]
    """What it gives up for that."""
    alone: PlannedRun
    """When it would run if it were alone."""


class Place(NamedTuple):
    """When a member of a group runs."""

    member: Member
    segments: tuple[Segment, ...]
    relaxed: tuple[Rule, ...]

    @property
    def run(self) -> FixedRun:
        """Return the run as others see it."""
        return FixedRun(
            self.member.asked.name, self.member.asked.profile, self.segments
        )


class GroupPlan(NamedTuple):
    """When the members of a group run, and what they cost at least."""

    places: tuple[Place, ...]
    bound: float


def member_of(request: RunRequest, prices: PlanPrices) -> Member:
    """Place a run alone, and give up as few rules as that needs.

    Rules are given up in their order until there is a place, and those that it does not
    need are taken back. A run that misses its deadline ends as soon as it can.

    Raises:
        InfeasibleError: It has no place whatever it gives up.
    """
    horizon = horizon_of(request, prices)
    rules: list[Rule] = []
    for rule in TIME_RULES:
        if _has_place(eased(request, rules, horizon), prices):
            break
        rules.append(rule)
    for rule in rules[-2::-1]:
        fewer = [it for it in rules if it is not rule]
        if _has_place(eased(request, fewer, horizon), prices):
            rules = fewer
    kept = eased(request, rules, horizon)
    if Rule.DEADLINE_RELAXED in rules:
        soonest = plan_run(replace(kept, least_saving=NEVER_WORTH_IT), prices)
        kept = replace(kept, latest_end=soonest.end)
    return Member(request, kept, tuple(rules), plan_run(kept, prices))


def _has_place(request: RunRequest, prices: PlanPrices) -> bool:
    try:
        plan_run(request, prices)
    except InfeasibleError:
        return False
    return True


def horizon_of(request: RunRequest, prices: PlanPrices) -> datetime:
    """Return until when a run may last that misses its deadline."""
    known = prices_at(prices, request.profile.peak).end
    horizon = max(request.latest_end, request.earliest + request.profile.duration)
    return max(horizon, known) if known else horizon


def eased(request: RunRequest, rules: Sequence[Rule], horizon: datetime) -> RunRequest:
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


def plan_group(
    members: Sequence[Member],
    fixed: Sequence[FixedRun],
    prices: PlanPrices,
    home: Home,
    steps: int,
) -> GroupPlan:
    """Return the cheapest plan that was found for members that contend.

    Those for which waiting is not worth it stay where they are alone when that is free
    and the others find a place; so do those whose place the grid does not have. Only
    then are rules given up.

    Args:
        members: Who contends.
        fixed: The runs that do not move.
        prices: The prices.
        home: What all share.
        steps: How much work the plan may take.
    """
    layout = Layout([it.request for it in members], fixed, prices, home)
    homeless = [members[number] for number in layout.homeless]
    hasty = [
        it
        for it in members
        if it not in homeless
        and it.alone.rule is Rule.NOT_WORTH_IT
        and it.request.after is None
    ]
    for wish in ([*homeless, *hasty], homeless):
        standing = _free_of_conflict(wish, fixed, home)
        moving = [it for it in members if it not in standing]
        if len(standing) < len(homeless):
            continue
        found = _cheapest(moving, [*fixed, *map(_alone, standing)], prices, home, steps)
        if found:
            places = [Place(it, it.alone.segments, it.relaxed) for it in standing]
            cost = sum(it.alone.cost for it in standing)
            return GroupPlan((*found.places, *places), found.bound + cost)
        if not hasty:
            break
    return _relaxed(members, fixed, prices, home, steps)


def _alone(member: Member) -> FixedRun:
    return Place(member, member.alone.segments, ()).run


def _free_of_conflict(
    members: Sequence[Member], fixed: Sequence[FixedRun], home: Home
) -> list[Member]:
    """Return those of some members that can all stay where they are alone."""
    kept: list[Member] = []
    for member in members:
        more = [*kept, member]
        runs = [*fixed, *map(_alone, more)]
        asked = [it.request for it in more]
        if not any(member.asked.name in it for it in conflicts(asked, home, runs)):
            kept = more
    return kept


def _cheapest(
    members: Sequence[Member],
    fixed: Sequence[FixedRun],
    prices: PlanPrices,
    home: Home,
    steps: int,
    known: tuple[Layout, Sequence[Placement]] | None = None,
) -> GroupPlan | None:
    """Return the best plan that keeps to what the members can keep to alone."""
    if not members:
        return GroupPlan((), 0.0)
    layout = Layout([it.request for it in members], fixed, prices, home)
    problem = layout.problem()
    if layout.homeless or problem.reaches is None:
        return None
    plan = None
    if known:
        drafted, found = known
        plan = tuple(
            layout.placement(job, found[number], drafted)
            if number < len(members)
            else problem.whole_job(number).only
            for number, job in enumerate(problem.jobs)
        )
    solution = Tree(problem, Effort(steps)).solve(plan)
    if solution.plan is None:
        return None
    places = [
        Place(member, layout.segments(number, solution.plan[number]), member.relaxed)
        for number, member in enumerate(members)
    ]
    return GroupPlan(tuple(places), solution.bound)


def _relaxed(
    members: Sequence[Member],
    fixed: Sequence[FixedRun],
    prices: PlanPrices,
    home: Home,
    steps: int,
) -> GroupPlan:
    """Return a plan in which the members give up as little as they have to.

    First, only rules of single runs are given up, as few as possible. When that is not
    enough, the runs are placed one after the other, and each that finds no place gives
    up rules between runs. Among the plans that keep to what is left, the cheapest is
    then looked for.
    """
    strangers = {run.name for run in fixed}
    layout = Layout(
        [
            replace(
                eased(it.asked, TIME_RULES, horizon_of(it.asked, prices)),
                never_with=it.asked.never_with - strangers,
            )
            for it in members
        ],
        fixed,
        prices,
        home,
    )
    if homeless := layout.homeless:
        return _around(members, homeless, fixed, prices, home, steps)
    asked = [it.asked for it in members]
    problem = layout.problem(layout.penalties(asked))
    shared: list[frozenset[Rule]] = [frozenset()] * len(problem.jobs)
    plan = None
    if problem.reaches is not None:
        plan = Tree(problem, Effort(RELAX_STEPS)).solve().plan
    if plan is None or plan_cost(plan) >= PENALTIES[Rule.NEVER_WITH_RELAXED]:
        plan, shared = _forced(problem)
    eased_members = []
    for number, member in enumerate(members):
        rules = {*layout.broken(number, member.asked, plan[number]), *shared[number]}
        ordered = tuple(rule for rule in Rule if rule in rules)
        request = eased(member.asked, ordered, layout.end(plan[number]))
        eased_members.append(member._replace(request=request, relaxed=ordered))
    alone = sum(plan_run(it.request, prices).cost for it in eased_members)
    places = [
        Place(member, layout.segments(number, plan[number]), member.relaxed)
        for number, member in enumerate(eased_members)
    ]
    if any(Rule.POWER_LIMIT_RELAXED in it.relaxed for it in eased_members):
        return GroupPlan(tuple(places), alone)
    loners = {
        it.asked.name for it in eased_members if Rule.NEVER_WITH_RELAXED in it.relaxed
    }
    eased_members = [
        it._replace(
            request=replace(it.request, never_with=it.request.never_with - loners)
        )
        for it in eased_members
    ]
    found = _cheapest(eased_members, fixed, prices, home, steps, (layout, plan))
    return found or GroupPlan(tuple(places), alone)


def _around(
    members: Sequence[Member],
    homeless: Sequence[int],
    fixed: Sequence[FixedRun],
    prices: PlanPrices,
    home: Home,
    steps: int,
) -> GroupPlan:
    """Leave runs that have no place on the grid where they are, and plan the others."""
    standing = [members[number] for number in homeless]
    free = _free_of_conflict(standing, fixed, home)
    places = tuple(
        Place(
            it,
            it.alone.segments,
            it.relaxed if it in free else (*it.relaxed, Rule.POWER_LIMIT_RELAXED),
        )
        for it in standing
    )
    cost = sum(it.alone.cost for it in standing)
    others = [it for it in members if it not in standing]
    if not others:
        return GroupPlan(places, cost)
    taken = [*fixed, *(place.run for place in places)]
    plan = plan_group(others, taken, prices, home, steps)
    return GroupPlan((*places, *plan.places), plan.bound + cost)


def _forced(problem: Problem) -> tuple[Plan, list[frozenset[Rule]]]:
    """Place one job after the other, and say which rules each had to give up."""
    placed: list[Placement | None] = [None] * len(problem.jobs)
    given_up: list[frozenset[Rule]] = [frozenset()] * len(problem.jobs)
    room, everything = problem.room, Room.of([NO_LIMIT] * problem.slots)
    for number in problem.in_order:
        for rules in SHARED_RULES:
            place = problem.jobs[number].best(
                everything if Rule.POWER_LIMIT_RELAXED in rules else room,
                0
                if Rule.NEVER_WITH_RELAXED in rules
                else problem.barred(number, placed),
                None if Rule.ORDER_RELAXED in rules else problem.window(number, placed),
            )
            if place and (
                Rule.NEVER_WITH_RELAXED in rules
                or place.cost < PENALTIES[Rule.NEVER_WITH_RELAXED]
            ):
                placed[number], given_up[number] = place, rules
                room = room.without(place.loads)
                break
    return tuple(place for place in placed if place), given_up
