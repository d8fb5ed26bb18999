"""What a kWh really costs where the sun pays for a part of it."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from math import inf
from typing import NamedTuple, final

from ..errors import InputError, SeriesError
from ..series import PriceInterval, PriceSeries


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
            self._known[power] = replace(
                self._imported,
                intervals=tuple(_effective(cell, power) for cell in self._cells),
            )
        return self._known[power]


type PlanPrices = PriceSeries | EffectivePrices


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
    covered = min(cell.surplus, power) / power
    if not covered:
        return cell.imported
    return replace(
        cell.imported,
        price=covered * cell.export_price + (1 - covered) * cell.imported.price,
        components=(),
        estimated=True,
        provider_level=None,
    )
