"""Yes or no: is it cheap now, is tomorrow known, is it time for a run."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .appliances.entity import ApplianceEntity, add_appliances
from .appliances.planner import Planner
from .entity import PriceEntity
from .prices.view import PriceView
from .runtime import SpotPlannerConfigEntry

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class SpotPlannerBinarySensorDescription(BinarySensorEntityDescription):
    """Describe a binary sensor by the part of the view that it shows."""

    is_on_fn: Callable[[PriceView], bool | None]


BINARY_SENSORS: tuple[SpotPlannerBinarySensorDescription, ...] = (
    SpotPlannerBinarySensorDescription(
        key="cheapest_window",
        translation_key="cheapest_window",
        is_on_fn=lambda view: view.in_window,
    ),
    SpotPlannerBinarySensorDescription(
        key="tomorrow_available",
        translation_key="tomorrow_available",
        is_on_fn=lambda view: view.tomorrow_available,
    ),
    SpotPlannerBinarySensorDescription(
        key="negative_price",
        translation_key="negative_price",
        is_on_fn=lambda view: view.current and view.current.price < 0,
    ),
)

RUN = BinarySensorEntityDescription(
    key="run",
    translation_key="run",
    device_class=BinarySensorDeviceClass.RUNNING,
)


async def async_setup_entry(
    hass: HomeAssistant,  # noqa: ARG001 - the signature is Home Assistant's.
    entry: SpotPlannerConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the binary sensors where there are prices, and one for each appliance."""
    if prices := entry.runtime_data.prices:
        async_add_entities(
            SpotPlannerBinarySensor(prices, description)
            for description in BINARY_SENSORS
        )
    add_appliances(entry, async_add_entities, _run_sensors)


def _run_sensors(
    entry: SpotPlannerConfigEntry, planner: Planner, appliance: str
) -> list[BinarySensorEntity]:
    return [RunBinarySensor(entry, planner, appliance, RUN)]


class SpotPlannerBinarySensor(PriceEntity, BinarySensorEntity):
    """Show one yes or no of the view."""

    entity_description: SpotPlannerBinarySensorDescription

    @property
    @override
    def is_on(self) -> bool | None:
        """Return the answer."""
        return self.entity_description.is_on_fn(self.coordinator.data)


class RunBinarySensor(ApplianceEntity, BinarySensorEntity):
    """Show whether an appliance should run now."""

    @property
    @override
    def is_on(self) -> bool:
        """Return the answer."""
        return self.view.is_on
