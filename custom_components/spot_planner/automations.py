"""Triggers and conditions in the words of prices and runs.

What this builds on is young and still moves, so it is used only where it was tried.
Everywhere else importing this file fails, and these triggers and conditions are not there.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar, override

import voluptuous as vol

from homeassistant.components.event import ATTR_EVENT_TYPE
from homeassistant.const import (
    ATTR_ENTITY_ID,
    MAJOR_VERSION,
    MINOR_VERSION,
    STATE_ON,
    Platform,
)
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, State, callback
from homeassistant.helpers import config_validation as cv, entity_registry as er

if (MAJOR_VERSION, MINOR_VERSION) < (2026, 10):
    raise ImportError("This needs Home Assistant 2026.10")

from homeassistant.const import CONF_OPTIONS
from homeassistant.helpers.automation import DomainSpec  # type: ignore[import-not-found]
from homeassistant.helpers.condition import (  # type: ignore[attr-defined]
    ENTITY_STATE_CONDITION_SCHEMA_ANY_ALL,
    ConditionConfig,
    EntityStateConditionBase,
)
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.helpers.target import (  # type: ignore[import-not-found]
    TargetStateChangedData,
    async_track_target_selector_state_change_event,
)
from homeassistant.helpers.trigger import (  # type: ignore[attr-defined]
    ENTITY_STATE_TRIGGER_SCHEMA,
    EntityTargetStateTriggerBase,
    NotTriggeredReasonReporter,
    StatelessEntityTriggerBase,
    Trigger,
    TriggerActionRunner,
    TriggerConfig,
    TriggerNotTriggeredReporter,
)
from homeassistant.helpers.typing import ConfigType
from homeassistant.util import dt as dt_util

from .const import DOMAIN
from .engine.runs.event import RunEventType
from .engine.series import Level

CONF_BEFORE = "before"
CONF_LEVEL = "level"

LEVEL_OPTIONS = {
    vol.Required(CONF_LEVEL): vol.All(
        cv.ensure_list, vol.Length(min=1), [vol.In([level.value for level in Level])]
    )
}


class OursOnly:
    """Look at one kind of our entities only, whatever else a device or an area has."""

    _hass: HomeAssistant
    _platform: Platform
    _key: str

    def entity_filter(self, entities: set[str]) -> set[str]:
        """Return those of the entities that it is about."""
        registry = er.async_get(self._hass)
        known = {entity: registry.async_get(entity) for entity in entities}
        return {
            entity
            for entity, item in known.items()
            if item
            and (item.platform, item.domain) == (DOMAIN, self._platform)
            and item.translation_key == self._key
        }


class PriceBecame(OursOnly, EntityTargetStateTriggerBase):  # type: ignore[misc]
    """Fire when the price gets one of the wanted colours."""

    _platform = Platform.SENSOR
    _key = "price_level"
    _domain_specs: ClassVar[Mapping[str, Any]] = {Platform.SENSOR: DomainSpec()}
    _schema = ENTITY_STATE_TRIGGER_SCHEMA.extend(
        {vol.Required(CONF_OPTIONS): LEVEL_OPTIONS}
    )

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Take the colours from the options."""
        super().__init__(hass, config)
        self._to_states = set(config.options[CONF_LEVEL])


