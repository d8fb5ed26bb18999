"""Appliances as a person enters them, and a home that has them."""

from typing import Any

from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import HomeAssistant

from .conftest import set_up
from .flows import have_appliance

NEEDED = {"name": "Dishwasher", "duration": 90, "power": 1.2}

FIRST = {
    "duration": 90,
    "power": 1.2,
    "schedule": "daily",
    "weekdays": ["mon", "fri"],
    "earliest_start": "20:00:00",
    "ready_by": "07:00:00",
    "entity": "switch.dishwasher",
}
LOAD = {
    "split": True,
    "shortest_segment": 15,
    "longest_pause": 60,
    "most_segments": 3,
}
RULES = {
    "forbidden_hours": "22:00-23:00",
    "price_limit": 0.3,
    "least_saving": 0.05,
    "after": "washer",
    "after_within": 30,
    "never_with": ["car", "washer"],
}
CONFIRMATION = {
    "proof": "sensor.dishwasher_power",
    "proof_threshold": 5,
    "confirm_within": 10,
    "stop_at_end": False,
}


async def furnish(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Set up an entry with two appliances, in a home with something to switch."""
    entry.add_to_hass(hass)
    await have_appliance(hass, entry, "Washer")
    await have_appliance(hass, entry, "Car")
    await set_up(hass, entry)
    watts = {"unit_of_measurement": "W"}
    hass.states.async_set("switch.dishwasher", "off")
    hass.states.async_set("sensor.dishwasher_power", "0", watts)
    hass.states.async_set(
        "sensor.dishwasher_energy", "7", {"unit_of_measurement": "kWh"}
    )
    hass.states.async_set("sensor.dishwasher_state", "off")
    hass.states.async_set("valve.garden", "closed")


def all_of_it(**changed: Any) -> dict[str, Any]:
    """Return a form with every field filled in."""
    return {
        "name": "Dishwasher",
        **FIRST,
        "load": LOAD,
        "rules": RULES,
        "confirmation": CONFIRMATION,
        **changed,
    }


def selectors(form: Any) -> dict[str, Any]:
    """Return the fields of a form and of its sections with what asks for them."""
    found: dict[str, Any] = {}
    for name, part in form["data_schema"].schema.items():
        inner = getattr(part, "schema", None)
        found |= inner.schema if inner else {name: part}
    return {str(name): selector for name, selector in found.items()}
