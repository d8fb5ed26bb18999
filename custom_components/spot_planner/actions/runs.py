"""Actions that ask for a run of an appliance, or call one off."""

from datetime import timedelta
from typing import Any

from homeassistant.core import ServiceCall, ServiceResponse
from homeassistant.util import dt as dt_util

from ..const import CONF_DURATION, CONF_PROVIDER, CONF_READY_BY
from ..engine.runs.run import Run
from . import response
from .appliance import NamedAppliance, named_appliance
from .errors import engine_refusals, refusal

# A run that is asked for stays with the planner until then; no price reaches so far.
LONGEST_WAIT = timedelta(days=31)


async def async_request_run(call: ServiceCall) -> ServiceResponse:
    """Have an appliance run once, at the best time until it has to be ready."""
    named = named_appliance(call)
    ready_by = call.data.get(CONF_READY_BY)
    if ready_by is not None and ready_by - dt_util.utcnow() > LONGEST_WAIT:
        raise refusal("deadline_too_far")
    with engine_refusals():
        run = await named.planner.async_request_run(
            named.appliance, call.data.get(CONF_DURATION), ready_by
        )
    return _answer(named, run)


async def async_cancel_run(call: ServiceCall) -> ServiceResponse:
    """Call off the running or the next run of an appliance."""
    named = named_appliance(call)
    with engine_refusals():
        run = await named.planner.async_skip_run(named.appliance)
    return _answer(named, run)


def _answer(named: NamedAppliance, run: Run) -> dict[str, Any]:
    plan = run.plan
    return {
        "appliance": named.planner.appliances[run.appliance].appliance.name,
        "status": run.status.value,
        "start": run.start and response.local(run.start),
        "end": run.end and response.local(run.end),
        "cost": plan and response.number(plan.cost),
        "saving": plan and response.number(plan.saving),
        "rule": run.rule and run.rule.value,
        "estimated": plan and plan.estimated,
        "source": plan and response.source(plan, named.found.entry.data[CONF_PROVIDER]),
        "segments": response.segments(run.segments),
    }
