"""Prices as they follow each other in time."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import Self, final

from .cost_curve import CostCurve
from .errors import InputError, SeriesError
from .time_range import TimeRange

# No currency has such a price per kWh; beyond it lie mistakes, infinity, and what is
# not a number at all.
PRICE_LIMIT = 1e6


class Level(StrEnum):
    """The colour of a price interval."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


@dataclass(frozen=True, slots=True)
class Component:
    """One named part of a price, in currency per kWh."""

    name: str
    amount: float


@final
@dataclass(frozen=True, slots=True)
class PriceInterval:
    """One price per kWh for the half-open time `[start, end)` in UTC.

    The components add up to the price as far as the provider's rounding allows.
    """

    start: datetime
    end: datetime
    price: float
    components: tuple[Component, ...] = ()
    estimated: bool = False
    provider_level: Level | None = None
    source: str | None = None
    """Who gave the price where it is not the provider of the entry itself."""

    def __contains__(self, moment: datetime) -> bool:
        """Tell whether the price holds at a moment."""
        return self.start <= moment < self.end

    @property
    def duration(self) -> timedelta:
        """Return how long the price holds."""
        return self.end - self.start

    def component(self, name: str) -> float | None:
        """Return the amount of a component, or None when there is no such part."""
        for part in self.components:
            if part.name == name:
                return part.amount
        return None


