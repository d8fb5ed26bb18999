"""The action that plans several appliances together, without running any."""

from typing import Any

from homeassistant.const import CONF_NAME
from homeassistant.core import ServiceCall, ServiceResponse
from homeassistant.util import dt as dt_util

from ..const import CONF_BASE_LOAD, CONF_POWER_LIMIT
from ..engine.planning.home import Home
from ..engine.planning.schedule import Schedule, plan_runs
from . import response
from .entry import PricedEntry, priced_entry
from .errors import engine_refusals
from .fields import ATTR_APPLIANCES
from .prices import planning_prices
from .request import run_request


async def async_plan(call: ServiceCall) -> ServiceResponse:
    """Return the best times for several runs that share a home."""
    found = priced_entry(call)
    home = _home(call, found)
    now = dt_util.utcnow()
    with engine_refusals():
        requests = [
            run_request(data[CONF_NAME], data, found.series, now)
            for data in call.data[ATTR_APPLIANCES]
        ]
        # The search may take a second, in which nothing else must wait.
        schedule = await call.hass.async_add_executor_job(
            plan_runs, requests, planning_prices(found), home
        )
    return _answer(schedule)


def _home(call: ServiceCall, found: PricedEntry) -> Home:
    """Return what the runs share: the home's, or what the call says instead."""
    home = found.coordinator.settings.home
    return Home(
        power_limit=call.data.get(CONF_POWER_LIMIT, home.power_limit),
        base_load=call.data.get(CONF_BASE_LOAD, home.base_load),
    )


def _answer(schedule: Schedule) -> dict[str, Any]:
    return {
        "status": schedule.status.value,
        "cost": response.number(schedule.cost),
        "bound": response.number(schedule.bound),
        "gap": response.number(schedule.gap),
        "relaxed": [
            {"name": item.run, "rule": item.rule.value} for item in schedule.relaxed
        ],
        "runs": [
            {
                "name": run.name,
                "start": response.local(run.start),
                "end": response.local(run.end),
                "cost": response.number(run.cost),
                "segments": response.segments(run.segments),
            }
            for run in schedule.runs
        ],
        "unplaced": [
            {"name": item.run, "reason": item.reason.value}
            for item in schedule.unplaced
        ],
    }
