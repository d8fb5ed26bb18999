"""Commands to entities: one after the other, and remembered, so that none is a hand."""

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import Final

from homeassistant.const import ATTR_ENTITY_ID, SERVICE_TURN_OFF, SERVICE_TURN_ON
from homeassistant.core import HomeAssistant, split_entity_id

from ..const import DOMAIN, LOGGER
from ..engine.runs.told import Told
from .state_meaning import MOMENTARY

# An action that takes longer has got lost; nothing else waits for it.
CALL_TIMEOUT: Final = 60


class Commands:
    """Tell entities to turn on and off; all of the integration's commands go through here."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Begin without having told anything."""
        self._hass = hass
        self._locks: dict[str, asyncio.Lock] = {}
        self._told = Told()

    async def async_tell(
        self, entity: str, name: str, *, is_on: bool, is_wanted: Callable[[], bool]
    ) -> bool:
        """Tell an entity to turn on or off, and return whether that raised no error.

        An entity does one thing after the other, and no entity waits for another one.
        What does not work is logged, whatever the error of the other integration is.

        Args:
            entity: The entity.
            name: What the user calls the appliance.
            is_on: Whether it is turned on.
            is_wanted: Asked when its turn has come: whether it is still wanted.
        """
        domain = split_entity_id(entity)[0]
        service = SERVICE_TURN_ON if is_on else SERVICE_TURN_OFF
        if domain in MOMENTARY:
            service = MOMENTARY[domain]
        async with self._locks.setdefault(entity, asyncio.Lock()):
            if not is_wanted():
                return False
            self.expect(entity, is_on=is_on)
            try:
                await self._async_call(domain, service, entity)
            except Exception as err:  # noqa: BLE001 - other integrations raise anything.
                LOGGER.warning(
                    "%s: %s could not be told to %s (%s)",
                    name,
                    entity,
                    "start" if is_on else "stop",
                    str(err) or type(err).__name__,
                )
                return False
        return True

    async def _async_call(self, domain: str, service: str, entity: str) -> None:
        """Call an action, and wait for its end as long as that makes sense.

        It is given up then, and not even waited for until it has given up itself.

        Raises:
            TimeoutError: It has not ended.
            Exception: Whatever the action raises.
        """
        call = self._hass.async_create_background_task(
            self._hass.services.async_call(
                domain, service, {ATTR_ENTITY_ID: entity}, blocking=True
            ),
            f"{DOMAIN} {service} {entity}",
        )
        # An error that comes when nobody waits any more is no error of ours.
        call.add_done_callback(lambda it: it.cancelled() or it.exception())
        try:
            await asyncio.wait({call}, timeout=CALL_TIMEOUT)
            if not call.done():
                raise TimeoutError(f"no answer in {CALL_TIMEOUT} s")
            call.result()
        finally:
            call.cancel()

    def expect(self, entity: str, *, is_on: bool) -> None:
        """Expect an entity to turn on or off, because it is told so."""
        self._told = self._told.tell(entity, monotonic(), is_on=is_on)

    def explain(self, entity: str, *, is_on: bool) -> bool:
        """Tell whether a change of an entity comes from a command, and is no hand."""
        ticks = monotonic()
        is_explained = self._told.explains(entity, ticks, is_on=is_on)
        self._told = self._told.shows(entity, ticks, is_on=is_on)
        return is_explained

    def is_stopping(self, entity: str) -> bool:
        """Tell whether an entity was last told to turn off, and has not shown that yet."""
        return self._told.is_stopping(entity, monotonic())
