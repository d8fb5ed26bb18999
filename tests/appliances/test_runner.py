"""Runs in Home Assistant: started, seen to run, stopped, made up, and left to hands."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.spot_planner.engine.planning.model import Rule
from custom_components.spot_planner.engine.runs.run import RunStatus
from homeassistant.core import HomeAssistant

from ..conftest import NOW, Clock, pass_time
from ..shown import issues
from . import (
    MINUTE,
    MORNING,
    NIGHT,
    SWITCH,
    TWO_HOURS,
    appliance_id,
    appliance_state,
    capture_switching,
    cheapest_start,
    planner_of,
    run_of,
    told,
    turn,
)


@pytest.mark.parametrize("heater", [{"automatic": False}])
async def test_before_the_user_hands_over_nothing_is_switched(
    hass: HomeAssistant, night: MockConfigEntry, advance: Clock
) -> None:
    """Before the user hands over nothing is switched."""
    calls = capture_switching(hass)
    start = run_of(night).start
    assert start
    await advance(start)
    assert appliance_state(hass, "run", "binary_sensor") == "on"
    await pass_time(advance, start, MORNING, timedelta(minutes=30))
    assert told(calls) == []
    ended = [it.status for it in planner_of(night).runs if not it.is_open]
    assert ended == [RunStatus.MISSED]


async def test_a_restart_during_a_run_neither_ends_nor_repeats_it(
    hass: HomeAssistant, night: MockConfigEntry, advance: Clock
) -> None:
    """A restart during a run neither ends nor repeats it."""
    start = run_of(night).start
    assert start
    await advance(start)
    calls = capture_switching(hass)
    await hass.config_entries.async_unload(night.entry_id)
    await advance(start + timedelta(minutes=40))
    await hass.config_entries.async_setup(night.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert run_of(night).status is RunStatus.RUNNING
    assert told(calls) == []
    await advance(start + TWO_HOURS)
    assert told(calls) == ["turn_off"]


async def test_what_was_off_after_a_restart_is_turned_on_again(
    hass: HomeAssistant, night: MockConfigEntry, advance: Clock
) -> None:
    """What was off after a restart is turned on again."""
    start = run_of(night).start
    assert start
    await advance(start)
    await hass.config_entries.async_unload(night.entry_id)
    await turn(hass, SWITCH, "off")
    calls = capture_switching(hass)
    await advance(start + timedelta(minutes=40))
    await hass.config_entries.async_setup(night.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert told(calls) == ["turn_on"]
    # The forty minutes are made up.
    run = run_of(night)
    assert run.end == min(start + TWO_HOURS + timedelta(minutes=40), MORNING)


@pytest.mark.parametrize("heater", [{"ready_by": "12:00:00"}])
async def test_a_missed_run_is_made_up_before_its_deadline(
    hass: HomeAssistant, night: MockConfigEntry, advance: Clock
) -> None:
    """A missed run is made up before its deadline."""
    start = run_of(night).start
    assert start
    await hass.config_entries.async_unload(night.entry_id)
    calls = capture_switching(hass)
    back = start + timedelta(minutes=50)
    await advance(back)
    await hass.config_entries.async_setup(night.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    run = run_of(night)
    deadline = datetime(2026, 4, 16, 10, tzinfo=UTC)
    series = night.runtime_data.prices.series
    assert run.start == cheapest_start(series, back, deadline, TWO_HOURS)
    await pass_time(advance, back, deadline, timedelta(minutes=5))
    assert told(calls) == ["turn_on", "turn_off"]


async def test_a_run_that_cannot_be_made_up_is_reported_missed(
    hass: HomeAssistant, night: MockConfigEntry, advance: Clock
) -> None:
    """A run that cannot be made up is reported missed."""
    await hass.config_entries.async_unload(night.entry_id)
    calls = capture_switching(hass)
    await advance(MORNING - TWO_HOURS + MINUTE)
    await hass.config_entries.async_setup(night.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    missed = [it.key for it in planner_of(night).runs if it.status is RunStatus.MISSED]
    assert missed == ["2026-04-16"]
    assert told(calls) == []


async def test_a_run_that_was_due_while_home_assistant_was_off_for_days_is_missed(
    hass: HomeAssistant, night: MockConfigEntry, advance: Clock
) -> None:
    """A run that was due while Home Assistant was off for days is missed."""
    await hass.config_entries.async_unload(night.entry_id)
    await advance("2026-04-17T12:00:00+00:00")
    await hass.config_entries.async_setup(night.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    missed = [it.key for it in planner_of(night).runs if it.status is RunStatus.MISSED]
    assert missed == ["2026-04-16", "2026-04-17"]


async def test_turned_off_by_hand_it_stays_off_until_the_run_ends(
    hass: HomeAssistant, night: MockConfigEntry, advance: Clock
) -> None:
    """Turned off by hand it stays off until the run ends."""
    start = run_of(night).start
    assert start
    await advance(start)
    calls = capture_switching(hass)
    await advance(start + timedelta(minutes=30))
    await turn(hass, SWITCH, "off")
    await pass_time(advance, start, start + TWO_HOURS + MINUTE, timedelta(minutes=10))
    assert told(calls) == ["turn_off"]
    runs = {it.key: it for it in planner_of(night).runs}
    assert runs["2026-04-16"].status is RunStatus.SKIPPED


async def test_turned_on_by_hand_in_its_time_the_run_is_the_users(
    hass: HomeAssistant, night: MockConfigEntry, advance: Clock
) -> None:
    """Turned on by hand in its time the run is the user's."""
    await advance(NIGHT + MINUTE)
    await turn(hass, SWITCH, "on")
    run = run_of(night)
    assert (run.by_hand, run.status, run.rule) == (
        True,
        RunStatus.RUNNING,
        Rule.BY_HAND,
    )
    calls = capture_switching(hass)
    await pass_time(advance, NIGHT, MORNING, timedelta(minutes=10))
    assert told(calls) == []
    runs = {it.key: it for it in planner_of(night).runs}
    assert runs["2026-04-16"].status is RunStatus.DONE


