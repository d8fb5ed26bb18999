"""Actions that ask for a run of an appliance, or call one off."""

from typing import Any

from homeassistant.core import ServiceCall, ServiceResponse
from homeassistant.helpers import device_registry as dr

from ..const import CONF_DURATION, CONF_PROVIDER, CONF_READY_BY, DOMAIN
from ..engine.runs.run import Run
from ..planner import Planner
from . import response
from .entry import PricedEntry, priced_entry
from .errors import engine_refusals, refusal
from .fields import ATTR_APPLIANCE


async def async_request_run(call: ServiceCall) -> ServiceResponse:
    """Have an appliance run once, at the best time until it has to be ready."""
    found, planner, appliance = _appliance(call)
    with engine_refusals():
        run = await planner.async_request_run(
            appliance, call.data.get(CONF_DURATION), call.data.get(CONF_READY_BY)
        )
    return _answer(found, planner, run)


async def async_cancel_run(call: ServiceCall) -> ServiceResponse:
    """Call off the running or the next run of an appliance."""
    found, planner, appliance = _appliance(call)
    with engine_refusals():
        run = await planner.async_skip_run(appliance)
    return _answer(found, planner, run)


def _appliance(call: ServiceCall) -> tuple[PricedEntry, Planner, str]:
    """Return the entry, its planner and the id of the appliance that a call names.

    Raises:
        ServiceValidationError: None is meant, or more than one.
    """
    found = priced_entry(call)
    wanted = call.data[ATTR_APPLIANCE]
    planner = found.entry.runtime_data.planner
    if planner is None:
        raise refusal("entry_without_prices", entry=found.entry.title)
    device = dr.async_get(call.hass).async_get(wanted)
    ids = [
        appliance
        for appliance, settings in planner.appliances.items()
        if appliance == wanted
        or (device and (DOMAIN, appliance) in device.identifiers)
        or settings.appliance.name == wanted
    ]
    if not ids:
        raise refusal("appliance_unknown", appliance=wanted)
    if len(ids) > 1:
        raise refusal("appliance_not_unique", appliance=wanted)
    return found, planner, ids[0]


def _answer(found: PricedEntry, planner: Planner, run: Run) -> dict[str, Any]:
    plan = run.plan
    return {
        "appliance": planner.appliances[run.appliance].appliance.name,
        "status": run.status.value,
        "start": run.start and response.local(run.start),
        "end": run.end and response.local(run.end),
        "cost": plan and response.number(plan.cost),
        "saving": plan and response.number(plan.saving),
        "rule": run.rule and run.rule.value,
        "estimated": plan and plan.estimated,
        "source": plan and response.source(plan, found.entry.data[CONF_PROVIDER]),
        "segments": response.segments(run.segments),
    }
