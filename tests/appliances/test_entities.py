"""Test the entities of an appliance: what they show, and what they do."""

from datetime import datetime
import json
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.spot_planner.engine.planning.model import Rule
from custom_components.spot_planner.engine.runs.run import RunProblem, RunStatus
from dev.price_server import Down, PriceServer
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.entity_component import DATA_INSTANCES

from ..conftest import DOMAIN, ENTRY_ID, NOW, set_up
from ..entries import make_entry
from ..planned import (
    DISHWASHER,
    dishwasher,
    dishwasher_id,
    entry_with_dishwasher,
    make_ledger_entry,
    make_plan,
    make_run,
    make_view,
    segment as at,
    show,
)

# The entities of the contract, by platform.
KEYS = {
    "binary_sensor": {"run"},
    "button": {"plan_run", "start_now", "skip_run"},
    "event": {"run"},
    "number": {"duration", "power"},
    "sensor": {
        "planned_start",
        "planned_end",
        "planned_cost",
        "planned_saving",
        "run_status",
        "saved_total",
    },
    "switch": {"automatic", "paused"},
    "time": {"earliest_start", "ready_by"},
}


@pytest.fixture
def data() -> dict[str, Any]:
    """Return what the appliance has beside, or instead of, what it has always."""
    return {}


@pytest.fixture
def entry(
    price_server: PriceServer, options: dict[str, Any], data: dict[str, Any]
) -> MockConfigEntry:
    """Return an entry with a dishwasher."""
    return entry_with_dishwasher(price_server, options, **data)


def registered(hass: HomeAssistant) -> list[er.RegistryEntry]:
    """Return all entities of the dishwasher, as they are registered."""
    items = er.async_entries_for_config_entry(er.async_get(hass), ENTRY_ID)
    return [item for item in items if item.config_subentry_id == DISHWASHER]


async def test_the_entities_of_the_contract_exist(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Find every key, and all that is a setting among the settings."""
    found: dict[str, set[str]] = {}
    for item in registered(hass):
        key = item.unique_id.removeprefix(f"{DISHWASHER}_")
        found.setdefault(item.domain, set()).add(key)
        is_setting = item.domain in ("number", "switch", "time")
        assert (item.entity_category == "config") == is_setting
        assert not item.disabled_by
    assert found == KEYS


async def test_an_appliance_is_a_device_of_its_own(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Name it as the user did, and tie it to its subentry only."""
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), ENTRY_ID)
    (device,) = (it for it in devices if it.name == "Dishwasher")
    assert device.identifiers == {(DOMAIN, DISHWASHER)}
    assert device.entry_type is dr.DeviceEntryType.SERVICE
    assert {item.device_id for item in registered(hass)} == {device.id}
    assert {item.config_subentry_id for item in registered(hass)} == {DISHWASHER}
    (prices,) = (it for it in devices if it.name == "Sobry")
    others = er.async_entries_for_device(er.async_get(hass), prices.id)
    assert {item.config_subentry_id for item in others} == {None}


