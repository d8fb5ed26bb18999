"""Test what is told as events: new prices, another level, and runs."""

from datetime import datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
)

from custom_components.spot_planner.engine.prices import Prices
from custom_components.spot_planner.engine.series import (
    Level,
    PriceInterval,
    PriceSeries,
)
from dev.price_server import Down, PriceServer
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import HomeAssistant, State
from homeassistant.util import dt as dt_util

from .conftest import DUE, Clock, entity_id, set_up, state
from .planned import START, dishwasher, dishwasher_id, entry_with_dishwasher

HOUR = timedelta(hours=1)


@pytest.fixture
def entry(price_server: PriceServer, options: dict[str, Any]) -> MockConfigEntry:
    """Return an entry with a dishwasher."""
    return entry_with_dishwasher(price_server, options)


def prices_event(hass: HomeAssistant) -> State:
    """Return the last event of the prices."""
    found = hass.states.get(entity_id(hass, "event", "prices"))
    assert found
    return found


def told(events: list[Any], entity: str) -> list[dict[str, Any]]:
    """Return the events that an entity has told, one after the other."""
    return [
        dict(it.data["new_state"].attributes)
        for it in events
        if it.data["entity_id"] == entity
    ]


async def test_nothing_is_told_at_start(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Take what is known at first as no news."""
    shown = prices_event(hass)
    assert shown.state == "unknown"
    assert shown.attributes["event_types"] == ["prices_published", "level_changed"]


async def test_new_prices_are_told_once(
    hass: HomeAssistant, morning: MockConfigEntry, advance: Clock
) -> None:
    """Tell how far the prices reach when tomorrow is published."""
    events = async_capture_events(hass, EVENT_STATE_CHANGED)
    await advance(DUE)
    await advance(DUE + timedelta(minutes=1))
    published = [
        it
        for it in told(events, entity_id(hass, "event", "prices"))
        if it["event_type"] == "prices_published"
    ]
    assert [it["known_until"] for it in published] == ["2026-04-17T00:00:00+02:00"]


async def test_a_restart_tells_nothing(
    hass: HomeAssistant, morning: MockConfigEntry, advance: Clock
) -> None:
    """Keep the last event, and add none for what was known before."""
    await advance(DUE)
    before = prices_event(hass)
    await hass.config_entries.async_reload(morning.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert prices_event(hass).state == before.state
    assert prices_event(hass).attributes == before.attributes


async def test_each_change_of_the_level_is_told(
    hass: HomeAssistant, loaded: MockConfigEntry, advance: Clock
) -> None:
    """Tell the level, the one before, and the price that goes with it."""
    events = async_capture_events(hass, EVENT_STATE_CHANGED)
    expected = []
    level = state(hass, "price_level")
    for slot in range(1, 40):
        await advance(START + slot * timedelta(minutes=15))
        if (now := state(hass, "price_level")) != level:
            price = float(state(hass, "current_price"))
            expected.append((level, now, pytest.approx(price, abs=1e-5)))
            level = now
    changes = told(events, entity_id(hass, "event", "prices"))
    assert all(it["event_type"] == "level_changed" for it in changes)
    found = [(it["previous"], it["level"], it["price"]) for it in changes]
    assert found == expected
    assert {level for *levels, _ in expected for level in levels} == set(Level)


@pytest.mark.parametrize(
    "options",
    [{"level_method": "fixed", "level_green_below": 0.1, "level_red_above": 0.2}],
)
async def test_a_gap_is_no_level(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Compare with the last level that was known, and stay available meanwhile."""
    price_server.control.behave(Down())
    coordinator = loaded.runtime_data.prices
    begin = datetime.fromisoformat("2026-04-17T00:00:00+00:00")
    prices = [
        PriceInterval(begin + i * HOUR, begin + (i + 1) * HOUR, price)
        for i, price in ((0, 0.3), (2, 0.3), (4, 0.05))
    ]
    coordinator._learn(Prices(PriceSeries("EUR", tuple(prices))), dt_util.utcnow())
    events = async_capture_events(hass, EVENT_STATE_CHANGED)
    for hour in range(5):
        await advance(begin + hour * HOUR)
        assert prices_event(hass).state != "unavailable"
    changes = [
        (it["previous"], it["level"])
        for it in told(events, entity_id(hass, "event", "prices"))
        if it["event_type"] == "level_changed"
    ]
    assert changes[-1] == ("red", "green")
    assert ("red", "red") not in changes


async def test_a_run_that_starts_is_told(
    hass: HomeAssistant, loaded: MockConfigEntry, advance: Clock
) -> None:
    """Tell when it starts and ends, and why."""
    await advance("2026-04-15T18:30:00+00:00")
    events = async_capture_events(hass, EVENT_STATE_CHANGED)
    await hass.services.async_call(
        "button",
        "press",
        {"entity_id": dishwasher_id(hass, "button", "start_now")},
        blocking=True,
    )
    (attributes,) = (
        it
        for it in told(events, dishwasher_id(hass, "event", "run"))
        if it["event_type"] == "run_started"
    )
    assert attributes.pop("event_types") == [
        "run_started",
        "run_finished",
        "run_failed",
        "run_missed",
        "plan_changed",
    ]
    del attributes["friendly_name"]
    assert attributes == {
        "event_type": "run_started",
        "start": "2026-04-15T20:30:00+02:00",
        "end": "2026-04-15T22:30:00+02:00",
        "cost": None,
        "rule": "by_hand",
        "problem": None,
    }


async def test_a_new_plan_is_told_with_its_cost(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    paris: None,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Tell the time and the price of tonight's run."""
    freezer.move_to(START)
    events = async_capture_events(hass, EVENT_STATE_CHANGED)
    await set_up(hass, entry)
    attributes = next(
        it
        for it in told(events, dishwasher_id(hass, "event", "run"))
        if it["event_type"] == "plan_changed"
    )
    start = dishwasher(hass, "sensor", "planned_start").state
    assert datetime.fromisoformat(attributes["start"]) == datetime.fromisoformat(start)
    cost = float(dishwasher(hass, "sensor", "planned_cost").state)
    assert attributes["cost"] == pytest.approx(cost, abs=1e-5)
    assert attributes["rule"] == "cheapest"
