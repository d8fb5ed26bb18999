"""Test the blueprint that has a car charged until it has to be ready."""

from collections.abc import Callable
from datetime import datetime, timedelta

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
)

from dev.price_server import PriceServer
from homeassistant.const import EVENT_CALL_SERVICE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from ..appliances import (
    appliance_entity,
    appliance_entry,
    appliance_state,
    planner_of,
    run_of,
)
from ..conftest import DOMAIN, Clock, set_up
from .automation import EVENING, Automate, intervals, not_running

PLUG = "binary_sensor.plug"
BATTERY = "sensor.battery"


@pytest.fixture
async def charger(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    price_server: PriceServer,
) -> MockConfigEntry:
    """Return an entry with a charger; the car is away, its battery at 40 %."""
    freezer.move_to(EVENING)
    charger = {
        "duration": 60,
        "power": 10.0,
        "schedule": "on_demand",
        "earliest_start": "00:00:00",
        "ready_by": "00:00:00",
    }
    entry = appliance_entry(price_server, charger=charger)
    await set_up(hass, entry)
    hass.states.async_set(PLUG, "off")
    hass.states.async_set(BATTERY, "40")
    return entry


async def make(
    hass: HomeAssistant, automate: Automate, ready_by: str = "07:00:00"
) -> None:
    """Make the automation; the battery takes 2 h from 40 to 80 %."""
    entity = appliance_entity(hass, "run_status", name="charger")[0]
    found = er.async_get(hass).async_get(entity)
    assert found
    await automate(
        "car_ready_by",
        plug=PLUG,
        appliance=found.device_id,
        ready_by=ready_by,
        battery=BATTERY,
        capacity=50,
        target_level=80,
        power=10,
    )


async def plug(hass: HomeAssistant, state: str = "on") -> None:
    """Plug the car in, or unplug it."""
    hass.states.async_set(PLUG, state)
    await hass.async_block_till_done(wait_background_tasks=True)


@pytest.fixture
def asked(hass: HomeAssistant) -> Callable[[], list[str]]:
    """Return what tells which actions of ours were called."""
    calls = async_capture_events(hass, EVENT_CALL_SERVICE)
    return lambda: [
        call.data["service"] for call in calls if call.data["domain"] == DOMAIN
    ]


async def test_plugged_in(
    hass: HomeAssistant, charger: MockConfigEntry, automate: Automate
) -> None:
    """The run is as long as the battery needs, at the cheapest time until 07:00."""
    await make(hass, automate)
    assert planner_of(charger).runs == ()
    await plug(hass)
    assert appliance_state(hass, "run_status", name="charger") == "planned"
    run = run_of(charger, "charger")
    assert run.duration == timedelta(hours=2)
    assert run.latest_end == datetime.fromisoformat("2026-04-16T05:00:00+00:00")
    night = [
        it
        for it in await intervals(hass)
        if "2026-04-15T17:00" <= it["start"] < "2026-04-16T07:00"
    ]
    sums = [
        sum(it["price"] for it in night[at : at + 8]) for at in range(len(night) - 7)
    ]
    best = night[sums.index(min(sums))]["start"]
    assert run.start == datetime.fromisoformat(best)


async def test_unplugged(
    hass: HomeAssistant,
    charger: MockConfigEntry,
    automate: Automate,
    asked: Callable[[], list[str]],
) -> None:
    """The plan is called off; where there is none, nothing is asked for."""
    await make(hass, automate)
    await plug(hass)
    await plug(hass, "off")
    assert appliance_state(hass, "run_status", name="charger") == "skipped"
    await plug(hass, "unavailable")
    await plug(hass, "off")
    assert asked() == ["request_run", "cancel_run"]
    await plug(hass)
    assert appliance_state(hass, "run_status", name="charger") == "planned"


@pytest.mark.parametrize("level", ["80", "93.5"])
async def test_full(
    hass: HomeAssistant,
    charger: MockConfigEntry,
    automate: Automate,
    level: str,
) -> None:
    """A battery that is full enough needs no run."""
    hass.states.async_set(BATTERY, level)
    await make(hass, automate)
    await plug(hass)
    assert planner_of(charger).runs == ()


async def test_unknown_level(
    hass: HomeAssistant, charger: MockConfigEntry, automate: Automate
) -> None:
    """A car that does not tell its level is taken for empty."""
    hass.states.async_set(BATTERY, "unknown")
    await make(hass, automate)
    await plug(hass)
    assert run_of(charger, "charger").duration == timedelta(hours=4)


async def test_little_time(
    hass: HomeAssistant, charger: MockConfigEntry, automate: Automate
) -> None:
    """Where the time is too short, all of it is used."""
    await make(hass, automate, "18:00:00")
    await plug(hass)
    run = run_of(charger, "charger")
    assert run.duration == timedelta(minutes=59)
    assert run.latest_end == datetime.fromisoformat("2026-04-15T16:00:00+00:00")


async def test_restart(
    hass: HomeAssistant, charger: MockConfigEntry, automate: Automate
) -> None:
    """A car that was plugged in while Home Assistant was down is charged too."""
    not_running(hass)
    await plug(hass)
    await make(hass, automate)
    assert planner_of(charger).runs == ()
    await hass.async_start()
    await hass.async_block_till_done(wait_background_tasks=True)
    assert run_of(charger, "charger").duration == timedelta(hours=2)


async def test_charging_already(
    hass: HomeAssistant,
    charger: MockConfigEntry,
    automate: Automate,
    advance: Clock,
    asked: Callable[[], list[str]],
) -> None:
    """A plug that flickers while the car charges changes nothing."""
    await make(hass, automate)
    await plug(hass)
    start = run_of(charger, "charger").start
    assert start
    await advance(start)
    before = run_of(charger, "charger")
    await plug(hass, "unavailable")
    await plug(hass)
    assert run_of(charger, "charger") == before
    assert asked() == ["request_run"]
