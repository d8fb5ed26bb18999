"""Numbers of an appliance: how long it runs, and what power it takes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import override

from homeassistant.components.number import (
    NumberDeviceClass,
    NumberEntity,
    NumberEntityDescription,
    NumberMode,
)
from homeassistant.const import EntityCategory, Platform, UnitOfPower, UnitOfTime
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .appliances.entity import ApplianceSettingEntity, add_appliances
from .appliances.planner import Planner
from .const import CONF_DURATION, CONF_POWER, CONF_PROFILE, DOMAIN
from .engine.planning.model import LoadProfile
from .runtime import SpotPlannerConfigEntry

PARALLEL_UPDATES = 1

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class ApplianceNumberDescription(NumberEntityDescription):
    """Describe a number by the setting that it changes; its key is the setting's."""

    value_fn: Callable[[LoadProfile], float]


NUMBERS: tuple[ApplianceNumberDescription, ...] = (
    ApplianceNumberDescription(
        key=CONF_DURATION,
        translation_key="duration",
        device_class=NumberDeviceClass.DURATION,
        entity_category=EntityCategory.CONFIG,
        native_unit_of_measurement=UnitOfTime.MINUTES,
        native_min_value=1,
        native_max_value=1440,
        native_step=1,
        mode=NumberMode.BOX,
        value_fn=lambda profile: profile.duration / MINUTE,
    ),
    ApplianceNumberDescription(
        key=CONF_POWER,
        translation_key="power",
        device_class=NumberDeviceClass.POWER,
        entity_category=EntityCategory.CONFIG,
        native_unit_of_measurement=UnitOfPower.KILO_WATT,
        native_min_value=0.01,
        native_max_value=50,
        native_step=0.01,
        mode=NumberMode.BOX,
        value_fn=lambda profile: profile.peak,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: SpotPlannerConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the numbers of each appliance whose load is not a profile."""

    def numbers(
        entry: SpotPlannerConfigEntry, planner: Planner, appliance: str
    ) -> Iterator[NumberEntity]:
        if entry.subentries[appliance].data.get(CONF_PROFILE):
            _forget(hass, appliance)
            return
        for description in NUMBERS:
            yield ApplianceNumber(entry, planner, appliance, description)

    add_appliances(entry, async_add_entities, numbers)


def _forget(hass: HomeAssistant, appliance: str) -> None:
    """Remove the numbers from before the appliance was given a profile."""
    registry = er.async_get(hass)
    for description in NUMBERS:
        if found := registry.async_get_entity_id(
            Platform.NUMBER, DOMAIN, f"{appliance}_{description.key}"
        ):
            registry.async_remove(found)


class ApplianceNumber(ApplianceSettingEntity, NumberEntity):
    """Change a number among the settings of an appliance."""

    entity_description: ApplianceNumberDescription

    @property
    @override
    def native_value(self) -> float:
        """Return the setting."""
        return self.entity_description.value_fn(self.view.settings.appliance.profile)

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Change the setting."""
        self.change(value)
