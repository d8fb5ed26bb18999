"""The actions of the integration, each with a response."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, final

import voluptuous as vol

from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)

from .actions.access import (
    async_may_compare,
    async_may_plan_run,
    async_may_read_prices,
    async_may_skip_run,
)
from .actions.fields import (
    CANCEL_RUN_SCHEMA,
    COMPARE_TARIFFS_SCHEMA,
    PLAN_SCHEMA,
    PRICES_SCHEMA,
    REQUEST_RUN_SCHEMA,
    WINDOW_SCHEMA,
)
from .actions.plan import async_plan
from .actions.prices import async_find_window, async_get_prices
from .actions.runs import async_cancel_run, async_request_run
from .actions.tariffs import async_compare_tariffs
from .const import DOMAIN


@final
@dataclass(frozen=True, slots=True)
class Action:
    """What an action is called, takes and does, and who may call it."""

    name: str
    schema: vol.Schema
    may: Callable[[ServiceCall], Coroutine[Any, Any, None]]
    act: Callable[[ServiceCall], Coroutine[Any, Any, ServiceResponse]]
    response: SupportsResponse = SupportsResponse.ONLY

    async def async_handle(self, call: ServiceCall) -> ServiceResponse:
        """Answer a call, if the caller may have the answer."""
        await self.may(call)
        return await self.act(call)


ACTIONS = (
    Action("get_prices", PRICES_SCHEMA, async_may_read_prices, async_get_prices),
    Action("find_window", WINDOW_SCHEMA, async_may_read_prices, async_find_window),
    Action("plan", PLAN_SCHEMA, async_may_read_prices, async_plan),
    Action(
        "request_run",
        REQUEST_RUN_SCHEMA,
        async_may_plan_run,
        async_request_run,
        SupportsResponse.OPTIONAL,
    ),
    Action(
        "cancel_run",
        CANCEL_RUN_SCHEMA,
        async_may_skip_run,
        async_cancel_run,
        SupportsResponse.OPTIONAL,
    ),
    Action(
        "compare_tariffs",
        COMPARE_TARIFFS_SCHEMA,
        async_may_compare,
        async_compare_tariffs,
    ),
)


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions; they are there whether or not an entry is loaded."""
    for action in ACTIONS:
        hass.services.async_register(
            DOMAIN, action.name, action.async_handle, action.schema, action.response
        )
