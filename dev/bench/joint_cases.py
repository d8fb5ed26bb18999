"""Joint plans of ten appliances over two days of real prices, and others' answers."""

from collections.abc import Iterator, Sequence
import csv
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import accumulate
import os
from pathlib import Path
from random import Random
import time

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp  # type: ignore[import-untyped]
from scipy.sparse import csr_array  # type: ignore[import-untyped]

from custom_components.spot_planner.engine.planning.home import Home
from custom_components.spot_planner.engine.planning.model import LoadProfile, RunRequest
from custom_components.spot_planner.engine.series import PriceInterval, PriceSeries

# The folder with recorded prices, which are no part of the project.
DATA = Path(os.environ.get("SPOT_PLANNER_RECORDINGS", ""))
FILES = ("fr_15min_2026-02-20_2026-04-10.csv", "de_lu_15min_2025-10-01_2025-12-31.csv")

SLOTS = 192
QUARTER = timedelta(minutes=15)
START = datetime(2026, 1, 10, tzinfo=UTC)
LIMITS = (6, 9, 12)
BASE_LOAD = 0.3
DAYS = 20
APPLIANCES = 10


@dataclass(frozen=True)
class Appliance:
    """A load in kW that runs for some slots between two others."""

    power: float
    length: int
    first: int
    after: int


@dataclass(frozen=True)
class Case:
    """Appliances that share a limit on some days."""

    limit: int
    windows: bool
    number: int
    prices: Sequence[float]
    appliances: Sequence[Appliance]

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
            )
            for number, it in enumerate(self.appliances)
        ]

    @cached_property
    def costs(self) -> list[dict[int, float]]:
        """Return for each appliance the cost of each start."""
        sums = list(accumulate(self.prices, initial=0.0))
        return [
            {
                slot: (sums[slot + it.length] - sums[slot]) * it.power / 4
                for slot in range(it.first, it.after - it.length + 1)
            }
            for it in self.appliances
        ]

    def greedy(self) -> float | None:
        """Return the cost when the largest energy takes its best time first."""
        free = [self.limit - BASE_LOAD] * SLOTS
        total = 0.0
        order = sorted(
            range(APPLIANCES),
            key=lambda it: -self.appliances[it].power * self.appliances[it].length,
        )
        for number in order:
            it = self.appliances[number]
            fitting = [
                (cost, slot)
                for slot, cost in self.costs[number].items()
                if min(free[slot : slot + it.length]) >= it.power - 1e-9
            ]
            if not fitting:
                return None
            cost, best = min(fitting)
            total += cost
            for slot in range(best, best + it.length):
                free[slot] -= it.power
        return total

    def exact(self, seconds: float) -> "Exact":
        """Return what HiGHS finds in some time: one choice for each start."""
        columns = [
            (number, slot, cost)
            for number, row in enumerate(self.costs)
            for slot, cost in row.items()
        ]
        entries = [(number, at, 1.0) for at, (number, _, _) in enumerate(columns)]
        for at, (number, slot, _) in enumerate(columns):
            it = self.appliances[number]
            entries += [
                (APPLIANCES + used, at, it.power)
                for used in range(slot, slot + it.length)
            ]
        rows, places, values = zip(*entries, strict=True)
        shape = (APPLIANCES + SLOTS, len(columns))
        started = time.process_time()
        result = milp(
            [cost for _, _, cost in columns],
            constraints=LinearConstraint(
                csr_array((values, (rows, places)), shape=shape),
                np.r_[np.ones(APPLIANCES), np.full(SLOTS, -np.inf)],
                np.r_[np.ones(APPLIANCES), np.full(SLOTS, self.limit - BASE_LOAD)],
            ),
            bounds=Bounds(0, 1),
            integrality=np.ones(len(columns)),
            options={"mip_rel_gap": 0.0, "time_limit": seconds},
        )
        spent = time.process_time() - started
        if result.fun is None:
            return Exact(None, result.mip_dual_bound, spent)
        return Exact(float(result.fun), float(result.mip_dual_bound), spent)


@dataclass(frozen=True)
class Exact:
    """The best plan that HiGHS found, and what it knows any to cost at least."""

    cost: float | None
    bound: float | None
    seconds: float


def cases(limit: int, windows: bool) -> Iterator[Case]:
    """Go through the cases of a limit, with or without a window for each run."""
    for number, prices in enumerate(_days()):
        made_up = Random(number * 7 + limit)
        appliances = []
        for _ in range(APPLIANCES):
            power = round(made_up.uniform(1.1, 7.4), 1)
            length = made_up.randint(5, 24)
            power = min(power, round(limit - BASE_LOAD - 0.1, 1))
            first, after = 0, SLOTS
            if windows:
                width = made_up.randint(length + 8, 96)
                first = made_up.randint(0, SLOTS - width)
                after = first + width
            appliances.append(Appliance(power, length, first, after))
        yield Case(limit, windows, number, prices, appliances)


def _days() -> Iterator[list[float]]:
    """Go through stretches of two days, from all over the recorded prices."""
    for name in FILES:
        with (DATA / name).open(encoding="utf-8") as file:
            prices = [float(row["price"]) / 1000 for row in csv.DictReader(file)]
        step = (len(prices) - SLOTS - 60) // (DAYS // 2)
        for number in range(DAYS // 2):
            first = 52 + number * step
            yield prices[first : first + SLOTS]
