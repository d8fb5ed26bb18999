"""Runs in Home Assistant: planned at the cheapest time, committed, executed, remembered."""

from datetime import UTC, datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.spot_planner.engine.planning.model import Rule
from custom_components.spot_planner.engine.runs.execution import LEAD
from custom_components.spot_planner.engine.runs.run import RunStatus
from dev.price_server import PriceServer
from dev.price_server.behaviour import Down
from homeassistant.core import HomeAssistant

from ..conftest import NOW, Clock, pass_time, set_up
from . import (
    HEATER,
    MINUTE,
    MORNING,
    NIGHT,
    TWO_HOURS,
    add_switches,
    appliance_entry,
    appliance_id,
    appliance_state,
    capture_switching,
    cheapest_start,
    cost,
    planner_of,
    run_of,
    told,
)


async def test_a_run_takes_place_at_the_cheapest_time_and_ends(
    hass: HomeAssistant, night: MockConfigEntry, advance: Clock
) -> None:
    """A run takes place at the cheapest time and ends."""
    calls = capture_switching(hass)
    series = night.runtime_data.prices.series
    start = cheapest_start(series, NIGHT, MORNING, TWO_HOURS)
    assert run_of(night).start == start
    assert appliance_state(hass, "run_status") == "planned"
    assert appliance_state(hass, "planned_start") == start.isoformat()
    await advance(start - LEAD - MINUTE)
    assert appliance_state(hass, "run_status") == "planned"
    await advance(start - LEAD)
    assert appliance_state(hass, "run_status") == "committed"
    await advance(start - MINUTE)
    assert told(calls) == []
    assert appliance_state(hass, "run", "binary_sensor") == "off"
    await advance(start)
    assert told(calls) == ["turn_on"]
    assert appliance_state(hass, "run", "binary_sensor") == "on"
    assert appliance_state(hass, "run_status") == "running"
    await pass_time(advance, start, start + TWO_HOURS - MINUTE, timedelta(minutes=17))
    assert told(calls) == ["turn_on"]
    await advance(start + TWO_HOURS)
    assert told(calls) == ["turn_on", "turn_off"]
    done = next(it for it in planner_of(night).runs if it.status is RunStatus.DONE)
    assert [(it.start, it.end) for it in done.stretches] == [(start, start + TWO_HOURS)]
    saved = 2 * (cost(series, NIGHT, TWO_HOURS) - cost(series, start, TWO_HOURS))
    assert float(appliance_state(hass, "saved_total")) == pytest.approx(saved, abs=1e-5)


async def test_without_prices_it_runs_in_the_off_peak_hours_and_says_why(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Without prices it runs in the off peak hours and says why."""
    freezer.move_to("2026-04-15T06:00:00+00:00")
    await add_switches(hass, "heater")
    entry = appliance_entry(price_server, heater=HEATER)
    await set_up(hass, entry)
    price_server.control.behave(Down(), times=1000)
    calls = capture_switching(hass)
    clock = datetime(2026, 4, 15, 6, tzinfo=UTC)
    await pass_time(advance, clock, NIGHT, timedelta(minutes=30))
    # The day's prices end at midnight; off-peak is from 22:00 to 6:00.
    run = run_of(entry)
    assert (run.rule, run.start, run.plan) == (Rule.OFF_PEAK, NIGHT, None)
    await pass_time(advance, NIGHT, NIGHT + TWO_HOURS, timedelta(minutes=5))
    assert told(calls) == ["turn_on", "turn_off"]


async def test_prices_that_come_later_replace_the_fallback(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Prices that come later replace the fallback."""
    freezer.move_to("2026-04-15T06:00:00+00:00")
    await add_switches(hass, "heater")
    entry = appliance_entry(price_server, heater=HEATER)
    await set_up(hass, entry)
    assert run_of(entry).rule is Rule.OFF_PEAK
    clock = datetime(2026, 4, 15, 6, tzinfo=UTC)
    await pass_time(advance, clock, clock + timedelta(hours=6), timedelta(minutes=5))
    run = run_of(entry)
    assert run.rule is Rule.CHEAPEST
    series = entry.runtime_data.prices.series
    assert run.start == cheapest_start(series, NIGHT, MORNING, TWO_HOURS)


async def test_another_duration_is_planned_at_once_and_without_a_reload(
    hass: HomeAssistant, night: MockConfigEntry
) -> None:
    """Another duration is planned at once and without a reload."""
    planner = planner_of(night)
    subentry = night.subentries[appliance_id("heater")]
    hass.config_entries.async_update_subentry(
        night, subentry, data={**subentry.data, "duration": 30}
    )
    await hass.async_block_till_done(wait_background_tasks=True)
    assert planner_of(night) is planner
    run = run_of(night)
    half = timedelta(minutes=30)
    series = night.runtime_data.prices.series
    assert run.start == cheapest_start(series, NIGHT, MORNING, half)
    assert run.end == run.start + half


async def test_a_running_run_does_not_mind_what_changes(
    hass: HomeAssistant, night: MockConfigEntry, advance: Clock
) -> None:
    """A running run does not mind what changes."""
    start = run_of(night).start
    assert start
    await advance(start)
    subentry = night.subentries[appliance_id("heater")]
    hass.config_entries.async_update_subentry(
        night, subentry, data={**subentry.data, "duration": 30}
    )
    await hass.async_block_till_done(wait_background_tasks=True)
    run = run_of(night)
    assert (run.start, run.end) == (start, start + TWO_HOURS)


@pytest.mark.parametrize("heater", [{"schedule": "on_demand"}])
async def test_on_demand_nothing_is_planned_until_it_is_asked_for(
    hass: HomeAssistant, night: MockConfigEntry
) -> None:
    """On demand nothing is planned until it is asked for."""
    assert planner_of(night).runs == ()
    assert appliance_state(hass, "run_status") == "idle"
    run = await planner_of(night).async_request_run(appliance_id("heater"))
    now = datetime.fromisoformat(NOW)
    series = night.runtime_data.prices.series
    assert run.start == cheapest_start(series, now, MORNING, TWO_HOURS)


async def test_a_skipped_run_does_not_come_back(
    hass: HomeAssistant, night: MockConfigEntry, advance: Clock
) -> None:
    """A skipped run does not come back."""
    skipped = await planner_of(night).async_skip_run(appliance_id("heater"))
    assert (skipped.key, skipped.status) == ("2026-04-16", RunStatus.SKIPPED)
    calls = capture_switching(hass)
    await pass_time(
        advance, datetime.fromisoformat(NOW), MORNING, timedelta(minutes=30)
    )
    assert told(calls) == []
    assert appliance_state(hass, "run_status") == "planned"


async def test_another_time_zone_of_the_home_moves_the_day_of_a_planned_run(
    hass: HomeAssistant, night: MockConfigEntry
) -> None:
    """Another time zone of the home moves the day of a planned run."""
    await hass.config.async_update(time_zone="Europe/Helsinki")
    await hass.async_block_till_done(wait_background_tasks=True)
    run = run_of(night)
    assert run.earliest == NIGHT - timedelta(hours=1)
    assert run.latest_end == MORNING - timedelta(hours=1)


async def test_removing_the_entry_leaves_nothing_behind(
    hass: HomeAssistant, night: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    """Removing the entry leaves nothing behind."""
    key = f"spot_planner.{night.entry_id}.runs"
    await hass.async_block_till_done(wait_background_tasks=True)
    assert key in hass_storage
    await hass.config_entries.async_remove(night.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert key not in hass_storage
