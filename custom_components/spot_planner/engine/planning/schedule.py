"""Schedules: when all runs of a home take place, and how planning finds that.

Each run is first placed as if it were alone, exactly, over all moments at which it may
start (`member`, `single`). Where it has no place it gives up rules, as few as it can
(`easing`). Runs that then meet nobody they must not meet keep that time. Those that
contend for power, or break an order or a `never_with` (`schedule_conflicts`), form a group
(`grouping`), which is planned together; when its plan meets another run, that one joins
the group.

`joint` finds the plan of a group. Its runs are laid on the quarters of the clock
(`layout`, `grid`) and become jobs (`job`, `split`) with a cost for each place, which share
the power of each quarter and wait for each other (`problem`). Runs that need not wait stay
where they are alone if the others can do with that (`group`). `finding` makes a first plan
by placing one run after the other, and then betters it in two ways that take turns:
`reinsertion` takes a few runs out and puts them back in another order, and `local` moves up
to three at a time to the best of all their places. What a quarter costs besides the energy
when many runs want it, its price, shows both where to look.

`proof` finds these prices (`ascent`). At any prices, what each run costs as if it were
alone, less what the loads in each quarter pay, is no more than what the best plan costs
(`bound`, `slots`; see M. L. Fisher, "The Lagrangian relaxation method for solving integer
programming problems", Management Science 27, 1981). So they give a bound as well, which
`proving` raises for those who ask how good a plan is: the action `plan` and the tests.
Appliances are planned without.

Where no plan keeps to all rules, a plan is sought that breaks as few of them as possible,
and then the cheapest one that keeps to the rest (`group`).

All of that is paid from one budget, counted in steps (`budget`): the same question has
the same answer on every machine. What a part of the budget does not suffice for is left
out, and the best plan that was found until then is the answer. Where none was found, the
runs get a plain plan (`plain`): one after the other, each as soon as it may.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import final

from .budget import Budget
from .effective import PlanPrices
from .grouping import Group, Grouping
from .home import Home
from .joint.group import Place
from .member import Member, Unplaced, members_of
from .model import PlannedRun, Rule, RunnerUp, RunRequest
from .outcome import SAME, planned_run
from .proof.proving import proven_bound
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

# Which part of the budget goes into the plan when the bound is asked for as well.
FINDING_SHARE = 0.75


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


def plan_runs(
    requests: Sequence[RunRequest],
    prices: PlanPrices,
    home: Home = Home(),  # noqa: B008
    fixed: Sequence[FixedRun] = (),
    budget: Budget | None = None,
    alone: Mapping[str, Member] | None = None,
    *,
    proves: bool = True,
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
        proves: Whether a part of the budget goes into the bound, for those who ask how
            good the plan is.

    Raises:
        InputError: A name is not unique (`name`), a run names one that is not there
            (`after`, `never_with`), the order is a circle (`after`), or a run needs more
            power than the home has (`power`).
    """
    check_input(requests, home, fixed)
    budget = budget or Budget()
    members, unplaced = members_of(requests, prices, budget, alone or {})
    with budget.share(FINDING_SHARE if proves else 1):
        groups = Grouping(members, prices, home, fixed, budget).groups()
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
    bound = sum(group.plan.bound for group in groups)
    if proves:
        bound += _raise(groups, budget)
    bound = min(bound, cost)
    status = Status.OPTIMAL if cost - bound <= SAME else Status.FEASIBLE
    return Schedule(
        Status.RELAXED if relaxed else status,
        tuple(runs),
        cost,
        bound if cost - bound > SAME else cost,
        tuple(relaxed),
        tuple(unplaced),
    )


def _raise(groups: Sequence[Group], budget: Budget) -> float:
    """Return by how much the proof raises the bound of all groups."""
    questions = [it.plan.question for it in groups if it.plan.question]
    raised = 0.0
    for number, question in enumerate(questions):
        known = question.best.bound
        with budget.share(1 / (len(questions) - number)):
            raised += proven_bound(question) - known
    return raised


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