async def test_the_planned_run_is_the_planners(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Show the time and the money of the next run between 20:00 and 07:00."""
    (run, *_) = loaded.runtime_data.planner.runs
    start = datetime.fromisoformat(dishwasher(hass, "sensor", "planned_start").state)
    end = datetime.fromisoformat(dishwasher(hass, "sensor", "planned_end").state)
    assert (start, end) == (run.start, run.end)
    assert datetime.fromisoformat("2026-04-15T18:00:00+00:00") <= start
    assert end <= datetime.fromisoformat("2026-04-16T05:00:00+00:00")
    assert dishwasher(hass, "sensor", "run_status").state == "planned"
    assert dishwasher(hass, "binary_sensor", "run").state == "off"
    cost = dishwasher(hass, "sensor", "planned_cost")
    assert float(cost.state) == round(run.plan.cost, 5)
    assert cost.attributes["unit_of_measurement"] == "EUR"
    assert cost.attributes["device_class"] == "monetary"
    saving = dishwasher(hass, "sensor", "planned_saving")
    assert float(saving.state) == round(run.plan.saving, 5)
    assert saving.attributes["unit_of_measurement"] == "EUR"


async def test_the_start_tells_why_then(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Explain the time by its cost, by the rule, and by the next best time."""
    plan = make_plan(at(2, 3), at(5, 6), sources=("flatpeak", None), estimated=True)
    run = make_run(at(2, 3), at(5, 6), plan=plan, rule=Rule.SHARED)
    show(hass, make_view(run))
    attributes = dict(dishwasher(hass, "sensor", "planned_start").attributes)
    del attributes["device_class"], attributes["friendly_name"]
    assert attributes == {
        "rule": "shared",
        "segments": [
            {"start": "2026-04-15T16:00:00+02:00", "end": "2026-04-15T17:00:00+02:00"},
            {"start": "2026-04-15T19:00:00+02:00", "end": "2026-04-15T20:00:00+02:00"},
        ],
        "energy": 4.0,
        "cost": 0.42,
        "cost_if_now": 0.6,
        "saving": 0.18,
        "average_price": 0.105,
        "runner_up_start": datetime.fromisoformat("2026-04-16T10:00:00+02:00"),
        "runner_up_cost": 0.44,
        "source": "flatpeak, sobry",
        "estimated": True,
    }
    # What an attribute holds must be JSON for the front end.
    json.dumps(attributes["segments"])


async def test_without_prices_only_the_time_and_the_rule_are_told(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Show no money for a run that falls back on the off-peak hours."""
    show(hass, make_view(make_run(at(2, 4), rule=Rule.OFF_PEAK)))
    start = dishwasher(hass, "sensor", "planned_start")
    assert start.state == "2026-04-15T14:00:00+00:00"
    assert start.attributes["rule"] == "off_peak"
    assert start.attributes["source"] is start.attributes["cost"] is None
    for key in ("planned_cost", "planned_saving"):
        assert dishwasher(hass, "sensor", key).state == "unknown"


async def test_without_a_plan_everything_is_there_and_unknown(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Be idle, and not unavailable, as long as nothing is planned."""
    show(hass, make_view())
    for key in ("planned_start", "planned_end", "planned_cost", "planned_saving"):
        assert dishwasher(hass, "sensor", key).state == "unknown"
    assert dishwasher(hass, "sensor", "planned_start").attributes["segments"] == []
    assert dishwasher(hass, "sensor", "run_status").state == "idle"
    assert dishwasher(hass, "sensor", "saved_total").state == "0.0"
    assert dishwasher(hass, "binary_sensor", "run").state == "off"


@pytest.mark.parametrize("status", RunStatus)
async def test_the_status_of_a_run_is_shown(
    hass: HomeAssistant, loaded: MockConfigEntry, status: RunStatus
) -> None:
    """Say what has become of the run, with who decides and what went wrong."""
    run = make_run(
        at(-1, 1),
        status=status,
        hand=False,
        by_hand=True,
        problem=RunProblem.NOT_STOPPED,
    )
    show(hass, make_view(run))
    shown = dishwasher(hass, "sensor", "run_status")
    assert shown.state == status.value
    assert shown.attributes["problem"] == "not_stopped"
    assert shown.attributes["overruled"] is True
    assert shown.attributes["by_hand"] is True
    assert set(shown.attributes["options"]) == {"idle", *RunStatus}


async def test_a_run_that_nobody_touched_says_so(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Show no problem and no hand."""
    show(hass, make_view(make_run(at(-1, 1), status=RunStatus.RUNNING)))
    shown = dishwasher(hass, "sensor", "run_status").attributes
    assert shown["problem"] is None
    assert shown["overruled"] is shown["by_hand"] is False
    assert dishwasher(hass, "binary_sensor", "run").state == "on"


async def test_what_was_saved_adds_up(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Show the sum as money, with what the last run has cost."""
    show(hass, make_view(saved_total=12.3456789, last=make_ledger_entry()))
    saved = dishwasher(hass, "sensor", "saved_total")
    assert saved.state == "12.34568"
    attributes = dict(saved.attributes)
    assert attributes.pop("device_class") == "monetary"
    assert attributes.pop("state_class") == "total"
    assert attributes.pop("unit_of_measurement") == "EUR"
    assert attributes.pop("friendly_name") == "Dishwasher Saved total"
    assert attributes == {
        "start": datetime.fromisoformat("2026-04-15T00:00:00+02:00"),
        "end": datetime.fromisoformat("2026-04-15T02:00:00+02:00"),
        "energy": 4.0,
        "cost": 0.5,
        "cost_at_request": 0.75,
        "cost_at_mean": 0.625,
    }


async def test_no_attribute_of_an_appliance_is_recorded(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Keep explanations out of the database; Home Assistant adds its own."""
    sensors = hass.data[DATA_INSTANCES]["sensor"]
    for key in KEYS["sensor"]:
        sensor = sensors.get_entity(dishwasher_id(hass, "sensor", key))
        assert sensor
        assert set(sensor.extra_state_attributes) <= sensor._unrecorded_attributes


async def test_otark_has_no_appliances(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    price_server: PriceServer,
) -> None:
    """Add nothing where there are no prices."""
    freezer.move_to(NOW)
    entry = make_entry("otark", price_server)
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.LOADED
    found = er.async_entries_for_config_entry(er.async_get(hass), ENTRY_ID)
    assert {item.domain for item in found} == {"sensor"}


async def test_an_appliance_stays_when_the_prices_end(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    price_server: PriceServer,
    advance: Any,
) -> None:
    """Be available as long as the entry is loaded."""
    price_server.control.behave(Down())
    await advance("2026-04-17T12:00:00+00:00")
    current = er.async_get(hass).async_get_entity_id(
        "sensor", DOMAIN, f"{ENTRY_ID}_current_price"
    )
    assert hass.states.get(str(current)).state == "unavailable"
    for item in registered(hass):
        assert hass.states.get(item.entity_id).state != "unavailable", item.entity_id