class WindowStarted(OursOnly, Trigger):  # type: ignore[misc]
    """Fire when the cheapest window starts, or some time before.

    A window that is found too late for this is left out: nobody was told in time.
    """

    _platform = Platform.SENSOR
    _key = "cheapest_window_start"
    _schema = ENTITY_STATE_TRIGGER_SCHEMA.extend(
        {
            vol.Required(CONF_OPTIONS, default={}): {
                vol.Optional(CONF_BEFORE, default=timedelta()): cv.positive_time_period
            }
        }
    )

    @classmethod
    @override
    async def async_validate_config(
        cls, hass: HomeAssistant, config: ConfigType
    ) -> ConfigType:
        """Return the checked configuration."""
        checked: ConfigType = cls._schema(config)
        return checked

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Take the sensors, and how long before."""
        super().__init__(hass, config)
        self._target = config.target
        self._before: timedelta = config.options[CONF_BEFORE]

    @override
    async def async_attach_runner(
        self,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None = None,
    ) -> CALLBACK_TYPE:
        """Follow the sensors, and wait for what they say."""
        waiting: dict[str, CALLBACK_TYPE] = {}

        @callback
        def wait(entity: str, state: State | None) -> None:
            if entity in waiting:
                waiting.pop(entity)()
            start = dt_util.parse_datetime(state.state) if state else None
            if start is None or start - self._before <= dt_util.utcnow():
                return

            @callback
            def fire(_: datetime) -> None:
                del waiting[entity]
                run_action(
                    {ATTR_ENTITY_ID: entity, "start": start, CONF_BEFORE: self._before},
                    f"cheapest window of {entity}",
                )

            waiting[entity] = async_track_point_in_utc_time(
                self._hass, fire, start - self._before
            )

        @callback
        def changed(change: TargetStateChangedData) -> None:
            data = change.state_change_event.data
            wait(data["entity_id"], data["new_state"])

        @callback
        def chosen(
            added: set[str], removed: set[str], states: Mapping[str, State | None]
        ) -> None:
            for entity in added | removed:
                wait(entity, states[entity] if entity in added else None)

        unsubscribe = await async_track_target_selector_state_change_event(
            self._hass, self._target, changed, self.entity_filter, chosen
        )

        @callback
        def remove() -> None:
            unsubscribe()
            while waiting:
                waiting.popitem()[1]()

        return remove


class RunTold(OursOnly, StatelessEntityTriggerBase):  # type: ignore[misc]
    """Fire when something happens to a run of an appliance."""

    _platform = Platform.EVENT
    _key = "run"
    _domain_specs: ClassVar[Mapping[str, Any]] = {Platform.EVENT: DomainSpec()}
    _kind: RunEventType

    @override
    def is_valid_state(
        self, state: State, report_not_triggered: NotTriggeredReasonReporter
    ) -> bool:
        """Tell whether it is what is waited for."""
        kind: str | None = state.attributes.get(ATTR_EVENT_TYPE)
        return kind == self._kind


class RunFailed(RunTold):
    """Fire when a run has failed."""

    _kind = RunEventType.RUN_FAILED


class RunFinished(RunTold):
    """Fire when a run has come to its end."""

    _kind = RunEventType.RUN_FINISHED


class RunStarted(RunTold):
    """Fire when a run has begun."""

    _kind = RunEventType.RUN_STARTED


class IsPriceLevel(OursOnly, EntityStateConditionBase):  # type: ignore[misc]
    """Hold while the price has one of the wanted colours."""

    _platform = Platform.SENSOR
    _key = "price_level"
    _domain_specs: ClassVar[Mapping[str, Any]] = {Platform.SENSOR: DomainSpec()}
    _schema = ENTITY_STATE_CONDITION_SCHEMA_ANY_ALL.extend(
        {vol.Required(CONF_OPTIONS): LEVEL_OPTIONS}
    )

    def __init__(self, hass: HomeAssistant, config: ConditionConfig) -> None:
        """Take the colours from the options."""
        super().__init__(hass, config)
        self._states = set(config.options[CONF_LEVEL])


class InCheapestWindow(OursOnly, EntityStateConditionBase):  # type: ignore[misc]
    """Hold during the cheapest window."""

    _platform = Platform.BINARY_SENSOR
    _key = "cheapest_window"
    _domain_specs: ClassVar[Mapping[str, Any]] = {Platform.BINARY_SENSOR: DomainSpec()}
    _states: ClassVar[set[str | bool]] = {STATE_ON}


TRIGGERS: dict[str, type[Any]] = {
    "price_became": PriceBecame,
    "run_failed": RunFailed,
    "run_finished": RunFinished,
    "run_started": RunStarted,
    "window_started": WindowStarted,
}

CONDITIONS: dict[str, type[Any]] = {
    "in_cheapest_window": InCheapestWindow,
    "is_price_level": IsPriceLevel,
}
