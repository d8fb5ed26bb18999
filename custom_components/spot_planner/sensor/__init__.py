"""Everything that has a value: prices, levels, windows, runs, what is told beside."""

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..appliances.entity import add_appliances
from ..coordinator import SpotPlannerCoordinator
from ..runtime import SpotPlannerConfigEntry
from .appliances import appliance_sensors
from .feeds import balancing_sensors, request_count_sensors, volume_sensors
from .prices import further_sensors, price_sensors

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,  # noqa: ARG001 - the signature is Home Assistant's.
    entry: SpotPlannerConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors of what the provider has."""
    runtime = entry.runtime_data
    if runtime.balancing:
        async_add_entities(balancing_sensors(runtime.balancing))
    if runtime.request_count:
        async_add_entities(request_count_sensors(runtime.request_count))
    if runtime.volumes and runtime.offer.volumes:
        zone = runtime.offer.volumes.zone
        async_add_entities(volume_sensors(runtime.volumes, zone))
    if runtime.prices:
        async_add_entities(price_sensors(runtime.prices))
        _add_as_they_appear(runtime.prices, entry, async_add_entities)
    add_appliances(entry, async_add_entities, appliance_sensors)


def _add_as_they_appear(
    coordinator: SpotPlannerCoordinator,
    entry: SpotPlannerConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add a sensor for each part of the prices as soon as it is known."""
    added: set[str] = set()

    @callback
    def add() -> None:
        new = [
            sensor
            for sensor in further_sensors(coordinator)
            if sensor.entity_description.key not in added
        ]
        added.update(sensor.entity_description.key for sensor in new)
        if new:
            async_add_entities(new)

    add()
    entry.async_on_unload(coordinator.async_add_listener(add))
