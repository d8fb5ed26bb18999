"""Joint plans over two days of real prices: what is asked of the planner.

There are two kinds. A hard case has ten loads, each as long as any, that share a tight
limit. A household has twenty runs of usual lengths, of which five may be split and two
follow another. All times are quarters of the hour, so the best plan of a grid of
quarter-hours is the best of all.
"""

from collections.abc import Iterator, Sequence
import csv
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
import os
from pathlib import Path
from random import Random

from custom_components.spot_planner.engine.planning.home import Home
from custom_components.spot_planner.engine.planning.model import (
    LoadProfile,
    RunRequest,
    Split,
)
from custom_components.spot_planner.engine.series import PriceInterval, PriceSeries

FILES = ("fr_15min_2026-02-20_2026-04-10.csv", "de_lu_15min_2025-10-01_2025-12-31.csv")

SLOTS = 192
QUARTER = timedelta(minutes=15)
START = datetime(2026, 1, 10, tzinfo=UTC)
LIMITS = (6, 9, 12)
BASE_LOAD = 0.3
DAYS = 20
HARD_LOADS = 10
WHOLE_LOADS = 15
SPLIT_LOADS = 5


@dataclass(frozen=True)
class Appliance:
    """A load in kW that runs for some slots between two others."""

    power: float
    length: int
    first: int
    after: int
    shortest: int | None = None
    """How many slots each segment of a run lasts that may be split."""
    follows: int | None = None
    """The number of the appliance that has to end before this one starts."""


@dataclass(frozen=True)
class Case:
    """Appliances that share a limit on some days."""

    kind: str
    limit: int
    number: int
    prices: Sequence[float]
    appliances: Sequence[Appliance]

    @property
    def name(self) -> str:
        """Return what tells the case from all others."""
        return f"{self.kind} {self.limit} {self.number}"

    @property
    def home(self) -> Home:
        """Return what the appliances share."""
        return Home(self.limit, BASE_LOAD)

    @property
    def series(self) -> PriceSeries:
        """Return the prices as a series."""
        return PriceSeries(
            "EUR",
            tuple(
                PriceInterval(START + it * QUARTER, START + (it + 1) * QUARTER, price)
                for it, price in enumerate(self.prices)
            ),
        )

    @property
    def requests(self) -> list[RunRequest]:
        """Return what is asked for."""
        return [
            RunRequest(
                f"appliance {number}",
                LoadProfile.constant(it.length * QUARTER, it.power),
                START + it.first * QUARTER,
                START + it.after * QUARTER,
                split=None if it.shortest is None else Split(it.shortest * QUARTER),
                after=None if it.follows is None else f"appliance {it.follows}",
            )
            for number, it in enumerate(self.appliances)
        ]

    def starts(self, number: int) -> range:
        """Return the slots in which an appliance may start when it makes no pause."""
        it = self.appliances[number]
        return range(it.first, it.after - it.length + 1)

    def cost(self, number: int, slot: int) -> float:
        """Return what a run without a pause costs that starts in a slot."""
        it = self.appliances[number]
        return sum(self.prices[slot : slot + it.length]) * it.power / 4

    def greedy(self) -> float | None:
        """Return the cost when the largest energy takes its best time first."""
        if any(it.shortest or it.follows is not None for it in self.appliances):
            return None
        sums = list(accumulate(self.prices, initial=0.0))
        free = [self.limit - BASE_LOAD] * SLOTS
        total = 0.0
        order = sorted(
            range(len(self.appliances)),
            key=lambda it: -self.appliances[it].power * self.appliances[it].length,
        )
        for number in order:
            it = self.appliances[number]
            fitting = [
                ((sums[slot + it.length] - sums[slot]) * it.power / 4, slot)
                for slot in self.starts(number)
                if min(free[slot : slot + it.length]) >= it.power - 1e-9
            ]
            if not fitting:
                return None
            cost, best = min(fitting)
            total += cost
            for slot in range(best, best + it.length):
                free[slot] -= it.power
        return total


def cases() -> Iterator[Case]:
    """Go through all cases: 120 hard ones, and 60 households."""
    for windows in (False, True):
        for limit in LIMITS:
            for number, prices in enumerate(_days()):
                yield _hard(limit, number, prices, windows=windows)
    for limit in LIMITS:
        for number, prices in enumerate(_days()):
            yield _household(limit, number, prices)


def _hard(limit: int, number: int, prices: Sequence[float], *, windows: bool) -> Case:
    """Return ten loads of any length, with or without a window for each."""
    made_up = Random(number * 7 + limit)
    appliances = []
    for _ in range(HARD_LOADS):
        power = round(made_up.uniform(1.1, 7.4), 1)
        length = made_up.randint(5, 24)
        power = min(power, round(limit - BASE_LOAD - 0.1, 1))
        first, after = 0, SLOTS
        if windows:
            width = made_up.randint(length + 8, 96)
            first = made_up.randint(0, SLOTS - width)
            after = first + width
        appliances.append(Appliance(power, length, first, after))
    kind = "hard, windows" if windows else "hard"
    return Case(kind, limit, number, prices, appliances)


def _household(limit: int, number: int, prices: Sequence[float]) -> Case:
    """Return twenty runs, most of which have a window of a night or a day."""
    made_up = Random(number * 11 + limit + 1000)
    appliances: list[Appliance] = []
    for own in range(WHOLE_LOADS):
        length = made_up.randint(3, 14)
        first, after = _window(made_up, length)
        follows = None
        if own in (1, 3):
            # What follows, as a dryer does, may run a while after the one before.
            follows, first = own - 1, appliances[own - 1].first
            after = min(max(after, appliances[own - 1].after + length + 8), SLOTS)
        power = round(made_up.uniform(0.8, 3.4), 1)
        appliances.append(Appliance(power, length, first, after, None, follows))
    for _ in range(SPLIT_LOADS):
        shortest = made_up.choice([1, 2, 4])
        length = made_up.randint(8, 28)
        first, after = _window(made_up, length)
        power = round(made_up.uniform(1.4, min(7.4, limit - BASE_LOAD - 0.5)), 1)
        appliances.append(Appliance(power, length, first, after, shortest))
    return Case("household", limit, number, prices, appliances)


def _window(made_up: Random, length: int) -> tuple[int, int]:
    width = made_up.randint(max(length + 8, 40), 112)
    first = made_up.randint(0, SLOTS - width)
    return first, first + width


def _days() -> Iterator[list[float]]:
    """Go through stretches of two days, from all over the recorded prices.

    They are in the folder that `SPOT_PLANNER_RECORDINGS` names.
    """
    for name in FILES:
        path = Path(os.environ["SPOT_PLANNER_RECORDINGS"]) / name
        with path.open(encoding="utf-8") as file:
            prices = [float(row["price"]) / 1000 for row in csv.DictReader(file)]
        step = (len(prices) - SLOTS - 60) // (DAYS // 2)
        for number in range(DAYS // 2):
            first = 52 + number * step
            yield prices[first : first + SLOTS]
