"""What goes wrong around plans: full disks, faults of ours, changes at the wrong moment."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.spot_planner.appliances import plan_inputs
from custom_components.spot_planner.appliances.duty_store import DutyStore
from custom_components.spot_planner.appliances.run_store import RunStore
from custom_components.spot_planner.engine.errors import SeriesError
from custom_components.spot_planner.engine.planning.model import Rule
from custom_components.spot_planner.engine.runs.replan import replan
from custom_components.spot_planner.engine.runs.run import RunStatus
from dev.price_server import PriceServer
from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.helpers import issue_registry as ir

from ..conftest import NOW, Clock, pass_time, set_up
from ..entries import ENTRY_ID
from ..shown import issues
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
    appliance_state,
    capture_switching,
    cheapest_start,
    planner_of,
    run_of,
    told,
    turn,
)

KEY = f"spot_planner.{ENTRY_ID}.runs"

HALF_HOUR = timedelta(minutes=30)


def change(hass: HomeAssistant, entry: MockConfigEntry, name: str, **data: Any) -> None:
    """Change fields of an appliance as its form or its entities do."""
    subentry = entry.subentries[appliance_id(name)]
    hass.config_entries.async_update_subentry(
        entry, subentry, data={**subentry.data, **data}
    )


async def test_what_cannot_be_written_down_is_not_turned_on(
    hass: HomeAssistant, night: MockConfigEntry, advance: Clock
) -> None:
    """After a power cut nobody would turn it off; once there is room, it begins."""
    start = run_of(night).start
    assert start
    calls = capture_switching(hass)
    with patch.object(RunStore, "async_save", side_effect=OSError("no space left")):
        await advance(start)
        assert ir.async_get(hass).async_get_issue("spot_planner", "not_saved")
    assert told(calls) == []
    await pass_time(advance, start, start + 6 * MINUTE, MINUTE)
    assert told(calls) == ["turn_on"]
    assert not ir.async_get(hass).async_get_issue("spot_planner", "not_saved")


async def test_a_full_disk_keeps_nothing_on(
    hass: HomeAssistant, night: MockConfigEntry, advance: Clock
) -> None:
    """What was begun before is turned off, whether that can be written down or not."""
    start = run_of(night).start
    assert start
    await advance(start)
    calls = capture_switching(hass)
    full = OSError("no space left")
    with (
        patch.object(RunStore, "async_save", side_effect=full),
        patch.object(DutyStore, "async_save", side_effect=full),
    ):
        await advance(start + TWO_HOURS)
    assert told(calls) == ["turn_off"]
    # There is room again, and all is written down before the home stops.
    await advance(start + TWO_HOURS + MINUTE)


async def test_a_fault_in_the_search_for_cheap_hours_leaves_no_home_cold(
    hass: HomeAssistant, night: MockConfigEntry, caplog: pytest.LogCaptureFixture
) -> None:
    """Runs get the times that need no prices, and the log says so once."""

    def broken(runs: Any, appliances: Any, where: Any) -> Any:
        if where.prices is not None:
            raise ZeroDivisionError
        return replan(runs, appliances, where)

    with patch.object(plan_inputs, "replan", broken):
        change(hass, night, "heater", duration=30)
        await hass.async_block_till_done(wait_background_tasks=True)
    run = run_of(night)
    assert (run.rule, run.start) == (Rule.OFF_PEAK, NIGHT)
    assert caplog.text.count("cannot be planned by prices") == 1


async def test_prices_go_on_when_the_surplus_cannot_be_used(
    hass: HomeAssistant, night: MockConfigEntry, advance: Clock
) -> None:
    """Whatever is wrong with a forecast, the provider is asked again."""
    with patch.object(plan_inputs, "planning_prices", side_effect=SeriesError("SEK")):
        await pass_time(
            advance,
            datetime.fromisoformat(NOW),
            datetime.fromisoformat(NOW) + 26 * 2 * HALF_HOUR,
            HALF_HOUR,
        )
    until = night.runtime_data.prices.data.known_until
    assert until > datetime.fromisoformat(NOW) + timedelta(hours=30)


async def test_what_changes_while_it_is_planned_is_planned_too(
    hass: HomeAssistant, night: MockConfigEntry
) -> None:
    """A plan for half an hour is none for two hours, however late that is known."""
    seen: list[timedelta] = []
    loop = hass.loop

    def slow(runs: Any, appliances: Any, where: Any) -> Any:
        seen.append(appliances[appliance_id("heater")].duration)
        if len(seen) == 1:

            async def edit() -> None:
                change(hass, night, "heater", duration=90)

            hass.add_job(edit)
            asyncio.run_coroutine_threadsafe(asyncio.sleep(0), loop).result()
        return replan(runs, appliances, where)

    changed: list[tuple[Any, Any]] = []
    planner = planner_of(night)
    planner.async_add_event_listener(
        appliance_id("heater"),
        lambda event: changed.append((event.run.start, event.run.end)),
    )
    with patch.object(plan_inputs, "replan", slow):
        change(hass, night, "heater", duration=30)
        await hass.async_block_till_done(wait_background_tasks=True)
    assert seen == [HALF_HOUR, 3 * HALF_HOUR]
    # Nobody has heard of a time for half an hour.
    assert [end - start for start, end in changed] == [3 * HALF_HOUR]


@pytest.mark.parametrize("heater", [{"paused": True}])
async def test_a_paused_run_does_not_move_on_every_minute(
    hass: HomeAssistant, night: MockConfigEntry, advance: Clock
) -> None:
    """While it is paused nothing is planned, told or written; after it, all is."""
    start = run_of(night).start
    assert start
    moves: list[Any] = []
    planner_of(night).async_add_event_listener(appliance_id("heater"), moves.append)
    await advance(start)
    with patch.object(RunStore, "async_save") as save:
        await pass_time(advance, start, start + HALF_HOUR, MINUTE)
    # It is looked at anew once, when the run of the next day comes into sight.
    assert len(moves) <= 1
    assert save.call_count <= 3
    change(hass, night, "heater", paused=False)
    await hass.async_block_till_done(wait_background_tasks=True)
    now = start + HALF_HOUR
    run = run_of(night)
    if now + TWO_HOURS <= MORNING:
        assert run.is_open
        assert run.start
        assert run.start >= now
    else:
        assert run.status is RunStatus.MISSED


async def test_what_is_saved_in_another_currency_is_forgotten(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    price_server: PriceServer,
    hass_storage: dict[str, Any],
) -> None:
    """An entry that has moved to another currency begins to count anew."""
    freezer.move_to(NOW)
    document = {
        "currency": "DKK",
        "saved": {appliance_id("heater"): 120.5},
        "looked_at": {},
        "last": {},
        "runs": [],
    }
    hass_storage[KEY] = {"version": 1, "key": KEY, "data": document}
    await add_switches(hass, "heater")
    await set_up(hass, appliance_entry(price_server, heater=HEATER))
    assert float(appliance_state(hass, "saved_total")) == 0
    assert hass_storage[KEY]["data"]["currency"] == "EUR"


async def test_another_name_does_not_hide_another_time(
    hass: HomeAssistant, night: MockConfigEntry
) -> None:
    """A form that changes the name and the times at once changes the planned run too."""
    subentry = night.subentries[appliance_id("heater")]
    hass.config_entries.async_update_subentry(
        night,
        subentry,
        title="Boiler",
        data={**subentry.data, "earliest_start": "03:00:00"},
    )
    await hass.async_block_till_done(wait_background_tasks=True)
    run = run_of(night)
    assert run.earliest == NIGHT + timedelta(hours=3)
    assert run.start
    assert run.start >= run.earliest


async def test_a_new_place_of_the_home_moves_no_run(
    hass: HomeAssistant, night: MockConfigEntry, advance: Clock
) -> None:
    """A request keeps its deadline as long as the time zone is the same."""
    planner = planner_of(night)
    await advance(NIGHT)
    ready_by = MORNING + 5 * HALF_HOUR
    asked = await planner.async_request_run(appliance_id("heater"), ready_by=ready_by)
    assert asked.key == "2026-04-16"
    await hass.config.async_update(latitude=48.0, longitude=2.0)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert run_of(night).latest_end == ready_by


async def test_a_failure_is_still_told_after_a_restart(
    hass: HomeAssistant, night: MockConfigEntry, advance: Clock
) -> None:
    """What Home Assistant forgets of its repairs at a restart is told anew."""
    start = run_of(night).start
    assert start
    hass.services.async_remove("input_boolean", "turn_on")
    hass.services.async_register("input_boolean", "turn_on", lambda call: None)
    await pass_time(advance, start - MINUTE, start + HALF_HOUR, MINUTE)
    expected = [f"run_not_started_{appliance_id('heater')}"]
    assert list(issues(hass)) == expected
    await hass.config_entries.async_unload(night.entry_id)
    for domain, name in tuple(ir.async_get(hass).issues):
        ir.async_delete_issue(hass, domain, name)
    await set_up(hass, night)
    assert list(issues(hass)) == expected


async def test_nothing_is_done_before_home_assistant_has_started(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    price_server: PriceServer,
) -> None:
    """An automation may ask for a run at once; it is planned once all is there."""
    freezer.move_to(NOW)
    await add_switches(hass, "heater")
    hass.set_state(CoreState.starting)
    entry = appliance_entry(price_server, heater={**HEATER, "schedule": "on_demand"})
    await set_up(hass, entry)
    asked = await planner_of(entry).async_request_run(appliance_id("heater"))
    assert asked.start is None
    hass.set_state(CoreState.running)
    hass.bus.async_fire("homeassistant_started")
    await hass.async_block_till_done(wait_background_tasks=True)
    run = run_of(entry)
    series = entry.runtime_data.prices.series
    now = datetime.fromisoformat(NOW)
    assert run.rule is Rule.CHEAPEST
    assert run.start == cheapest_start(series, now, MORNING, TWO_HOURS)


async def test_a_power_cut_late_in_a_run_does_not_repeat_all_of_it(
    hass: HomeAssistant,
    night: MockConfigEntry,
    advance: Clock,
    hass_storage: dict[str, Any],
) -> None:
    """What has run counts up to a quarter of an hour before the cut."""
    start = run_of(night).start
    assert start
    await pass_time(advance, start - MINUTE, start + 3 * HALF_HOUR, MINUTE)
    left = hass_storage[KEY]
    await hass.config_entries.async_unload(night.entry_id)
    hass_storage[KEY] = left
    await turn(hass, SWITCH, "off")
    back = start + 3 * HALF_HOUR + timedelta(minutes=10)
    await advance(back)
    await set_up(hass, night)
    counted = run_of(night).stretches[0]
    assert counted.start == start
    assert counted.end >= start + 3 * HALF_HOUR - timedelta(minutes=16)


async def test_home_assistant_writes_what_it_has_seen_when_it_stops(
    hass: HomeAssistant,
    night: MockConfigEntry,
    advance: Clock,
    hass_storage: dict[str, Any],
) -> None:
    """After a restart it is known until when somebody has looked."""
    start = run_of(night).start
    assert start
    await advance(start)
    await advance(start + 7 * MINUTE)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
    await hass.async_block_till_done(wait_background_tasks=True)
    looked_at = hass_storage[KEY]["data"]["looked_at"][appliance_id("heater")]
    assert looked_at == (start + 7 * MINUTE).timestamp()


async def test_a_day_writes_little(
    hass: HomeAssistant, night: MockConfigEntry, advance: Clock
) -> None:
    """A memory card does not get a document every minute."""
    now = datetime.fromisoformat(NOW)
    written: list[object] = []
    save: Callable[..., Any] = RunStore.async_save

    async def count(self: RunStore, stored: Any) -> None:
        written.append(stored)
        await save(self, stored)

    with patch.object(RunStore, "async_save", count):
        await pass_time(advance, now, now + timedelta(days=1), MINUTE)
    # Planned, committed, started, seen, every quarter of two hours, stopped, settled.
    assert 5 <= len(written) <= 30


async def test_a_reload_between_the_order_and_the_deed_loses_no_start(
    hass: HomeAssistant, night: MockConfigEntry, advance: Clock
) -> None:
    """What was about to be switched is switched before the entry is gone."""
    start = run_of(night).start
    assert start
    calls = capture_switching(hass)
    gate = asyncio.Event()
    writes: list[object] = []
    save: Callable[..., Any] = RunStore.async_save

    async def slow(self: RunStore, stored: Any) -> None:
        writes.append(stored)
        if len(writes) == 1:
            await gate.wait()
        await save(self, stored)

    with patch.object(RunStore, "async_save", slow):
        moving = hass.async_create_task(advance(start))
        for _ in range(20):
            await asyncio.sleep(0)
        going = hass.async_create_task(hass.config_entries.async_unload(night.entry_id))
        for _ in range(20):
            await asyncio.sleep(0)
        gate.set()
        await going
        moving.cancel()
    assert told(calls) == ["turn_on"]


async def test_a_plan_is_told_with_the_entity_of_its_appliance(
    hass: HomeAssistant, night: MockConfigEntry
) -> None:
    """A run that was asked for at once is heard of at once, though nobody knew it."""
    change(hass, night, "heater", automatic=False)
    await hass.async_block_till_done(wait_background_tasks=True)
    await planner_of(night).async_start_now(appliance_id("heater"))
    await hass.async_block_till_done(wait_background_tasks=True)
    event = appliance_entity(hass, "run", "event")[0]
    state = hass.states.get(event)
    assert state
    assert state.attributes["event_type"] == "run_started"