@dataclass(frozen=True)
class PriceSeries:
    """Ordered, non-overlapping price intervals of one currency (ISO 4217).

    Gaps are allowed and stay visible: a moment without an interval has no price.

    Raises:
        SeriesError: An interval is not in UTC, is empty, has no price that could be
            one, or overlaps the one before it.
    """

    currency: str
    intervals: tuple[PriceInterval, ...] = field(default=())

    def __post_init__(self) -> None:
        """Refuse what is not a series, so that nobody else has to check."""
        for interval in self.intervals:
            if interval.start.tzinfo is not UTC or interval.end.tzinfo is not UTC:
                raise SeriesError(f"The interval at {interval.start} is not in UTC")
            if interval.start >= interval.end:
                raise SeriesError(f"The interval at {interval.start} has no length")
            if not abs(interval.price) < PRICE_LIMIT:
                raise SeriesError(f"The interval at {interval.start} has no price")
        for before, after in pairwise(self.intervals):
            if after.start < before.end:
                raise SeriesError(f"The interval at {after.start} overlaps another")

    def __len__(self) -> int:
        """Return the number of intervals."""
        return len(self.intervals)

    def __iter__(self) -> Iterator[PriceInterval]:
        """Go through the intervals in time order."""
        return iter(self.intervals)

    @property
    def start(self) -> datetime | None:
        """Return the start of the first interval, or None without intervals."""
        return self.intervals[0].start if self.intervals else None

    @property
    def end(self) -> datetime | None:
        """Return the end of the last interval, or None without intervals."""
        return self.intervals[-1].end if self.intervals else None

    @cached_property
    def component_names(self) -> tuple[str, ...]:
        """Return the names of all components, in the order of their first use."""
        names: dict[str, None] = {}
        last: tuple[Component, ...] = ()
        for interval in self.intervals:
            if len(interval.components) != len(last) or any(
                a.name != b.name for a, b in zip(interval.components, last, strict=True)
            ):
                names.update(dict.fromkeys(part.name for part in interval.components))
                last = interval.components
        return tuple(names)

    @cached_property
    def _starts(self) -> list[datetime]:
        return [interval.start for interval in self.intervals]

    @cached_property
    def curves(self) -> tuple[CostCurve, ...]:
        """Return the running cost of each stretch without a gap, for searches."""
        curves: list[CostCurve] = []
        first = 0
        for index, interval in enumerate(self.intervals):
            after = index + 1
            if after == len(self) or self.intervals[after].start != interval.end:
                stretch = self.intervals[first:after]
                curves.append(
                    CostCurve(
                        [part.start.timestamp() for part in stretch]
                        + [interval.end.timestamp()],
                        [part.price for part in stretch],
                    )
                )
                first = after
        return tuple(curves)

    def at(self, moment: datetime) -> PriceInterval | None:
        """Return the interval that holds at a moment, or None in a gap."""
        index = bisect_right(self._starts, moment) - 1
        if index >= 0 and moment < self.intervals[index].end:
            return self.intervals[index]
        return None

    def slice(self, start: datetime, end: datetime) -> Self:
        """Return the part within `[start, end)`, cutting intervals at its edges."""
        if start >= end:
            return replace(self, intervals=())
        first = max(bisect_right(self._starts, start) - 1, 0)
        parts: list[PriceInterval] = []
        for interval in self.intervals[first:]:
            if interval.start >= end:
                break
            if interval.end <= start:
                continue
            if interval.start < start or interval.end > end:
                interval = replace(
                    interval,
                    start=max(interval.start, start).astimezone(UTC),
                    end=min(interval.end, end).astimezone(UTC),
                )
            parts.append(interval)
        return replace(self, intervals=tuple(parts))

    def merge(self, newer: Self) -> Self:
        """Return both series as one; where both know a price, the newer one counts.

        Raises:
            SeriesError: The two are in different currencies.
        """
        if self.currency != newer.currency:
            raise SeriesError(f"{newer.currency} prices do not fit {self.currency}")
        kept: list[PriceInterval] = []
        position = datetime.min.replace(tzinfo=UTC)
        for interval in newer.intervals:
            if position < interval.start:
                kept.extend(self.slice(position, interval.start))
            kept.append(interval)
            position = interval.end
        kept.extend(self.slice(position, datetime.max.replace(tzinfo=UTC)))
        return replace(self, intervals=tuple(kept))

    def gaps(self, start: datetime, end: datetime) -> tuple[TimeRange, ...]:
        """Return the parts of `[start, end)` for which no price is known."""
        found: list[TimeRange] = []
        position = start
        for interval in self.slice(start, end):
            if position < interval.start:
                found.append(TimeRange(position, interval.start))
            position = interval.end
        if position < end:
            found.append(TimeRange(position, end))
        return tuple(found)

    def confirmed(self) -> Self:
        """Return the part that is not estimated."""
        return replace(
            self, intervals=tuple(it for it in self.intervals if not it.estimated)
        )

    def of_component(self, name: str) -> Self:
        """Return one component as the price; where it is not stated, there is a gap."""
        return replace(
            self,
            intervals=tuple(
                replace(interval, price=amount, components=(Component(name, amount),))
                for interval in self.intervals
                if (amount := interval.component(name)) is not None
            ),
        )

    def covers(self, start: datetime, end: datetime) -> bool:
        """Tell whether a price is known at every moment of `[start, end)`."""
        return not self.gaps(start, end)

    def average(self) -> float | None:
        """Return the mean price per kWh, weighted by time, or None without any."""
        seconds = cost = 0.0
        for interval in self.intervals:
            length = interval.duration.total_seconds()
            seconds += length
            cost += interval.price * length
        return cost / seconds if seconds else None

    def resample(self, length: timedelta) -> Self:
        """Return time-weighted mean prices over equal intervals.

        The new intervals lie on multiples of `length` since 1970 in UTC, which are
        the quarters and hours of every European clock. One that is not wholly known
        stays a gap.

        Raises:
            InputError: The length is not above zero.
        """
        if length <= timedelta():
            raise InputError("resolution", "duration_not_positive", length)
        if self.start is None or self.end is None:
            return self
        epoch = datetime.fromtimestamp(0, UTC)
        position = epoch + (self.start - epoch) // length * length
        cells: list[PriceInterval] = []
        while position < self.end:
            part = self.slice(position, position + length)
            if part.intervals and part.covers(position, position + length):
                cells.append(_mean_interval(part.intervals))
            position += length
        return replace(self, intervals=tuple(cells))


def _mean_interval(parts: tuple[PriceInterval, ...]) -> PriceInterval:
    """Return adjoining intervals as one, with time-weighted means."""
    if len(parts) == 1:
        return parts[0]
    weights = [part.duration.total_seconds() for part in parts]
    total = sum(weights)

    def mean(values: Iterable[float]) -> float:
        return sum(a * b for a, b in zip(values, weights, strict=True)) / total

    names = dict.fromkeys(item.name for part in parts for item in part.components)
    levels = {part.provider_level for part in parts}
    sources = {part.source for part in parts}
    return PriceInterval(
        start=parts[0].start,
        end=parts[-1].end,
        price=mean(part.price for part in parts),
        components=tuple(
            Component(name, mean(part.component(name) or 0.0 for part in parts))
            for name in names
        ),
        estimated=any(part.estimated for part in parts),
        provider_level=levels.pop() if len(levels) == 1 else None,
        source=sources.pop() if len(sources) == 1 else None,
    )