async def test_an_appliance_that_does_not_start_is_told_three_times_then_reported(
    hass: HomeAssistant, night: MockConfigEntry, advance: Clock
) -> None:
    """An appliance that does not start is told three times then reported."""
    start = run_of(night).start
    assert start
    hass.services.async_remove("input_boolean", "turn_on")
    calls: list[Any] = []
    hass.services.async_register("input_boolean", "turn_on", calls.append)
    await advance(start)
    for _ in range(20):
        start += MINUTE
        await advance(start)
    assert len(calls) == 3
    runs = {it.key: it for it in planner_of(night).runs}
    failed = runs["2026-04-16"]
    assert (failed.status, failed.problem) == (RunStatus.FAILED, "not_started")
    assert list(issues(hass)) == [f"run_not_started_{appliance_id('heater')}"]


async def test_a_leap_of_the_clock_over_the_start_loses_nothing(
    hass: HomeAssistant, night: MockConfigEntry, advance: Clock
) -> None:
    """A leap of the clock over the start loses nothing."""
    start = run_of(night).start
    assert start
    calls = capture_switching(hass)
    await advance(start - MINUTE)
    await advance(start + timedelta(minutes=12))
    assert told(calls) == ["turn_on"]
    await advance(start + timedelta(minutes=2))
    await advance(start - timedelta(minutes=30))
    assert told(calls) == ["turn_on"]
    assert run_of(night).status is RunStatus.RUNNING


async def test_start_now_begins_at_once_even_before_the_user_has_handed_over(
    hass: HomeAssistant, night: MockConfigEntry, advance: Clock
) -> None:
    """Start now begins at once even before the user has handed over."""
    calls = capture_switching(hass)
    now = datetime.fromisoformat(NOW)
    await planner_of(night).async_start_now(appliance_id("heater"))
    await hass.async_block_till_done(wait_background_tasks=True)
    assert told(calls) == ["turn_on"]
    await advance(now + TWO_HOURS)
    assert told(calls) == ["turn_on", "turn_off"]
    # The run of the night is another one.
    following = planner_of(night).view(appliance_id("heater")).next_run
    assert following and following.key == "2026-04-16"
