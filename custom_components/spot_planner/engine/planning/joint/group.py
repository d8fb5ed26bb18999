"""The plan of runs that contend with each other, and the rules that they give up."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from ..budget import Budget
from ..easing import SHARED_RULES, TIME_RULES, eased, horizon_of, least_cost
from ..effective import PlanPrices
from ..home import Home
from ..member import Member
from ..model import Rule, RunRequest, Segment
from ..plain import PlainPlan
from ..schedule_conflicts import FixedRun, depths
from ..single import best_run
from .finding import find
from .grid import Room
from .job import Placement
from .layout import NO_LIMIT, PENALTIES, Layout
from .local import Best, Plan
from .problem import Problem, plan_cost

# Which parts of the budget go into a plan without the runs that are not worth waiting
# for, and into finding out which rules have to be given up.
KEEPING_SHARE = 0.95
RELAX_SHARE = 0.5


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


class Open(NamedTuple):
    """A question that the finding left open: whether a plan is the best of all."""

    problem: Problem
    best: Best


class GroupPlan(NamedTuple):
    """When the members of a group run, and what they cost at least."""

    places: tuple[Place, ...]
    bound: float
    """What they cost at least, as far as that is known."""
    question: Open | None = None

    def beside(self, standing: Sequence[Place], cost: float) -> "GroupPlan":
        """Return the plan with members that stay where they are, and their cost."""
        return self._replace(places=(*self.places, *standing), bound=self.bound + cost)


def plain_group(
    members: Sequence[Member],
    fixed: Sequence[FixedRun],
    prices: PlanPrices,
    home: Home,
    budget: Budget,
) -> GroupPlan:
    """Return a plan in which each run stays where it is alone, or runs when it first can.

    Runs come after those that they follow, and else in the order of the members.
    """
    plain = PlainPlan(prices, home, fixed, budget)
    places: dict[str, Place] = {}
    asked = {it.asked.name: it.asked for it in members}
    before = {
        name: it.after if it.after in asked else None for name, it in asked.items()
    }
    depth = depths(asked, before)
    for member in sorted(members, key=lambda it: depth[it.asked.name]):
        if found := plain.place(member.asked, member.alone.segments):
            segments, rules = found
        else:
            # Only the search found a way to cut the run.
            segments, rules = member.alone.segments, SHARED_RULES[-1]
            plain.add(member.asked, segments)
        relaxed = tuple(it for it in Rule if it in {*rules, *member.relaxed})
        places[member.asked.name] = Place(member, segments, relaxed)
    bound = sum(_floor_of(place, prices) for place in places.values())
    return GroupPlan(tuple(places[it.asked.name] for it in members), bound)


def _floor_of(place: Place, prices: PlanPrices) -> float:
    """Return what a member that gives up some rules costs at least."""
    member, alone = place.member, place.member.alone
    rules = [rule for rule in TIME_RULES if rule in place.relaxed]
    if not set(rules).issubset(member.relaxed):
        horizon = place.segments[-1].end
        return least_cost(eased(member.asked, rules, horizon), prices)
    if place.segments != alone.segments and alone.rule is Rule.NOT_WORTH_IT:
        return min(member.floor, alone.runner_up.cost if alone.runner_up else 0.0)
    return member.floor


def plan_group(
    members: Sequence[Member],
    fixed: Sequence[FixedRun],
    prices: PlanPrices,
    home: Home,
    budget: Budget,
    *,
    is_rough: bool,
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
        budget: What the work is paid from.
        is_rough: Whether the first plan will do, without a look at the bound.

    Raises:
        SpentError: The budget does not suffice for any plan.
    """
    group = _Planning(fixed, prices, home, budget, is_rough)
    return group.plan(members)


