"""Fixtures that many tests share."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import datetime, timedelta
import logging
from types import ModuleType
from typing import Any
from unittest.mock import PropertyMock, patch

import freezegun.api
from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

# Home Assistant puts its own test configuration first on the path, and would find no
# integration of ours there unless it is imported already.
import custom_components.spot_planner
from custom_components.spot_planner.engine.publication import spread
from dev.price_server import PriceServer
from dev.price_server.credentials import SECRETS
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from .appliances import HEATER, add_switches, appliance_entry
from .names import ENTRY_ID
from .stored import files_in_memory

DOMAIN = custom_components.spot_planner.DOMAIN

# A Wednesday in spring, in summer time, after the publication of the next day.
NOW = "2026-04-15T12:00:00+00:00"

MORNING = "2026-04-15T06:00:00+00:00"
# 13:00 in Paris, and this installation's own moment after it.
PUBLISHED = datetime.fromisoformat("2026-04-15T11:00:00+00:00")
DUE = PUBLISHED + spread(ENTRY_ID)


def _names_of(module: ModuleType) -> str:
    return f"{id(module)}-{len(getattr(module, '__dict__', ()))}"


# Each time that a clock is stopped, freezegun looks whether a module has got other
# names, and hashes them all. How many they are tells as much, in a tenth of the time.
freezegun.api._get_module_attributes_hash = _names_of


@pytest.fixture(autouse=True)
def enable_event_loop_debug() -> None:
    """Leave asyncio's debug mode, which takes as long as the rest, to --slow."""


@pytest.fixture(autouse=True)
def our_integration(request: pytest.FixtureRequest) -> None:
    """Let Home Assistant load the integration; a recorder has to come before it."""
    if "hass" not in request.fixturenames:
        return
    if "recorder_mock" in request.fixturenames:
        request.getfixturevalue("recorder_mock")
    request.getfixturevalue("enable_custom_integrations")


@pytest.fixture(autouse=True)
def stored_in_memory(request: pytest.FixtureRequest) -> Iterator[None]:
    """Keep our files where Home Assistant's tests keep those of its own stores."""
    if "hass" not in request.fixturenames:
        yield
        return
    with files_in_memory(request.getfixturevalue("hass_storage")):
        yield


@pytest.fixture
def caplog(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Capture all that we log, and of Home Assistant what a home would log."""
    caplog.set_level(logging.WARNING, "homeassistant")
    # The line above has let the handler itself miss what is ours.
    caplog.handler.setLevel(logging.DEBUG)
    return caplog


@pytest.fixture(autouse=True)
def no_secret_in_the_log(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Let no test pass that has written a credential into the log."""
    yield
    logged = "\n".join(
        record.getMessage() + (record.exc_text or "")
        for phase in ("setup", "call", "teardown")
        for record in caplog.get_records(phase)
    )
    assert not [secret for secret in SECRETS if secret in logged]


@pytest.fixture
def entity_registry_enabled_by_default() -> Iterator[None]:
    """Switch on also the entities that are off by default."""
    with patch(
        "homeassistant.helpers.entity.Entity.entity_registry_enabled_default",
        new_callable=PropertyMock,
        return_value=True,
    ):
        yield


@pytest.fixture
def without_entities() -> Iterator[None]:
    """Set up no platform, where nobody looks at an entity."""
    with patch("custom_components.spot_planner.PLATFORMS", []):
        yield


@pytest.fixture
async def paris(hass: HomeAssistant) -> None:
    """Put the home into France."""
    await hass.config.async_set_time_zone("Europe/Paris")


@pytest.fixture
async def price_server(socket_enabled: None) -> AsyncIterator[PriceServer]:
    """Run a price server that tells the same time as the test."""
    async with PriceServer() as server:
        yield server


@pytest.fixture
def options() -> dict[str, Any]:
    """Return the options of the entry; a test overrides what it is about."""
    return {}


@pytest.fixture
def entry(price_server: PriceServer, options: dict[str, Any]) -> MockConfigEntry:
    """Return an entry that asks the local price server."""
    return MockConfigEntry(
        domain=DOMAIN,
        entry_id=ENTRY_ID,
        title="Sobry",
        data={"provider": "sobry", "base_url": price_server.url},
        options=options,
    )


@pytest.fixture
async def loaded(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
) -> MockConfigEntry:
    """Return the entry, set up at NOW."""
    freezer.move_to(NOW)
    await set_up(hass, entry)
    return entry


async def set_up(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Set up an entry and wait until it is quiet."""
    if entry.entry_id not in {e.entry_id for e in hass.config_entries.async_entries()}:
        entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)


def entity_id(hass: HomeAssistant, platform: str, key: str) -> str:
    """Return the id of an entity of the entry by the key that the contract names."""
    found = er.async_get(hass).async_get_entity_id(
        platform, DOMAIN, f"{ENTRY_ID}_{key}"
    )
    assert found, f"there is no {platform} {key}"
    return found


def state(hass: HomeAssistant, key: str, platform: str = "sensor") -> str:
    """Return the state of an entity of the entry."""
    found = hass.states.get(entity_id(hass, platform, key))
    assert found, f"{key} has no state"
    return found.state


# How many days a provider is watched for: some each time, and a week at night.
DAYS = [2, pytest.param(7, marks=pytest.mark.slow)]

type Clock = Callable[[str | datetime], Awaitable[None]]


@pytest.fixture
def advance(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> Clock:
    """Return a function that moves the clock and lets everything due happen."""

    async def move(moment: str | datetime) -> None:
        freezer.move_to(moment)
        async_fire_time_changed(hass)
        await hass.async_block_till_done(wait_background_tasks=True)

    return move


async def pass_time(
    advance: Clock, start: datetime, end: datetime, step: timedelta
) -> None:
    """Let the clock run from one moment to another."""
    while start < end:
        start = min(start + step, end)
        await advance(start)


@pytest.fixture
async def morning(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
) -> MockConfigEntry:
    """Return the entry, set up before the publication of the next day."""
    freezer.move_to(MORNING)
    await set_up(hass, entry)
    return entry


@pytest.fixture
def heater() -> dict[str, Any]:
    """Return the settings of the heater; a test overrides what it is about."""
    return {}


@pytest.fixture
async def night(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    price_server: PriceServer,
    heater: dict[str, Any],
) -> MockConfigEntry:
    """Return an entry with a heater, set up in the afternoon before."""
    freezer.move_to(NOW)
    await add_switches(hass, "heater")
    entry = appliance_entry(price_server, heater={**HEATER, **heater})
    await set_up(hass, entry)
    return entry
