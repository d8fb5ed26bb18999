"""Compare what a consumption costs under each option of the French grid tariff."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import final

from ..series import PriceSeries
from ..time_range import TimeRange
from .france import FrenchTariff
from .model import (
    C4_OPTIONS,
    DEFAULT_OFF_PEAK,
    ConnectionSegment,
    FrenchContract,
    TurpeOption,
)

HOUR = timedelta(hours=1)

# Up to 36 kVA, these have one rate all year (CRE deliberation 2025-78).
ONE_RATE = frozenset({TurpeOption.CU, TurpeOption.LU})
BASE = "base"


@final
@dataclass(frozen=True, slots=True)
class HourlyUse:
    """The energy in kWh that was used within the hour from `start`, in UTC."""

    start: datetime
    energy: float


@final
@dataclass(frozen=True, slots=True)
class PeriodCost:
    """What was used in one tariff period, in kWh, and what it cost, in EUR."""

    period: str
    """`HPH`, `HCH`, `HPB` or `HCB`, or `base` where one rate holds all year."""
    energy: float
    cost: float


@final
@dataclass(frozen=True, slots=True)
class OptionCost:
    """What all the energy cost under one option."""

    option: TurpeOption
    periods: tuple[PeriodCost, ...]

    @property
    def energy(self) -> float:
        """Return the energy of all periods, in kWh."""
        return sum(period.energy for period in self.periods)

    @property
    def cost(self) -> float:
        """Return the cost of all periods, in EUR."""
        return sum(period.cost for period in self.periods)


@final
@dataclass(frozen=True, slots=True)
class TariffComparison:
    """The options side by side, over the same hours."""

    options: tuple[OptionCost, ...]
    hours: int
    """How many hours were compared."""
    hours_missing: int
    """For how many the consumption or a price is not known: no option counts them."""


def compare_options(
    tariff: FrenchTariff,
    stated: PriceSeries,
    usage: Iterable[HourlyUse],
    within: TimeRange,
) -> TariffComparison:
    """Return what the consumption of the hours that begin in a range costs.

    Only what depends on the energy is compared; the fixed parts of the options are not
    in a price per kWh. Within an hour, the energy counts as evenly used.

    Args:
        tariff: The customer's contract, and the regulated tables.
        stated: The prices as a provider states them, with their components. A price
            without components cannot be taken apart, and counts as not known.
        usage: The consumption; one below zero is a fault of the meter, not known.
        within: From the hour that holds its start on.
    """
    apart = replace(stated, intervals=tuple(it for it in stated if it.components))
    offers = [_Offer(tariff, apart, option) for option in _options(tariff.contract)]
    known = {use.start: use.energy for use in usage if use.energy >= 0}
    hours = missing = 0
    for hour in _hours(within):
        energy = known.get(hour)
        if energy is None or not all(offer.knows(hour) for offer in offers):
            missing += 1
            continue
        hours += 1
        for offer in offers:
            offer.count(hour, energy)
    return TariffComparison(tuple(offer.total() for offer in offers), hours, missing)


def _options(contract: FrenchContract) -> tuple[TurpeOption, ...]:
    """Return the options that the connection can have."""
    return (
        C4_OPTIONS if contract.segment is ConnectionSegment.C4 else tuple(TurpeOption)
    )


def _hours(within: TimeRange) -> Iterator[datetime]:
    hour = within.start.replace(minute=0, second=0, microsecond=0)
    while hour < within.end:
        yield hour
        hour += HOUR


class _Offer:
    """Add up what one option costs."""

    def __init__(
        self, tariff: FrenchTariff, stated: PriceSeries, option: TurpeOption
    ) -> None:
        contract = tariff.contract
        rates = contract.own_rates
        if option is not contract.turpe_option:
            # The customer's own numbers of the grid are those of the own option.
            rates = replace(rates, hph=None, hch=None, hpb=None, hcb=None)
        # Named hours make the grid part ours, whatever option the provider worked in.
        self._tariff = replace(
            tariff,
            contract=replace(
                contract,
                turpe_option=option,
                off_peak=contract.off_peak or DEFAULT_OFF_PEAK,
                own_rates=rates,
            ),
        )
        self._prices = self._tariff.rebuild(stated)
        self._option = option
        self._has_one_rate = (
            contract.segment is ConnectionSegment.C5 and option in ONE_RATE
        )
        changes = (contract.off_peak_in(season).changes for season in ("H", "B"))
        # French time is whole hours from UTC, so the minutes are the same.
        self._minutes = sorted({it.minute for times in changes for it in times} - {0})
        self._energy: dict[str, float] = {}
        self._cost: dict[str, float] = {}

    def knows(self, hour: datetime) -> bool:
        """Tell whether all prices of an hour are known."""
        return self._prices.covers(hour, hour + HOUR)

    def count(self, hour: datetime, energy: float) -> None:
        """Add an hour, each part of it to its period."""
        edges = [hour, *(hour.replace(minute=it) for it in self._minutes), hour + HOUR]
        for start, end in pairwise(edges):
            period = BASE if self._has_one_rate else self._tariff.period(start)
            part = energy * ((end - start) / HOUR)
            price = self._prices.slice(start, end).average() or 0.0
            self._energy[period] = self._energy.get(period, 0.0) + part
            self._cost[period] = self._cost.get(period, 0.0) + part * price

    def total(self) -> OptionCost:
        """Return what has been added up."""
        return OptionCost(
            self._option,
            tuple(
                PeriodCost(period, energy, self._cost[period])
                for period, energy in sorted(self._energy.items())
            ),
        )
