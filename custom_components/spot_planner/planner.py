"""Home Assistant's side of planning: appliances become runs, and runs get their times."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_CORE_CONFIG_UPDATE
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.helpers.event import async_track_utc_time_change
from homeassistant.helpers.start import async_at_started
from homeassistant.util import dt as dt_util

from .appliance import ApplianceSettings, appliances_of
from .appliance_view import ApplianceView, appliance_view
from .const import CONF_PROFILE, DOMAIN, LOGGER
from .coordinator import SpotPlannerCoordinator
from .engine.errors import InputError
from .engine.planning.effective import PlanPrices, Surplus
from .engine.runs.agenda import Agenda
from .engine.runs.appliance import Appliance
from .engine.runs.day_hours import hours_between
from .engine.runs.due import requested_run
from .engine.runs.event import RunEvent, event_between
from .engine.runs.execution import Command, hand, skip, start_now, step
from .engine.runs.replan import Situation, replan
from .engine.runs.run import Run, RunStatus
from .engine.time_range import TimeRange
from .issues import async_report_run
from .run_store import RunStore
from .runner import Runner
from .surplus import planning_prices, surplus_of

# Runs are planned so far ahead even without prices.
OUTLOOK = timedelta(hours=24)

type Heard = Callable[[RunEvent], None]


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
        self._listeners: list[CALLBACK_TYPE] = []
        self._heard: dict[str, list[Heard]] = {}
        self._stop: list[CALLBACK_TYPE] = []
        self._agenda = Agenda()
        self._views: dict[str, ApplianceView] = {}
        self._inputs: object = None
        self._prices: PlanPrices | None = None
        self._planning = asyncio.Lock()
        self._is_outdated = True
        self._looked_at = dt_util.utcnow()
        self._commands: list[tuple[ApplianceSettings, Command]] = []
        self._shape = _shape(entry)
        self.appliances = appliances_of(entry)

    @property
    def runs(self) -> tuple[Run, ...]:
        """Return all runs that are open, or have ended not long ago."""
        return self._agenda.runs

    def view(self, appliance: str) -> ApplianceView:
        """Return what the entities of an appliance show."""
        return self._views[appliance]

    @callback
    def async_add_listener(self, update: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call a function after every change; return how to end that."""
        self._listeners.append(update)
        return lambda: self._listeners.remove(update)

    @callback
    def async_add_event_listener(self, appliance: str, heard: Heard) -> CALLBACK_TYPE:
        """Call a function when something happens to a run; return how to end that."""
        self._heard.setdefault(appliance, []).append(heard)
        return lambda: self._heard[appliance].remove(heard)

    async def async_load(self) -> None:
        """Take up what an earlier run of Home Assistant has left on disk."""
        agenda = await self._store.async_load()
        self._looked_at = max(agenda.looked_at.values(), default=self._looked_at)
        self._agenda = agenda.of(self._plain())
        self._show(dt_util.utcnow())

    @callback
    def start(self) -> None:
        """Begin as soon as Home Assistant has started, and so all entities are there."""
        self._stop.append(async_at_started(self._hass, self._begin))

    @callback
    def _begin(self, _: HomeAssistant) -> None:
        self._runner.watch(self.appliances.values())
        self._stop += [
            self._runner.stop,
            self._coordinator.async_add_listener(self._prices_changed),
            async_track_utc_time_change(self._hass, self._tick, second=0),
            self._hass.bus.async_listen(EVENT_CORE_CONFIG_UPDATE, self._home_changed),
        ]
        self._prices_changed()

    async def async_stop(self) -> None:
        """Look and switch no more; what runs goes on when the entry is back."""
        while self._stop:
            self._stop.pop()()
        await self._store.async_save(self._agenda)

    @callback
    def async_take_over(self) -> bool:
        """Take over what was changed of appliances, without losing what has begun.

        Where anything else has changed, nothing is done and the answer is no.
        """
        if self._shape != _shape(self._entry):
            return False
        before = self._plain()
        self.appliances = appliances_of(self._entry)
        self._renew(before)
        self._runner.watch(self.appliances.values())
        self._advance()
        return True

    @callback
    def _home_changed(self, _: Event) -> None:
        """Take over the new time zone of the home."""
        self._renew({})
        self._advance()

    @callback
    def _renew(self, before: Mapping[str, Appliance]) -> None:
        after = self._plain()
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
        now = dt_util.utcnow()
        settings = self._settings(appliance)
        due = self._agenda.current(appliance, now)
        if due and due.is_committed:
            raise InputError("appliance", "already_running", settings.appliance.name)
        run = requested_run(
            settings.appliance,
            now,
            dt_util.get_default_time_zone(),
            duration,
            ready_by,
        )
        if due:
            run = replace(run, key=due.key)
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
        now = dt_util.utcnow()
        settings = self._settings(appliance)
        run = self._agenda.current(appliance, now)
        if run and run.status is RunStatus.RUNNING:
            raise InputError("appliance", "already_running", settings.appliance.name)
        if run is None:
            run = requested_run(
                settings.appliance, now, dt_util.get_default_time_zone()
            )
            self._put(run)
        self._put(start_now(run, run.duration or settings.appliance.duration, now))
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
        done = skip(run, dt_util.utcnow())
        self._put(done.run, settings, done.command)
        self._advance()
        return done.run

    def _settings(self, appliance: str) -> ApplianceSettings:
        if appliance not in self.appliances:
            raise InputError("appliance", "unknown_appliance", appliance)
        return self.appliances[appliance]

    def _plain(self) -> dict[str, Appliance]:
        """Return the appliances without what switches them."""
        return {key: it.appliance for key, it in self.appliances.items()}

    @callback
    def _tick(self, _: datetime) -> None:
        self._advance()

    @callback
    def _hand(self, appliance: str, is_on: bool) -> None:
        """Take note that somebody has switched an appliance."""
        now = dt_util.utcnow()
        if run := self._agenda.current(appliance, now):
            duration = self.appliances[appliance].appliance.duration
            self._put(hand(run, run.duration or duration, now, is_on=is_on))

    @callback
    def _advance(self) -> None:
        """Bring everything up to now."""
        if not self._stop:
            return
        now, zone = dt_util.utcnow(), dt_util.get_default_time_zone()
        appliances = self._plain()
        before = self._agenda
        until = max(self._coordinator.data.known_until or now, now + OUTLOOK)
        self._agenda = before.with_due(appliances, now, until, zone)
        for run in tuple(self._agenda.open()):
            settings = self.appliances[run.appliance]
            seen = self._runner.seen(settings, self._looked_at)
            done = step(run, self._runner.switching(settings), seen, now)
            self._put(done.run, settings, done.command)
        self._looked_at = now
        if self._prices is not None:
            self._agenda = self._agenda.settled(appliances, self._prices, zone)
        self._agenda = self._agenda.without_old(now)
        if self._needs_plan(now) and not self._planning.locked():
            self._entry.async_create_background_task(
                self._hass, self._async_plan(), f"{DOMAIN} plan"
            )
        if self._commands or self._agenda.runs != before.runs:
            self._entry.async_create_background_task(
                self._hass, self._async_execute(), f"{DOMAIN} run"
            )
        self._show(now)

    @callback
    def _prices_changed(self) -> None:
        """Take over new prices, and a new forecast of the surplus."""
        coordinator = self._coordinator
        series, settings = coordinator.series, coordinator.settings
        surplus: tuple[Surplus, ...] = ()
        if settings.surplus_entity:
            state = self._hass.states.get(settings.surplus_entity)
            surplus = surplus_of(state, settings.home.base_load)
        export = coordinator.known and coordinator.known.export
        if (inputs := (series, export, surplus)) != self._inputs:
            self._inputs = inputs
            self._is_outdated = True
            self._prices = series and planning_prices(
                series, export, settings.export_price, surplus
            )
        self._advance()

    def _needs_plan(self, now: datetime) -> bool:
        """Tell whether a run has no time, or might get a better one."""
        return self._is_outdated or any(
            run.status is RunStatus.PLANNED and (run.start is None or run.start < now)
            for run in self.runs
        )

    async def _async_plan(self) -> None:
        """Give all planned runs their times; off the event loop, for it may take long."""
        async with self._planning:
            now = dt_util.utcnow()
            if not self._needs_plan(now):
                return
            self._is_outdated = False
            before = tuple(self._agenda.open())
            planned = await self._hass.async_add_executor_job(
                replan, before, self._plain(), self._situation(now)
            )
            for old, new in zip(before, planned, strict=True):
                # What has happened to a run meanwhile counts more than its new time.
                if self._agenda.get(old.id) == old:
                    self._put(new)
        self._advance()

    def _situation(self, now: datetime) -> Situation:
        return Situation(
            prices=self._prices,
            home=self._coordinator.settings.home,
            off_peak=self._off_peak(now),
            now=now,
            zone=dt_util.get_default_time_zone(),
        )

    def _off_peak(self, now: datetime) -> tuple[TimeRange, ...]:
        """Return the coming off-peak hours of the contract, where it has any."""
        tariff = self._coordinator.pricing.tariff
        if tariff is None or not tariff.contract.has_off_peak:
            return ()
        # The season is that of now: it changes twice a year, at midnight.
        hours = tariff.contract.off_peak_in(tariff.period(now)[-1])
        return hours_between(hours, now, now + 2 * OUTLOOK, tariff.zone)

    async def _async_execute(self) -> None:
        """Write down what is about to be done, then do it.

        After a sudden end in between, a button is rather not pressed than pressed
        twice.
        """
        commands, self._commands = self._commands, []
        await self._store.async_save(self._agenda)
        for settings, command in commands:
            await self._runner.async_execute(settings, command)

    @callback
    def _put(
        self,
        run: Run,
        settings: ApplianceSettings | None = None,
        command: Command | None = None,
    ) -> None:
        """Put a run in the place of its earlier self, and tell what has happened."""
        if settings and command:
            self._commands.append((settings, command))
        old = self._agenda.get(run.id)
        if run == old:
            return
        self._agenda = self._agenda.with_run(run)
        if old is None or (kind := event_between(old, run)) is None:
            return
        name = self.appliances[run.appliance].appliance.name
        LOGGER.debug("%s: %s, %s", name, kind.value, run)
        async_report_run(self._hass, self._entry, run, name)
        for heard in tuple(self._heard.get(run.appliance, ())):
            heard(RunEvent(kind, run))

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
        if views != self._views:
            self._views = views
            for update in tuple(self._listeners):
                update()


def _shape(entry: ConfigEntry) -> object:
    """Return what entities and requests depend on, as far as it is in the entry."""
    appliances = {
        key: (it.title, CONF_PROFILE in it.data) for key, it in entry.subentries.items()
    }
    return entry.title, dict(entry.data), dict(entry.options), appliances
