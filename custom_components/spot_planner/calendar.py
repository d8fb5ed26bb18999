"""A calendar of runs, and of the cheapest window of each day."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import final, override

from homeassistant.components.calendar import (
    CalendarEntity,
    CalendarEntityDescription,
    CalendarEvent,
)
from homeassistant.const import UnitOfEnergy
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.translation import async_get_translations
from homeassistant.util import dt as dt_util

from .const import DOMAIN
from .coordinator import SpotPlannerCoordinator
from .entity import SpotPlannerEntity
from .occasion import Occasion, run_occasions, window_occasions
from .planner import Planner
from .runtime import SpotPlannerConfigEntry

PARALLEL_UPDATES = 0

CALENDAR = CalendarEntityDescription(key="calendar", translation_key="calendar")

# A calendar is not translated; its words are those of the entities that show the same.
WINDOW = f"component.{DOMAIN}.entity.binary_sensor.cheapest_window.name"
RULE = f"component.{DOMAIN}.entity.sensor.planned_start.state_attributes.rule.state"


async def async_setup_entry(
    hass: HomeAssistant,
    entry: SpotPlannerConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the calendar where there are prices."""
    runtime = entry.runtime_data
    if runtime.prices and runtime.planner:
        language = hass.config.language
        words = await async_get_translations(hass, language, "entity", [DOMAIN])
        async_add_entities([PlanCalendar(runtime.prices, runtime.planner, words)])


@final
class PlanCalendar(SpotPlannerEntity[SpotPlannerCoordinator], CalendarEntity):
    """Show when appliances run, and when it is cheapest."""

    def __init__(
        self,
        coordinator: SpotPlannerCoordinator,
        planner: Planner,
        words: Mapping[str, str],
    ) -> None:
        """Take the prices, the runs, and the words of the home's language."""
        super().__init__(coordinator, CALENDAR)
        self._planner = planner
        self._words = words
        self._occasions = self._all_occasions()

    @property
    @override
    def available(self) -> bool:
        """Show the runs also while no price is known."""
        return True

    @property
    @override
    def event(self) -> CalendarEvent | None:
        """Return what goes on now, or comes next."""
        now = dt_util.utcnow()
        coming = (it for it in self._occasions if it.end > now)
        return next(map(self._event, coming), None)

    @override
    async def async_get_events(
        self, hass: HomeAssistant, start_date: datetime, end_date: datetime
    ) -> list[CalendarEvent]:
        """Return what lies in a range, at least in part."""
        return [
            self._event(it)
            # Runs that no other entity shows may have changed since the last update.
            for it in self._all_occasions()
            if start_date < it.end and it.start < end_date
        ]

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the planner as well as the prices."""
        await super().async_added_to_hass()
        self.async_on_remove(
            self._planner.async_add_listener(self._handle_coordinator_update)
        )

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        self._occasions = self._all_occasions()
        super()._handle_coordinator_update()

    def _all_occasions(self) -> list[Occasion]:
        return sorted(
            [*self._runs(), *self._windows()], key=lambda it: (it.start, it.end)
        )

    def _runs(self) -> Iterator[Occasion]:
        for run in self._planner.runs:
            yield from run_occasions(run)

    def _windows(self) -> Iterator[Occasion]:
        if series := self.coordinator.series:
            yield from window_occasions(
                series,
                self.coordinator.settings.window_duration,
                dt_util.get_default_time_zone(),
            )

    def _event(self, occasion: Occasion) -> CalendarEvent:
        """Return an occasion as Home Assistant shows it."""
        start = dt_util.as_local(occasion.start)
        end = dt_util.as_local(occasion.end)
        if end <= start:
            # Home Assistant, and this comparison, read the clock on the wall, and what
            # ends in the hour that comes twice would end before it begins. It is shown
            # as if that hour came once.
            end = start + (occasion.end - occasion.start)
        return CalendarEvent(
            start=start,
            end=end,
            summary=self._name(occasion),
            description=", ".join(self._details(occasion)),
        )

    def _name(self, occasion: Occasion) -> str:
        """Return what takes place."""
        if occasion.appliance is None:
            return self._words[WINDOW]
        return self._planner.appliances[occasion.appliance].appliance.name

    def _details(self, occasion: Occasion) -> Iterator[str]:
        """Return what it costs, and why it takes place then."""
        currency = self.coordinator.data.currency
        if occasion.amount is not None:
            if occasion.appliance is None:
                unit = f"{currency}/{UnitOfEnergy.KILO_WATT_HOUR}"
                yield f"{occasion.amount:.5f} {unit}"
            else:
                yield f"{occasion.amount:.2f} {currency}"
        if occasion.rule is not None:
            yield self._words[f"{RULE}.{occasion.rule}"]
