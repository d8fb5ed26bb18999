"""Test the blueprint that stops something while the price is red."""

from datetime import datetime

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
)

from homeassistant.core import HomeAssistant

from ..conftest import ENTRY_ID, entity_id, state
from .automation import MINUTE, Automate, intervals, not_running, say, spin, tick, words


@pytest.fixture
async def red(hass: HomeAssistant, loaded: MockConfigEntry) -> list[datetime]:
    """Return when the next red time begins and ends; the price is not red before."""
    assert state(hass, "price_level") != "red"
    levels = {
        datetime.fromisoformat(it["start"]): it["level"]
        for it in await intervals(hass)
        if it["start"] > "2026-04-15T14"
    }
    start = next(moment for moment, level in levels.items() if level == "red")
    end = next(
        moment for moment, level in levels.items() if moment > start and level != "red"
    )
    return [start, end]


async def make(hass: HomeAssistant, automate: Automate, shortest_stop: int) -> None:
    """Make the automation."""
    await automate(
        "stop_when_red",
        level=entity_id(hass, "sensor", "price_level"),
        stop_actions=say("stop"),
        start_actions=say("start"),
        shortest_stop=shortest_stop,
    )


async def test_red(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    red: list[datetime],
    automate: Automate,
) -> None:
    """It stops with red and starts after it, where it was stopped for long enough."""
    heard = async_capture_events(hass, "said")
    await make(hass, automate, 10)
    start, end = red
    seen = []
    for moment in (start - MINUTE, start, end - MINUTE, end, end + 15 * MINUTE):
        await tick(hass, freezer, moment)
        seen.append(words(heard))
    assert seen == [[], ["stop"], ["stop"], ["stop", "start"], ["stop", "start"]]


async def test_shortest_stop(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    red: list[datetime],
    automate: Automate,
) -> None:
    """It stays off until the shortest stop is over, from its beginning on."""
    heard = async_capture_events(hass, "said")
    start, end = red
    length = (end - start) // MINUTE + 5
    await make(hass, automate, length)
    await tick(hass, freezer, start)
    await tick(hass, freezer, end)
    await tick(hass, freezer, end + 4 * MINUTE)
    assert words(heard) == ["stop"]
    await tick(hass, freezer, end + 5 * MINUTE)
    assert words(heard) == ["stop", "start"]


async def test_red_again(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    red: list[datetime],
    automate: Automate,
) -> None:
    """Red again before it has started: it is not started in between."""
    heard = async_capture_events(hass, "said")
    start, end = red
    await make(hass, automate, (end - start) // MINUTE + 5)
    await tick(hass, freezer, start)
    await tick(hass, freezer, end)
    hass.states.async_set(entity_id(hass, "sensor", "price_level"), "red")
    await spin(hass)
    await tick(hass, freezer, end + 5 * MINUTE)
    assert words(heard) == ["stop", "stop"]


async def test_restart_while_red(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    red: list[datetime],
    automate: Automate,
) -> None:
    """Red that began while Home Assistant was down stops it."""
    heard = async_capture_events(hass, "said")
    not_running(hass)
    await tick(hass, freezer, red[0] + MINUTE)
    await make(hass, automate, 10)
    await hass.async_start()
    assert words(heard) == ["stop"]


async def test_restart_after_red(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    red: list[datetime],
    automate: Automate,
) -> None:
    """Red that ended while Home Assistant was down does not keep it stopped.

    It may have been stopped just before, so the whole stop is waited for.
    """
    heard = async_capture_events(hass, "said")
    not_running(hass)
    await tick(hass, freezer, red[1] + MINUTE)
    await make(hass, automate, 10)
    starting = hass.async_create_background_task(hass.async_start(), "start")
    await spin(hass)
    await tick(hass, freezer, red[1] + 10 * MINUTE)
    assert words(heard) == []
    await tick(hass, freezer, red[1] + 11 * MINUTE)
    assert words(heard) == ["start"]
    await starting


async def test_without_prices(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    red: list[datetime],
    automate: Automate,
) -> None:
    """Without prices for long, it does not stay stopped."""
    heard = async_capture_events(hass, "said")
    await make(hass, automate, 10)
    await tick(hass, freezer, red[0])
    await hass.config_entries.async_unload(ENTRY_ID)
    await spin(hass)
    await tick(hass, freezer, red[0] + 9 * MINUTE)
    assert words(heard) == ["stop"]
    await tick(hass, freezer, red[0] + 10 * MINUTE)
    assert words(heard) == ["stop", "start"]
