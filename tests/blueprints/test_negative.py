"""Test the blueprint that runs actions while the price is negative."""

from datetime import datetime

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from dev.price_server import PriceServer
from homeassistant.core import HomeAssistant

from ..conftest import ENTRY_ID, Clock, entity_id, set_up
from ..entries import make_entry
from .automation import MINUTE, Automate, intervals, not_running, say, words


@pytest.fixture
async def negative(
    hass: HomeAssistant,
    paris: None,
    price_server: PriceServer,
    freezer: FrozenDateTimeFactory,
) -> list[datetime]:
    """Return when the price becomes negative, and when it no longer is."""
    freezer.move_to("2026-04-19T04:00:00+00:00")
    data = {"lookup": "region", "region": "DK1"}
    await set_up(hass, make_entry("minstroem", price_server, **data))
    found = [it for it in await intervals(hass) if it["price"] < 0]
    return [
        datetime.fromisoformat(found[at][key])
        for at, key in ((0, "start"), (-1, "end"))
    ]


async def make(hass: HomeAssistant, automate: Automate) -> None:
    """Make the automation."""
    await automate(
        "negative_price",
        negative=entity_id(hass, "binary_sensor", "negative_price"),
        start_actions=say("paid"),
        end_actions=say("over"),
    )


async def test_negative(
    hass: HomeAssistant,
    negative: list[datetime],
    automate: Automate,
    advance: Clock,
) -> None:
    """Something happens at both ends of the time, and nothing in between."""
    heard = async_capture_events(hass, "said")
    await make(hass, automate)
    start, end = negative
    seen = []
    for moment in (start - MINUTE, start, end - MINUTE, end, end + 60 * MINUTE):
        await advance(moment)
        seen.append(words(heard))
    assert seen == [[], ["paid"], ["paid"], ["paid", "over"], ["paid", "over"]]


@pytest.mark.parametrize(("at", "said"), [(0, "paid"), (1, "over")])
async def test_restart(
    hass: HomeAssistant,
    negative: list[datetime],
    automate: Automate,
    advance: Clock,
    at: int,
    said: str,
) -> None:
    """After a restart, what fits is done."""
    heard = async_capture_events(hass, "said")
    not_running(hass)
    await advance(negative[at] + MINUTE)
    await make(hass, automate)
    assert words(heard) == []
    await hass.async_start()
    await hass.async_block_till_done()
    assert words(heard) == [said]


async def test_without_prices(
    hass: HomeAssistant,
    negative: list[datetime],
    automate: Automate,
    advance: Clock,
) -> None:
    """Without prices for long, nothing goes on as if they were negative."""
    heard = async_capture_events(hass, "said")
    await make(hass, automate)
    await advance(negative[0])
    await hass.config_entries.async_unload(ENTRY_ID)
    await hass.async_block_till_done()
    await advance(negative[0] + 10 * MINUTE)
    assert words(heard) == ["paid", "over"]
