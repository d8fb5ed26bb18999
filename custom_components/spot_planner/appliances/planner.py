"""The planner in Home Assistant: appliances become runs, and runs get their times.

Once a minute, and whenever something changes, `_advance` goes once round: what the
switches show and what prices are known makes a `Moment`; the pure `House` says which
runs that moment brings on; what they need to be on is held by the keeper of duties; what
begins is written down and then told; entities are shown the result. Times are found
apart from that, off the event loop: until they are there, the old ones hold.
"""

import asyncio
from datetime import datetime, timedelta
from time import monotonic

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import (
    EVENT_CORE_CONFIG_UPDATE,
    EVENT_HOMEASSISTANT_FINAL_WRITE,
)
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.start import async_at_started
from homeassistant.util import dt as dt_util

from ..const import CONF_PROFILE, DOMAIN, LOGGER
from ..coordinator import SpotPlannerCoordinator
from ..engine.errors import InputError
from ..engine.planning.effective import PlanPrices
from ..engine.runs import execution
from ..engine.runs.clock import Clock
from ..engine.runs.house import House, Managed, Moment, Outcome
from ..engine.runs.run import Run, RunStatus
from ..issues import async_report_run
from .duties import KEEPER
from .listeners import Listeners
from .minutes import async_track_minutes
from .plan_inputs import PlanningPrices, plan_inputs_of, planned_runs
from .renamed_entities import async_follow_renames, with_new_id
from .run_store import RunStore
from .runner import Runner, told_for_another
from .settings import appliances_of
from .view import ApplianceView, appliance_view

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
        self._keeper = hass.data[KEEPER]
        self._store = RunStore(hass, entry.entry_id)
        self._runner = Runner(
            hass,
            self._keeper.commands,
            self._keeper.async_hear,
            self._hand,
            self._advance,
        )
        self._listeners = Listeners()
        self.async_add_listener = self._listeners.async_add_listener
        self.async_add_event_listener = self._listeners.async_add_event_listener
        self._stop: list[CALLBACK_TYPE] = []
        self._prices = PlanningPrices(hass, coordinator)
        self._planning = asyncio.Lock()
        self._planned_from: object = None
        self._futile: set[str] = set()
        self._clock = Clock(dt_util.utcnow(), monotonic())
        self._saved_at = dt_util.utcnow()
        self._saved_runs: tuple[Run, ...] | None = None
        self._starts: list[Run] = []
        self._zone = dt_util.get_default_time_zone()
        self._is_active = False
        self._shape = _shape_of(entry)
        self.appliances = appliances_of(entry)
        self._house = House(managed=self._managed())

    @property
    def runs(self) -> tuple[Run, ...]:
        """Return all runs that are open, or have ended not long ago."""
        return self._house.agenda.runs

    @callback
    def async_prices(self) -> PlanPrices | None:
        """Return what a kWh costs with the surplus; None before prices are known."""
        # Who asks may have heard of new prices before the planner has.
        return self._prices.update()

    def view(self, appliance: str) -> ApplianceView:
        """Return what the entities of an appliance show."""
        return self._listeners.views[appliance]

    async def async_load(self) -> None:
        """Take up what an earlier run of Home Assistant has left on disk.

        Raises:
            OSError: It lies there, but cannot be read at the moment.
        """
        agenda = await self._store.async_load()
        if series := self._coordinator.series:
            # Without prices, the currency of what was saved is not known to be another.
            agenda = agenda.in_currency(series.currency)
        now = dt_util.utcnow()
        self._saved_runs = agenda.runs
        self._house = House(
            managed=self._house.managed,
            agenda=agenda.of(self._house.appliances),
            looked_at=max(agenda.looked_at.values(), default=now),
        ).resumed(self._keeper.of(self._entry.entry_id), now)
        self._show(now)

    @callback
    def start(self) -> None:
        """Begin as soon as Home Assistant has started, and so all entities are there."""
        self._stop.append(async_at_started(self._hass, self._begin))

    @callback
    def _begin(self, _: HomeAssistant) -> None:
        self._is_active = True
        self._clock = Clock(dt_util.utcnow(), monotonic())
        self._runner.watch(self.appliances.values())
        self._stop += [
            self._runner.stop,
            self._coordinator.async_add_listener(self._prices_changed),
            async_track_minutes(self._hass, self._advance),
            self._keeper.async_join(self._entry.entry_id, self),
            self._hass.bus.async_listen(EVENT_CORE_CONFIG_UPDATE, self._home_changed),
            self._hass.bus.async_listen(EVENT_HOMEASSISTANT_FINAL_WRITE, self._end),
            async_follow_renames(self._hass, self._entry, self._renamed),
        ]
        # What Home Assistant shows under Repairs does not outlive its restart.
        for run in self.runs:
            self._report(run)
        self._prices_changed()

    async def async_stop(self) -> None:
        """Look and switch no more; what runs goes on when the entry is back."""
        self._is_active = False
        await self._async_save()
        while self._stop:
            self._stop.pop()()

    async def _end(self, _: Event) -> None:
        await self._async_save()

    async def _async_save(self) -> bool:
        """Write the runs down; return whether they are on disk."""
        self._saved_at = dt_util.utcnow()
        agenda, what = self._house.agenda, f"the runs of {self._entry.title}"
        try:
            await self._store.async_save(agenda)
        except OSError as err:
            self._keeper.note_saved(what, err)
            return False
        self._saved_runs = agenda.runs
        self._keeper.note_saved(what, None)
        return True

    @callback
    def async_take_over(self) -> bool:
        """Take over what was changed of appliances, without losing what has begun.

        Where anything else has changed, the entry has to begin anew: the answer is no.
        """
        self.appliances = appliances_of(self._entry)
        self._change()
        if self._shape != _shape_of(self._entry):
            return False
        self._runner.watch(self.appliances.values())
        self._advance()
        return True

    @callback
    def _renamed(self, old: str, new: str) -> None:
        """Know an entity by its new id; what runs goes on."""
        self.appliances = with_new_id(self.appliances, old, new)
        self._house = self._house.renamed(self._managed())

    @callback
    def _home_changed(self, _: Event) -> None:
        """Take over the new time zone of the home."""
        zone = dt_util.get_default_time_zone()
        if zone != self._zone:
            self._zone = zone
            self._change(is_moved=True)
            self._advance()

    @callback
    def _change(self, *, is_moved: bool = False) -> None:
        """Let the house know the appliances as they are now."""
        now = dt_util.utcnow()
        self._take(
            self._house.changed(self._managed(), now, self._zone, is_moved=is_moved)
        )

    def _managed(self) -> dict[str, Managed]:
        """Return the appliances as the house knows them."""
        return {
            key: Managed(
                appliance=settings.appliance,
                switching=self._runner.switching(settings),
                entity=settings.control.entity,
            )
            for key, settings in self.appliances.items()
        }

    async def async_request_run(
        self,
        appliance: str,
        duration: timedelta | None = None,
        ready_by: datetime | None = None,
    ) -> Run:
        """Plan a run that the user wants; it takes the place of the one that is due.

        It is on disk when the answer is given.

        Raises:
            InputError: The appliance runs already, or what is asked for cannot be.
            HomeAssistantError: It cannot be written to the disk.
        """
        self._advance()
        now = dt_util.utcnow()
        run = self._house.requested(appliance, now, self._zone, duration, ready_by)
        before = self._house.agenda.get(run.id)
        self._take(self._house.with_run(run))
        self._planned_from = None
        await self._async_plan()
        await self._async_keep(run.id, before)
        return self._house.agenda.get(run.id) or run

    async def async_plan_run(self, appliance: str) -> Run:
        """Plan a run of an appliance as its settings say.

        Raises:
            InputError: The appliance runs already.
            HomeAssistantError: It cannot be written to the disk.
        """
        return await self.async_request_run(appliance)

    async def async_start_now(self, appliance: str) -> Run:
        """Begin the run that is due, or another one, at once.

        Raises:
            InputError: The appliance runs already.
            HomeAssistantError: It cannot be written to the disk.
        """
        self._advance()
        run = self._house.started(appliance, dt_util.utcnow(), self._zone)
        before = self._house.agenda.get(run.id)
        self._take(self._house.with_run(run))
        self._advance()
        await self._async_keep(run.id, before)
        return self._house.agenda.get(run.id) or run

    async def async_skip_run(self, appliance: str) -> Run:
        """End the run that runs, or leave out the next one.

        Raises:
            InputError: There is none.
            HomeAssistantError: It cannot be written to the disk.
        """
        if appliance not in self.appliances:
            raise InputError("appliance", "unknown_appliance", appliance)
        run = self.view(appliance).next_run
        if run is None:
            name = self.appliances[appliance].appliance.name
            raise InputError("appliance", "no_run", name)
        ended = execution.skip(run, dt_util.utcnow())
        self._take(self._house.with_run(ended))
        self._advance()
        await self._async_keep(run.id, run)
        return ended

    async def _async_keep(self, run_id: str, before: Run | None) -> None:
        """Have on disk what is about to be answered, or else have it undone.

        Args:
            run_id: The id of the run that was changed.
            before: The run as it was before; None where there was none.

        Raises:
            HomeAssistantError: It cannot be written to the disk.
        """
        if not await self._async_save():
            self._house = self._house.undone(run_id, before)
            self._advance()
            raise HomeAssistantError(
                translation_domain=DOMAIN, translation_key="not_saved"
            )

    def needs(self, entity: str) -> bool:
        """Tell whether a run wants an entity on, or is about to turn it on."""
        return self._is_active and self._house.needs(entity, dt_util.utcnow())

    def look(self) -> None:
        """Take the runs on to now."""
        self._advance()

    @callback
    def _hand(self, appliance: str, is_on: bool, by_user: bool) -> None:
        """Take note that somebody has switched an appliance."""
        if by_user or not told_for_another(
            self.runs, self.appliances, appliance, is_on=is_on
        ):
            now = dt_util.utcnow()
            self._take(self._house.switched(appliance, now, is_on=is_on))

    @callback
    def _advance(self) -> None:
        """Bring everything up to now."""
        if not self._is_active:
            return
        now, ticks = dt_util.utcnow(), monotonic()
        passed, self._clock = self._clock.passed(now, ticks), Clock(now, ticks)
        moment = Moment(
            passed=passed,
            shown={
                key: self._runner.shown(settings)
                for key, settings in self.appliances.items()
            },
            known_until=self._coordinator.data.known_until,
            prices=self._prices.known,
            zone=self._zone,
            stopping=frozenset(
                entity
                for it in self.appliances.values()
                if (entity := it.control.entity)
                and self._keeper.commands.is_stopping(entity)
            ),
            needed=frozenset(
                entity
                for it in self.appliances.values()
                if (entity := it.control.entity)
                and self._keeper.is_needed_beside(self._entry.entry_id, entity)
            ),
            spent=self._keeper.spent,
        )
        self._take(self._house.at(moment))
        self._hold(now)
        if self._needs_plan(now) and not self._planning.locked():
            self._entry.async_create_background_task(
                self._hass, self._async_plan(), f"{DOMAIN} plan"
            )
        is_running = any(run.status is RunStatus.RUNNING for run in self.runs)
        if (
            self._starts
            or self.runs != self._saved_runs
            or (is_running and abs(now - self._saved_at) >= SAVED_EVERY)
        ):
            # Unlike a task in the background, it is waited for when the entry unloads.
            self._entry.async_create_task(
                self._hass, self._async_execute(), f"{DOMAIN} run"
            )
        self._show(now)

    @callback
    def _hold(self, now: datetime) -> None:
        """Have everything held that the runs need to be on, and released what not."""
        self._keeper.forget_spent(
            [run.id for run in self.runs if run.status is not RunStatus.RUNNING]
        )
        left_on = {
            (key, it.entity)
            for key, it in self._house.managed.items()
            if it.entity and not it.switching.can_stop
        }
        duties = self._house.duties(self._entry.entry_id, now)
        self._keeper.async_need(self._entry.entry_id, duties, left_on)

    @callback
    def _prices_changed(self) -> None:
        """Take over new prices, and a new forecast of the surplus."""
        self._prices.update()
        if series := self._coordinator.series:
            self._house = self._house.in_currency(series.currency)
        self._advance()

    def _basis(self) -> object:
        """Return all that times depend on besides the runs and the time itself."""
        home = self._coordinator.settings.home
        return self._prices.known, self._house.appliances, self._zone, home

    def _needs_plan(self, now: datetime) -> bool:
        """Tell whether a run has no time, or might get a better one."""
        return self._planned_from != self._basis() or any(
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
                basis = self._basis()
                before = tuple(self._house.agenda.open())
                planned = await self._hass.async_add_executor_job(
                    planned_runs,
                    before,
                    self._house.appliances,
                    plan_inputs_of(self._coordinator, self._prices.known, now),
                )
                # Times that were found together hold together, or not at all.
                is_same = tuple(self._house.agenda.open()) == before
                self._planned_from = basis if is_same else None
                if self._planned_from == self._basis():
                    break
            for old, new in zip(before, planned, strict=True):
                # What has happened to a run meanwhile counts more than its new time.
                if self._house.agenda.get(old.id) == old:
                    self._take(self._house.with_run(new))
            # What has too little time, as when the clocks change, would be tried for ever.
            self._futile = {it.id for it in self._house.agenda.open() if not it.start}
        self._advance()

    async def _async_execute(self) -> None:
        """Write down what is about to be done, then do it.

        After a sudden end in between, a button is rather not pressed than pressed
        twice. What cannot be written down is not begun: nobody would turn it off after
        such an end.
        """
        starts, self._starts = self._starts, []
        is_saved = await self._async_save()
        if starts and is_saved:
            is_saved = await self._keeper.async_save()
        if not is_saved:
            for run in starts:
                LOGGER.debug("%s is not started while it cannot be saved", run.id)
                self._house = self._house.untold(run.id)
            return
        await asyncio.gather(*(self._async_start(run) for run in starts))

    async def _async_start(self, run: Run) -> None:
        """Tell an appliance to start."""
        managed = self._house.managed.get(run.appliance)
        if managed and managed.entity:
            await self._keeper.async_start(
                run,
                managed.entity,
                managed.appliance.name,
                is_bound=managed.switching.can_stop,
                is_wanted=lambda: self._house.wants(run.id, dt_util.utcnow()),
            )

    @callback
    def _take(self, outcome: Outcome) -> None:
        """Take over what has become of the house, and tell what has happened."""
        self._house = outcome.house
        self._starts += outcome.starts
        for event in outcome.events:
            LOGGER.debug("%s, %s", event.type.value, event.run)
            self._report(event.run)
            self._listeners.tell(event)

    @callback
    def _report(self, run: Run) -> None:
        name = self.appliances[run.appliance].appliance.name
        async_report_run(self._hass, self._entry, run, name)

    @callback
    def _show(self, now: datetime) -> None:
        """Work out what entities show, and tell them when it is something new."""
        agenda = self._house.agenda
        views = {
            key: appliance_view(
                settings,
                agenda.runs,
                now,
                agenda.currency or self._coordinator.data.currency,
                agenda.saved.get(key, 0.0),
                agenda.last.get(key),
            )
            for key, settings in self.appliances.items()
        }
        self._listeners.show(views)


def _shape_of(entry: ConfigEntry) -> object:
    """Return all of an entry that its entities and questions depend on.

    When it changes, the entry is loaded again; all other changes are taken over.
    """
    appliances = {
        key: (it.title, CONF_PROFILE in it.data) for key, it in entry.subentries.items()
    }
    return entry.title, dict(entry.data), dict(entry.options), appliances
