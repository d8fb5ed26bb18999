"""A calendar of runs, and of the cheapest window of each day."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
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

from .appliances.planner import Planner
from .const import DOMAIN
from .coordinator import SpotPlannerCoordinator
from .engine.planning.model import Rule, Segment
from .engine.planning.windows import cheapest_window
from .engine.runs.run import Run, RunStatus
from .engine.series import PriceSeries
from .engine.time_range import day_range
from .entity import SpotPlannerEntity
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
@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """A stretch of time with a reason to know of it, `[start, end)` in UTC."""

    start: datetime
    end: datetime
    appliance: str | None = None
    """The id of the appliance that runs; None for a cheapest window."""
    amount: float | None = None
    """What the run costs, or what a kWh costs in the window; None when not known."""
    rule: Rule | None = None
    """Why the run takes place then."""


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


def run_occasions(run: Run) -> Iterator[Occasion]:
    """Go through the segments of a run: planned ones, then those that came true."""
    for segment in _segments(run):
        yield Occasion(
            start=segment.start,
            end=segment.end,
            appliance=run.appliance,
            amount=run.plan and run.plan.cost,
            rule=run.rule,
        )


def _segments(run: Run) -> tuple[Segment, ...]:
    """Return when a run takes place, or took place.

    Nobody sees whether a run really happens that is only advised.
    """
    if run.is_open or (run.status is RunStatus.DONE and not run.stretches):
        return run.segments
    return run.stretches


def window_occasions(
    series: PriceSeries, duration: timedelta, home: tzinfo
) -> Iterator[Occasion]:
    """Go through the cheapest windows of the local days that are known.

    Of the day after the last one that is published, the first hours may be known in
    another time zone than the market's: a day counts once its noon is known.
    """
    if series.start is None or series.end is None:
        return
    day = series.start.astimezone(home).date()
    while (hours := day_range(day, home)).start < series.end:
        window = cheapest_window(series, duration, hours.start, hours.end)
        if window and series.at(hours.start + timedelta(hours=12)):
            yield Occasion(
                start=window.start, end=window.end, amount=window.average_price
            )
        day += timedelta(days=1)
