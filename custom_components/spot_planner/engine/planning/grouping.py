"""Groups of runs that are planned together because they meet."""

from collections.abc import Collection, Sequence
from itertools import chain, count
from typing import NamedTuple, final

from .budget import Budget
from .effective import PlanPrices
from .home import Home
from .joint.group import GroupPlan, Place, plain_group, plan_group
from .member import Member
from .model import Rule
from .outcome import run_cost
from .schedule_conflicts import FixedRun, conflicts

# Which parts of the budget that is left go into a first plan without clashes, and into a
# group that may have to be planned once more because it meets others then.
ROUGH_SHARE = 0.3
MERGE_SHARE = 0.85

# What the first plan of a group may take, and how often groups become larger before all
# runs get a plain plan.
ROUGH_STEPS = 80_000
MOST_TURNS = 10


# The rules that are given up, the last one first.
RULES = tuple(rule for rule in reversed(Rule) if rule.endswith("_relaxed"))


class Group(NamedTuple):
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


@final
class Grouping:
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

    def groups(self) -> list[Group]:
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

    def _without_clashes(self, groups: list[Group]) -> list[Group]:
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

    def _clashes(self, groups: Sequence[Group]) -> list[list[Group]]:
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

    def _rank(self, groups: Sequence[Group]) -> tuple[list[int], float]:
        """Return how many runs give up each rule, the last one first, and the cost."""
        places = [place for group in groups for place in group.plan.places]
        self._budget.take(2 * sum(_size(place.run) for place in places))
        given_up = [rule for place in places for rule in place.relaxed]
        costs = (
            run_cost(place.member.asked.profile, self._prices, place.segments) or 0.0
            for place in places
        )
        return [given_up.count(rule) for rule in RULES], sum(costs)

    def _own(self, names: Collection[str]) -> list[Member]:
        return [
            self._members[number]
            for number in sorted(self._order[name] for name in names)
        ]

    def _planned(self, names: Collection[str], *, is_rough: bool) -> Group:
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
        found = Group(plan, is_rough=is_rough, is_joint=True)
        if any(place.relaxed for place in plan.places):
            # Where the grid has no place, there may be one between its quarter-hours.
            plain = self._planned_plainly(names)
            if self._rank([plain])[0] < self._rank([found])[0]:
                return plain._replace(is_rough=is_rough)
        return found

    def _planned_plainly(self, names: Collection[str]) -> Group:
        """Plan some runs without any search."""
        plan = plain_group(
            self._own(names), self._fixed, self._prices, self._home, self._budget
        )
        return Group(plan, is_rough=True, is_joint=True)


def _size(run: FixedRun) -> int:
    """Return how many steps it takes to go through the parts of a run."""
    return 10 * (len(run.profile.phases) + len(run.segments))


def _single(member: Member) -> Group:
    """Return a run where it would be alone."""
    place = Place(member, member.alone.segments, member.relaxed)
    return Group(GroupPlan((place,), member.floor), is_rough=False, is_joint=False)
