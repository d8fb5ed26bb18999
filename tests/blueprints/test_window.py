"""Test the blueprint that keeps something on during the cheapest window."""

from datetime import datetime

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
)

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

from ..appliances import add_switches, turn
from ..conftest import ENTRY_ID, Clock, entity_id, set_up, state
from .automation import EVENING, MINUTE, Automate, not_running, say, words

HEATER = "input_boolean.heater"


@pytest.fixture
async def heater(hass: HomeAssistant) -> str:
    """Add something to turn on and off."""
    assert await async_setup_component(hass, "homeassistant", {})
    await add_switches(hass, "heater")
    return HEATER


def is_on(hass: HomeAssistant) -> bool:
    """Tell whether the heater is on."""
    return hass.states.is_state(HEATER, "on")


@pytest.fixture
async def window(
    hass: HomeAssistant,
    paris: None,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> list[datetime]:
    """Return the start and the end of the cheapest window; none follows at once."""
    freezer.move_to(EVENING)
    await set_up(hass, entry)
    keys = ("cheapest_window_start", "cheapest_window_end")
    return [datetime.fromisoformat(state(hass, key)) for key in keys]


async def make(hass: HomeAssistant, automate: Automate) -> None:
    """Make the automation."""
    await automate(
        "cheapest_window_start",
        window=entity_id(hass, "binary_sensor", "cheapest_window"),
        target={"entity_id": HEATER},
        start_actions=say("begun"),
        end_actions=say("ended"),
    )


async def test_window(
    hass: HomeAssistant,
    heater: str,
    window: list[datetime],
    automate: Automate,
    advance: Clock,
) -> None:
    """It is on from the start of the window to its end, and not otherwise."""
    start, end = window
    heard = async_capture_events(hass, "said")
    await make(hass, automate)
    seen = []
    for moment in (start - MINUTE, start, end - MINUTE, end, end + 60 * MINUTE):
        await advance(moment)
        seen.append(is_on(hass))
    assert seen == [False, True, True, False, False]
    assert words(heard) == ["begun", "ended"]


async def test_by_hand(
    hass: HomeAssistant,
    heater: str,
    window: list[datetime],
    automate: Automate,
    advance: Clock,
) -> None:
    """Who turns it off during the window has the last word."""
    await make(hass, automate)
    await advance(window[0])
    await turn(hass, HEATER, "off")
    await advance(window[0] + 15 * MINUTE)
    assert not is_on(hass)


@pytest.mark.parametrize("is_within", [True, False])
async def test_restart(
    hass: HomeAssistant,
    heater: str,
    window: list[datetime],
    automate: Automate,
    advance: Clock,
    is_within: bool,
) -> None:
    """A window that began or ended while Home Assistant was down counts."""
    await turn(hass, HEATER, "off" if is_within else "on")
    not_running(hass)
    await advance(window[0] + MINUTE if is_within else window[1] + 180 * MINUTE)
    await make(hass, automate)
    assert is_on(hass) is not is_within
    await hass.async_start()
    await hass.async_block_till_done()
    assert is_on(hass) is is_within


async def test_without_prices(
    hass: HomeAssistant,
    heater: str,
    window: list[datetime],
    automate: Automate,
    advance: Clock,
) -> None:
    """A short gap changes nothing; without prices for long, it is turned off."""
    await make(hass, automate)
    await advance(window[0])
    await hass.config_entries.async_reload(ENTRY_ID)
    await hass.async_block_till_done()
    assert is_on(hass)
    await hass.config_entries.async_unload(ENTRY_ID)
    await hass.async_block_till_done()
    await advance(window[0] + 9 * MINUTE)
    assert is_on(hass)
    await advance(window[0] + 10 * MINUTE)
    assert not is_on(hass)
