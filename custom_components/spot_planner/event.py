"""Events: prices are published, the level changes, a run begins or ends."""

from typing import final, override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .appliances.entity import ApplianceEntity, add_appliances
from .appliances.planner import Planner
from .coordinator import SpotPlannerCoordinator
from .engine.runs.event import RunEvent, RunEventType
from .entity import SpotPlannerEntity
from .runtime import SpotPlannerConfigEntry

PARALLEL_UPDATES = 0

PRICES_PUBLISHED = "prices_published"
LEVEL_CHANGED = "level_changed"

PRICES = EventEntityDescription(
    key="prices",
    translation_key="prices",
    event_types=[PRICES_PUBLISHED, LEVEL_CHANGED],
)
RUN = EventEntityDescription(
    key="run",
    translation_key="run",
    event_types=[kind.value for kind in RunEventType],
)


async def async_setup_entry(
    hass: HomeAssistant,  # noqa: ARG001 - the signature is Home Assistant's.
    entry: SpotPlannerConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add what tells of prices, and what tells of the runs of each appliance."""
    if prices := entry.runtime_data.prices:
        async_add_entities([PricesEvent(prices)])
    add_appliances(entry, async_add_entities, _run_events)


def _run_events(
    entry: SpotPlannerConfigEntry, planner: Planner, appliance: str
) -> list[EventEntity]:
    return [RunEventEntity(entry, planner, appliance, RUN)]


@final
class PricesEvent(SpotPlannerEntity[SpotPlannerCoordinator], EventEntity):
    """Tell when more prices are known, and when the level changes."""

    def __init__(self, coordinator: SpotPlannerCoordinator) -> None:
        """Take what is known already as no news."""
        super().__init__(coordinator, PRICES)
        self._known_until = coordinator.data.known_until
        self._level = coordinator.data.level

    @property
    @override
    def available(self) -> bool:
        """Stay: coming back would look like an event."""
        return True

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        self._look_for_prices()
        self._look_at_level()

    def _look_for_prices(self) -> None:
        """Tell when the known prices reach further than ever."""
        until = self.coordinator.data.known_until
        if until is None or (self._known_until and until <= self._known_until):
            return
        self._known_until = until
        self._tell(PRICES_PUBLISHED, known_until=dt_util.as_local(until).isoformat())

    def _look_at_level(self) -> None:
        """Tell when the level is another than the last one that was known."""
        view = self.coordinator.data
        previous, level = self._level, view.level
        self._level = level or previous
        if level and previous and level is not previous:
            self._tell(
                LEVEL_CHANGED,
                level=level.value,
                previous=previous.value,
                price=view.current and view.current.price,
            )

    def _tell(self, kind: str, **attributes: str | float | None) -> None:
        self._trigger_event(kind, attributes)
        self.async_write_ha_state()


@final
class RunEventEntity(ApplianceEntity, EventEntity):
    """Tell what happens to the runs of an appliance."""

    @override
    async def async_added_to_hass(self) -> None:
        """Listen to what happens to runs."""
        await super().async_added_to_hass()
        self.async_on_remove(
            self.planner.async_add_event_listener(self.appliance, self._heard)
        )

    @callback
    def _heard(self, event: RunEvent) -> None:
        run = event.run
        self._trigger_event(
            event.type,
            {
                "start": run.start and dt_util.as_local(run.start).isoformat(),
                "end": run.end and dt_util.as_local(run.end).isoformat(),
                "cost": run.plan and run.plan.cost,
                "rule": run.rule and run.rule.value,
                "problem": run.problem and run.problem.value,
            },
        )
        self.async_write_ha_state()
