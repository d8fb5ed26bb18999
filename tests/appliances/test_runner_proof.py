"""What counts as running: a power, a state, a mode; and what is told when it does not."""

from datetime import timedelta
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.spot_planner.engine.runs.run import Run, RunProblem, RunStatus
from custom_components.spot_planner.issues import async_report_run
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import issue_registry as ir

from ..conftest import Clock, pass_time
from ..shown import issues
from . import (
    MINUTE,
    NIGHT,
    TWO_HOURS,
    appliance_id,
    capture_switching,
    planner_of,
    run_of,
    told,
)

pytestmark = pytest.mark.usefixtures("without_entities")

POWER = "sensor.power"
TANK = "water_heater.tank"


@pytest.mark.parametrize("heater", [{"proof": POWER, "proof_threshold": 50}])
@pytest.mark.parametrize(
    ("shown", "unit", "starts"),
    [
        ("1900", "W", 1),
        ("1.9", "kW", 1),
        ("49", "W", 3),
        ("0.049", "kW", 3),
        # A sensor that says nothing proves nothing, and its switch is on.
        ("unavailable", "W", 1),
        ("much", "W", 1),
    ],
)
async def test_a_power_proves_that_it_runs_from_the_threshold_on(
    hass: HomeAssistant,
    night: MockConfigEntry,
    advance: Clock,
    shown: str,
    unit: str,
    starts: int,
) -> None:
    """What does not take enough power is told three times to start."""
    start = run_of(night).start
    assert start
    calls = capture_switching(hass)
    hass.states.async_set(POWER, "0", {"unit_of_measurement": unit})
    await advance(start)
    hass.states.async_set(POWER, shown, {"unit_of_measurement": unit})
    await pass_time(advance, start, start + 14 * MINUTE, MINUTE)
    assert told(calls) == ["turn_on"] * starts


@pytest.mark.parametrize("heater", [{"proof": POWER}])
@pytest.mark.parametrize(
    ("shown", "attributes"),
    [
        ("nan", {"unit_of_measurement": "W"}),
        ("inf", {"unit_of_measurement": "W"}),
        ("1,9", {"unit_of_measurement": "kW"}),
        ("unknown", {"unit_of_measurement": "W"}),
        ("0.0", {}),
        ("0.0", {"unit_of_measurement": "kWh"}),
        ("idle", {}),
        ("", {}),
    ],
    ids=str,
)
async def test_a_proof_that_says_nothing_lets_no_run_fail(
    hass: HomeAssistant,
    night: MockConfigEntry,
    advance: Clock,
    shown: str,
    attributes: dict[str, Any],
) -> None:
    """A run whose switch was on from start to end is done, and told once each."""
    hass.states.async_set(POWER, shown, attributes)
    start = run_of(night).start
    assert start
    calls = capture_switching(hass)
    await advance(start)
    await pass_time(advance, start, start + TWO_HOURS + MINUTE, MINUTE)
    runs = {it.key: it for it in planner_of(night).runs}
    assert runs["2026-04-16"].status is RunStatus.DONE
    assert runs["2026-04-16"].problem is None
    assert told(calls) == ["turn_on", "turn_off"]
    assert not [it for it in issues(hass) if it.startswith("run_")]


@pytest.mark.parametrize("heater", [{"proof": POWER, "entity": None}])
@pytest.mark.parametrize("shown", ["idle", "0.0", "nan"])
async def test_what_says_nothing_starts_no_run(
    hass: HomeAssistant, night: MockConfigEntry, advance: Clock, shown: str
) -> None:
    """A word that changes is nobody's hand at the machine, and no run that was seen."""
    hass.states.async_set(POWER, "off")
    start = run_of(night).start
    assert start
    await advance(NIGHT)
    hass.states.async_set(POWER, shown)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert run_of(night).start == start
    assert not run_of(night).by_hand
    await advance(start)
    await pass_time(advance, start, start + TWO_HOURS + MINUTE, MINUTE)
    runs = {it.key: it for it in planner_of(night).runs}
    assert runs["2026-04-16"].status is RunStatus.MISSED


