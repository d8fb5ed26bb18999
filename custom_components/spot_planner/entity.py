"""What all entities of the integration have in common."""

from homeassistant.const import EntityCategory
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .const import DOMAIN
from .coordinator import SpotPlannerCoordinator


class SpotPlannerEntity(CoordinatorEntity[SpotPlannerCoordinator]):
    """Show one attribute of the view."""

    _attr_has_entity_name = True

    def __init__(
        self, coordinator: SpotPlannerCoordinator, description: EntityDescription
    ) -> None:
        """Belong to the device of the config entry."""
        super().__init__(coordinator)
        entry = coordinator.config_entry
        self.entity_description = description
        self._attr_unique_id = f"{entry.entry_id}_{description.key}"
        self._attr_device_info = DeviceInfo(
            configuration_url=coordinator.provider.website,
            entry_type=DeviceEntryType.SERVICE,
            identifiers={(DOMAIN, entry.entry_id)},
            manufacturer=coordinator.provider.name,
            model=" ".join(coordinator.settings.contract.codes),
            name=entry.title,
        )

    @property
    def available(self) -> bool:
        """Be unavailable only when no price for now is known.

        A failed question changes nothing as long as the known prices last. What is
        there to find out why prices are missing stays.
        """
        return (
            self.coordinator.data.current is not None
            or self.entity_description.entity_category is EntityCategory.DIAGNOSTIC
        )
