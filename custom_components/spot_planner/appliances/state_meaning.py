"""The meaning of a state: whether something is on, as a switch and as a proof.

What is neither clearly on nor clearly off is unknown. It then starts no run, ends none,
and lets none fail.
"""

from math import isfinite
from typing import Final

from homeassistant.components.binary_sensor import BinarySensorDeviceClass
from homeassistant.components.climate.const import (
    ATTR_HVAC_ACTION,
    HVACAction,
    HVACMode,
)
from homeassistant.components.sensor import ATTR_OPTIONS, SensorDeviceClass
from homeassistant.components.water_heater import (
    ATTR_OPERATION_LIST,
    STATE_ECO,
    STATE_ELECTRIC,
    STATE_GAS,
    STATE_HEAT_PUMP,
    STATE_HIGH_DEMAND,
    STATE_PERFORMANCE,
)
from homeassistant.const import (
    ATTR_ASSUMED_STATE,
    ATTR_DEVICE_CLASS,
    ATTR_UNIT_OF_MEASUREMENT,
    SERVICE_TURN_ON,
    STATE_BUFFERING,
    STATE_IDLE,
    STATE_OFF,
    STATE_ON,
    STATE_PAUSED,
    STATE_PLAYING,
    STATE_STANDBY,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
    Platform,
    UnitOfPower,
)
from homeassistant.core import State, split_entity_id
from homeassistant.util.unit_conversion import PowerConverter

from ..engine.runs import watching

# What can be started and neither be stopped nor be seen to run, and by which action.
MOMENTARY: Final = {
    "button": "press",
    "input_button": "press",
    "scene": SERVICE_TURN_ON,
    "script": SERVICE_TURN_ON,
}

# What may be taken as a proof, if it says the right thing.
PROVING: Final = ("binary_sensor", "climate", "input_boolean", "sensor", "switch")

# The words beside `on` and `off` of what is switched, by its domain.
ON_WORDS: Final[dict[str, frozenset[str]]] = {
    Platform.CLIMATE: frozenset(HVACMode) - {HVACMode.OFF},
    Platform.MEDIA_PLAYER: frozenset(
        {STATE_BUFFERING, STATE_IDLE, STATE_PAUSED, STATE_PLAYING}
    ),
    Platform.WATER_HEATER: frozenset(
        {
            *(STATE_ECO, STATE_ELECTRIC, STATE_GAS, STATE_HEAT_PUMP),
            *(STATE_HIGH_DEMAND, STATE_PERFORMANCE),
        }
    ),
}
OFF_WORDS: Final[dict[str, frozenset[str]]] = {
    Platform.MEDIA_PLAYER: frozenset({STATE_STANDBY}),
}

# What a climate does, unlike its state, which is what it was set to.
ACTIONS: Final = frozenset(HVACAction)
RESTING: Final = frozenset({HVACAction.IDLE, HVACAction.OFF})

# The classes of binary sensors whose `on` may mean that something runs. That of others
# means something else, such as an open door.
PROOFS: Final = frozenset(
    {
        "",
        BinarySensorDeviceClass.BATTERY_CHARGING,
        BinarySensorDeviceClass.HEAT,
        BinarySensorDeviceClass.LIGHT,
        BinarySensorDeviceClass.MOVING,
        BinarySensorDeviceClass.POWER,
        BinarySensorDeviceClass.RUNNING,
        BinarySensorDeviceClass.SOUND,
        BinarySensorDeviceClass.VIBRATION,
    }
)

ON_AND_OFF: Final = frozenset({STATE_ON, STATE_OFF})


def is_momentary(entity_id: str | None) -> bool:
    """Tell whether an entity can only be set off."""
    return entity_id is not None and split_entity_id(entity_id)[0] in MOMENTARY


def meaning_of_switch(state: State) -> watching.SwitchState:
    """Return whether something that is switched is on; any mode but off is."""
    if state.state == STATE_UNAVAILABLE:
        return watching.SwitchState.UNAVAILABLE
    word, domain = state.state.casefold(), state.domain
    if word == STATE_ON or word in ON_WORDS.get(domain, ()):
        return watching.SwitchState.ON
    if word == STATE_OFF or word in OFF_WORDS.get(domain, ()):
        return watching.SwitchState.OFF
    if domain in MOMENTARY:
        # It tells when it was set off, and that is over.
        return watching.SwitchState.OFF
    # A water heater may have modes of its own.
    if domain == Platform.WATER_HEATER and word in _words(state, ATTR_OPERATION_LIST):
        return watching.SwitchState.ON
    return watching.SwitchState.UNKNOWN


def meaning_of_proof(state: State, watts: float) -> watching.SwitchState:
    """Return whether a proof says that something runs.

    Args:
        state: The state of the proof.
        watts: From which power on it runs, where the proof measures power.
    """
    if state.state == STATE_UNAVAILABLE:
        return watching.SwitchState.UNAVAILABLE
    if state.state == STATE_UNKNOWN or not can_prove(state):
        return watching.SwitchState.UNKNOWN
    if state.domain == Platform.CLIMATE:
        is_on = _text(state, ATTR_HVAC_ACTION) not in RESTING
    elif unit := _text(state, ATTR_UNIT_OF_MEASUREMENT):
        power = _watts(state.state, unit)
        if power is None:
            return watching.SwitchState.UNKNOWN
        is_on = power >= watts
    elif (word := state.state.casefold()) in ON_AND_OFF:
        is_on = word == STATE_ON
    else:
        return watching.SwitchState.UNKNOWN
    return watching.SwitchState.ON if is_on else watching.SwitchState.OFF


def can_prove(state: State) -> bool:
    """Tell whether an entity can prove anything: by a power, or by being on or off.

    What does not answer just now has the benefit of the doubt, unless its unit or its
    class says enough.
    """
    is_heard = state.state not in (STATE_UNAVAILABLE, STATE_UNKNOWN)
    if state.domain not in PROVING or state.attributes.get(ATTR_ASSUMED_STATE):
        # Nobody has seen a state that is only assumed.
        return False
    if state.domain == Platform.CLIMATE:
        return not is_heard or _text(state, ATTR_HVAC_ACTION) in ACTIONS
    if state.domain == Platform.BINARY_SENSOR:
        return _text(state, ATTR_DEVICE_CLASS) in PROOFS
    if state.domain != Platform.SENSOR:
        return True
    if unit := _text(state, ATTR_UNIT_OF_MEASUREMENT):
        return unit in PowerConverter.VALID_UNITS
    if _text(state, ATTR_DEVICE_CLASS) not in ("", SensorDeviceClass.ENUM):
        return False
    if words := _words(state, ATTR_OPTIONS):
        return words >= ON_AND_OFF
    return not is_heard or state.state.casefold() in ON_AND_OFF


def _text(state: State, attribute: str) -> str:
    """Return an attribute as a text; it may be anything at all, or not be there."""
    return str(state.attributes.get(attribute) or "")


def _words(state: State, attribute: str) -> set[str]:
    """Return the words of an attribute, none where it is no list."""
    words = state.attributes.get(attribute)
    return {str(it).casefold() for it in words} if isinstance(words, list) else set()


def _watts(text: str, unit: str) -> float | None:
    """Return a power in watts, or None where the text is no number."""
    try:
        power = PowerConverter.convert(float(text), unit, UnitOfPower.WATT)
    except ValueError:
        return None
    return power if isfinite(power) else None
