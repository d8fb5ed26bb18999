"""The bound: what a joint plan costs at least.

Each slot gets a price for each load that may be in it, on top of the price of the
energy, and each order of two runs gets one too. At these prices every run is placed as
if it were alone, and every slot takes the loads that pay the most: what the runs
cost, less what the slots take, is never more than what the best plan costs, whatever the
prices are. (This is Lagrangian decomposition: both halves are exact, and only their
agreement is left to the prices.) Good prices are found in `ascent`.
"""

from collections.abc import Sequence
from itertools import accumulate, compress
from math import inf
from operator import add, neg
from typing import NamedTuple, final

from ..joint.grid import slots_of
from ..joint.job import WholeJob
from ..joint.problem import Job, Order, Problem
from ..joint.split import SplitJob, edges
from .slots import Items, SlotSets, Use


class Spot(NamedTuple):
    """Where a job is when it is placed as if it were alone."""

    value: float
    first: int
    after: int
    slots: tuple[int, ...] | None
    """The slots of a job that may be split."""


class Answer(NamedTuple):
    """What came of one set of prices."""

    bound: float
    slope: list[tuple[int, float]]
    """By how much the bound rises at first with each price, where it changes at all."""


@final
class Dual:
    """Work out the bound that some prices prove.

    The prices are one list: for each slot the price of each item, and one that is always
    zero; then for each order the price of beginning too early in each slot, and
    that of beginning too late.
    """

    def __init__(self, problem: Problem) -> None:
        """Give each price its number."""
        self.problem = problem
        self.items = Items(problem)
        self.sets = SlotSets(self.items, problem.budget)
        self.slots = problem.slots
        self._width = len(self.items.watts) + 1
        self._first_order = self._width * self.slots
        self._bits = [1 << item for item in range(self._width)]
        self.size = self._first_order + 2 * len(problem.orders) * self.slots
        problem.budget.spend(self.size // 20)
        self._job_orders: list[list[tuple[int, Order]]] = [[] for _ in problem.jobs]
        for number, order in enumerate(problem.orders):
            for job in order[:2]:
                self._job_orders[job].append((number, order))
        self.row_steps = [
            self.slots * (len(uses) + 3 * len(orders)) // 4
            for uses, orders in zip(self.items.uses, self._job_orders, strict=True)
        ]
        """How many steps it takes to add the prices to the costs of each job."""
        self.steps = (
            self.slots
            + sum(self.row_steps)
            + sum(job.steps for _, job in problem.split)
        )
        """How many steps it takes to work out a bound, without the sets of items."""

    def _prices_of(self, item: int, prices: Sequence[float]) -> Sequence[float]:
        """Return the prices of an item, slot by slot."""
        return prices[item : self._first_order : self._width]

    def _reduced(
        self, number: int, prices: Sequence[float], costs: list[float]
    ) -> list[float]:
        """Return what each start of a job in one piece costs, prices included.

        Args:
            number: The number of the job.
            prices: All prices.
            costs: The costs of the starts, infinite where it must not start.
        """
        totals: Sequence[float] = costs
        sums: dict[int, list[float]] = {}
        for item, offset, length in self.items.uses[number]:
            if item not in sums:
                sums[item] = _sums(self._prices_of(item, prices))
            if known := sums[item]:
                totals = [
                    cost + end - start
                    for cost, start, end in zip(
                        totals, known[offset:], known[offset + length :], strict=False
                    )
                ]
        at_start, at_end = self._order_costs(number, prices)
        if at_start and at_end:
            length = self.slots + 1 - len(costs)
            totals = list(map(add, map(add, totals, at_start), at_end[length:]))
        return list(totals)

    def priced_jobs(self, prices: Sequence[float]) -> list[Job]:
        """Return the jobs with what they cost at some prices."""
        jobs: list[Job] = []
        for number, job in enumerate(self.problem.jobs):
            if isinstance(job, WholeJob):
                self.problem.budget.spend(self.row_steps[number])
                jobs.append(job.at_costs(self._reduced(number, prices, job.costs)))
            else:
                row = self._prices_of(self.items.uses[number][0].item, prices)
                jobs.append(job.at_costs(list(map(add, job.costs, row))))
        return jobs

    def evaluate(self, prices: Sequence[float]) -> Answer:
        """Return the bound; it is infinite when a job has no place at all.

        Args:
            prices: All prices, none below zero.
        """
        self.problem.budget.spend(self.steps)
        spots = []
        for number, job in enumerate(self.problem.jobs):
            spot = self._place(number, job, prices)
            if spot.value == inf:
                return Answer(inf, [])
            spots.append(spot)
        bound = sum(spot.value for spot in spots)
        taken, slope = self._slots(prices, self._used(spots))
        self._order_slope(spots, slope)
        return Answer(bound - taken, slope)

    def _place(self, number: int, job: Job, prices: Sequence[float]) -> Spot:
        """Place a job as if it were alone."""
        if isinstance(job, WholeJob):
            totals = self._reduced(number, prices, job.costs)
            least = min(totals, default=inf)
            first = totals.index(least) if totals else 0
            return Spot(least, first, first + job.length, None)
        item = self.items.uses[number][0].item
        row = self._prices_of(item, prices)
        found = job.cheapest(
            list(map(add, job.costs, row)), *self._order_costs(number, prices)
        )
        if found is None:
            return Spot(inf, 0, 0, None)
        value, slots = found
        return Spot(value, slots[0], slots[-1] + 1, tuple(slots))

    def _used(self, spots: Sequence[Spot]) -> list[int]:
        """Return the items that are in each slot."""
        used = [0] * self.slots
        for spot, uses in zip(spots, self.items.uses, strict=True):
            for slot, bit in _bits(spot, uses):
                used[slot] |= bit
        return used

    def _slots(
        self, prices: Sequence[float], used: list[int]
    ) -> tuple[float, list[tuple[int, float]]]:
        """Let each slot take the loads that pay the most."""
        taken = 0.0
        slope: list[tuple[int, float]] = []
        free, sets, width, bits = self.problem.free, self.sets, self._width, self._bits
        for slot, wanted in enumerate(used):
            base = slot * width
            values = prices[base : base + width]
            items = sum(compress(bits, values))
            if not items and (not wanted or sets.fits(free[slot], wanted)):
                continue
            value, chosen = sets.best(free[slot], items | wanted, values, wanted)
            taken += value
            if chosen != wanted:
                for item in slots_of(chosen ^ wanted):
                    if wanted >> item & 1:
                        slope.append((base + item, 1.0))
                    elif values[item]:
                        slope.append((base + item, -1.0))
        return taken, slope

    def _order_costs(
        self, job: int, prices: Sequence[float]
    ) -> tuple[list[float] | None, list[float] | None]:
        """Return what the prices of its orders make of each begin and end of a job."""
        if not self._job_orders[job]:
            return None, None
        at_start = [0.0] * (self.slots + 1)
        at_end = [0.0] * (self.slots + 1)
        if self.problem.reaches and isinstance(self.problem.jobs[job], SplitJob):
            at_start, at_end = edges(self.problem.reaches[job], self.slots)
        for number, order in self._job_orders[job]:
            early, late = self._order_rows(number, prices)
            if job == order.after:
                at_start = list(map(add, at_start, early))
                at_start = list(map(add, at_start, map(neg, late)))
            else:
                at_end = list(map(add, at_end, map(neg, early)))
                gap = order.gap or 0
                shifted = [*late[gap:], *[0.0] * gap][: self.slots + 1]
                at_end = list(map(add, at_end, shifted))
        return at_start, at_end

    def _order_rows(
        self, number: int, prices: Sequence[float]
    ) -> tuple[list[float], list[float]]:
        """Return the prices of an order, each summed from a slot to the end."""
        base = self._first_order + 2 * number * self.slots
        early = prices[base : base + self.slots]
        late = prices[base + self.slots : base + 2 * self.slots]
        return _tails(early), _tails(late)

    def _order_slope(
        self, spots: Sequence[Spot], slope: list[tuple[int, float]]
    ) -> None:
        """Add what the orders say of the places."""
        for number, order in enumerate(self.problem.orders):
            base = self._first_order + 2 * number * self.slots
            begin, end = spots[order.after].first, spots[order.before].after
            slope += _between(base, begin, end)
            if order.gap is not None:
                latest = min(end + order.gap, self.slots)
                slope += _between(base + self.slots, latest, begin)


def _sums(row: Sequence[float]) -> list[float]:
    """Return the running sums of prices, or nothing where all are zero."""
    return list(accumulate(row, initial=0.0)) if any(row) else []


def _tails(row: Sequence[float]) -> list[float]:
    """Return the sums of prices from each slot to the end."""
    return list(accumulate(reversed(row), initial=0.0))[::-1]


def _bits(spot: Spot, uses: Sequence[Use]) -> list[tuple[int, int]]:
    """Return the slots of a job, each with the item that it uses there."""
    if spot.slots is not None:
        return [(slot, 1 << uses[0].item) for slot in spot.slots]
    return [
        (slot, 1 << item)
        for item, offset, length in uses
        for slot in range(spot.first + offset, spot.first + offset + length)
    ]


def _between(base: int, begin: int, end: int) -> list[tuple[int, float]]:
    """Return a slope that is above zero when what begins comes before what ends."""
    if begin < end:
        return [(base + slot, 1.0) for slot in range(begin, end)]
    return [(base + slot, -1.0) for slot in range(end, begin)]
