"""The base of all entities that follow a coordinator."""

from typing import Any, override

from homeassistant.const import EntityCategory
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .const import DOMAIN
from .coordinator import SpotPlannerCoordinator
from .prices.feed import Feed


class SpotPlannerEntity[CoordinatorT: SpotPlannerCoordinator | Feed[Any]](
    CoordinatorEntity[CoordinatorT]
):
    """Belong to the device of a config entry, which is a service."""

    _attr_has_entity_name = True

    def __init__(
        self, coordinator: CoordinatorT, description: EntityDescription
    ) -> None:
        """Take a name, an id and the device; the coordinator learns the key."""
        super().__init__(coordinator, description.key)
        entry = coordinator.config_entry
        self.entity_description = description
        self._attr_unique_id = f"{entry.entry_id}_{description.key}"
        self._attr_device_info = DeviceInfo(
            configuration_url=coordinator.company.website or None,
            entry_type=DeviceEntryType.SERVICE,
            identifiers={(DOMAIN, entry.entry_id)},
            manufacturer=coordinator.company.name,
            model=coordinator.model,
            name=entry.title,
        )


class PriceEntity(SpotPlannerEntity[SpotPlannerCoordinator]):
    """Show one attribute of the view."""

    @property
    @override
    def available(self) -> bool:
        """Be unavailable only when no price for now is known.

        A failed question changes nothing as long as the known prices last. What is
        there to find out why prices are missing stays.
        """
        return (
            self.coordinator.data.current is not None
            or self.entity_description.entity_category is EntityCategory.DIAGNOSTIC
        )


class FeedEntity[DataT](SpotPlannerEntity[Feed[DataT]]):
    """Show something that a provider tells beside prices."""

    @property
    @override
    def available(self) -> bool:
        """Be unavailable until something was answered; what is known stays."""
        return self.coordinator.is_known
