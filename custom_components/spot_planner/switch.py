"""Switches of an appliance: Automatic, and Paused."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .appliances.entity import ApplianceSettingEntity, add_appliances
from .appliances.planner import Planner
from .appliances.settings import ApplianceSettings, Control
from .const import CONF_AUTOMATIC, CONF_PAUSED
from .runtime import SpotPlannerConfigEntry

PARALLEL_UPDATES = 1


@dataclass(frozen=True, kw_only=True)
class ApplianceSwitchDescription(SwitchEntityDescription):
    """Describe a switch by the setting that it changes; its key is the setting's."""

    is_on_fn: Callable[[Control], bool]


SWITCHES: tuple[ApplianceSwitchDescription, ...] = (
    ApplianceSwitchDescription(
        key=CONF_AUTOMATIC,
        translation_key="automatic",
        entity_category=EntityCategory.CONFIG,
        is_on_fn=lambda control: control.automatic,
    ),
    ApplianceSwitchDescription(
        key=CONF_PAUSED,
        translation_key="paused",
        entity_category=EntityCategory.CONFIG,
        is_on_fn=lambda control: control.paused,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,  # noqa: ARG001 - the signature is Home Assistant's.
    entry: SpotPlannerConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the switches of each appliance."""
    add_appliances(entry, async_add_entities, _switches)


def _switches(
    entry: SpotPlannerConfigEntry, planner: Planner, appliance: str
) -> Iterator[SwitchEntity]:
    for description in SWITCHES:
        yield ApplianceSwitch(entry, planner, appliance, description)


class ApplianceSwitch(ApplianceSettingEntity, SwitchEntity):
    """Turn a setting of an appliance on and off."""

    entity_description: ApplianceSwitchDescription

    @property
    @override
    def is_on(self) -> bool:
        """Return the setting."""
        return self.entity_description.is_on_fn(self.view.settings.control)

    @override
    def check(self, settings: ApplianceSettings) -> None:
        """Refuse nothing: an appliance is handed back whatever else is wrong with it."""

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Turn the setting on."""
        self.change(True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Turn the setting off."""
        self.change(False)
