"""A household of twelve appliances, and what happens to it minute by minute."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.spot_planner.engine.prices import Prices
from custom_components.spot_planner.engine.providers.errors import (
    CannotConnectError,
    NotPublishedError,
)
from custom_components.spot_planner.engine.providers.sobry.public import SobryProvider
from custom_components.spot_planner.engine.runs.ledger import LedgerEntry
from custom_components.spot_planner.engine.runs.run import Run, RunStatus
from custom_components.spot_planner.engine.series import PriceSeries
from custom_components.spot_planner.engine.time_range import TimeRange, midnight
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.util import dt as dt_util

from .appliances import appliance_id, planner_of
from .conftest import set_up

MINUTE = timedelta(minutes=1)

# What a home may take, and what it always takes.
OPTIONS = {"power_limit": 9.0, "power_limit_unit": "kva", "base_load": 0.3}

APPLIANCES: dict[str, dict[str, Any]] = {
    "dishwasher": {
        "profile": "15 min 0.06 kW, 20 min 1.85 kW, 45 min 0.04 kW, 25 min 1.85 kW",
        "earliest_start": "20:00:00",
        "ready_by": "07:00:00",
    },
    "washer": {
        "profile": "12 min 0.15 kW, 23 min 2.05 kW, 41 min 0.12 kW, 9 min 1.9 kW",
        "earliest_start": "07:00:00",
        "ready_by": "17:00:00",
        "weekdays": ["mon", "wed", "sat"],
    },
    "dryer": {
        "duration": 100,
        "power": 2.2,
        "earliest_start": "07:00:00",
        "ready_by": "21:00:00",
        "weekdays": ["mon", "wed", "sat"],
        "after": appliance_id("washer"),
    },
    "heater": {
        "duration": 150,
        "power": 2.4,
        "earliest_start": "22:00:00",
        "ready_by": "06:30:00",
    },
    "car": {
        "duration": 200,
        "power": 3.7,
        "split": True,
        "shortest_segment": 30,
        "earliest_start": "18:30:00",
        "ready_by": "07:15:00",
    },
    "pool": {
        "duration": 360,
        "power": 1.1,
        "split": True,
        "shortest_segment": 60,
        "earliest_start": "06:00:00",
        "ready_by": "22:00:00",
    },
    "floor": {
        "duration": 180,
        "power": 1.5,
        "split": True,
        "shortest_segment": 30,
        "longest_pause": 240,
        "earliest_start": "00:00:00",
        "ready_by": "08:00:00",
    },
    "boiler": {
        "duration": 90,
        "power": 3.0,
        "earliest_start": "11:00:00",
        "ready_by": "17:00:00",
    },
    "bicycle": {
        "duration": 170,
        "power": 0.4,
        "earliest_start": "09:00:00",
        "ready_by": "18:00:00",
        "weekdays": ["mon", "tue", "wed", "thu", "fri"],
    },
    "dehumidifier": {
        "duration": 240,
        "power": 0.5,
        "earliest_start": "00:00:00",
        "ready_by": "00:00:00",
    },
    "oven": {
        "duration": 130,
        "power": 3.2,
        "earliest_start": "13:00:00",
        "ready_by": "22:00:00",
        "weekdays": ["sun"],
        "never_with": [appliance_id("boiler")],
    },
    "sauna": {
        "duration": 75,
        "power": 6.0,
        "earliest_start": "09:00:00",
        "ready_by": "21:00:00",
        "weekdays": ["fri", "sun"],
    },
}


def automatic(name: str) -> dict[str, Any]:
    """Return the settings of an appliance that was handed over."""
    return {**APPLIANCES[name], "entity": f"input_boolean.{name}", "automatic": True}


@dataclass
class Diary:
    """What has happened to the runs of a household."""

    last: dict[str, Run] = field(default_factory=dict)
    first_start: dict[str, datetime] = field(default_factory=dict)
    """When a run was to start as it was committed."""
    moved: set[str] = field(default_factory=set)
    made_up: set[str] = field(default_factory=set)
    unpriced: set[str] = field(default_factory=set)
    """The runs that were committed before all prices of their time were known."""
    starts: Counter[str] = field(default_factory=Counter)
    """How often the switch of each run was turned on."""
    stray: list[str] = field(default_factory=list)
    """Switches that were turned on for no run at all."""
    entries: dict[str, LedgerEntry] = field(default_factory=dict)

    def twice(self) -> dict[str, int]:
        """Return the runs whose switch was turned on more often than they have parts."""
        return {
            run.id: self.starts[run.id]
            for run in self.last.values()
            if self.starts[run.id] > max(len(run.segments), 1)
        }

    def note(
        self, runs: tuple[Run, ...], known_until: datetime | None, *, was_away: bool
    ) -> None:
        """Look at all runs."""
        for run in runs:
            before = self.last.get(run.id)
            self.last[run.id] = run
            if before == run:
                continue
            if run.is_committed and run.start:
                first = self.first_start.setdefault(run.id, run.start)
                if known_until is None or known_until < run.latest_end:
                    self.unpriced.add(run.id)
                if run.start != first and run.id not in self.made_up:
                    self.moved.add(run.id)
            elif (
                before and before.is_committed and run.is_open and not run.is_committed
            ):
                # Nobody was there when it was to start: it gets another time.
                (self.made_up if was_away else self.moved).add(run.id)
                self.first_start.pop(run.id, None)


class Household:
    """Simulate the days of a household in Home Assistant."""

    def __init__(
        self,
        hass: HomeAssistant,
        freezer: FrozenDateTimeFactory,
        entry: MockConfigEntry,
    ) -> None:
        """Prepare a quiet household without prices."""
        self.hass = hass
        self.freezer = freezer
        self.entry = entry
        self.series = PriceSeries("EUR")
        self.outages: tuple[TimeRange, ...] = ()
        self.restarts_a_day = 1.0
        self.diary = Diary()
        self.away: list[TimeRange] = []
        """When Home Assistant was down."""
        self._random = Random(20261121)
        hass.bus.async_listen(EVENT_STATE_CHANGED, self._seen)

    @callback
    def _seen(self, event: Event[Any]) -> None:
        """Count which run a switch was turned on for."""
        domain, _, name = event.data["entity_id"].partition(".")
        new, old = event.data["new_state"], event.data["old_state"]
        if domain != "input_boolean" or not old or not new:
            return
        if (old.state, new.state) != ("off", "on"):
            return
        runs = planner_of(self.entry).runs
        mine = [it for it in runs if it.appliance == appliance_id(name)]
        running = [it for it in mine if it.status is RunStatus.RUNNING]
        if running:
            self.diary.starts[running[0].id] += 1
        else:
            self.diary.stray.append(name)

    async def _prices(self, *_: Any) -> Prices:
        """Answer as a provider would at this moment."""
        now = dt_util.utcnow()
        if any(now in outage for outage in self.outages):
            raise CannotConnectError("an outage")
        zone = dt_util.get_default_time_zone()
        local = now.astimezone(zone)
        days = 2 if local.hour >= 13 else 1
        today = midnight(local.date(), zone)
        end = midnight(local.date() + timedelta(days=days), zone)
        known = self.series.slice(today, end)
        if not known.intervals:
            raise NotPublishedError("nothing yet")
        return Prices(known)

    async def live(
        self, start: datetime, end: datetime, step: timedelta = MINUTE
    ) -> None:
        """Let the clock run, with restarts at random moments."""
        with patch.object(SobryProvider, "prices", self._prices):
            self.freezer.move_to(start)
            await set_up(self.hass, self.entry)
            chance = self.restarts_a_day * (step / timedelta(days=1))
            now, back_at = start, None
            while now < end:
                now += step
                self.freezer.move_to(now)
                async_fire_time_changed(self.hass)
                was_away = back_at is not None and now >= back_at
                if was_away:
                    await self.hass.config_entries.async_setup(self.entry.entry_id)
                    back_at = None
                elif back_at is None and self._random.random() < chance:
                    await self.hass.config_entries.async_unload(self.entry.entry_id)
                    # Most are updates of a minute; some are nights without power.
                    back_at = now + MINUTE * self._random.choice((1, 2, 5, 30, 90, 240))
                    self.away.append(TimeRange(now, back_at))
                await self.hass.async_block_till_done(wait_background_tasks=True)
                if back_at is None:
                    self._look(was_away=was_away)

    def _look(self, *, was_away: bool) -> None:
        """Write into the diary what is to be seen."""
        planner = planner_of(self.entry)
        known_until = self.entry.runtime_data.prices.data.known_until
        self.diary.note(planner.runs, known_until, was_away=was_away)
        for appliance in planner.appliances:
            if last := planner.view(appliance).last:
                self.diary.entries[f"{last.appliance}/{last.key}"] = last
