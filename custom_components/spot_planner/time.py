"""From when an appliance may run, and until when it has to be ready."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import time
from typing import override

from homeassistant.components.time import TimeEntity, TimeEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .appliances.entity import ApplianceSettingEntity, add_appliances
from .appliances.planner import Planner
from .const import CONF_EARLIEST_START, CONF_READY_BY
from .engine.runs.appliance import Appliance
from .runtime import SpotPlannerConfigEntry

PARALLEL_UPDATES = 1


@dataclass(frozen=True, kw_only=True)
class ApplianceTimeDescription(TimeEntityDescription):
    """Describe a time by the setting that it changes; its key is the setting's."""

    value_fn: Callable[[Appliance], time]


TIMES: tuple[ApplianceTimeDescription, ...] = (
    ApplianceTimeDescription(
        key=CONF_EARLIEST_START,
        translation_key="earliest_start",
        entity_category=EntityCategory.CONFIG,
        value_fn=lambda appliance: appliance.earliest_start,
    ),
    ApplianceTimeDescription(
        key=CONF_READY_BY,
        translation_key="ready_by",
        entity_category=EntityCategory.CONFIG,
        value_fn=lambda appliance: appliance.ready_by,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,  # noqa: ARG001 - the signature is Home Assistant's.
    entry: SpotPlannerConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the times of each appliance."""
    add_appliances(entry, async_add_entities, _times)


def _times(
    entry: SpotPlannerConfigEntry, planner: Planner, appliance: str
) -> Iterator[TimeEntity]:
    for description in TIMES:
        yield ApplianceTime(entry, planner, appliance, description)


class ApplianceTime(ApplianceSettingEntity, TimeEntity):
    """Change a time of day among the settings of an appliance."""

    entity_description: ApplianceTimeDescription

    @property
    @override
    def native_value(self) -> time:
        """Return the setting."""
        return self.entity_description.value_fn(self.view.settings.appliance)

    @override
    async def async_set_value(self, value: time) -> None:
        """Change the setting."""
        self.change(value.isoformat(timespec="seconds"))
