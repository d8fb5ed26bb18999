"""Test what the binary sensors show."""

from datetime import datetime, timedelta

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.spot_planner.engine.planning.windows import (
    Window,
    cheapest_window,
)
from custom_components.spot_planner.engine.prices import Prices
from custom_components.spot_planner.engine.series import PriceInterval, PriceSeries
from dev.price_server import Down, PriceServer
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from .conftest import Clock, set_up, state


def is_on(hass: HomeAssistant, key: str) -> bool:
    """Return whether a binary sensor is on."""
    shown = state(hass, key, "binary_sensor")
    assert shown in ("on", "off")
    return shown == "on"


async def window_of(hass: HomeAssistant) -> tuple[datetime, datetime]:
    """Return the window that the sensors show."""
    return (
        datetime.fromisoformat(state(hass, "cheapest_window_start")),
        datetime.fromisoformat(state(hass, "cheapest_window_end")),
    )


@pytest.mark.parametrize("options", [{"window_duration": 50}])
async def test_the_cheapest_window_is_on_from_its_start_to_its_end(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    advance: Clock,
) -> None:
    """Switch at the minute, also where the window does not begin with a price."""
    freezer.move_to("2026-04-15T16:00:00+00:00")
    await set_up(hass, entry)
    start, end = await window_of(hass)
    best = cheapest_window(
        entry.runtime_data.prices.known.series,
        timedelta(minutes=50),
        earliest=datetime.fromisoformat("2026-04-15T16:00:00+00:00"),
    )
    assert best
    assert (start, end) == (best.start, best.end)
    assert float(state(hass, "cheapest_window_price")) == pytest.approx(
        best.average_price, abs=1e-5
    )
    assert not is_on(hass, "cheapest_window")
    await advance(start - timedelta(seconds=1))
    assert not is_on(hass, "cheapest_window")
    await advance(start)
    assert is_on(hass, "cheapest_window")
    await advance(end - timedelta(seconds=1))
    assert is_on(hass, "cheapest_window")
    assert await window_of(hass) == (start, end)
    await advance(end)
    assert (await window_of(hass))[0] >= end


async def test_a_window_that_has_begun_stays_until_its_end(
    hass: HomeAssistant, loaded: MockConfigEntry, advance: Clock
) -> None:
    """Never move the window of an appliance that was started by it."""
    start, end = await window_of(hass)
    await advance(start)
    minutes = int((end - start) / timedelta(minutes=1))
    for minute in range(0, minutes, 7):
        await advance(start + timedelta(minutes=minute))
        assert await window_of(hass) == (start, end)
        assert is_on(hass, "cheapest_window")


async def test_a_window_that_has_begun_survives_a_restart(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    advance: Clock,
    price_server: PriceServer,
) -> None:
    """Go on with the same window when Home Assistant comes back."""
    start, end = await window_of(hass)
    await advance(start + timedelta(minutes=40))
    await hass.config_entries.async_unload(loaded.entry_id)
    asked = len(price_server.requests)
    await set_up(hass, loaded)
    assert await window_of(hass) == (start, end)
    assert is_on(hass, "cheapest_window")
    assert len(price_server.requests) == asked


async def test_tomorrow_becomes_available_when_it_is_published(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    advance: Clock,
) -> None:
    """Turn on after 13:00 in Paris, and off at midnight."""
    freezer.move_to("2026-04-15T08:00:00+00:00")
    await set_up(hass, entry)
    assert not is_on(hass, "tomorrow_available")
    assert state(hass, "average_price_tomorrow") == "unknown"
    await advance("2026-04-15T11:10:00+00:00")
    assert is_on(hass, "tomorrow_available")
    assert float(state(hass, "average_price_tomorrow")) != 0
    await advance("2026-04-15T22:00:00+00:00")
    assert not is_on(hass, "tomorrow_available")
    assert state(hass, "average_price_tomorrow") == "unknown"


async def test_tomorrow_in_a_home_west_of_the_market(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    advance: Clock,
) -> None:
    """Call tomorrow available although its last hour is the market's day after."""
    await hass.config.async_set_time_zone("Europe/Lisbon")
    freezer.move_to("2026-04-15T08:00:00+00:00")
    await set_up(hass, entry)
    assert not is_on(hass, "tomorrow_available")
    await advance("2026-04-15T11:10:00+00:00")
    assert is_on(hass, "tomorrow_available")


@pytest.mark.parametrize(
    ("price", "expected"), [(-0.00001, True), (0.0, False), (0.2, False)]
)
async def test_a_negative_price_is_below_zero(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    price_server: PriceServer,
    price: float,
    expected: bool,
) -> None:
    """Turn on below zero only; zero is a price like any other."""
    now = dt_util.utcnow()
    price_server.control.behave(Down())
    interval = PriceInterval(now, now + timedelta(hours=1), price)
    loaded.runtime_data.prices._learn(Prices(PriceSeries("EUR", (interval,))), now)
    loaded.runtime_data.prices.start()
    await hass.async_block_till_done(wait_background_tasks=True)
    assert is_on(hass, "negative_price") is expected
    assert float(state(hass, "current_price")) == price


async def test_only_a_window_that_has_begun_is_stored(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Let no window come back after a restart that may have been replaced since."""
    coordinator = loaded.runtime_data.prices
    now = dt_util.utcnow()
    for start, is_kept in ((now, True), (now + timedelta(minutes=1), False)):
        window = Window(start, start + timedelta(hours=2), 0.1)
        coordinator._window = window
        await coordinator._save()
        stored = await coordinator._store.async_load()
        assert stored.window == (window if is_kept else None)


@pytest.mark.parametrize(
    ("zone", "moments"),
    [
        ("Europe/London", {"15T22:30": "on", "15T23:30": "off", "16T06:00": "off"}),
        ("America/New_York", {"15T23:00": "on", "16T03:30": "on", "16T05:00": "off"}),
        ("Europe/Helsinki", {"15T20:30": "on", "15T21:30": "off", "16T06:00": "off"}),
        ("Asia/Tokyo", {"15T14:30": "on", "15T16:00": "off", "15T21:00": "off"}),
    ],
)
async def test_tomorrow_follows_the_midnights_of_the_home(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    advance: Clock,
    zone: str,
    moments: dict[str, str],
) -> None:
    """Know tomorrow until the home's midnight, and nothing of the day after."""
    await hass.config.async_set_time_zone(zone)
    freezer.move_to("2026-04-15T12:00:00+00:00")
    await set_up(hass, entry)
    for moment, expected in moments.items():
        await advance(f"2026-04-{moment}:00+00:00")
        assert state(hass, "tomorrow_available", "binary_sensor") == expected, moment
