"""Balancing prices: what the grid pays for reserves, and for their energy."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Self, final

# How far behind the newest answer older ones are kept. An answer may begin tomorrow, and
# what holds today is then in the one before it.
KEPT = timedelta(days=2)


class BalancingMarket(StrEnum):
    """The prices of reserves, each named as its sensor is."""

    FCR_CAPACITY = "fcr_capacity_price"
    AFRR_CAPACITY_UP = "afrr_capacity_price_up"
    AFRR_CAPACITY_DOWN = "afrr_capacity_price_down"
    MFRR_CAPACITY_UP = "mfrr_capacity_price_up"
    MFRR_CAPACITY_DOWN = "mfrr_capacity_price_down"
    AFRR_ENERGY_UP = "afrr_energy_price_up"
    AFRR_ENERGY_DOWN = "afrr_energy_price_down"
    MFRR_ENERGY_UP = "mfrr_energy_price_up"
    MFRR_ENERGY_DOWN = "mfrr_energy_price_down"

    @property
    def is_energy(self) -> bool:
        """Tell whether energy is paid for, and not that somebody stands by."""
        return "_energy_" in self


@final
@dataclass(frozen=True, slots=True)
class BalancingPrice:
    """The price of one market in the half-open time `[start, end)` in UTC.

    Energy is in EUR per MWh. The unit of capacity is not stated by the vendor.
    """

    market: BalancingMarket
    start: datetime
    end: datetime
    price: float


@dataclass(frozen=True)
class BalancingPrices:
    """Prices of any markets in any order.

    Periods of one market may overlap: the last seconds of a day stand beside the
    minutes that they are part of.
    """

    prices: tuple[BalancingPrice, ...] = ()

    @cached_property
    def _by_market(self) -> Mapping[BalancingMarket, Sequence[BalancingPrice]]:
        """Return the prices of each market; an answer may have tens of thousands."""
        found: dict[BalancingMarket, list[BalancingPrice]] = {}
        for it in self.prices:
            found.setdefault(it.market, []).append(it)
        return found

    def at(self, market: BalancingMarket, now: datetime) -> BalancingPrice | None:
        """Return the price that holds now, or else the last one that held lately."""
        begun = [
            it
            for it in self._by_market.get(market, ())
            if it.start <= now < it.end + KEPT
        ]
        holding = [it for it in begun if now < it.end]
        if holding:
            return max(holding, key=lambda it: it.start)
        # Of those that ended together, the shortest tells best what held at the end.
        return max(begun, key=lambda it: (it.end, it.start), default=None)

    def merge(self, newer: Self) -> Self:
        """Return both as one; where both know a period, the newer one counts.

        What ended long before the newer prices begin is left out, so that merging for
        months takes no more room than merging for days.
        """
        begins: dict[BalancingMarket, datetime] = {}
        for it in newer.prices:
            begins[it.market] = min(it.start, begins.get(it.market, it.start))
        older = [
            it
            for it in self.prices
            if it.market not in begins or it.end > begins[it.market] - KEPT
        ]
        return replace(newer, prices=overlay(older, newer.prices))


def overlay(
    lower: Iterable[BalancingPrice], upper: Iterable[BalancingPrice]
) -> tuple[BalancingPrice, ...]:
    """Return both together, the upper one where both know the price of a period."""
    known = {(it.market, it.start, it.end): it for it in lower}
    known |= {(it.market, it.start, it.end): it for it in upper}
    return tuple(known.values())
