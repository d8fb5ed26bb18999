"""The loads that compete for each slot, and which of them may meet."""

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import NamedTuple

from ..budget import Budget
from ..joint.grid import slots_of
from ..joint.job import WholeJob
from ..joint.problem import Problem

# A job with many powers is taken for one with so many when the bound is worked out.
MOST_LEVELS = 3


class Use(NamedTuple):
    """A stretch of a run in which it uses one item."""

    item: int
    offset: int
    length: int


class Items:
    """One item for each power of each job; a job uses one of its items at a time.

    A job with many powers has fewer items, with the lowest power of those that an item
    stands for: what fits in truth fits here too, so the bound stays one.
    """

    def __init__(self, problem: Problem) -> None:
        """Number the items."""
        self.watts: list[int] = []
        self.job: list[int] = []
        self.of_job: list[int] = [0] * len(problem.jobs)
        self.uses: list[list[Use]] = []
        """How each job in one piece uses its items; one use at most for a split job."""
        for number, job in enumerate(problem.jobs):
            if isinstance(job, WholeJob):
                levels = _levels([part.watts for part in job.stretches])
                items = {
                    level: self._add(number, level)
                    for level in dict.fromkeys(levels.values())
                }
                self.uses.append(
                    [
                        Use(items[levels[part.watts]], part.offset, part.length)
                        for part in job.stretches
                    ]
                )
            else:
                self.uses.append([Use(self._add(number, job.watts), 0, job.length)])
        self.rivals = [
            self.of_job[job] | self._of_jobs(problem.rivals[job]) for job in self.job
        ]
        """For each item those that are never used with it, itself included."""

    def _add(self, job: int, watts: int) -> int:
        self.watts.append(watts)
        self.job.append(job)
        self.of_job[job] |= 1 << len(self.job) - 1
        return len(self.job) - 1

    def _of_jobs(self, jobs: int) -> int:
        return sum(it for job, it in enumerate(self.of_job) if jobs >> job & 1)


def _levels(powers: list[int]) -> dict[int, int]:
    """Return for each power the one that stands for it."""
    known = sorted(set(powers))
    if len(known) <= MOST_LEVELS:
        return {power: power for power in known}
    # The highest ones matter most for what fits beside them.
    gaps = sorted(
        range(1, len(known)), key=lambda it: known[it] - known[it - 1], reverse=True
    )
    borders = sorted([0, *gaps[: MOST_LEVELS - 1]])
    return {
        power: known[max(border for border in borders if border <= it)]
        for it, power in enumerate(known)
    }


# With more sets than these, powers are counted in steps instead.
MOST_SETS = 1_000
STEP_WATTS = 100

# How many sets are kept in all: they take some 15 MB.
MOST_KEPT = 50_000

type Choice = tuple[float, int]
"""What a set of items is worth, and the set."""


class Listing(NamedTuple):
    """The sets of some items that fit and to which none can be added."""

    sets: list[int]
    members: list[Callable[[Sequence[float]], tuple[float, ...]]]
    """What picks the values of each set out of the values of all items."""


class SlotSets:
    """Find the sets of items that fit into a slot together and are worth the most.

    Values are given for all items, and one more that is zero.
    """

    def __init__(self, items: Items, budget: Budget) -> None:
        """Start without any set.

        Args:
            items: All items.
            budget: What the work is paid from.
        """
        self._items = items
        self._budget = budget
        self._nothing = len(items.watts)
        self._fits: dict[tuple[int, int], bool] = {}
        self._listed: dict[tuple[int, int], Listing | None] = {}
        self._kept = 0

    def fits(self, free: int, items: int) -> bool:
        """Tell whether items that are used at once leave no more than is free."""
        key = (free, items)
        if (known := self._fits.get(key)) is None:
            self._budget.spend(2 + items.bit_count() // 2)
            if len(self._fits) >= MOST_KEPT:
                self._fits.clear()
            numbers = list(slots_of(items))
            known = sum(self._items.watts[it] for it in numbers) <= free and all(
                items & self._items.rivals[it] == 1 << it for it in numbers
            )
            self._fits[key] = known
        return known

    def best(
        self, free: int, items: int, values: Sequence[float], wanted: int
    ) -> Choice:
        """Return the most valuable choice among some items.

        Args:
            free: The watts that are free.
            items: The items to choose from.
            values: The values, none below zero.
            wanted: Of equal choices, one with more of these is taken.
        """
        listing = self._listing(free, items)
        if listing is None:
            return self._knapsack(free, items, values)
        self._budget.spend(1 + len(listing.sets) // 3)
        worth = [sum(pick(values)) for pick in listing.members]
        most = max(worth)
        if worth.count(most) == 1:
            return most, listing.sets[worth.index(most)]
        equal = [it for it, own in zip(listing.sets, worth, strict=True) if own == most]
        return most, max(equal, key=lambda it: (it & wanted).bit_count())

    def _listing(self, free: int, items: int) -> Listing | None:
        """Return all sets, worked out once; None when there are too many."""
        key = (free, items)
        if key in self._listed:
            return self._listed[key]
        sets = [items] if self.fits(free, items) else self._all_sets(free, items)
        listing = sets and Listing(
            sets,
            # With two numbers or more, an item getter returns a tuple.
            [
                itemgetter(self._nothing, self._nothing, *slots_of(chosen))
                for chosen in sets
            ],
        )
        self._kept += len(sets or ()) + 1
        if self._kept > MOST_KEPT:
            self._listed.clear()
            self._kept = len(sets or ()) + 1
        self._listed[key] = listing or None
        return listing or None

    def _all_sets(self, free: int, items: int) -> list[int] | None:
        """Return the sets that fit and to which none can be added, None: too many."""
        watts, rivals = self._items.watts, self._items.rivals
        numbers = list(slots_of(items))
        left = {0: free}
        for number in numbers:
            self._budget.spend(len(left) // 5 + 1)
            for chosen, rest in list(left.items()):
                if rest >= watts[number] and not chosen & rivals[number]:
                    left[chosen | 1 << number] = rest - watts[number]
            if len(left) > MOST_SETS:
                return None
        self._budget.spend(len(left))
        return [
            chosen
            for chosen, rest in left.items()
            if all(chosen & rivals[it] or rest < watts[it] for it in numbers)
        ]

    def _knapsack(self, free: int, items: int, values: Sequence[float]) -> Choice:
        """Return the choice that is worth the most, powers being rounded down.

        Here, items that are never used together may be: the value is only higher.
        """
        watts = self._items.watts
        numbers = list(slots_of(items))
        steps = [watts[it] // STEP_WATTS for it in numbers]
        # No table reaches further than all that could be taken.
        room = min(max(-(-free // STEP_WATTS), 0), sum(steps))
        self._budget.spend(1 + room * (1 + len(numbers)) // 4)
        best: list[Choice] = [(0.0, 0)] * (room + 1)
        for number, own in zip(numbers, steps, strict=True):
            gain, bit = values[number], 1 << number
            for used in range(room, own - 1, -1):
                value, chosen = best[used - own]
                if value + gain > best[used][0]:
                    best[used] = (value + gain, chosen | bit)
        return best[room]
