"""Test that diagnostics tell how appliances are understood and what they do."""

from dataclasses import fields
import json

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.spot_planner.appliances.run_store import RunStore
from custom_components.spot_planner.engine.planning.model import Rule, Segment
from custom_components.spot_planner.engine.runs.agenda import Agenda
from custom_components.spot_planner.engine.runs.ledger import LedgerEntry
from custom_components.spot_planner.engine.runs.run import Run, RunProblem, RunStatus
from dev.price_server import PriceServer
from homeassistant.config_entries import ConfigSubentryDataWithId
from homeassistant.core import HomeAssistant

from .conftest import ENTRY_ID, NOW, set_up
from .engine.helpers import HOUR, MINUTE, utc
from .entries import make_entry
from .test_diagnostics import diagnostics

DISHWASHER = ConfigSubentryDataWithId(
    data={
        "duration": 120,
        "power": 1.2,
        "schedule": "daily",
        "weekdays": ["mon", "wed", "sun"],
        "earliest_start": "20:00:00",
        "ready_by": "07:00:00",
        "forbidden_hours": "23:00-01:00",
        "split": True,
        "shortest_segment": 30,
        "longest_pause": 45,
        "least_saving": 0.02,
        "never_with": ["CAR"],
        "entity": "switch.dishwasher",
        "proof": "sensor.dishwasher_power",
        "automatic": True,
    },
    subentry_id="DISHWASHER",
    subentry_type="appliance",
    title="Anna's dishwasher",
    unique_id=None,
)
CAR = ConfigSubentryDataWithId(
    data={"profile": "1 h 11 kW, 30 min 3.7 kW", "schedule": "on_demand"},
    subentry_id="CAR",
    subentry_type="appliance",
    title="Anna's car",
    unique_id=None,
)


async def appliances_entry(hass: HomeAssistant, server: PriceServer) -> MockConfigEntry:
    """Return an entry with two appliances, set up."""
    entry = MockConfigEntry(
        domain="spot_planner",
        entry_id=ENTRY_ID,
        title="Sobry",
        data={"provider": "sobry", "base_url": server.url},
        subentries_data=[DISHWASHER, CAR],
    )
    hass.states.async_set("switch.dishwasher", "off")
    hass.states.async_set("sensor.dishwasher_power", "0", {"unit_of_measurement": "W"})
    await set_up(hass, entry)
    return entry


async def test_diagnostics_tell_how_appliances_were_understood(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    price_server: PriceServer,
) -> None:
    """Tell every setting of an appliance, those that have their default too."""
    freezer.move_to(NOW)
    found = await diagnostics(hass, await appliances_entry(hass, price_server))
    assert found["appliances"]["DISHWASHER"] == {
        "phases": [["2:00:00", 1.2]],
        "split": {
            "shortest_segment": "0:30:00",
            "longest_pause": "0:45:00",
            "most_segments": None,
        },
        "daily": True,
        "weekdays": [0, 2, 6],
        "earliest_start": "20:00:00",
        "ready_by": "07:00:00",
        "forbidden_minutes": [[0, 60], [1380, 1440]],
        "price_limit": None,
        "least_saving": 0.02,
        "after": None,
        "after_within": None,
        "never_with": ["CAR"],
        "entity": "switch.dishwasher",
        "proof": "sensor.dishwasher_power",
        "proof_watts": 10,
        "confirm_within": "0:05:00",
        "stop_at_end": True,
        "automatic": True,
        "paused": False,
        "saved_total": 0.0,
        "last": None,
    }
    car = found["appliances"]["CAR"]
    assert car["phases"] == [["1:00:00", 11], ["0:30:00", 3.7]]
    assert (car["split"], car["daily"], car["entity"]) == (None, False, None)
    # A name may be personal; it stands where the user sees and expects it.
    told = json.dumps([found["appliances"], found["runs"]])
    assert "Anna" not in told
    assert {it["title"] for it in found["entry"]["subentries"]} == {
        "Anna's dishwasher",
        "Anna's car",
    }


