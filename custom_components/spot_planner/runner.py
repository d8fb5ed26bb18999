"""Switch appliances, and see what they do."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final

from homeassistant.const import ATTR_ENTITY_ID, SERVICE_TURN_OFF, SERVICE_TURN_ON
from homeassistant.core import (
    CALLBACK_TYPE,
    Event,
    EventStateChangedData,
    HomeAssistant,
    State,
    callback,
    split_entity_id,
)
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_track_state_change_event

from .appliance import ApplianceSettings
from .appliances.state_meaning import (
    MOMENTARY,
    is_momentary,
    meaning_of_proof,
    meaning_of_switch,
)
from .const import LOGGER
from .engine.runs import watching
from .engine.runs.execution import Command, Switching
from .engine.runs.run import Run
from .engine.runs.watching import Seen

# An action that takes longer has got lost; nothing else waits for it.
PATIENCE: Final = 60

type Hand = Callable[[str, bool], None]
"""Called with an appliance's id when it was switched, and to what."""


class Runner:
    """Stand between the runs and the entities of Home Assistant."""

    def __init__(self, hass: HomeAssistant, hand: Hand, look: CALLBACK_TYPE) -> None:
        """Name who is told of changes.

        Args:
            hass: Home Assistant.
            hand: Called when an appliance was switched on or off.
            look: Called after that, and when anything else is to be seen.
        """
        self._hass = hass
        self._hand = hand
        self._look = look
        self._unwatch: CALLBACK_TYPE | None = None

    @callback
    def watch(self, appliances: Iterable[ApplianceSettings]) -> None:
        """Look at the entities of these appliances, and at no others any more."""
        self.stop()
        by_entity: dict[str, list[ApplianceSettings]] = {}
        for settings in appliances:
            for entity in {settings.control.entity, settings.control.proof} - {None}:
                by_entity.setdefault(str(entity), []).append(settings)

        @callback
        def changed(event: Event[EventStateChangedData]) -> None:
            before, after = event.data["old_state"], event.data["new_state"]
            for settings in by_entity[event.data["entity_id"]]:
                self._tell(settings, event.data["entity_id"], before, after)
            self._look()

        if by_entity:
            self._unwatch = async_track_state_change_event(
                self._hass, by_entity, changed
            )

    @callback
    def stop(self) -> None:
        """Look no more."""
        if self._unwatch:
            self._unwatch()
            self._unwatch = None

    def switching(self, settings: ApplianceSettings) -> Switching:
        """Return what may be done to an appliance."""
        control = settings.control
        return Switching(
            has_switch=control.entity is not None,
            momentary=is_momentary(control.entity),
            stops=control.stop_at_end,
            automatic=control.automatic,
            paused=control.paused,
            confirm_within=control.confirm_within,
            duration=settings.appliance.duration,
        )

    def seen(self, settings: ApplianceSettings, looked_at: datetime) -> Seen:
        """Return what is to be seen of an appliance.

        Args:
            settings: The appliance.
            looked_at: When anybody looked before.
        """
        control = settings.control
        return Seen(
            switch=self._state(control.entity) if control.entity else None,
            proof=self._state(control.proof, control.proof_watts)
            if control.proof
            else None,
            looked_at=looked_at,
        )

    def _state(self, entity: str, watts: float | None = None) -> watching.State:
        if found := self._hass.states.get(entity):
            if watts is None:
                return meaning_of_switch(found)
            return meaning_of_proof(found, watts)
        if er.async_get(self._hass).async_get(entity):
            return watching.State.UNAVAILABLE
        return watching.State.MISSING

    async def async_execute(
        self, commands: Iterable[tuple[ApplianceSettings, Command]]
    ) -> None:
        """Switch appliances; whether they obey is seen later.

        An entity does one thing after the other, and no entity waits for another one.
        """
        by_entity: dict[str | None, list[tuple[ApplianceSettings, Command]]] = {}
        for settings, command in commands:
            by_entity.setdefault(settings.control.entity, []).append(
                (settings, command)
            )
        await asyncio.gather(*(self._in_turn(it) for it in by_entity.values()))

    async def _in_turn(
        self, commands: Iterable[tuple[ApplianceSettings, Command]]
    ) -> None:
        for settings, command in commands:
            await self._execute(settings, command)

    async def _execute(self, settings: ApplianceSettings, command: Command) -> None:
        """Switch an appliance.

        What does not work is logged, whatever the error of the other integration is,
        and tried again as often as anything else.
        """
        entity = settings.control.entity
        if entity is None:
            return
        domain = split_entity_id(entity)[0]
        service = SERVICE_TURN_OFF
        if command is Command.START:
            service = MOMENTARY.get(domain, SERVICE_TURN_ON)
        elif domain in MOMENTARY:
            return
        try:
            async with asyncio.timeout(PATIENCE):
                await self._hass.services.async_call(
                    domain, service, {ATTR_ENTITY_ID: entity}, blocking=True
                )
        except Exception as err:  # noqa: BLE001 - other integrations raise anything.
            LOGGER.warning(
                "%s: %s could not be told to %s (%s)",
                settings.appliance.name,
                entity,
                command.value,
                str(err) or type(err).__name__,
            )

    @callback
    def _tell(
        self,
        settings: ApplianceSettings,
        entity: str,
        before: State | None,
        after: State | None,
    ) -> None:
        """Tell of a change between on and off; anything else is no hand."""
        control = settings.control
        is_switch = entity == control.entity and not is_momentary(entity)
        known = (watching.State.ON, watching.State.OFF)

        def meaning(state: State) -> watching.State:
            if entity == control.entity:
                return meaning_of_switch(state)
            return meaning_of_proof(state, control.proof_watts)

        old = meaning(before) if before else None
        new = meaning(after) if after else None
        if old == new or old not in known or new not in known:
            return
        is_on = new is watching.State.ON
        has_switch = control.entity and not is_momentary(control.entity)
        # A machine without a switch is started by hand at the machine; that its power
        # falls may be a pause of its program, so nothing is made of that.
        if is_switch or (is_on and not has_switch):
            self._hand(settings.appliance.id, is_on)


def told_for_another(
    runs: Iterable[Run],
    appliances: Mapping[str, ApplianceSettings],
    appliance: str,
    *,
    is_on: bool,
) -> bool:
    """Tell whether a switch that two appliances have was told so for the other one."""
    entity = appliances[appliance].control.entity
    return any(
        run.is_open
        and run.told is is_on
        and run.appliance != appliance
        and appliances[run.appliance].control.entity == entity
        for run in runs
    )
