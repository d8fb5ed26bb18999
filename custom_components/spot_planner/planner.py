"""Home Assistant's side of planning: appliances become runs, and runs get their times."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import (
    EVENT_CORE_CONFIG_UPDATE,
    EVENT_HOMEASSISTANT_FINAL_WRITE,
)
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.helpers.event import async_track_utc_time_change
from homeassistant.helpers.start import async_at_started
from homeassistant.util import dt as dt_util

from .appliance import ApplianceSettings, appliances_of
from .appliance_view import ApplianceView, appliance_view
from .audience import Audience
from .const import DOMAIN, LOGGER
from .coordinator import SpotPlannerCoordinator
from .engine.errors import InputError
from .engine.planning.effective import PlanPrices
from .engine.runs import execution
from .engine.runs.agenda import Agenda
from .engine.runs.appliance import Appliance
from .engine.runs.event import RunEvent, event_between
from .engine.runs.run import Run, RunStatus
from .entry_shape import entry_shape
from .issues import async_report_run
from .renames import async_follow_renames, with_new_id
from .run_store import RunStore
from .run_wishes import started_run, wished_run
from .runner import Runner, told_for_another
from .situation import PlanningPrices, plain, planned_runs, situation_of

# Runs are planned so far ahead even without prices.
OUTLOOK = timedelta(hours=24)

# After a sudden end, it is known up to that long before what has run.
SAVED_EVERY = timedelta(minutes=15)

# So often a plan is made again at once when something has changed meanwhile.
PLANS = 3


class Planner:
    """Keep the runs of an entry's appliances: due, planned, committed, executed."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        coordinator: SpotPlannerCoordinator,
    ) -> None:
        """Read the appliances; nothing is planned yet."""
        self._hass = hass
        self._entry = entry
        self._coordinator = coordinator
        self._store = RunStore(hass, entry.entry_id)
        self._runner = Runner(hass, self._hand, self._advance)
        self._audience = Audience()
        self.async_add_listener = self._audience.async_add_listener
        self.async_add_event_listener = self._audience.async_add_event_listener
        self._stop: list[CALLBACK_TYPE] = []
        self._agenda = Agenda()
        self._prices = PlanningPrices(hass, coordinator)
        self._planning = asyncio.Lock()
        self._is_outdated = True
        self._futile: set[str] = set()
        self._looked_at = self._saved_at = dt_util.utcnow()
        self._answered: dict[str, datetime] = {}
        self._zone = dt_util.get_default_time_zone()
        self._is_active = False
        self._commands: list[tuple[ApplianceSettings, execution.Command]] = []
        self._shape = entry_shape(entry)
        self.appliances = appliances_of(entry)

    @property
    def runs(self) -> tuple[Run, ...]:
        """Return all runs that are open, or have ended not long ago."""
        return self._agenda.runs

    @callback
    def async_prices(self) -> PlanPrices | None:
        """Return what a kWh costs with the surplus; None before prices are known."""
        # Who asks may have heard of new prices before the planner has.
        self._is_outdated |= self._prices.update()
        return self._prices.known

    def view(self, appliance: str) -> ApplianceView:
        """Return what the entities of an appliance show."""
        return self._audience.views[appliance]

    async def async_load(self) -> None:
        """Take up what an earlier run of Home Assistant has left on disk."""
        agenda = await self._store.async_load()
        self._looked_at = max(agenda.looked_at.values(), default=self._looked_at)
        currency = self._coordinator.data.currency
        self._agenda = agenda.of(plain(self.appliances)).in_currency(currency)
        self._show(dt_util.utcnow())

    @callback
    def start(self) -> None:
        """Begin as soon as Home Assistant has started, and so all entities are there."""
        self._stop.append(async_at_started(self._hass, self._begin))

    @callback
    def _begin(self, _: HomeAssistant) -> None:
        self._is_active = True
        self._runner.watch(self.appliances.values())
        self._stop += [
            self._runner.stop,
            self._coordinator.async_add_listener(self._prices_changed),
            async_track_utc_time_change(self._hass, self._tick, second=0),
            self._hass.bus.async_listen(EVENT_CORE_CONFIG_UPDATE, self._home_changed),
            self._hass.bus.async_listen(EVENT_HOMEASSISTANT_FINAL_WRITE, self._save),
            async_follow_renames(self._hass, self._entry, self._renamed),
        ]
        # What Home Assistant shows under Repairs does not outlive its restart.
        for run in self.runs:
            self._report(run)
        self._prices_changed()

    async def async_stop(self) -> None:
        """Look and switch no more; what runs goes on when the entry is back."""
        self._is_active = False
        while self._stop:
            self._stop.pop()()
        await self._save()

    async def _save(self, _: Event | None = None) -> None:
        self._saved_at = dt_util.utcnow()
        try:
            await self._store.async_save(self._agenda)
        except OSError as err:
            # A disk that is full keeps no appliance on.
            LOGGER.error("Runs cannot be saved (%s)", err)

    @callback
    def async_take_over(self) -> bool:
        """Take over what was changed of appliances, without losing what has begun.

        Where anything else has changed, the entry has to begin anew: the answer is no.
        """
        before, appliances = self.appliances, appliances_of(self._entry)
        self._renew(plain(before), plain(appliances))
        if self._shape != entry_shape(self._entry):
            return False
        self.appliances = appliances
        for run in tuple(self._agenda.open()):
            old, new = before[run.appliance], appliances[run.appliance]
            if old.control.entity != new.control.entity:
                left = execution.moved(run, dt_util.utcnow())
                self._put(left.run, old, left.command)
        self._runner.watch(self.appliances.values())
        self._advance()
        return True

    @callback
    def _renamed(self, old: str, new: str) -> None:
        """Know an entity by its new id; what runs goes on."""
        self.appliances = with_new_id(self.appliances, old, new)

    @callback
    def _home_changed(self, _: Event) -> None:
        """Take over the new time zone of the home."""
        zone = dt_util.get_default_time_zone()
        if zone != self._zone:
            self._zone = zone
            self._renew({}, plain(self.appliances))
            self._advance()

    @callback
    def _renew(
        self, before: Mapping[str, Appliance], after: Mapping[str, Appliance]
    ) -> None:
        if after != before:
            self._is_outdated = True
            now, zone = dt_util.utcnow(), dt_util.get_default_time_zone()
            self._agenda = self._agenda.renewed(before, after, now, zone)

    async def async_request_run(
        self,
        appliance: str,
        duration: timedelta | None = None,
        ready_by: datetime | None = None,
    ) -> Run:
        """Plan a run that the user wants; it takes the place of the one that is due.

        Raises:
            InputError: The appliance runs already, or what is asked for cannot be.
        """
        wanted = self._settings(appliance).appliance
        run = wished_run(self._agenda, wanted, dt_util.utcnow(), duration, ready_by)
        self._agenda = self._agenda.with_run(run)
        self._is_outdated = True
        await self._async_plan()
        return self._agenda.get(run.id) or run

    async def async_plan_run(self, appliance: str) -> Run:
        """Plan a run of an appliance as its settings say.

        Raises:
            InputError: The appliance runs already.
        """
        return await self.async_request_run(appliance)

    async def async_start_now(self, appliance: str) -> Run:
        """Begin the run that is due, or another one, at once.

        Raises:
            InputError: The appliance runs already.
        """
        wanted = self._settings(appliance).appliance
        run = started_run(self._agenda, wanted, dt_util.utcnow())
        self._put(run)
        self._advance()
        return self._agenda.get(run.id) or run

    async def async_skip_run(self, appliance: str) -> Run:
        """End the run that runs, or leave out the next one.

        Raises:
            InputError: There is none.
        """
        settings = self._settings(appliance)
        run = self.view(appliance).next_run
        if run is None:
            raise InputError("appliance", "no_run", settings.appliance.name)
        done = execution.skip(run, dt_util.utcnow())
        self._put(done.run, settings, done.command)
        self._advance()
        return done.run

    def _settings(self, appliance: str) -> ApplianceSettings:
        if appliance not in self.appliances:
            raise InputError("appliance", "unknown_appliance", appliance)
        return self.appliances[appliance]

    @callback
    def _tick(self, _: datetime) -> None:
        self._advance()

    @callback
    def _hand(self, appliance: str, is_on: bool) -> None:
        """Take note that somebody has switched an appliance."""
        now = dt_util.utcnow()
        if told_for_another(self.runs, self.appliances, appliance, is_on=is_on):
            return
        if run := self._agenda.current(appliance, now):
            duration = self.appliances[appliance].appliance.duration
            self._put(execution.hand(run, run.duration or duration, now, is_on=is_on))

    @callback
    def _advance(self) -> None:
        """Bring everything up to now."""
        if not self._is_active:
            return
        now, zone = dt_util.utcnow(), dt_util.get_default_time_zone()
        appliances = plain(self.appliances)
        before = self._agenda
        until = max(self._coordinator.data.known_until or now, now + OUTLOOK)
        self._agenda = before.with_due(appliances, now, until, zone)
        for known in self.runs:
            # Whoever is told of one run may have changed the next.
            run = self._agenda.get(known.id)
            if run and (run.is_open or execution.is_left_on(run)):
                self._step(run, now)
        if self._prices.known is not None:
            self._agenda = self._agenda.settled(appliances, self._prices.known, zone)
        self._agenda = self._agenda.without_old(now)
        if self._needs_plan(now) and not self._planning.locked():
            self._entry.async_create_background_task(
                self._hass, self._async_plan(), f"{DOMAIN} plan"
            )
        is_running = any(run.status is RunStatus.RUNNING for run in self.runs)
        if (
            self._commands
            or self._agenda.runs != before.runs
            or (is_running and now - self._saved_at >= SAVED_EVERY)
        ):
            # Unlike a task in the background, it is waited for when the entry unloads.
            self._entry.async_create_task(
                self._hass, self._async_execute(), f"{DOMAIN} run"
            )
        self._show(now)

    @callback
    def _step(self, run: Run, now: datetime) -> None:
        """Take a run on to now, with what is seen of its appliance."""
        settings = self.appliances[run.appliance]
        answered = self._answered.get(run.appliance, self._looked_at)
        seen = self._runner.seen(settings, answered)
        done = execution.step(run, self._runner.switching(settings), seen, now)
        if seen.is_telling:
            self._answered[run.appliance] = now
        self._put(done.run, settings, done.command)

    @callback
    def _prices_changed(self) -> None:
        """Take over new prices, and a new forecast of the surplus."""
        self._is_outdated |= self._prices.update()
        self._advance()

    def _needs_plan(self, now: datetime) -> bool:
        """Tell whether a run has no time, or might get a better one."""
        return self._is_outdated or any(
            run.id not in self._futile
            if run.start is None
            # While it is paused, it would move on every minute.
            else run.start < now and not self.appliances[run.appliance].control.paused
            for run in self.runs
            if run.status is RunStatus.PLANNED
        )

    async def _async_plan(self) -> None:
        """Give all planned runs their times; off the event loop, for it may take long."""
        async with self._planning:
            for _ in range(PLANS):
                now = dt_util.utcnow()
                if not self._is_active or not self._needs_plan(now):
                    return
                self._is_outdated = False
                before = tuple(self._agenda.open())
                planned = await self._hass.async_add_executor_job(
                    planned_runs,
                    before,
                    plain(self.appliances),
                    situation_of(self._coordinator, self._prices.known, now),
                )
                # Times that were found together hold together, or not at all.
                self._is_outdated |= tuple(self._agenda.open()) != before
                if not self._is_outdated:
                    break
            for old, new in zip(before, planned, strict=True):
                # What has happened to a run meanwhile counts more than its new time.
                if self._agenda.get(old.id) == old:
                    self._put(new)
            # What has too little time, as when the clocks change, would be tried for ever.
            self._futile = {it.id for it in self._agenda.open() if not it.start}
        self._advance()

    async def _async_execute(self) -> None:
        """Write down what is about to be done, then do it.

        After a sudden end in between, a button is rather not pressed than pressed
        twice.
        """
        commands, self._commands = self._commands, []
        await self._save()
        await self._runner.async_execute(commands)

    @callback
    def _put(
        self,
        run: Run,
        settings: ApplianceSettings | None = None,
        command: execution.Command | None = None,
    ) -> None:
        """Put a run in the place of its earlier self, and tell what has happened."""
        if settings and command:
            self._commands.append((settings, command))
        old = self._agenda.get(run.id)
        if run == old:
            return
        self._agenda = self._agenda.with_run(run)
        switching = self._runner.switching(self.appliances[run.appliance])
        kind = event_between(
            old or execution.to_be_planned(run),
            run,
            is_advice=not execution.acts(run, switching),
        )
        if kind is None:
            return
        LOGGER.debug("%s, %s", kind.value, run)
        self._report(run)
        self._audience.tell(RunEvent(kind, run))

    @callback
    def _report(self, run: Run) -> None:
        name = self.appliances[run.appliance].appliance.name
        async_report_run(self._hass, self._entry, run, name)

    @callback
    def _show(self, now: datetime) -> None:
        """Work out what entities show, and tell them when it is something new."""
        views = {
            key: appliance_view(
                settings,
                self.runs,
                now,
                self._coordinator.data.currency,
                self._agenda.saved.get(key, 0.0),
                self._agenda.last.get(key),
            )
            for key, settings in self.appliances.items()
        }
        self._audience.show(views)
