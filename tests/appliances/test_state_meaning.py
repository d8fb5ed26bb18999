"""Test what a state means: whether something is on, off, or cannot be told."""

from typing import Any

import pytest

from custom_components.spot_planner.appliances.state_meaning import (
    MOMENTARY,
    PROVING,
    can_prove,
    meaning_of_proof,
    meaning_of_switch,
)
from custom_components.spot_planner.engine.runs.watching import SwitchState as Meaning
from custom_components.spot_planner.flows.appliance_forms import SWITCHABLE
from homeassistant.components.climate.const import HVACMode
from homeassistant.const import UnitOfPower
from homeassistant.core import State

ON, OFF = Meaning.ON, Meaning.OFF
UNKNOWN, UNAVAILABLE = Meaning.UNKNOWN, Meaning.UNAVAILABLE
WATTS = 10


def proof(entity: str, state: str, **attributes: Any) -> Meaning:
    """Return what a proof says, which runs from 10 W on."""
    return meaning_of_proof(State(entity, state, attributes), WATTS)


def power(state: str, unit: str = "W") -> Meaning:
    """Return what a sensor with a unit says."""
    return proof("sensor.x", state, unit_of_measurement=unit)


def switch(entity: str, state: str, **attributes: Any) -> Meaning:
    """Return what something that is switched says."""
    return meaning_of_switch(State(entity, state, attributes))


@pytest.mark.parametrize(
    ("state", "unit", "meaning"),
    [
        ("10", "W", ON),
        ("9.99", "W", OFF),
        ("0", "W", OFF),
        ("-0", "W", OFF),
        ("-2000", "W", OFF),
        (" 12 ", "W", ON),
        ("1e1", "W", ON),
        ("10000", "mW", ON),
        ("9999", "mW", OFF),
        ("0.01", "kW", ON),
        ("0.009", "kW", OFF),
        ("0.00001", "MW", ON),
        ("0.000009", "MW", OFF),
        ("nan", "W", UNKNOWN),
        ("NaN", "kW", UNKNOWN),
        ("inf", "W", UNKNOWN),
        ("-Infinity", "W", UNKNOWN),
        ("1e400", "W", UNKNOWN),
        ("1e308", "TW", UNKNOWN),
        ("1,9", "kW", UNKNOWN),
        ("1.9 kW", "kW", UNKNOWN),
        ("", "W", UNKNOWN),
        ("on", "W", UNKNOWN),
        ("idle", "W", UNKNOWN),
        ("unknown", "W", UNKNOWN),
        ("unavailable", "W", UNAVAILABLE),
    ],
)
def test_a_power_proves_from_the_threshold_on(
    state: str, unit: str, meaning: Meaning
) -> None:
    """A number in a unit of power is on or off; anything else cannot be told."""
    assert power(state, unit) is meaning


@pytest.mark.parametrize("unit", list(UnitOfPower))
def test_every_unit_of_power_is_one(unit: str) -> None:
    """Whatever unit of power Home Assistant converts, it can prove."""
    if unit == "BTU/h" and power("1", unit) is UNKNOWN:
        pytest.skip("this version of Home Assistant does not convert BTU/h")
    assert power("0", unit) is OFF
    assert power("1e18", unit) is ON


@pytest.mark.parametrize(
    "unit", ["VA", "var", "kVA", "kWh", "Wh", "%", "A", "V", "°C", "w", "Watt", "min"]
)
@pytest.mark.parametrize("state", ["0", "0.0", "100", "on", "off"])
def test_another_unit_proves_nothing(state: str, unit: str) -> None:
    """What is measured in another unit is neither on nor off."""
    assert power(state, unit) is UNKNOWN
    assert not can_prove(State("sensor.x", state, {"unit_of_measurement": unit}))


@pytest.mark.parametrize(
    ("state", "attributes", "meaning"),
    [
        ("on", {}, ON),
        ("off", {}, OFF),
        ("On", {}, ON),
        ("OFF", {}, OFF),
        ("idle", {}, UNKNOWN),
        ("running", {}, UNKNOWN),
        ("", {}, UNKNOWN),
        ("0.0", {}, UNKNOWN),
        ("1", {}, UNKNOWN),
        ("nan", {}, UNKNOWN),
        ("0.0", {"unit_of_measurement": None}, UNKNOWN),
        ("0.0", {"unit_of_measurement": ""}, UNKNOWN),
        ("0.0", {"device_class": "power"}, UNKNOWN),
        ("on", {"device_class": "power"}, UNKNOWN),
        ("on", {"device_class": "enum", "options": ["on", "off", "error"]}, ON),
        ("error", {"device_class": "enum", "options": ["on", "off", "error"]}, UNKNOWN),
        ("idle", {"device_class": "enum", "options": ["idle", "run"]}, UNKNOWN),
        ("on", {"options": "on, off"}, ON),
        # What any integration may send, and no list, set or text expects.
        ("1", {"unit_of_measurement": ["W"]}, UNKNOWN),
        ("on", {"device_class": {}}, ON),
        ("on", {"device_class": ["power"]}, UNKNOWN),
    ],
    ids=str,
)
def test_a_sensor_without_unit_is_on_or_off_by_its_word(
    state: str, attributes: dict[str, Any], meaning: Meaning
) -> None:
    """No other word, and no number that could be anything, is taken for on or off."""
    assert proof("sensor.x", state, **attributes) is meaning


@pytest.mark.parametrize(
    "device_class", [None, "power", "running", "heat", "moving", "vibration", "light"]
)
def test_a_binary_sensor_proves(device_class: str | None) -> None:
    """It is on while the appliance runs."""
    assert proof("binary_sensor.x", "on", device_class=device_class) is ON
    assert proof("binary_sensor.x", "off", device_class=device_class) is OFF


