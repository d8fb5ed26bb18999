"""Try every minute for runs with phases, limits and segments: slow and simple."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import accumulate
from math import inf

from custom_components.spot_planner.engine.planning.model import (
    LoadProfile,
    Phase,
    RunRequest,
)

from ..helpers import MINUTE
from .brute_force import UNIT, MinuteGrid

type Rows = list[tuple[datetime, datetime, Decimal]]

# Minutes and watts of each phase.
type Phases = Sequence[tuple[int, int]]

# What a sum of whole units, minutes and watts is in money.
MONEY = 10**UNIT * 60 * 1000


def profile_of(phases: Phases) -> LoadProfile:
    """Return the phases as a load profile."""
    return LoadProfile(
        tuple(Phase(minutes * MINUTE, watts / 1000) for minutes, watts in phases)
    )


@dataclass(frozen=True)
class End:
    """The best way to end a split run at some minute."""

    cost: int
    segments: int


class PlanGrid(MinuteGrid):
    """The price of every minute in which a run may lie, as a whole number or None."""

    def __init__(self, rows: Rows, request: RunRequest) -> None:
        """Take out what is too early, too late, forbidden or too dear."""
        super().__init__(rows)
        limit = request.price_limit
        for minute, price in enumerate(self.prices):
            moment = self.moment(minute)
            if (
                not request.earliest <= moment < request.latest_end
                or any(moment in taken for taken in request.forbidden)
                or (limit is not None and price is not None and price > _units(limit))
            ):
                self.prices[minute] = None

    def starts(self, phases: Phases) -> dict[int, int]:
        """Return the cost of a whole run for every minute at which it may start."""
        free = list(accumulate((it is not None for it in self.prices), initial=0))
        totals = list(accumulate((it or 0 for it in self.prices), initial=0))
        length = sum(minutes for minutes, _ in phases)
        costs = {}
        for start in range(len(self.prices) - length + 1):
            if free[start + length] - free[start] == length:
                cost, position = 0, start
                for minutes, watts in phases:
                    used = totals[position + minutes] - totals[position]
                    cost += used * watts
                    position += minutes
                costs[start] = cost
        return costs

    def ends(
        self, duration: int, shortest: int, pause: int | None, most: int | None
    ) -> dict[int, End]:
        """Return the best split run of one watt for every minute at which one may end.

        The segments are added one by one, each with every length that it may have.
        """
        minutes = len(self.prices)
        segments = {
            length: self._segments(length) for length in range(shortest, duration + 1)
        }
        # By the time run so far: the lowest cost with which to go on at each minute.
        begin: dict[int, list[float]] = {0: [0] * (minutes + 1)}
        found: dict[int, End] = {}
        for count in range(1, (most or duration) + 1):
            ends: dict[int, list[float]] = {}
            for run, waited in begin.items():
                for length in range(shortest, duration - run + 1):
                    row = ends.setdefault(run + length, [inf] * (minutes + 1))
                    new = map(sum, zip(waited, segments[length], strict=False))
                    row[length:] = map(min, row[length:], new)
            for end, cost in enumerate(ends.pop(duration, [])):
                if cost < (found[end].cost if end in found else inf):
                    found[end] = End(int(cost), count)
            begin = {run: _after_pause(row, pause) for run, row in ends.items()}
        return found

    def _segments(self, length: int) -> list[float]:
        """Return the cost of a segment by its start: endless where it may not lie."""
        free = list(accumulate((it is not None for it in self.prices), initial=0))
        totals = list(accumulate((it or 0 for it in self.prices), initial=0))
        return [
            totals[start + length] - totals[start]
            if free[start + length] - free[start] == length
            else inf
            for start in range(len(self.prices) - length + 1)
        ]


def _after_pause(row: list[float], pause: int | None) -> list[float]:
    """Return the lowest cost at each minute or up to a pause before."""
    if pause is None:
        return list(accumulate(row, min))
    return [min(row[max(at - pause, 0) : at + 1]) for at in range(len(row))]


def _units(price: float) -> int:
    return int(Decimal(repr(price)).scaleb(UNIT))
