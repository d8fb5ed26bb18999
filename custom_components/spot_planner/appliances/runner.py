"""Watching the entities of appliances: what they show, and who has switched them."""

from collections.abc import Callable, Iterable, Mapping

from homeassistant.core import (
    CALLBACK_TYPE,
    Event,
    EventStateChangedData,
    HomeAssistant,
    State,
    callback,
)
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_track_state_change_event

from ..engine.runs import watching
from ..engine.runs.execution import Switching
from ..engine.runs.run import Run
from .commands import Commands
from .settings import ApplianceSettings
from .state_meaning import is_momentary, meaning_of_proof, meaning_of_switch

type Hand = Callable[[str, bool, bool], None]
"""Called with an appliance's id when it was switched, to what, and whether by a user."""

type Hear = Callable[[Event[EventStateChangedData]], None]
"""Called with each change before anything is made of it."""


class Runner:
    """Stand between the runs and the entities of Home Assistant."""

    def __init__(
        self,
        hass: HomeAssistant,
        commands: Commands,
        hear: Hear,
        hand: Hand,
        look: CALLBACK_TYPE,
    ) -> None:
        """Name who is told of changes.

        Args:
            hass: Home Assistant.
            commands: What entities have been told, which is no hand.
            hear: Called first with each change.
            hand: Called when an appliance was switched on or off.
            look: Called after that, and when anything else is to be seen.
        """
        self._hass = hass
        self._commands = commands
        self._hear = hear
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
            self._hear(event)
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

    def shown(
        self, settings: ApplianceSettings
    ) -> tuple[watching.SwitchState | None, watching.SwitchState | None]:
        """Return what switch and proof of an appliance show; None where there is none."""
        control, hass = settings.control, self._hass
        return (
            shown_state(hass, control.entity) if control.entity else None,
            shown_state(hass, control.proof, control.proof_watts)
            if control.proof
            else None,
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
        known = (watching.SwitchState.ON, watching.SwitchState.OFF)

        def meaning(state: State) -> watching.SwitchState:
            if entity == control.entity:
                return meaning_of_switch(state)
            return meaning_of_proof(state, control.proof_watts)

        old = meaning(before) if before else None
        new = meaning(after) if after else None
        if old == new or old not in known or new not in known:
            return
        is_on = new is watching.SwitchState.ON
        by_user = after is not None and after.context.user_id is not None
        if is_switch and self._commands.explain(entity, is_on=is_on) and not by_user:
            return
        has_switch = control.entity and not is_momentary(control.entity)
        # A machine without a switch is started by hand at the machine; that its power
        # falls may be a pause of its program, so nothing is made of that.
        if is_switch or (is_on and not has_switch):
            self._hand(settings.appliance.id, is_on, by_user)


def shown_state(
    hass: HomeAssistant, entity: str, watts: float | None = None
) -> watching.SwitchState:
    """Return what an entity shows.

    Args:
        hass: Home Assistant.
        entity: The id of the entity.
        watts: From which power on it runs, where it is the proof of an appliance; None
            for what is switched.
    """
    if found := hass.states.get(entity):
        if watts is None:
            return meaning_of_switch(found)
        return meaning_of_proof(found, watts)
    if er.async_get(hass).async_get(entity):
        return watching.SwitchState.UNAVAILABLE
    return watching.SwitchState.MISSING


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