@pytest.mark.parametrize("heater", [{"proof": "climate.room"}])
async def test_a_climate_proves_by_what_it_does(
    hass: HomeAssistant, night: MockConfigEntry, advance: Clock
) -> None:
    """A climate that rests does not run, whatever its mode is."""
    hass.states.async_set("climate.room", "heat", {"hvac_action": "idle"})
    start = run_of(night).start
    assert start
    calls = capture_switching(hass)
    await advance(start)
    await pass_time(advance, start, start + 6 * MINUTE, MINUTE)
    assert told(calls) == ["turn_on"] * 2
    hass.states.async_set("climate.room", "heat", {"hvac_action": "heating"})
    await pass_time(advance, start + 6 * MINUTE, start + 3 * TWO_HOURS / 2, MINUTE)
    assert told(calls) == ["turn_on", "turn_on", "turn_off"]
    runs = {it.key: it.status for it in planner_of(night).runs}
    assert runs["2026-04-16"] is RunStatus.DONE


@pytest.mark.parametrize("heater", [{"entity": "media_player.amplifier"}])
async def test_a_media_player_in_standby_is_off(
    hass: HomeAssistant, night: MockConfigEntry, advance: Clock
) -> None:
    """It is told to turn off once, and that has worked."""
    entity = "media_player.amplifier"
    calls: list[str] = []

    async def turn(call: ServiceCall) -> None:
        calls.append(call.service)
        on = call.service == "turn_on"
        hass.states.async_set(entity, "idle" if on else "standby")

    hass.states.async_set(entity, "standby")
    for service in ("turn_on", "turn_off"):
        hass.services.async_register("media_player", service, turn)
    start = run_of(night).start
    assert start
    await advance(start)
    hass.states.async_set(entity, "playing")
    await pass_time(advance, start, start + TWO_HOURS + 20 * MINUTE, MINUTE)
    assert calls == ["turn_on", "turn_off"]
    runs = {it.key: it.status for it in planner_of(night).runs}
    assert runs["2026-04-16"] is RunStatus.DONE


@pytest.mark.parametrize("heater", [{"entity": TANK}])
async def test_any_mode_but_off_is_on(
    hass: HomeAssistant, night: MockConfigEntry, advance: Clock
) -> None:
    """A water heater in a mode of its own runs."""
    calls: list[str] = []

    async def turn(call: ServiceCall) -> None:
        calls.append(call.service)
        hass.states.async_set(TANK, "eco" if call.service == "turn_on" else "off")

    hass.states.async_set(TANK, "off")
    for service in ("turn_on", "turn_off"):
        hass.services.async_register("water_heater", service, turn)
    start = run_of(night).start
    assert start
    await advance(start)
    await pass_time(advance, start, start + TWO_HOURS, timedelta(minutes=10))
    assert calls == ["turn_on", "turn_off"]
    runs = {it.key: it.status for it in planner_of(night).runs}
    assert runs["2026-04-16"] is RunStatus.DONE


@pytest.mark.parametrize(
    "problem", [it for it in RunProblem if it is not RunProblem.NOT_STOPPED]
)
async def test_each_problem_has_a_notice_that_the_next_run_ends(
    hass: HomeAssistant, night: MockConfigEntry, problem: RunProblem
) -> None:
    """It names the appliance, and is an error, for somebody waits for hot water."""
    part = appliance_id("heater")
    run: dict[str, Any] = {
        "appliance": part,
        "key": "2026-04-16",
        "earliest": NIGHT,
        "latest_end": NIGHT + TWO_HOURS,
    }
    failed = Run(status=RunStatus.FAILED, problem=problem, **run)
    async_report_run(hass, night, failed, "Heater")
    ((name, issue),) = issues(hass).items()
    assert name == f"run_{problem}_{part}"
    assert issue.severity is ir.IssueSeverity.ERROR
    assert issue.translation_placeholders == {"entry": "Sobry", "appliance": "Heater"}
    async_report_run(hass, night, Run(status=RunStatus.RUNNING, **run), "Heater")
    assert issues(hass) == {}
