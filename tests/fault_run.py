"""One fault of one provider, from the moment at which it begins until it is over."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
import logging

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.spot_planner.engine.providers.network.pacer import Pacer
from custom_components.spot_planner.prices.questions import (
    LAST_ASKED,
    PACERS,
    REFUSALS,
    async_accept_credentials,
)
from dev.faults.fault import Fault
from dev.faults.outcome import Outcome
from dev.faults.wire import TRAP
from dev.price_server import Normal, PriceServer
from dev.price_server.credentials import SECRETS
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from .conftest import Clock
from .entries import make_entry

MINUTE = timedelta(minutes=1)
TWO_HOURS = timedelta(hours=2)

# The longest pause while a price is known, and between two rounds of many requests.
INTERVAL = timedelta(minutes=61)

# Some time before all providers publish, and the moment after the last of them.
BEFORE = datetime.fromisoformat("2026-04-15T10:30:00+00:00")
PUBLISHED = datetime.fromisoformat("2026-04-15T21:15:00+00:00")

SITUATIONS = ("set-up", "running", "restart")


@dataclass(slots=True)
class Home:
    """A home with one entry, and the server that misbehaves towards it."""

    hass: HomeAssistant
    server: PriceServer
    clock: FrozenDateTimeFactory
    advance: Clock
    log: pytest.LogCaptureFixture
    kind: str
    number: int = 0

    async def outcome(self, situation: str, fault: Fault) -> Outcome:
        """Let the fault happen, and tell what became of it."""
        self.number += 1
        self.log.clear()
        self.server.control.behave(Normal())
        self.server.control.forget()
        self.clock.move_to(BEFORE)
        entry = make_entry(self.kind, self.server, entry_id=f"fault{self.number}")
        entry.add_to_hass(self.hass)
        self._measure(entry)
        if situation != "set-up":
            await self._set_up(entry)
            assert entry.state is ConfigEntryState.LOADED, fault.name
        before = _known(entry)
        self.server.control.forget()
        self.server.control.behave(fault.behaviour)
        start = dt_util.utcnow()
        if situation == "restart":
            await self._restart(entry)
        elif situation == "set-up":
            await self._set_up(entry)
        if situation != "set-up":
            start = PUBLISHED - MINUTE
            await self.advance(start)
        await self._pass(start, start + TWO_HOURS, quick=situation == "set-up")
        end = start + TWO_HOURS
        requests = sum(start <= it.time < end for it in self.server.requests)
        lost = len(_still(before, dt_util.utcnow()) - _known(entry))
        followed = sum(it.path == TRAP for it in self.server.requests)
        loaded = entry.state is ConfigEntryState.LOADED
        self.server.control.behave(Normal())
        minutes = await self._until_back(entry)
        lost += len(_still(before, dt_util.utcnow()) - _known(entry))
        await self.hass.config_entries.async_remove(entry.entry_id)
        await self.hass.async_block_till_done(wait_background_tasks=True)
        assert not [it for it in SECRETS if it in self.log.text], fault.name
        return Outcome(
            provider=self.kind,
            situation=situation,
            fault=fault.name,
            requests=requests,
            tracebacks=_tracebacks(self.log),
            lost=lost,
            minutes=minutes,
            loaded=loaded,
            followed=followed,
        )

    def _measure(self, entry: MockConfigEntry) -> None:
        """Let a pacer of the entry, and the server, wait by the clock of the test."""

        async def sleep(seconds: float) -> None:
            self.clock.tick(timedelta(seconds=seconds))
            for _ in range(5):
                await asyncio.sleep(0)

        self.server.control.pause = sleep

        pacer = Pacer(lambda: dt_util.utcnow().timestamp(), sleep)
        self.hass.data.setdefault(PACERS, {})[entry.entry_id] = pacer

    async def _set_up(self, entry: MockConfigEntry) -> None:
        await self.hass.config_entries.async_setup(entry.entry_id)
        await self.hass.async_block_till_done(wait_background_tasks=True)

    async def _restart(self, entry: MockConfigEntry) -> None:
        """Begin anew with what is on disk."""
        await self.hass.config_entries.async_unload(entry.entry_id)
        for key in (LAST_ASKED, REFUSALS, PACERS):
            self.hass.data.get(key, {}).clear()
        self._measure(entry)
        await self._set_up(entry)

    async def _pass(self, start: datetime, end: datetime, *, quick: bool) -> None:
        """Let time pass: closely where Home Assistant repeats a start."""
        now = start
        while now < end:
            step = 10 * MINUTE
            if quick:
                step = MINUTE if now < start + 10 * MINUTE else 2 * MINUTE
            now = max(now + step, dt_util.utcnow())
            await self.advance(now)

    async def _until_back(self, entry: MockConfigEntry) -> float | None:
        """Return after how many minutes all is well, None if it is not in time."""
        ended = dt_util.utcnow()
        flows = self.hass.config_entries.flow.async_progress()
        if any(it["context"].get("entry_id") == entry.entry_id for it in flows):
            # Only the user can end this: the same credentials are entered again.
            await async_accept_credentials(self.hass, entry.data)
            await self.hass.config_entries.async_reload(entry.entry_id)
            await self.hass.async_block_till_done(wait_background_tasks=True)
        if wait := _asked_pause(entry):
            # What the provider has asked for is kept, and only then begins an interval.
            ended = max(ended, wait)
            await self.advance(max(dt_util.utcnow(), wait))
        while True:
            now = dt_util.utcnow()
            if _is_well(entry, now):
                return round((now - ended) / MINUTE, 1)
            if now >= ended + INTERVAL:
                return None
            await self.advance(now + 2 * MINUTE)


def _known(entry: MockConfigEntry) -> set[datetime]:
    """Return the starts of the prices or volumes that are known."""
    if entry.state is not ConfigEntryState.LOADED:
        return set()
    runtime = entry.runtime_data
    if runtime.volumes:
        return {slot.start for slot in runtime.volumes.data.slots}
    known = runtime.prices.known
    return {interval.start for interval in known.series} if known else set()


def _asked_pause(entry: MockConfigEntry) -> datetime | None:
    """Return until when a loaded entry waits because the provider wants it to."""
    if entry.state is not ConfigEntryState.LOADED:
        return None
    runtime = entry.runtime_data
    return (runtime.volumes or runtime.prices).asked.attempts.not_before


def _still(starts: set[datetime], now: datetime) -> set[datetime]:
    """Return what is not over."""
    return {start for start in starts if start >= now}


def _is_well(entry: MockConfigEntry, now: datetime) -> bool:
    """Tell whether the entry shows something, and its last question was answered."""
    if entry.state is not ConfigEntryState.LOADED:
        return False
    runtime = entry.runtime_data
    if runtime.volumes:
        return runtime.volumes.last_update_success and (
            runtime.volumes.data.at(now) is not None
        )
    prices = runtime.prices
    return prices.asked.failure is None and prices.next_request(now) > now


def _tracebacks(log: pytest.LogCaptureFixture) -> int:
    """Count what was logged with a traceback, or as an error that nobody caught."""
    return sum(
        record.exc_info is not None or "never retrieved" in record.getMessage()
        for record in log.get_records("call")
        if record.levelno >= logging.INFO
    )
