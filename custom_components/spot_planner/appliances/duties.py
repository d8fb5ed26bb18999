"""Duties in Home Assistant: what was turned on is turned off, whatever has changed.

There is one keeper for all entries. It is there before any entry is set up, and stays
when an entry fails, is unloaded, disabled or deleted: it needs nothing of them. A
planner tells it what its runs need to be on; the keeper turns off everything else that
was turned on, and goes on trying until it has seen it off.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable
from datetime import timedelta
from time import monotonic
from typing import Protocol

from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntry,
    ConfigEntryChange,
)
from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import (
    CALLBACK_TYPE,
    Event,
    EventStateChangedData,
    HomeAssistant,
    callback,
)
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.event import async_call_later, async_track_state_change_event
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from ..const import CONF_AUTOMATIC, CONF_ENTITY, CONF_STOP_AT_END, DOMAIN, LOGGER
from ..engine.runs.clock import Clock, Passed
from ..engine.runs.duty import Duties, Duty
from ..engine.runs.run import Run
from ..engine.runs.watching import SwitchState
from ..issues import async_report_duties, async_report_unsaved
from .commands import Commands
from .duty_store import DutyStore
from .runner import shown_state
from .state_meaning import meaning_of_switch

KEEPER: HassKey["DutyKeeper"] = HassKey(f"{DOMAIN}_duties")

MINUTE = timedelta(minutes=1)

# After a sudden end, it is known up to that long before how long something was on.
SAVED_EVERY = timedelta(minutes=15)


class Household(Protocol):
    """What the keeper asks of a planner."""

    def needs(self, entity: str) -> bool:
        """Tell whether a run wants an entity on, or is about to turn it on."""

    def look(self) -> None:
        """Take the runs on to now."""


async def async_setup_duties(hass: HomeAssistant) -> None:
    """Take up all duties; before anything else of the integration."""
    hass.data[KEEPER] = keeper = DutyKeeper(hass)
    await keeper.async_begin()


class DutyKeeper:
    """Hold all duties, and do them when they are due."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Hold none; the file has yet to be read."""
        self.commands = Commands(hass)
        self.spent: frozenset[str] = frozenset()
        """The ids of runs that have been on for as long as they were to be."""
        self._hass = hass
        self._store = DutyStore(hass)
        self._duties = Duties()
        self._is_loaded = False
        self._saved: object = None
        self._saved_at = monotonic()
        self._saving = asyncio.Lock()
        self._unsaved: dict[str, str] = {}
        self._clock = Clock(dt_util.utcnow(), monotonic())
        self._households: dict[str, Household] = {}
        self._watched: frozenset[str] = frozenset()
        self._unwatch: CALLBACK_TYPE | None = None
        self._cancel_wake: CALLBACK_TYPE | None = None
        self._has_ended = False

    async def async_begin(self) -> None:
        """Read the file, do what is due, and listen to what may change that."""
        await self._async_load()
        async_dispatcher_connect(
            self._hass, SIGNAL_CONFIG_ENTRY_CHANGED, self._entry_changed
        )
        self._hass.bus.async_listen(er.EVENT_ENTITY_REGISTRY_UPDATED, self._renamed)
        self._hass.bus.async_listen_once(EVENT_HOMEASSISTANT_FINAL_WRITE, self._end)
        self.look()

    async def _async_load(self) -> None:
        """Read the file; where that cannot be done now, it is tried every minute."""
        try:
            stored = await self._store.async_load()
        except OSError as err:
            LOGGER.error("The duties cannot be read (%s), they will be read again", err)
            self.note_saved("duties", err)
            return
        duties = self._duties
        for duty in stored.held:
            if duty.told:
                self.commands.expect(duty.entity, is_on=False)
            if duties.get(duty.run, duty.entity) is None:
                duties = duties.put(duty)
        self._duties = duties
        self._saved = _essence(stored)
        self._is_loaded = True
        self.note_saved("duties", None)

    async def _end(self, _: Event) -> None:
        """Write down how long everything has been on; what is on stays on."""
        self._has_ended = True
        if self._cancel_wake:
            self._cancel_wake()
            self._cancel_wake = None
        if self._duties.held:
            self._saved = None
        await self.async_save()

    def of(self, entry: str) -> tuple[Duty, ...]:
        """Return the duties of an entry, for the runs that it may have lost."""
        return self._duties.of(entry)

    @callback
    def async_join(self, entry: str, household: Household) -> CALLBACK_TYPE:
        """Ask a planner from now on; return how to end that."""
        self._households[entry] = household

        @callback
        def leave() -> None:
            self._households.pop(entry, None)
            self.look()

        return leave

    @callback
    def async_need(
        self, entry: str, needs: Iterable[Duty], left_on: Collection[tuple[str, str]]
    ) -> None:
        """Hold what the runs of an entry need to be on, and release all else of it.

        Args:
            entry: The id of the entry.
            needs: What is needed on.
            left_on: The appliances that are not turned off at the end, each with the
                entity that it is switched by.
        """
        self._turn_back(self._read_clock())
        wanted = [need for need in needs if need.run not in self.spent]
        self._duties = self._duties.without(
            lambda it: it.entry == entry and (it.appliance, it.entity) in left_on
        ).needed(entry, wanted)
        self.look()

    async def async_start(
        self,
        run: Run,
        entity: str,
        name: str,
        *,
        is_bound: bool,
        is_wanted: Callable[[], bool],
    ) -> None:
        """Tell an entity to turn on for a run, if that is still wanted in its turn.

        Args:
            run: The run.
            entity: The entity.
            name: What the user calls the appliance.
            is_bound: Whether it has to be turned off again: then a duty has to be held.
            is_wanted: Tells whether the run still wants it on.
        """

        def is_allowed() -> bool:
            if not is_wanted():
                return False
            if not is_bound:
                return True
            duty = self._duties.get(run.id, entity)
            if duty is None or duty.is_due(dt_util.utcnow()):
                return False
            self._duties = self._duties.put(duty.starting())
            return True

        await self.commands.async_tell(entity, name, is_on=True, is_wanted=is_allowed)

    async def async_save(self) -> bool:
        """Write the duties down when they have changed; return whether they are on disk."""
        async with self._saving:
            if not self._is_loaded:
                return False
            if not self._needs_saving:
                return True
            duties, self._saved_at = self._duties, monotonic()
            try:
                await self._store.async_save(duties)
            except OSError as err:
                self.note_saved("duties", err)
                return False
            self._saved = _essence(duties)
            self.note_saved("duties", None)
            return True

    @callback
    def async_give_up(self, entity: str) -> None:
        """Try no longer to turn an entity off, because the user says that it is."""
        now = dt_util.utcnow()
        self._duties = self._duties.without(
            lambda it: it.entity == entity and it.is_due(now)
        )
        self.look()

    @callback
    def note_saved(self, what: str, error: OSError | None) -> None:
        """Tell the user when something cannot be written, or can be again."""
        before = dict(self._unsaved)
        if error:
            self._unsaved[what] = str(error) or type(error).__name__
        else:
            self._unsaved.pop(what, None)
        if bool(before) != bool(self._unsaved):
            async_report_unsaved(self._hass, next(iter(self._unsaved.values()), None))
        if error and what not in before:
            LOGGER.error("%s cannot be written or read (%s)", what.capitalize(), error)

    @callback
    def look(self) -> None:
        """Do what is due now, and come back when something else will be."""
        passed = self._read_clock()
        self._duties = self._duties.without(self._is_left_on).released(
            self._is_given_up
        )
        turn = self._duties.turn(passed, self._shown, self._is_needed)
        self._duties = turn.duties
        for duty in turn.stops:
            self._hass.async_create_background_task(
                self._async_stop(duty),
                f"{DOMAIN} stop {duty.entity}",
                eager_start=False,
            )
        if self._is_loaded and self._needs_saving:
            self._hass.async_create_task(self.async_save(), f"{DOMAIN} save duties")
        async_report_duties(self._hass, self._duties)
        self._watch()
        self._schedule()
        self._tell_spent(turn.spent)

    async def _async_stop(self, duty: Duty) -> None:
        """Tell an entity to turn off, unless that is not wanted any more."""

        def is_wanted() -> bool:
            now = dt_util.utcnow()
            held = [it for it in self._duties.held if it.entity == duty.entity]
            return bool(held) and all(it.is_due(now) for it in held)

        if await self.commands.async_tell(
            duty.entity, duty.name, is_on=False, is_wanted=is_wanted
        ):
            for held in self._duties.held:
                if held.entity == duty.entity and held.told:
                    self._duties = self._duties.put(held.heard())
        self.look()

    @property
    def _needs_saving(self) -> bool:
        """Tell whether what lies on disk is not what has to be known after a restart."""
        if _essence(self._duties) != self._saved:
            return True
        waited = timedelta(seconds=monotonic() - self._saved_at)
        return bool(self._duties.held) and waited >= SAVED_EVERY

    def _read_clock(self) -> Passed:
        now, ticks = dt_util.utcnow(), monotonic()
        passed = self._clock.passed(now, ticks)
        self._clock = Clock(now, ticks)
        return passed

    @callback
    def _turn_back(self, passed: Passed) -> None:
        """Let time pass for the duties, without doing anything yet."""
        self._duties = Duties(
            tuple(it.after(passed, self._shown(it.entity)) for it in self._duties.held)
        )

    def _shown(self, entity: str) -> SwitchState:
        return shown_state(self._hass, entity)

    def _is_needed(self, entity: str) -> bool:
        return any(it.needs(entity) for it in self._households.values())

    def is_needed_beside(self, entry: str, entity: str) -> bool:
        """Tell whether another entry than this one needs an entity on."""
        return any(
            it.needs(entity) for key, it in self._households.items() if key != entry
        )

    def _is_given_up(self, duty: Duty) -> bool:
        """Tell whether the user has deleted, disabled or taken back what is on."""
        entry = self._hass.config_entries.async_get_entry(duty.entry)
        if entry is None or entry.disabled_by:
            return True
        subentry = entry.subentries.get(duty.appliance)
        if subentry is None:
            return True
        return not (duty.is_asked or subentry.data.get(CONF_AUTOMATIC, False))

    def _is_left_on(self, duty: Duty) -> bool:
        """Tell whether the user does not want to have an appliance turned off any more."""
        entry = self._hass.config_entries.async_get_entry(duty.entry)
        subentry = entry and entry.subentries.get(duty.appliance)
        if not subentry or subentry.data.get(CONF_ENTITY) != duty.entity:
            return False
        return not subentry.data.get(CONF_STOP_AT_END, True)

    @callback
    def _tell_spent(self, spent: frozenset[str]) -> None:
        """Let the planners end the runs that have been on for long enough."""
        new = spent - self.spent
        self.spent |= spent
        if new:
            for household in tuple(self._households.values()):
                household.look()

    @callback
    def forget_spent(self, runs: Collection[str]) -> None:
        """Forget runs that have ended."""
        self.spent -= frozenset(runs)

    @callback
    def _entry_changed(self, _: ConfigEntryChange, entry: ConfigEntry) -> None:
        """Stop at once what is deleted or disabled."""
        if entry.domain == DOMAIN:
            self.look()

    @callback
    def _renamed(self, event: Event[er.EventEntityRegistryUpdatedData]) -> None:
        data = event.data
        if data["action"] == "update" and "old_entity_id" in data:
            self._duties = self._duties.renamed(
                data["old_entity_id"], data["entity_id"]
            )
            self.look()

    @callback
    def _watch(self) -> None:
        """Listen to the entities of the duties, and to no others."""
        entities = frozenset(duty.entity for duty in self._duties.held)
        if entities == self._watched:
            return
        if self._unwatch:
            self._unwatch()
            self._unwatch = None
        self._watched = entities
        if entities:
            self._unwatch = async_track_state_change_event(
                self._hass, entities, self._changed
            )

    @callback
    def _changed(self, event: Event[EventStateChangedData]) -> None:
        self.async_hear(event)
        self.look()

    @callback
    def async_hear(self, event: Event[EventStateChangedData]) -> None:
        """Take note of what somebody turns on after it was seen off: it is theirs.

        An entity shows what it was told at once, and some show a moment later what they
        really do; that is still the same word.
        """
        before, after = event.data["old_state"], event.data["new_state"]
        if not before or not after or not after.context.user_id:
            return
        was, is_now = meaning_of_switch(before), meaning_of_switch(after)
        if was is not SwitchState.OFF or is_now is not SwitchState.ON:
            return
        if before.context.id == after.context.id:
            return
        now, entity = dt_util.utcnow(), event.data["entity_id"]
        self._duties = self._duties.without(
            lambda it: it.entity == entity and it.is_due(now)
        )

    @callback
    def _schedule(self) -> None:
        """Come back when the next duty is due or told again, in a minute at most.

        The timer does not follow the clock of the home, which may be set.
        """
        if self._cancel_wake:
            self._cancel_wake()
            self._cancel_wake = None
        is_idle = self._is_loaded and not self._duties.held and not self._unsaved
        if self._has_ended or is_idle:
            return
        now = dt_util.utcnow()
        waits = [MINUTE]
        for duty in self._duties.held:
            if not duty.is_due(now):
                waits += [duty.until - now, duty.left]
            elif duty.wait > timedelta():
                waits.append(duty.wait)
        soonest = max(min(waits), timedelta(seconds=1))
        self._cancel_wake = async_call_later(self._hass, soonest, self._woken)

    async def _woken(self, _: object) -> None:
        self._cancel_wake = None
        if not self._is_loaded:
            await self._async_load()
        self.look()


def _essence(duties: Duties) -> object:
    """Return what has to be on disk of duties, without what passes by the minute."""
    return {
        (
            duty.run,
            duty.entity,
            duty.until,
            duty.name,
            duty.is_asked,
            duty.is_released,
            duty.told,
            duty.was_on,
        )
        for duty in duties.held
    }
