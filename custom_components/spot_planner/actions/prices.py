"""Actions that look into the known prices."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from homeassistant.core import ServiceCall, ServiceResponse
from homeassistant.util import dt as dt_util

from ..const import CONF_PROFILE, CONF_PROVIDER, CONF_SPLIT
from ..engine.levels import levels
from ..engine.planning.effective import PlanPrices
from ..engine.planning.model import PlannedRun, Rule, RunRequest
from ..engine.planning.outcome import planned_run, whole_run
from ..engine.planning.single import plan_run
from ..engine.planning.windows import dearest_window
from ..engine.series import PriceInterval, PriceSeries
from ..engine.time_range import midnight
from . import response
from .entry import PricedEntry, priced_entry
from .errors import engine_refusals, refusal
from .fields import ATTR_END, ATTR_KIND, ATTR_RESOLUTION, ATTR_START, WindowKind
from .request import run_request


async def async_get_prices(call: ServiceCall) -> ServiceResponse:
    """Return the known prices of a stretch of time.

    An interval that lies only partly in it is there as a whole.
    """
    found = priced_entry(call)
    series = found.series
    home = dt_util.get_default_time_zone()
    start = call.data.get(ATTR_START)
    if start is None:
        start = midnight(dt_util.now().date(), home)
    end = call.data.get(ATTR_END) or max(series.end or start, start)
    if end < start:
        raise refusal("end_before_start")
    if minutes := call.data.get(ATTR_RESOLUTION):
        series = series.resample(timedelta(minutes=minutes))
    known_until = found.series.end
    answer: dict[str, Any] = {
        "currency": series.currency,
        "unit": f"{series.currency}/kWh",
        "known_until": response.local(known_until) if known_until else None,
        "prices": _prices(found, series, start, end),
    }
    return answer


def _prices(
    found: PricedEntry, series: PriceSeries, start: datetime, end: datetime
) -> list[dict[str, Any]]:
    """Return the intervals that reach into `[start, end)`, each with its level."""
    rule = found.coordinator.settings.level_rule
    return [
        {
            "start": response.local(interval.start),
            "end": response.local(interval.end),
            "price": response.number(interval.price),
            "level": level,
            "estimated": interval.estimated,
            "components": _components(interval),
        }
        for interval, level in levels(series, rule, dt_util.get_default_time_zone())
        if interval.start < end and start < interval.end
    ]


def _components(interval: PriceInterval) -> dict[str, float]:
    return {part.name: response.number(part.amount) for part in interval.components}


async def async_find_window(call: ServiceCall) -> ServiceResponse:
    """Return when a run costs least, or most, and what it costs then."""
    found = priced_entry(call)
    kind = call.data[ATTR_KIND]
    if kind is WindowKind.DEAREST and (
        call.data[CONF_SPLIT] or CONF_PROFILE in call.data
    ):
        raise refusal("dearest_needs_constant_power")
    with engine_refusals():
        request = run_request("window", call.data, found.series, dt_util.utcnow())
        # A split run takes a while to plan, in which nothing else must wait.
        if kind is WindowKind.DEAREST:
            find = partial(_dearest, request, found.series)
        else:
            find = partial(plan_run, request, planning_prices(found))
        run = await call.hass.async_add_executor_job(find)
    answer = response.window(run, found.entry.data[CONF_PROVIDER])
    if kind is WindowKind.DEAREST:
        # The rules are those of the cheapest run.
        answer["rule"] = None
    return answer


def planning_prices(found: PricedEntry) -> PlanPrices:
    """Return what a kWh costs with the surplus, as runs are planned by it."""
    planner = found.entry.runtime_data.planner
    return (planner and planner.async_prices()) or found.series


def _dearest(request: RunRequest, prices: PriceSeries) -> PlannedRun:
    """Return a run of constant power when it costs most.

    Raises:
        InfeasibleError: The run has no place.
    """
    window = dearest_window(
        prices, request.profile.duration, request.earliest, request.latest_end
    )
    if window is None:
        # Where nothing fits, the search for the cheapest run tells why.
        return plan_run(request, prices)
    run = whole_run(request.profile, window.start)
    return planned_run(request, prices, run, Rule.CHEAPEST, soonest=run)
