"""The planner in Home Assistant: runs are planned, executed and remembered."""

from datetime import datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.spot_planner.engine.runs.run import RunStatus
from dev.price_server import PriceServer
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

from .conftest import ENTRY_ID, Clock, pass_time, set_up

HEATER = {
    "duration": 120,
    "power": 2.0,
    "earliest_start": "00:00:00",
    "ready_by": "07:00:00",
    "entity": "input_boolean.heater",
    "automatic": True,
}


def appliance_entry(server: PriceServer, **appliances: dict[str, Any]) -> MockConfigEntry:
    return MockConfigEntry(
        domain="spot_planner",
        entry_id=ENTRY_ID,
        title="Sobry",
        data={"provider": "sobry", "base_url": server.url},
        subentries_data=[
            ConfigSubentryData(
                data=data,
                subentry_id=f"01JAPPLIANCE{key.upper()}",
                subentry_type="appliance",
                title=key,
                unique_id=None,
            )
            for key, data in appliances.items()
        ],
    )


async def test_a_night(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    freezer.move_to("2026-04-15T12:00:00+00:00")
    await async_setup_component(hass, "input_boolean", {"input_boolean": {"heater": None}})
    entry = appliance_entry(price_server, heater=HEATER)
    await set_up(hass, entry)
    planner = entry.runtime_data.planner
    for run in planner.runs:
        print(run)
    start = datetime.fromisoformat("2026-04-15T12:00:00+00:00")
    last = None
    while start < datetime.fromisoformat("2026-04-16T08:00:00+00:00"):
        start += timedelta(minutes=1)
        await advance(start)
        now = [(r.key, r.status.value, r.start and r.start.isoformat()) for r in planner.runs], hass.states.get("input_boolean.heater").state
        if now != last:
            print(start, now)
            last = now
    for run in planner.runs:
        print(run)
    print(planner.view("01JAPPLIANCEHEATER"))
    assert 0