async def test_diagnostics_tell_of_every_run_when_and_why_then(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    price_server: PriceServer,
) -> None:
    """Help to find out why a run is planned for a time that nobody expected."""
    freezer.move_to(NOW)
    found = await diagnostics(hass, await appliances_entry(hass, price_server))
    (run,) = found["runs"]
    assert run["appliance"] == "DISHWASHER"
    assert run["key"] == "2026-04-15"
    assert run["status"] == "planned"
    assert run["rule"] in ("cheapest", "not_worth_it")
    assert run["earliest"] == "2026-04-15T18:00:00+00:00"
    assert run["latest_end"] == "2026-04-16T05:00:00+00:00"
    assert run["earliest"] <= run["segments"][0][0]
    assert run["segments"][-1][1] <= run["latest_end"]
    assert run["plan"]["energy"] == pytest.approx(2.4)
    assert run["plan"]["saving"] == pytest.approx(
        run["plan"]["cost_if_now"] - run["plan"]["cost"]
    )
    assert run["plan"]["runner_up"]["segments"]
    assert run["problem"] is None
    assert run["told"] is None
    assert run["attempts"] == 0


async def test_diagnostics_tell_what_runs_were_told_and_what_they_have_cost(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    price_server: PriceServer,
) -> None:
    """Help to find out why an appliance did not start, and how a saving came about."""
    freezer.move_to(NOW)
    start, end = utc("2026-04-14T22:00"), utc("2026-04-15T00:00")
    failed = Run(
        appliance="DISHWASHER",
        key="2026-04-14",
        earliest=start - HOUR,
        latest_end=end + HOUR,
        duration=2 * HOUR,
        status=RunStatus.FAILED,
        segments=(Segment(start, end),),
        rule=Rule.OFF_PEAK,
        told=True,
        told_at=start + MINUTE,
        attempts=3,
        stretches=(Segment(start, start + MINUTE),),
        problem=RunProblem.NOT_STARTED,
        is_settled=True,
    )
    last = LedgerEntry(
        appliance="DISHWASHER",
        key="2026-04-13",
        start=start - 24 * HOUR,
        end=end - 24 * HOUR,
        energy=2.4,
        cost=0.25,
        cost_at_request=0.75,
        cost_at_mean=0.5,
        slots=(),
        estimated=False,
    )
    stored = Agenda(
        runs=(failed,), saved={"DISHWASHER": 12.5}, last={"DISHWASHER": last}
    )
    await RunStore(hass, ENTRY_ID).async_save(stored)
    found = await diagnostics(hass, await appliances_entry(hass, price_server))
    run = found["runs"][0]
    # Everything is told that is known of a run, also what is added to it later.
    assert set(run) == {it.name for it in fields(Run)}
    assert run == {
        "appliance": "DISHWASHER",
        "key": "2026-04-14",
        "status": "failed",
        "rule": "off_peak",
        "problem": "not_started",
        "earliest": "2026-04-14T21:00:00+00:00",
        "latest_end": "2026-04-15T01:00:00+00:00",
        "duration": "2:00:00",
        "segments": [["2026-04-14T22:00:00+00:00", "2026-04-15T00:00:00+00:00"]],
        "plan": None,
        "by_hand": False,
        "hand": None,
        "told": True,
        "told_at": "2026-04-14T22:01:00+00:00",
        "attempts": 3,
        "on_since": None,
        "stretches": [["2026-04-14T22:00:00+00:00", "2026-04-14T22:01:00+00:00"]],
        "is_settled": True,
    }
    assert found["appliances"]["DISHWASHER"]["saved_total"] == 12.5
    assert found["appliances"]["DISHWASHER"]["last"] == {
        "key": "2026-04-13",
        "start": "2026-04-13T22:00:00+00:00",
        "end": "2026-04-14T00:00:00+00:00",
        "energy": 2.4,
        "cost": 0.25,
        "saving": 0.5,
        "estimated": False,
    }


async def test_diagnostics_of_an_entry_without_prices_know_of_no_appliances(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    price_server: PriceServer,
) -> None:
    """Otark has volumes and no prices, so there is nothing to plan."""
    freezer.move_to(NOW)
    entry = make_entry("otark", price_server)
    await set_up(hass, entry)
    found = await diagnostics(hass, entry)
    assert "appliances" not in found
    assert "runs" not in found
