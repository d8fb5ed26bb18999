"""Measure the search for the cheapest window against a bare running sum."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, timedelta
from itertools import accumulate

from custom_components.spot_planner.engine.planning.windows import cheapest_window
from custom_components.spot_planner.engine.series import PriceInterval, PriceSeries
from dev.price_server.market import spot_prices

from .stopwatch import row, seconds

FIRST_DAY = date(2026, 5, 1)
QUARTER = timedelta(minutes=15)
TWO_HOURS = timedelta(hours=2)


def series(days: int) -> PriceSeries:
    """Return made-up quarter-hourly prices of some days in EUR per kWh."""
    return PriceSeries(
        "EUR",
        tuple(
            PriceInterval(
                quarter.start.astimezone(UTC),
                quarter.start.astimezone(UTC) + QUARTER,
                quarter.price / 1000,
            )
            for day in range(days)
            for quarter in spot_prices(FIRST_DAY + timedelta(days=day))
        ),
    )


def measure() -> Iterator[str]:
    """Go through the figures for two days and for ninety."""
    for days in (2, 90):
        known = series(days)
        prices = [interval.price for interval in known]
        times = 40_000 // len(prices)

        def floor(prices: list[float] = prices) -> object:
            return list(accumulate(prices))

        base = seconds(floor, times)
        yield row(f"running sum over {len(prices)} prices", base)
        yield row("  2 h window: each tick", seconds(_again(known), times), base)
        yield row("  2 h window: new duration", seconds(_anew(known), times), base)
        yield row("  2 h window: new prices", seconds(_first(known), times), base)


def _again(known: PriceSeries) -> Callable[[], object]:
    """Search as the clock does: the same duration, over known prices."""
    return lambda: cheapest_window(known, TWO_HOURS)


def _anew(known: PriceSeries) -> Callable[[], object]:
    """Search for a duration that nobody asked for since the prices came."""
    (curve,) = known.curves

    def search() -> object:
        curve.forget()
        return cheapest_window(known, TWO_HOURS)

    return search


def _first(known: PriceSeries) -> Callable[[], object]:
    """Search prices that have just come, the sums over them included."""
    return lambda: cheapest_window(PriceSeries("EUR", known.intervals), TWO_HOURS)
