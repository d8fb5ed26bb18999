"""Entities of an appliance: their device, their view, their settings."""

from collections.abc import Callable, Iterable
from typing import override

from homeassistant.core import callback
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..actions.errors import engine_refusals
from ..const import DOMAIN
from ..options import Settings
from ..runtime import SpotPlannerConfigEntry
from .check import check_appliance
from .planner import Planner
from .settings import ApplianceSettings
from .view import ApplianceView


class ApplianceEntity(Entity):
    """Belong to the device of an appliance, and show one part of its view."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(
        self,
        entry: SpotPlannerConfigEntry,
        planner: Planner,
        appliance: str,
        description: EntityDescription,
    ) -> None:
        """Take a name, an id and the device of the appliance with this id."""
        self.entry = entry
        self.planner = planner
        self.appliance = appliance
        self.entity_description = description
        self._attr_unique_id = f"{appliance}_{description.key}"
        self._attr_device_info = DeviceInfo(
            entry_type=DeviceEntryType.SERVICE,
            identifiers={(DOMAIN, appliance)},
            name=planner.appliances[appliance].appliance.name,
        )

    @property
    def view(self) -> ApplianceView:
        """Return what is known of the appliance now."""
        return self.planner.view(self.appliance)

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the planner."""
        await super().async_added_to_hass()
        self.async_on_remove(self.planner.async_add_listener(self.async_write_ha_state))


class ApplianceSettingEntity(ApplianceEntity):
    """Change one field of the appliance's subentry; the key is the field's."""

    @callback
    def change(self, value: bool | float | str) -> None:
        """Write the field, from where the planner learns of it.

        Raises:
            ServiceValidationError: The form would refuse it.
        """
        subentry = self.entry.subentries[self.appliance]
        data = {**subentry.data, self.entity_description.key: value}
        with engine_refusals():
            settings = ApplianceSettings.from_data(self.appliance, subentry.title, data)
            self.check(settings)
        self.hass.config_entries.async_update_subentry(self.entry, subentry, data=data)

    def check(self, settings: ApplianceSettings) -> None:
        """Refuse what could never run.

        Raises:
            InputError: Naming the field.
        """
        home = Settings.from_options(self.entry.options).home
        check_appliance(settings.appliance, home)


def add_appliances(
    entry: SpotPlannerConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    entities: Callable[[SpotPlannerConfigEntry, Planner, str], Iterable[Entity]],
) -> None:
    """Add the entities of each appliance, as parts of its subentry."""
    if planner := entry.runtime_data.planner:
        for appliance in planner.appliances:
            async_add_entities(
                entities(entry, planner, appliance), config_subentry_id=appliance
            )
