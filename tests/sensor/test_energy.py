"""Test that the Energy dashboard takes the current price."""

from datetime import UTC, datetime
from typing import Any

from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
    do_adhoc_statistics,
)
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from homeassistant.components.energy import data as energy_data
from homeassistant.components.recorder import Recorder
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

from ..conftest import Clock, entity_id

METER = "sensor.meter"


async def test_the_price_of_the_grid_source_has_no_complaint(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    advance: Clock,
) -> None:
    """Save the price as a user does, and ask the dashboard whether all is well."""
    hass.states.async_set(
        METER,
        "12.5",
        {
            "device_class": "energy",
            "state_class": "total_increasing",
            "unit_of_measurement": "kWh",
        },
    )
    assert await async_setup_component(hass, "energy", {})
    await async_wait_recording_done(hass)
    # The dashboard wants a meter with statistics; they are made every five minutes.
    await advance("2026-04-15T12:10:00+00:00")
    do_adhoc_statistics(hass, start=datetime(2026, 4, 15, 12, tzinfo=UTC))
    await async_wait_recording_done(hass)
    client = await hass_ws_client(hass)
    price = entity_id(hass, "sensor", "current_price")

    async def ask(message: dict[str, Any]) -> Any:
        await client.send_json_auto_id(message)
        answer = await client.receive_json()
        assert answer["success"], answer
        return answer["result"]

    await ask({"type": "energy/save_prefs", "energy_sources": [grid_source(price)]})
    result = await ask({"type": "energy/validate"})
    assert result["energy_sources"] == [[]]

    # The check itself can fail: a sensor that is not a price is complained about.
    level = entity_id(hass, "sensor", "price_level")
    await ask({"type": "energy/save_prefs", "energy_sources": [grid_source(level)]})
    result = await ask({"type": "energy/validate"})
    assert result["energy_sources"] != [[]]


def grid_source(price: str) -> dict[str, Any]:
    """Return a grid source with a meter and a price entity."""
    meter = {
        "stat_energy_from": METER,
        "stat_cost": None,
        "entity_energy_price": price,
        "number_energy_price": None,
    }
    source: dict[str, Any] = {"type": "grid", "cost_adjustment_day": 0}
    # Newer versions of Home Assistant have one meter per grid source, older ones a
    # list of them in each direction.
    if hasattr(energy_data, "GRID_POWER_SOURCE_SCHEMA"):
        return source | meter
    return source | {"flow_from": [meter], "flow_to": []}
