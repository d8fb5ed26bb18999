"""Entries with appliances, and switches that tests can look at."""

from datetime import UTC, datetime, timedelta
from typing import Any

from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
)

from custom_components.spot_planner.appliances.planner import Planner
from custom_components.spot_planner.const import DOMAIN
from custom_components.spot_planner.engine.runs.run import Run
from custom_components.spot_planner.engine.series import PriceSeries
from dev.price_server import PriceServer
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.const import EVENT_CALL_SERVICE
from homeassistant.core import Event, HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component

from ..names import ENTRY_ID

SWITCH = "input_boolean.heater"

# The night after NOW, in UTC: from 0:00 to 7:00 in Paris.
NIGHT = datetime(2026, 4, 15, 22, tzinfo=UTC)
MORNING = datetime(2026, 4, 16, 5, tzinfo=UTC)

MINUTE = timedelta(minutes=1)
TWO_HOURS = timedelta(hours=2)

# A water heater: two hours in the night, one piece, switched by us.
HEATER: dict[str, Any] = {
    "duration": 120,
    "power": 2.0,
    "earliest_start": "00:00:00",
    "ready_by": "07:00:00",
    "entity": SWITCH,
    "automatic": True,
}


def appliance_id(name: str) -> str:
    """Return the id of the appliance with a name."""
    return f"01JAPPLIANCE{name.upper():0<14}"


def appliance_entry(
    server: PriceServer,
    options: dict[str, Any] | None = None,
    **appliances: dict[str, Any],
) -> MockConfigEntry:
    """Return an entry with appliances, which asks the local price server."""
    return MockConfigEntry(
        domain=DOMAIN,
        entry_id=ENTRY_ID,
        title="Sobry",
        data={"provider": "sobry", "base_url": server.url},
        options=options or {},
        subentries_data=[
            ConfigSubentryData(
                data=data,
                subentry_id=appliance_id(name),
                subentry_type="appliance",
                title=name.capitalize(),
                unique_id=None,
            )
            for name, data in appliances.items()
        ],
    )


async def add_switches(hass: HomeAssistant, *names: str) -> None:
    """Add switches that do what they are told, all off."""
    switches = {name: {"initial": False} for name in names}
    assert await async_setup_component(
        hass, "input_boolean", {"input_boolean": switches}
    )
    await hass.async_block_till_done()


async def turn(hass: HomeAssistant, entity: str, state: str) -> None:
    """Switch something by hand."""
    await hass.services.async_call(
        entity.split(".", maxsplit=1)[0],
        f"turn_{state}",
        {"entity_id": entity},
        blocking=True,
    )
    await hass.async_block_till_done(wait_background_tasks=True)


def planner_of(entry: MockConfigEntry) -> Planner:
    """Return the planner of a loaded entry."""
    planner: Planner | None = entry.runtime_data.planner
    assert planner
    return planner


def run_of(entry: MockConfigEntry, name: str = "heater") -> Run:
    """Return the run that an appliance's entities show."""
    run = planner_of(entry).view(appliance_id(name)).run
    assert run
    return run


def appliance_state(
    hass: HomeAssistant, key: str, platform: str = "sensor", name: str = "heater"
) -> str:
    """Return the state of an entity of an appliance."""
    return appliance_entity(hass, key, platform, name)[1]


def appliance_entity(
    hass: HomeAssistant, key: str, platform: str = "sensor", name: str = "heater"
) -> tuple[str, str]:
    """Return the id and the state of an entity of an appliance."""
    entity_id = er.async_get(hass).async_get_entity_id(
        platform, DOMAIN, f"{appliance_id(name)}_{key}"
    )
    assert entity_id, f"there is no {platform} {key}"
    found = hass.states.get(entity_id)
    assert found
    return entity_id, found.state


def capture_switching(hass: HomeAssistant) -> list[Event[Any]]:
    """Return a list that fills with all calls of actions."""
    return async_capture_events(hass, EVENT_CALL_SERVICE)


def told(calls: list[Event[Any]], entity: str = SWITCH) -> list[str]:
    """Return what an entity was told, in order."""
    return [
        call.data["service"]
        for call in calls
        if entity in str(call.data["service_data"].get("entity_id"))
    ]


def cost(series: PriceSeries, start: datetime, duration: timedelta) -> float:
    """Return what one kW costs from a moment on, minute by minute."""
    total = 0.0
    for minute in range(duration // MINUTE):
        interval = series.at(start + minute * MINUTE)
        assert interval
        total += interval.price / 60
    return total


def cheapest_start(
    series: PriceSeries, earliest: datetime, latest_end: datetime, duration: timedelta
) -> datetime:
    """Try every minute, and return the earliest of the cheapest ones."""
    starts = [
        earliest + it * MINUTE
        for it in range((latest_end - duration - earliest) // MINUTE + 1)
    ]
    return min(starts, key=lambda start: round(cost(series, start, duration), 9))


def series_of(entry: MockConfigEntry) -> PriceSeries:
    """Return the prices that the entry knows."""
    series: PriceSeries = entry.runtime_data.prices.series
    return series


def ended(entry: MockConfigEntry, name: str, key: str) -> Run:
    """Return the run of a day, which is over."""
    run = next(
        it
        for it in planner_of(entry).runs
        if (it.appliance, it.key) == (appliance_id(name), key)
    )
    assert not run.is_open
    return run
