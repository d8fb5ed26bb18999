"""What goes wrong with switches: odd errors, other names, shared and silent ones."""

import asyncio
from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import voluptuous as vol

from custom_components.spot_planner.engine.runs.run import RunStatus
from dev.price_server import PriceServer
from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.helpers import entity_registry as er

from ..conftest import NOW, Clock, pass_time, set_up
from . import (
    HEATER,
    MINUTE,
    MORNING,
    NIGHT,
    SWITCH,
    TWO_HOURS,
    add_switches,
    appliance_entity,
    appliance_entry,
    appliance_id,
    capture_switching,
    planner_of,
    run_of,
    told,
)

POOL = {**HEATER, "entity": "input_boolean.pool"}


@pytest.fixture
async def two(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    price_server: PriceServer,
) -> MockConfigEntry:
    """Return an entry with a heater and a pool that run at the same time."""
    freezer.move_to(NOW)
    await add_switches(hass, "heater", "pool")
    entry = appliance_entry(price_server, heater=HEATER, pool=POOL)
    await set_up(hass, entry)
    return entry


@pytest.mark.parametrize(
    "error",
    [vol.Invalid("odd data"), TypeError("odd"), TimeoutError(), ConnectionError()],
    ids=lambda it: type(it).__name__,
)
async def test_an_odd_error_of_one_switch_is_no_error_of_another(
    hass: HomeAssistant,
    two: MockConfigEntry,
    advance: Clock,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
) -> None:
    """Other integrations raise anything; the other appliance starts all the same."""
    start = run_of(two).start
    assert start
    assert run_of(two, "pool").start == start
    calls: list[str] = []

    async def turn_on(call: ServiceCall) -> None:
        calls.append(str(call.data["entity_id"]))
        if "heater" in calls[-1]:
            raise error

    hass.services.async_remove("input_boolean", "turn_on")
    hass.services.async_register("input_boolean", "turn_on", turn_on)
    await advance(start)
    assert [it.count("heater") for it in calls] == [1, 0]
    assert "input_boolean.heater could not be told to start" in caplog.text
    await pass_time(advance, start, start + 6 * MINUTE, MINUTE)
    assert sum("heater" in it for it in calls) == 2


async def test_a_switch_that_never_answers_holds_nothing_up(
    hass: HomeAssistant, two: MockConfigEntry, advance: Clock
) -> None:
    """The other appliance starts, though the first call hangs."""
    start = run_of(two).start
    assert start
    stuck = asyncio.Event()
    done: list[str] = []

    async def turn(call: ServiceCall) -> None:
        if "heater" in str(call.data["entity_id"]):
            await stuck.wait()
        done.append(call.service)

    for service in ("turn_on", "turn_off"):
        hass.services.async_remove("input_boolean", service)
        hass.services.async_register("input_boolean", service, turn)
    moving = hass.async_create_background_task(advance(start), "the clock")
    for _ in range(1000):
        await asyncio.sleep(0)
        if done:
            break
    before = list(done)
    stuck.set()
    await moving
    assert before == ["turn_on"]


async def test_a_switch_that_does_not_say_what_it_does_is_switched(
    hass: HomeAssistant, night: MockConfigEntry, advance: Clock
) -> None:
    """Some switches show `unknown` until they are told something for the first time."""
    start = run_of(night).start
    assert start
    hass.states.async_set(SWITCH, "unknown")
    calls = capture_switching(hass)
    await advance(start)
    assert told(calls) == ["turn_on"]


async def test_a_switch_that_is_waited_for_has_started_nothing(
    hass: HomeAssistant, night: MockConfigEntry, advance: Clock
) -> None:
    """Automations hear of a start when it is one."""
    start = run_of(night).start
    assert start
    hass.states.async_set(SWITCH, "unavailable")
    heard: list[str] = []
    planner_of(night).async_add_event_listener(
        appliance_id("heater"), lambda event: heard.append(event.type)
    )
    await pass_time(advance, start - MINUTE, start + 5 * MINUTE, MINUTE)
    assert run_of(night).status is RunStatus.RUNNING
    assert "run_started" not in heard
    hass.states.async_set(SWITCH, "off")
    await advance(start + 6 * MINUTE)
    assert heard[-1] == "run_started"


