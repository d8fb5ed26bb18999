"""Colour prices: which are low, which are high, for this day."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo
from enum import StrEnum
from itertools import accumulate, groupby

from .series import Level, PriceInterval, PriceSeries
from .time_range import day_range

GREEN_BELOW_RANK = 100 / 3
RED_FROM_RANK = 200 / 3
FLAT_SPREAD = 0.1


class LevelMethod(StrEnum):
    """How a level is decided."""

    AUTO = "auto"
    PROVIDER = "provider"
    RELATIVE = "relative"
    FIXED = "fixed"


@dataclass(frozen=True, slots=True)
class LevelRule:
    """What the user chose: the method, and the thresholds of the fixed one.

    Thresholds are currency per kWh; without one, no price gets that colour.
    """

    method: LevelMethod = LevelMethod.AUTO
    green_below: float | None = None
    red_above: float | None = None

    def level(self, interval: PriceInterval, day: "DayRanking") -> Level | None:
        """Return the level of an interval of that day, None when nobody gives one."""
        match self.method:
            case LevelMethod.PROVIDER:
                return interval.provider_level
            case LevelMethod.FIXED:
                return self._fixed(interval.price)
            case LevelMethod.AUTO if interval.provider_level is not None:
                return interval.provider_level
            case _:
                return day.level(interval.price)

    def _fixed(self, price: float) -> Level:
        if self.green_below is not None and price < self.green_below:
            return Level.GREEN
        if self.red_above is not None and price > self.red_above:
            return Level.RED
        return Level.YELLOW


class DayRanking:
    """Compare prices with those of one local day, each weighted by its length."""

    def __init__(self, day: PriceSeries) -> None:
        """Sort the prices of the day once."""
        ordered = sorted(
            (interval.price, interval.duration.total_seconds()) for interval in day
        )
        self._prices = [price for price, _ in ordered]
        self._seconds = list(accumulate((s for _, s in ordered), initial=0.0))
        self._mean = day.average()

    def rank(self, price: float) -> float:
        """Return the share of the day, 0 to 100, that is strictly cheaper."""
        cheaper = self._seconds[bisect_left(self._prices, price)]
        return 100 * cheaper / self._seconds[-1] if self._seconds[-1] else 0.0

    @property
    def is_flat(self) -> bool:
        """Tell whether the day's prices are too close together for colours.

        They are when the 10th and the 90th percentile are closer than a tenth of
        the day's mean. A percentile is the lowest price such that at least that
        share of the day costs no more.
        """
        if self._mean is None:
            return True
        spread = self._percentile(0.9) - self._percentile(0.1)
        return spread < FLAT_SPREAD * abs(self._mean)

    def level(self, price: float) -> Level:
        """Return the colour of a price among those of the day."""
        if price < 0:
            return Level.GREEN
        if self.is_flat:
            return Level.YELLOW
        rank = self.rank(price)
        if rank < GREEN_BELOW_RANK:
            return Level.GREEN
        return Level.RED if rank >= RED_FROM_RANK else Level.YELLOW

    def _percentile(self, share: float) -> float:
        # A hair of tolerance keeps the sum of many lengths from missing the share.
        needed = share * self._seconds[-1] - 1e-6
        return self._prices[max(bisect_left(self._seconds, needed) - 1, 0)]


def levels(
    series: PriceSeries, rule: LevelRule, zone: tzinfo
) -> Iterator[tuple[PriceInterval, Level | None]]:
    """Go through the intervals with their levels, by local days of the zone.

    An interval that crosses midnight has the level of the day in which it starts; each
    day is ranked with its own part of it.
    """
    for day, intervals in groupby(
        series, key=lambda interval: interval.start.astimezone(zone).date()
    ):
        hours = day_range(day, zone)
        ranking = DayRanking(series.slice(hours.start, hours.end))
        for interval in intervals:
            yield interval, rule.level(interval, ranking)
