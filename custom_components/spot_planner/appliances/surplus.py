"""The forecast of a home's own power, and what a kWh costs with it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from homeassistant.core import State
from homeassistant.util import dt as dt_util

from ..const import LOGGER
from ..engine.errors import InputError
from ..engine.planning.effective import EffectivePrices, PlanPrices, Surplus
from ..engine.series import PriceInterval, PriceSeries

# The form that we document: what the home itself does not use, in kW.
OWN = "forecast"

# That of the integration "Solcast PV Solar Forecast", by its own documentation: what
# the panels yield on average in each half-hour, in kW. Its times are `datetime` objects
# in the state machine, and texts where they come out of a template.
SOLCAST = "detailedForecast"
HALF_HOUR = timedelta(minutes=30)


def surplus_of(state: State | None, base_load: float = 0.0) -> tuple[Surplus, ...]:
    """Return the surplus that the attributes of an entity forecast, in time order.

    What cannot be read is left out, and of two parts that overlap the later one.

    Args:
        state: The state of the entity, or None where there is no such entity.
        base_load: What the home uses anyway, in kW; it is taken off a forecast that
            tells the yield of the panels and not the surplus.
    """
    if state is None:
        return ()
    own = state.attributes.get(OWN)
    rows = own if isinstance(own, list) else state.attributes.get(SOLCAST)
    if not isinstance(rows, list):
        return ()
    parts = []
    for row in rows:
        try:
            parts.append(_own(row) if rows is own else _solcast(row, base_load))
        except (InputError, LookupError, OverflowError, TypeError, ValueError):
            continue
    parts.sort(key=lambda part: part.start)
    found: list[Surplus] = []
    for part in parts:
        if not found or part.start >= found[-1].end:
            found.append(part)
    if left_out := len(rows) - len(found):
        LOGGER.debug(
            "%s: %d of %d parts of the forecast cannot be used",
            state.entity_id,
            left_out,
            len(rows),
        )
    return tuple(found)


def planning_prices(
    series: PriceSeries,
    export: PriceSeries | None,
    export_price: float | None,
    surplus: tuple[Surplus, ...],
) -> PlanPrices:
    """Return what a kWh costs: less where a surplus is forecast that could be sold.

    Args:
        series: The prices of power from the grid.
        export: What the provider says that power fed in brings.
        export_price: The same as the user has told it, per kWh at any time; it counts
            where the provider says nothing at all.
        surplus: The forecast; without one, all power is from the grid.
    """
    if not export and export_price is not None:
        export = PriceSeries(
            series.currency,
            tuple(PriceInterval(it.start, it.end, export_price) for it in series),
        )
    if not export or not surplus:
        return series
    return EffectivePrices(series, export, surplus)


def _own(row: Mapping[str, Any]) -> Surplus:
    """Return a part of our own form."""
    return Surplus(_moment(row["start"]), _moment(row["end"]), float(row["power"]))


def _solcast(row: Mapping[str, Any], base_load: float) -> Surplus:
    """Return a half-hour of Solcast's form."""
    start = _moment(row["period_start"])
    part = Surplus(start, start + HALF_HOUR, float(row["pv_estimate"]))
    return replace(part, power=max(part.power - base_load, 0.0))


def _moment(value: object) -> datetime:
    """Return a moment in UTC; one without a zone could be any."""
    moment = (
        value if isinstance(value, datetime) else dt_util.parse_datetime(str(value))
    )
    if moment is None or moment.tzinfo is None:
        raise ValueError("not a moment")
    return moment.astimezone(UTC)
