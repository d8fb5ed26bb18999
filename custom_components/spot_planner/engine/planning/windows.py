"""Windows: contiguous stretches of time with the lowest or the highest price."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import final

from ..cost_curve import mean_price
from ..errors import InputError
from ..series import PriceSeries


@final
@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time, `[start, end)` in UTC, and its mean price per kWh."""

    start: datetime
    end: datetime
    average_price: float

    def __contains__(self, moment: datetime) -> bool:
        """Tell whether a moment lies in the window."""
        return self.start <= moment < self.end

    @property
    def duration(self) -> timedelta:
        """Return how long the window is."""
        return self.end - self.start


def cheapest_window(
    series: PriceSeries,
    duration: timedelta,
    earliest: datetime | None = None,
    latest: datetime | None = None,
) -> Window | None:
    """Return the cheapest window within the known prices, or None when none fits.

    The window may start at any moment, not only where a price begins, and contains
    no gap; of equally cheap ones it is the earliest.

    Args:
        series: The known prices.
        duration: How long the window is: anything above zero.
        earliest: The window starts then or later.
        latest: The window ends then or earlier.

    Raises:
        InputError: The duration is not above zero.
    """
    return _best_window(series, duration, earliest, latest, min)


def dearest_window(
    series: PriceSeries,
    duration: timedelta,
    earliest: datetime | None = None,
    latest: datetime | None = None,
) -> Window | None:
    """Return the dearest window; all else is as for the cheapest one."""
    return _best_window(series, duration, earliest, latest, max)


def _best_window(
    series: PriceSeries,
    duration: timedelta,
    earliest: datetime | None,
    latest: datetime | None,
    choose: Callable[[list[float]], float],
) -> Window | None:
    if duration <= timedelta():
        raise InputError("duration", "duration_not_positive", duration)
    not_before = earliest.timestamp() if earliest else float("-inf")
    not_after = latest.timestamp() if latest else float("inf")
    seconds = duration.total_seconds()
    found = [
        best
        for curve in series.curves
        if (best := curve.best_start(seconds, not_before, not_after, choose))
    ]
    if not found:
        return None
    cost = choose([cost for cost, _ in found])
    start = datetime.fromtimestamp(min(s for c, s in found if c == cost), UTC)
    return Window(start, start + duration, mean_price(cost, seconds))


def window_at(
    series: PriceSeries, start: datetime, duration: timedelta
) -> Window | None:
    """Return the window that begins at a moment, or None where a price is missing."""
    end = start + duration
    part = series.slice(start, end)
    average = part.average()
    if average is None or not part.covers(start, end):
        return None
    return Window(start, end, average)
