"""Runs that share the power of a home, and what they ask of each other."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple, Self, final

from ..budget import Budget
from ..schedule_conflicts import depths
from .grid import Room, slots_of
from .job import Placement, WholeJob, Window
from .split import SplitJob

# What it takes to look through the known places of a run that may be split.
SPLIT_STEPS = 12

type Job = WholeJob | SplitJob


class Order(NamedTuple):
    """One job that has to end before another begins."""

    before: int
    after: int
    gap: int | None
    """How many slots after the end of the first the second begins at the latest."""


@final
class Problem:
    """Jobs to be placed on a grid of slots."""

    def __init__(
        self,
        free: Sequence[int],
        jobs: Sequence[Job],
        rivals: Sequence[int],
        orders: Sequence[Order],
        budget: Budget | None = None,
    ) -> None:
        """Take what the jobs share.

        Args:
            free: The watts that are left for them in each slot.
            jobs: The jobs, which are known by their numbers.
            rivals: For each job the set of those with which it shares no slot.
            orders: Which job follows which; they form no circle.
            budget: What all work on them is paid from.
        """
        self.budget = budget or Budget()
        self.free = free
        self.slots = len(free)
        self.jobs = jobs
        self.rivals = rivals
        self.orders = orders
        self.room = Room.of(free)
        self.whole = [
            (it, job) for it, job in enumerate(jobs) if isinstance(job, WholeJob)
        ]
        self.by_energy = sorted(self.whole, key=lambda it: -it[1].energy)
        self.split = [
            (it, job) for it, job in enumerate(jobs) if isinstance(job, SplitJob)
        ]
        self.peaks = [_peaks(job) for job in jobs]
        """The lowest power above zero of each job, and its highest."""
        self.rivals_of = [it.bit_count() for it in rivals]
        """How many jobs each shares no slot with."""
        self._orders_of: dict[int, list[Order]] = {}
        for order in orders:
            for job in order[:2]:
                self._orders_of.setdefault(job, []).append(order)
        everywhere = Window(0, self.slots, 0, self.slots)
        self._anywhere = [everywhere] * len(jobs)

    def whole_job(self, number: int) -> WholeJob:
        """Return a job that is known to be in one piece.

        Raises:
            TypeError: It may be split.
        """
        job = self.jobs[number]
        if not isinstance(job, WholeJob):
            raise TypeError(f"Job {number} may be split")
        return job

    @cached_property
    def reaches(self) -> list[Window] | None:
        """Return where the order lets each job lie at all, None: one has no place."""
        reaches = list(self._anywhere)
        if any(order.gap is not None and order.gap < 0 for order in self.orders):
            return None
        for numbers in (self.in_order, self.in_order[::-1], self.in_order):
            for number in numbers:
                if number in self._orders_of:
                    self.budget.spend(4 * self.jobs[number].steps)
                    found = self.jobs[number].reach(self._window(number, reaches))
                    if found is None:
                        return None
                    reaches[number] = found
        return reaches

    @cached_property
    def in_order(self) -> list[int]:
        """Return all jobs, the largest first, but after those that have to end before."""
        largest_first = sorted(
            range(len(self.jobs)), key=lambda it: -self.jobs[it].energy
        )
        before = {order.after: order.before for order in self.orders}
        depth = depths(largest_first, before)
        return sorted(largest_first, key=lambda it: depth[it])

    def window(self, job: int, placed: Sequence[Placement | None]) -> Window | None:
        """Return where the order leaves a job when others are placed, None: anywhere."""
        if job not in self._orders_of:
            return None
        reaches = self.reaches or self._anywhere
        others = {
            other: reaches[other]
            if (place := placed[other]) is None
            else Window(place.first, place.first, place.after, place.after)
            for order in self._orders_of[job]
            for other in order[:2]
        }
        return self._window(job, others)

    def _window(
        self, job: int, others: Sequence[Window] | Mapping[int, Window]
    ) -> Window:
        """Return where the order leaves a job when others lie in some windows."""
        first, last, soonest, latest = 0, self.slots, 0, self.slots
        for order in self._orders_of.get(job, ()):
            if order.after == job:
                other = others[order.before]
                first = max(first, other.soonest)
                if order.gap is not None:
                    last = min(last, other.latest + order.gap)
            if order.before == job:
                other = others[order.after]
                latest = min(latest, other.last)
                if order.gap is not None:
                    soonest = max(soonest, other.first - order.gap)
        return Window(first, last, soonest, latest)

    def barred(self, job: int, placed: Sequence[Placement | None]) -> int:
        """Return the slots that the rivals of a job have taken."""
        slots = 0
        for rival in slots_of(self.rivals[job]):
            if placement := placed[rival]:
                slots |= placement.active
        return slots


@final
class Draft:
    """A plan in which some jobs have their place; it never changes.

    Each look at it, and each plan that is made out of it, is paid for.
    """

    __slots__ = ("_problem", "placed", "room")

    def __init__(
        self, problem: Problem, placed: tuple[Placement | None, ...], room: Room
    ) -> None:
        """Take the placements by the number of the job, and the room they leave."""
        self._problem = problem
        self.placed = placed
        self.room = room

    @classmethod
    def of(
        cls, problem: Problem, placed: Sequence[Placement | None] | None = None
    ) -> Self:
        """Return a plan with these placements, or the empty one."""
        room = problem.room
        problem.budget.spend(len(problem.jobs))
        placed = tuple(placed or [None] * len(problem.jobs))
        for placement in placed:
            if placement:
                problem.budget.spend(room.steps(len(placement.loads)))
                room = room.without(placement.loads)
        return cls(problem, placed, room)

    def with_job(self, job: int, placement: Placement) -> "Draft":
        """Return the plan with one more job."""
        self._problem.budget.spend(
            self.room.steps(len(placement.loads)) + len(self.placed) // 10
        )
        placed = (*self.placed[:job], placement, *self.placed[job + 1 :])
        return Draft(self._problem, placed, self.room.without(placement.loads))

    def without(self, jobs: Sequence[int]) -> "Draft":
        """Return the plan without some jobs that have their place."""
        freed: list[tuple[int, int]] = []
        placed = list(self.placed)
        for job in jobs:
            if place := placed[job]:
                freed += [(-watts, slots) for watts, slots in place.loads]
                placed[job] = None
        self._problem.budget.spend(
            self.room.steps(len(freed) + 1) + len(self.placed) // 10
        )
        room = self.room.without(tuple(freed)).merged()
        return Draft(self._problem, tuple(placed), room)

    def between(self, least: int, most: int) -> "Draft":
        """Return the plan for jobs that need some watts at least and at most."""
        self._problem.budget.spend(self.room.steps(1))
        return Draft(self._problem, self.placed, self.room.between(least, most))

    def starts(self, job: int) -> int:
        """Return the slots in which a job in one piece may still begin."""
        whole = self._problem.whole_job(job)
        self._problem.budget.spend(
            self.room.steps(len(whole.stretches)) + 2 * self._problem.rivals_of[job]
        )
        starts = whole.fitting(self.room, self._problem.barred(job, self.placed))
        if window := self._problem.window(job, self.placed):
            starts &= whole.within(window)
        return starts

    def best(self, job: int, own: Job | None = None) -> Placement | None:
        """Return the cheapest placement that a job still has.

        Args:
            job: The number of the job.
            own: The same job with other costs, if those count instead.
        """
        own = own or self._problem.jobs[job]
        # A job that may be split pays for the rest itself, when it has to search.
        steps = own.steps if isinstance(own, WholeJob) else SPLIT_STEPS
        self._problem.budget.spend(
            steps + 2 * self._problem.rivals_of[job] + self.room.steps(1)
        )
        return own.best(
            self.room,
            self._problem.barred(job, self.placed),
            self._problem.window(job, self.placed),
        )

    def placements(self) -> Iterator[Placement]:
        """Go through the placements, of which none is missing."""
        return (placement for placement in self.placed if placement)


def plan_cost(plan: Sequence[Placement]) -> float:
    """Return what all runs of a plan cost."""
    return sum(placement.cost for placement in plan)


def _peaks(job: Job) -> tuple[int, int]:
    powers = (
        [job.watts]
        if isinstance(job, SplitJob)
        else [part.watts for part in job.stretches]
    )
    return min(powers, default=0), max(powers, default=0)