@pytest.mark.parametrize(
    "device_class", ["battery", "connectivity", "plug", "problem", "tamper", "update"]
)
@pytest.mark.parametrize("state", ["on", "off"])
def test_a_binary_sensor_of_something_else_proves_nothing(
    state: str, device_class: str
) -> None:
    """A plug that is plugged in, or a device that is reached, need not run."""
    assert proof("binary_sensor.x", state, device_class=device_class) is UNKNOWN


@pytest.mark.parametrize("entity", ["switch.x", "input_boolean.x", "binary_sensor.x"])
def test_an_assumed_state_proves_nothing(entity: str) -> None:
    """Nobody has seen it."""
    assert proof(entity, "on") is ON
    assert proof(entity, "on", assumed_state=True) is UNKNOWN
    assert proof(entity, "off", assumed_state=True) is UNKNOWN
    assert proof(entity, "on", assumed_state=False) is ON


@pytest.mark.parametrize(
    ("action", "meaning"),
    [
        *((it, ON) for it in ("heating", "cooling", "drying", "fan", "preheating")),
        *((it, OFF) for it in ("idle", "off")),
        *((it, UNKNOWN) for it in (None, "", "thinking", ["heating"])),
    ],
    ids=str,
)
def test_a_climate_proves_by_its_action(action: Any, meaning: Meaning) -> None:
    """Its mode is only what it was set to."""
    for mode in ("heat", "auto", "off"):
        assert proof("climate.x", mode, hvac_action=action) is meaning
    assert proof("climate.x", "heat") is UNKNOWN


@pytest.mark.parametrize(
    ("domain", "state"),
    [
        ("vacuum", "cleaning"),
        ("lawn_mower", "mowing"),
        ("valve", "open"),
        ("cover", "open"),
        ("water_heater", "eco"),
        ("media_player", "playing"),
        ("light", "on"),
        ("person", "home"),
    ],
)
def test_other_kinds_prove_nothing(domain: str, state: str) -> None:
    """Whether an appliance runs is not what they tell."""
    assert domain not in PROVING
    assert not can_prove(State(f"{domain}.x", state))
    assert proof(f"{domain}.x", state) is UNKNOWN


@pytest.mark.parametrize("entity", [f"{it}.x" for it in PROVING])
def test_a_proof_that_does_not_answer(entity: str) -> None:
    """It may well be one, and says nothing now."""
    for state, meaning in (("unavailable", UNAVAILABLE), ("unknown", UNKNOWN)):
        assert can_prove(State(entity, state))
        assert proof(entity, state) is meaning


SWITCHED = [it for it in SWITCHABLE if it not in MOMENTARY]
# What the form does not offer means the same.
SWITCHED += ["automation", "group", "remote", "siren"]


@pytest.mark.parametrize("domain", SWITCHED)
def test_what_is_switched_is_on_off_or_unknown(domain: str) -> None:
    """Every kind that the form offers has the same two words, and no others count."""
    entity = f"{domain}.x"
    assert switch(entity, "on") is ON
    assert switch(entity, "off") is OFF
    assert switch(entity, "unavailable") is UNAVAILABLE
    for state in ("unknown", "", "nan", "0.0", "1", "none", "error", "docked"):
        assert switch(entity, state) is UNKNOWN, state
    # What is only assumed is all that there is to know of such a switch.
    assert switch(entity, "on", assumed_state=True) is ON


@pytest.mark.parametrize(
    ("entity", "state", "meaning"),
    [
        *(("climate.x", it.value, ON) for it in HVACMode if it != "off"),
        *(
            ("water_heater.x", it, ON)
            for it in ("eco", "electric", "gas", "heat_pump", "high_demand")
        ),
        ("water_heater.x", "performance", ON),
        ("water_heater.x", "idle", UNKNOWN),
        *(
            ("media_player.x", it, ON)
            for it in ("idle", "paused", "playing", "buffering")
        ),
        ("media_player.x", "standby", OFF),
        ("media_player.x", "heat", UNKNOWN),
        ("climate.x", "standby", UNKNOWN),
        ("switch.x", "idle", UNKNOWN),
        ("fan.x", "heat", UNKNOWN),
        ("light.x", "standby", UNKNOWN),
        ("switch.x", "ON", ON),
    ],
)
def test_each_kind_has_words_of_its_own(
    entity: str, state: str, meaning: Meaning
) -> None:
    """A mode is on; a word of another kind is not known."""
    assert switch(entity, state) is meaning


def test_the_modes_of_a_water_heater_are_its_own() -> None:
    """Those that it names itself are on, whatever they are called, and no others."""
    modes = {"operation_list": ["Comfort", "off"]}
    assert switch("water_heater.x", "Comfort", **modes) is ON
    assert switch("water_heater.x", "comfort", **modes) is ON
    assert switch("water_heater.x", "off", **modes) is OFF
    assert switch("water_heater.x", "Fault 12", **modes) is UNKNOWN
    assert switch("water_heater.x", "Comfort", operation_list=None) is UNKNOWN
    assert switch("climate.x", "Comfort", **modes) is UNKNOWN


@pytest.mark.parametrize("domain", MOMENTARY)
def test_what_is_set_off_rests(domain: str) -> None:
    """It was never pressed, or it was, and that is over."""
    for state in ("unknown", "2026-04-15T20:00:00+00:00"):
        assert switch(f"{domain}.x", state) is OFF
    assert switch(f"{domain}.x", "unavailable") is UNAVAILABLE
    assert not can_prove(State(f"{domain}.x", "unknown"))


def test_a_script_runs_while_it_is_on() -> None:
    """Unlike a button, it tells when it is done."""
    assert switch("script.x", "on") is ON
    assert switch("script.x", "off") is OFF
