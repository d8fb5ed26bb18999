"""Effective prices: a kWh at home where the sun pays for a part of it."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from itertools import pairwise
from math import inf
from typing import NamedTuple, final

from ..errors import InputError, SeriesError
from ..series import PriceInterval, PriceSeries
from .course import Course, courses_of, to_micros, to_units

# How many prices are kept of loads that were asked for: they take some 15 MB.
MOST_KEPT = 60_000


@final
@dataclass(frozen=True, slots=True)
class Surplus:
    """The power in kW that is expected to be left over during `[start, end)` in UTC.

    Raises:
        InputError: The stretch has no length, or the power is below zero.
    """

    start: datetime
    end: datetime
    power: float

    def __post_init__(self) -> None:
        """Refuse what is not a surplus."""
        if self.start >= self.end:
            raise InputError("surplus", "duration_not_positive", self.end - self.start)
        if self.power < 0:
            raise InputError("surplus", "power_negative", self.power)
        if not self.power < inf:
            raise InputError("surplus", "not_a_number", self.power)


class Cell(NamedTuple):
    """A stretch in which neither a price nor the surplus changes."""

    imported: PriceInterval
    export_price: float
    surplus: float


class EffectivePrices:
    """The prices of a home that would sell what it does not use itself.

    The surplus covers as much of a load as it can, and that part costs what selling it
    would have brought; the rest is bought. So the price of a kWh depends on the power.
    Where no surplus is forecast or no export price is known, all is bought; where no
    import price is known, there is a gap.

    Raises:
        SeriesError: The two prices are in different currencies.
        InputError: Two forecasts of the surplus overlap.
    """

    def __init__(
        self, imported: PriceSeries, exported: PriceSeries, surplus: Iterable[Surplus]
    ) -> None:
        """Cut the import prices where an export price or the surplus changes."""
        if imported.currency != exported.currency:
            raise SeriesError(f"{exported.currency} does not fit {imported.currency}")
        forecast = sorted(surplus, key=lambda part: part.start)
        for before, after in pairwise(forecast):
            if after.start < before.end:
                raise InputError("surplus", "surplus_overlaps", after.start)
        self._imported = imported
        self._cells = _cells(imported, exported, forecast)
        self._known: dict[float, PriceSeries] = {}

    def at_power(self, power: float) -> PriceSeries:
        """Return the price of a kWh for a load of constant power, in kW.

        A price that the surplus has a part in has no components, and is estimated as
        the forecast is.

        Raises:
            InputError: The power is not above zero.
        """
        if not 0 < power < inf:
            raise InputError("power", "power_not_positive", power)
        if power not in self._known:
            if (len(self._known) + 1) * len(self._cells) > MOST_KEPT:
                self._known.clear()
            self._known[power] = replace(
                self._imported,
                intervals=tuple(_effective(cell, power) for cell in self._cells),
            )
        return self._known[power]

    def covers(self, start: datetime, end: datetime) -> bool:
        """Tell whether a price is known at every moment of `[start, end)`."""
        return self._imported.covers(start, end)

    @property
    def end(self) -> datetime | None:
        """Return the end of the last price, or None without any."""
        return self._imported.end

    def __len__(self) -> int:
        """Return in how many pieces the prices are cut."""
        return len(self._cells)

    def within(self, power: float, start: datetime, end: datetime) -> PriceSeries:
        """Return the prices for a load of constant power that touch `[start, end)`."""
        low = max(bisect_right(self._starts, start) - 1, 0)
        high = bisect_left(self._starts, end)
        cells = self._cells[low:high]
        return replace(
            self._imported, intervals=tuple(_effective(cell, power) for cell in cells)
        )

    def courses(self, power: float, earliest: int, latest: int) -> list[Course]:
        """Return the course of the price for a load, as `courses_of` does."""
        low = max(bisect_right(self._micros, earliest) - 1, 0)
        high = bisect_left(self._micros, latest)
        courses: list[Course] = []
        edges: list[int] = []
        units: list[int] = []
        for index in range(low, high):
            start, end = self._micros[index], self._ends[index]
            if edges and edges[-1] != start:
                courses.append(Course(edges, units))
                edges, units = [], []
            edges = edges or [start]
            edges.append(end)
            units.append(to_units(_price(self._cells[index], power)))
        if edges:
            courses.append(Course(edges, units))
        return [
            it for it in courses if it.edges[0] < latest and it.edges[-1] > earliest
        ]

    @cached_property
    def _starts(self) -> list[datetime]:
        return [cell.imported.start for cell in self._cells]

    @cached_property
    def _micros(self) -> list[int]:
        return [to_micros(start) for start in self._starts]

    @cached_property
    def _ends(self) -> list[int]:
        return [to_micros(cell.imported.end) for cell in self._cells]


type PlanPrices = PriceSeries | EffectivePrices


def courses_at(
    prices: PlanPrices, power: float, earliest: int, latest: int
) -> list[Course]:
    """Return the courses of the price for a load that touch `[earliest, latest)`."""
    if isinstance(prices, EffectivePrices):
        return prices.courses(power, earliest, latest)
    return courses_of(prices, earliest, latest)


def prices_within(
    prices: PlanPrices, power: float, start: datetime, end: datetime
) -> PriceSeries:
    """Return the prices for a load within `[start, end)`, cut at its edges."""
    if isinstance(prices, EffectivePrices):
        prices = prices.within(power, start, end)
    return prices.slice(start, end)


def prices_at(prices: PlanPrices, power: float) -> PriceSeries:
    """Return the prices that hold for a load of some power."""
    if isinstance(prices, EffectivePrices):
        return prices.at_power(power)
    return prices


def _cells(
    imported: PriceSeries, exported: PriceSeries, forecast: list[Surplus]
) -> list[Cell]:
    """Return the import prices in pieces, each with what else holds there."""
    borders = sorted(
        {
            edge.astimezone(UTC)
            for part in (*exported, *forecast)
            for edge in (part.start, part.end)
        }
    )
    starts = [part.start for part in forecast]
    cells = []
    for interval in imported:
        low = bisect_right(borders, interval.start)
        high = bisect_left(borders, interval.end)
        edges = [interval.start, *borders[low:high], interval.end]
        for start, end in pairwise(edges):
            index = bisect_right(starts, start) - 1
            power = 0.0
            if index >= 0 and start < forecast[index].end:
                power = forecast[index].power
            sold = exported.at(start)
            cells.append(
                Cell(
                    replace(interval, start=start, end=end),
                    sold.price if sold else 0.0,
                    power if sold else 0.0,
                )
            )
    return cells


def _effective(cell: Cell, power: float) -> PriceInterval:
    """Return the price that holds in a cell for a load of some power."""
    if not cell.surplus:
        return cell.imported
    return replace(
        cell.imported,
        price=_price(cell, power),
        components=(),
        estimated=True,
        provider_level=None,
    )


def _price(cell: Cell, power: float) -> float:
    """Return what a kWh costs a load of some power in a cell."""
    covered = min(cell.surplus, power) / power
    if not covered:
        return cell.imported.price
    return covered * cell.export_price + (1 - covered) * cell.imported.price