class _Planning(NamedTuple):
    """What the plan of a group depends on besides its members."""

    fixed: Sequence[FixedRun]
    prices: PlanPrices
    home: Home
    budget: Budget
    is_rough: bool

    def plan(self, members: Sequence[Member]) -> GroupPlan:
        """Return the cheapest plan that was found."""
        layout = self._layout([it.request for it in members])
        placeless = [members[number] for number in layout.without_place]
        unwaiting = [
            it
            for it in members
            if it not in placeless
            and it.alone.rule is Rule.NOT_WORTH_IT
            and it.request.after is None
        ]
        for wish in ([*placeless, *unwaiting], placeless):
            standing = self._free_of_conflict(wish)
            if len(standing) < len(placeless):
                continue
            moving = [it for it in members if it not in standing]
            around = self._replace(fixed=[*self.fixed, *map(_alone, standing)])
            with self.budget.share(KEEPING_SHARE):
                if found := around.cheapest(moving, None if standing else layout):
                    places = [
                        Place(it, it.alone.segments, it.relaxed) for it in standing
                    ]
                    cost = sum(it.alone.cost for it in standing)
                    return found.beside(places, cost)
            if not unwaiting:
                break
        return self._relaxed(members)

    def _layout(self, requests: Sequence[RunRequest]) -> Layout:
        return Layout(requests, self.fixed, self.prices, self.home, self.budget)

    def _free_of_conflict(self, members: Sequence[Member]) -> list[Member]:
        """Return those of some members that can all stay where they are alone."""
        plain = PlainPlan(self.prices, self.home, self.fixed, self.budget)
        kept: list[Member] = []
        for member in members:
            if plain.keeps(member.request, member.alone.segments):
                plain.add(member.request, member.alone.segments)
                kept.append(member)
        return kept

    def cheapest(
        self,
        members: Sequence[Member],
        layout: Layout | None = None,
        known: tuple[Layout, Sequence[Placement]] | None = None,
    ) -> GroupPlan | None:
        """Return the best plan that keeps to what the members can keep to alone.

        Args:
            members: Who contends.
            layout: Where they lie on the grid, if that is known.
            known: A plan, and the grid that it was found on.
        """
        if not members:
            return GroupPlan((), 0.0)
        layout = layout or self._layout([it.request for it in members])
        problem = layout.problem()
        if layout.without_place or problem.reaches is None:
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
        best = find(problem, plan, is_rough=self.is_rough)
        if best.plan is None:
            return None
        places = [
            Place(member, layout.segments(number, best.plan[number]), member.relaxed)
            for number, member in enumerate(members)
        ]
        question = None if best.is_proven else Open(problem, best)
        return GroupPlan(tuple(places), best.bound, question)

    def _relaxed(self, members: Sequence[Member]) -> GroupPlan:
        """Return a plan in which the members give up as little as they have to.

        First, only rules of single runs are given up, as few as possible. When that is
        not enough, the runs are placed one after the other, and each that finds no place
        gives up rules between runs. Among the plans that keep to what is left, the
        cheapest is then looked for.
        """
        fixed_names = {run.name for run in self.fixed}
        layout = self._layout(
            [
                replace(
                    eased(it.asked, TIME_RULES, horizon_of(it.asked, self.prices)),
                    never_with=it.asked.never_with - fixed_names,
                )
                for it in members
            ]
        )
        if placeless := layout.without_place:
            return self._around(members, placeless)
        problem = layout.problem(layout.penalties([it.asked for it in members]))
        shared: list[frozenset[Rule]] = [frozenset()] * len(problem.jobs)
        plan = None
        if problem.reaches is not None:
            with self.budget.share(RELAX_SHARE):
                plan = find(problem, is_rough=self.is_rough).plan
        if plan is None or plan_cost(plan) >= PENALTIES[Rule.NEVER_WITH_RELAXED]:
            plan, shared = _forced(problem)
        places = []
        for number, member in enumerate(members):
            rules = {
                *layout.broken(number, member.asked, plan[number]),
                *shared[number],
            }
            ordered = tuple(rule for rule in Rule if rule in rules)
            kept = eased(member.asked, ordered, layout.end(plan[number]))
            eased_member = member._replace(request=kept, relaxed=ordered)
            segments = layout.segments(number, plan[number])
            places.append(Place(eased_member, segments, ordered))
        bound = sum(self._bound_of(place) for place in places)
        if any(Rule.POWER_LIMIT_RELAXED in it.relaxed for it in places):
            return GroupPlan(tuple(places), bound)
        meeting = {
            it.member.asked.name
            for it in places
            if Rule.NEVER_WITH_RELAXED in it.relaxed
        }
        eased_members = []
        for it in places:
            never_with = it.member.request.never_with - meeting
            request = replace(it.member.request, never_with=never_with)
            eased_members.append(it.member._replace(request=request))
        with self.budget.share(1):
            if found := self.cheapest(eased_members, known=(layout, plan)):
                return found
        return GroupPlan(tuple(places), bound)

    def _bound_of(self, place: Place) -> float:
        """Return what a run costs at least that gives up some rules."""
        with self.budget.share(1):
            if found := best_run(place.member.request, self.prices, self.budget):
                return found.floor
        return least_cost(place.member.request, self.prices)

    def _around(self, members: Sequence[Member], placeless: Sequence[int]) -> GroupPlan:
        """Leave runs that have no place on the grid where they are, and plan the others."""
        standing = [members[number] for number in placeless]
        free = self._free_of_conflict(standing)
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
        taken = [*self.fixed, *(place.run for place in places)]
        return self._replace(fixed=taken).plan(others).beside(places, cost)


def _alone(member: Member) -> FixedRun:
    return Place(member, member.alone.segments, ()).run


def _forced(problem: Problem) -> tuple[Plan, list[frozenset[Rule]]]:
    """Place one job after the other, and say which rules each had to give up."""
    placed: list[Placement | None] = [None] * len(problem.jobs)
    given_up: list[frozenset[Rule]] = [frozenset()] * len(problem.jobs)
    room, everything = problem.room, Room.of([NO_LIMIT] * problem.slots)
    for number in problem.in_order:
        for rules in SHARED_RULES:
            problem.budget.spend(problem.jobs[number].steps + room.steps(1))
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