async def test_a_switch_that_gets_another_id_goes_on(
    hass: HomeAssistant, night: MockConfigEntry, advance: Clock
) -> None:
    """Who renames a plug during a run loses neither the run nor its end."""
    start = run_of(night).start
    assert start
    registry = er.async_get(hass)
    plug = registry.async_get_or_create(
        "switch", "test", "plug", suggested_object_id="plug"
    ).entity_id
    change(hass, night, entity=plug)
    calls: list[tuple[str, str]] = []

    @callback
    def turn(call: ServiceCall) -> None:
        entity = str(call.data["entity_id"])
        calls.append((call.service, entity))
        hass.states.async_set(entity, call.service.removeprefix("turn_"))

    for service in ("turn_on", "turn_off"):
        hass.services.async_register("switch", service, turn)
    hass.states.async_set(plug, "off")
    await advance(start)
    registry.async_update_entity(plug, new_entity_id="switch.boiler")
    hass.states.async_remove(plug)
    hass.states.async_set("switch.boiler", "on")
    await hass.async_block_till_done(wait_background_tasks=True)
    assert subentry(night).data["entity"] == "switch.boiler"
    await advance(start + TWO_HOURS)
    assert calls == [("turn_on", plug), ("turn_off", "switch.boiler")]
    done = next(it for it in planner_of(night).runs if it.key == "2026-04-16")
    assert done.status is RunStatus.DONE
    assert len(done.stretches) == 1


async def test_another_switch_during_a_run_leaves_the_old_one_off(
    hass: HomeAssistant, two: MockConfigEntry, advance: Clock
) -> None:
    """Who moves the heater to another plug finds the old one off, the new one on."""
    change(hass, two, "pool", automatic=False)
    start = run_of(two).start
    assert start
    await advance(start)
    change(hass, two, "heater", entity="input_boolean.pool")
    await hass.async_block_till_done(wait_background_tasks=True)
    on = {it: hass.states.is_state(it, "on") for it in (SWITCH, POOL["entity"])}
    assert on == {SWITCH: False, POOL["entity"]: True}
    await advance(start + TWO_HOURS)
    assert hass.states.is_state(str(POOL["entity"]), "off")


async def test_two_appliances_with_one_switch_are_no_hands_to_each_other(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """A heater that runs twice a night is two appliances with the same switch."""
    freezer.move_to(NOW)
    await add_switches(hass, "heater")
    entry = appliance_entry(
        price_server,
        heater={**HEATER, "duration": 60},
        again={**HEATER, "duration": 60, "never_with": [appliance_id("heater")]},
    )
    await set_up(hass, entry)
    await pass_time(advance, NIGHT - MINUTE, MORNING, MINUTE)
    ended = [it for it in planner_of(entry).runs if it.key == "2026-04-16"]
    assert [(it.status, it.by_hand) for it in ended] == [(RunStatus.DONE, False)] * 2
    assert all(sum_of(it) == 60 * MINUTE for it in ended)


async def test_our_own_entities_as_a_cause_start_nothing_twice(
    hass: HomeAssistant, night: MockConfigEntry, advance: Clock
) -> None:
    """A switch that follows the run's own entity is looked at in the middle of a step."""
    start = run_of(night).start
    assert start
    mirror = "input_boolean.mirror"
    change(hass, night, proof=mirror)
    run = appliance_entity(hass, "run", "binary_sensor")[0]
    calls = capture_switching(hass)

    @callback
    def follow(event: Any) -> None:
        if event.data["entity_id"] == run and event.data["new_state"]:
            hass.states.async_set(mirror, event.data["new_state"].state)

    hass.bus.async_listen("state_changed", follow)
    hass.states.async_set(mirror, "off")
    await pass_time(advance, start - MINUTE, start + TWO_HOURS + MINUTE, MINUTE)
    assert told(calls) == ["turn_on", "turn_off"]


def subentry(entry: MockConfigEntry, name: str = "heater") -> Any:
    """Return what is kept of an appliance."""
    return entry.subentries[appliance_id(name)]


def change(
    hass: HomeAssistant, entry: MockConfigEntry, name: str = "heater", **data: Any
) -> None:
    """Change fields of an appliance as its form or its entities do."""
    known = subentry(entry, name)
    hass.config_entries.async_update_subentry(entry, known, data={**known.data, **data})


def sum_of(run: Any) -> Any:
    """Return how long a run was seen to run."""
    return sum((it.duration for it in run.stretches), timedelta())
