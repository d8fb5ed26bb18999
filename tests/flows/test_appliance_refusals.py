"""Test what the form of an appliance refuses."""

from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import entity_registry as er

from ..appliance_answers import LOAD, NEEDED, all_of_it, furnish
from ..conftest import DOMAIN, NOW, set_up
from ..table import table
from . import add_appliance, edit_appliance, have_appliance, save_appliance


@pytest.fixture
async def home(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
) -> MockConfigEntry:
    """Return an entry with two appliances, and a home with something to switch."""
    freezer.move_to(NOW)
    await furnish(hass, entry)
    return entry


@table(
    "changed, errors",
    [
        ({"name": "  "}, {"name": "name_missing"}),
        ({"name": "washER"}, {"name": "name_taken"}),
        ({"name": "x" * 101}, {"name": "name_too_long"}),
        ({"name": "x" * 4_000_000}, {"name": "name_too_long"}),
        ({"duration": -1}, {"duration": "duration_not_positive"}),
        ({"duration": float("nan")}, {"duration": "not_a_number"}),
        ({"power": float("nan")}, {"power": "not_a_number"}),
        ({"duration": 1441}, {"duration": "duration_too_long"}),
        ({"duration": 1e300}, {"duration": "duration_too_long"}),
        ({"duration": -1e300}, {"duration": "duration_not_positive"}),
        ({"duration": float("inf")}, {"duration": "not_a_number"}),
        ({"duration": 661}, {"duration": "duration_longer_than_window"}),
        ({"power": 0}, {"power": "power_not_positive"}),
        ({"power": -2}, {"power": "power_not_positive"}),
        ({"schedule": "weekly"}, {"schedule": "unknown_value"}),
        ({"weekdays": []}, {"weekdays": "weekdays_empty"}),
        ({"weekdays": ["monday"]}, {"weekdays": "unknown_value"}),
        ({"weekdays": 1}, {"weekdays": "unknown_value"}),
        ({"earliest_start": "25:00"}, {"earliest_start": "not_a_time"}),
        ({"entity": "switch.nowhere"}, {"entity": "entity_missing"}),
        ({"entity": "dishwasher"}, {"entity": "entity_missing"}),
        ({"entity": "valve.garden"}, {"entity": "entity_not_switchable"}),
        ({"entity": "sensor.dishwasher_power"}, {"entity": "entity_not_switchable"}),
        (
            {"load": LOAD | {"profile": "90 min 1 kW"}},
            {"load": "split_needs_constant_power"},
        ),
        ({"load": {"profile": "a while"}}, {"load": "profile_not_read"}),
        (
            {"load": {"profile": ",".join(["1 min 1 kW"] * 51)}},
            {"load": "profile_too_long"},
        ),
        ({"load": {"profile": "0 min 2 kW"}}, {"load": "duration_not_positive"}),
        ({"load": {"profile": "10 min 0 kW"}}, {"load": "power_not_positive"}),
        ({"load": {"profile": "25 h 1 kW"}}, {"load": "duration_too_long"}),
        ({"load": {"profile": f"{10**400} h 1 kW"}}, {"load": "duration_too_long"}),
        ({"load": {"profile": "12 h 1 kW"}}, {"load": "duration_longer_than_window"}),
        ({"load": LOAD | {"shortest_segment": 0}}, {"load": "duration_not_positive"}),
        ({"load": LOAD | {"longest_pause": 0}}, {"load": "duration_not_positive"}),
        ({"load": LOAD | {"most_segments": 0}}, {"load": "too_few_segments"}),
        ({"rules": {"forbidden_hours": "night"}}, {"rules": "off_peak_not_a_time"}),
        ({"rules": {"forbidden_hours": "7:00-7:00"}}, {"rules": "off_peak_empty"}),
        (
            {"rules": {"forbidden_hours": "1:00-3:00,2:00-4:00"}},
            {"rules": "off_peak_overlap"},
        ),
        ({"rules": {"forbidden_hours": "0:00-24:00"}}, {"rules": "forbidden_all_day"}),
        ({"rules": {"forbidden_hours": "20:30-6:30"}}, {"rules": "forbidden_no_room"}),
        ({"rules": {"least_saving": -0.01}}, {"rules": "saving_negative"}),
        ({"rules": {"after_within": -1}}, {"rules": "duration_negative"}),
        ({"rules": {"after": "gone"}}, {"rules": "appliance_gone"}),
        ({"rules": {"never_with": ["car", "gone"]}}, {"rules": "appliance_gone"}),
        (
            {"confirmation": {"proof": "sensor.nowhere"}},
            {"confirmation": "entity_missing"},
        ),
        (
            {"confirmation": {"proof": "valve.garden"}},
            {"confirmation": "entity_proves_nothing"},
        ),
        (
            {"confirmation": {"proof": "sensor.dishwasher_energy"}},
            {"confirmation": "entity_proves_nothing"},
        ),
        (
            {"confirmation": {"proof_threshold": 0}},
            {"confirmation": "power_not_positive"},
        ),
        (
            {"confirmation": {"confirm_within": 0}},
            {"confirmation": "duration_not_positive"},
        ),
    ],
)
async def test_what_could_never_run_is_refused(
    hass: HomeAssistant,
    home: MockConfigEntry,
    changed: dict[str, Any],
    errors: dict[str, str],
) -> None:
    """Name the field or its section and the reason, and create nothing."""
    form = await add_appliance(hass, home)
    form = await save_appliance(hass, form, all_of_it(**changed))
    assert form["type"] is FlowResultType.FORM
    assert form["errors"] == errors
    assert len(home.subentries) == 2


@pytest.mark.parametrize("missing", ["duration", "power"])
async def test_a_load_has_to_be_told_in_one_way(
    hass: HomeAssistant, home: MockConfigEntry, missing: str
) -> None:
    """Ask for duration and power unless there is a profile."""
    values = {key: value for key, value in NEEDED.items() if key != missing}
    form = await add_appliance(hass, home)
    form = await save_appliance(hass, form, values)
    assert form["errors"] == {missing: f"{missing}_missing"}
    values |= {"load": {"profile": "1 h 2 kW; 1,5 h 300 W"}}
    result = await save_appliance(hass, form, values)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_what_is_refused_by_its_limit_is_accepted_at_it(
    hass: HomeAssistant, home: MockConfigEntry
) -> None:
    """Accept a run that just fits between its times and the forbidden hours."""
    form = await add_appliance(hass, home)
    values = all_of_it(duration=660, load={}, rules={})
    result = await save_appliance(hass, form, values)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    form = await add_appliance(hass, home)
    rules = {"forbidden_hours": "21:30-07:00"}
    result = await save_appliance(hass, form, all_of_it(name="2", load={}, rules=rules))
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize("options", [{"power_limit": 3.3, "base_load": 2.2}])
@pytest.mark.parametrize(
    ("changed", "errors"),
    [
        ({"power": 1.1}, None),
        ({"power": 1.11}, {"power": "load_above_limit"}),
        (
            {"load": {"profile": "60 min 0.1 kW, 10 min 1.2 kW"}},
            {"load": "load_above_limit"},
        ),
    ],
)
async def test_a_load_stays_below_the_limit_of_the_home(
    hass: HomeAssistant,
    home: MockConfigEntry,
    changed: dict[str, Any],
    errors: dict[str, str] | None,
) -> None:
    """Count the highest power of a run, and the base load."""
    form = await add_appliance(hass, home)
    result = await save_appliance(hass, form, NEEDED | changed)
    assert result.get("errors") == errors


@pytest.mark.parametrize(
    ("others", "after", "errors"),
    [
        ({}, "dryer", {"rules": "order_is_circle"}),
        ({"Washer": "dryer"}, "washer", {"rules": "order_is_circle"}),
        (
            {"Washer": "car", "Car": "dryer"},
            "washer",
            {"rules": "order_is_circle"},
        ),
        ({"Washer": "car"}, "washer", None),
        # A circle of others is theirs to end.
        ({"Washer": "car", "Car": "washer"}, "washer", None),
        # As is an appliance that waits for one that is gone.
        ({"Washer": "gone"}, "washer", None),
    ],
    ids=str,
)
async def test_an_order_is_no_circle(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    others: dict[str, str],
    after: str,
    errors: dict[str, str] | None,
) -> None:
    """Follow who comes after whom, as far as it goes."""
    freezer.move_to(NOW)
    entry.add_to_hass(hass)
    for name in ("Washer", "Car"):
        rule = {"after": others[name]} if name in others else {}
        await have_appliance(hass, entry, name, **rule)
    await have_appliance(hass, entry, "Dryer")
    await set_up(hass, entry)
    form = await edit_appliance(hass, entry, "dryer")
    values = {"name": "Dryer", "duration": 60, "power": 1, "rules": {"after": after}}
    result = await save_appliance(hass, form, values)
    assert result.get("errors") == errors


@table(
    "values, place",
    [
        ({"entity": "switch.ours"}, "entity"),
        ({"confirmation": {"proof": "switch.ours"}}, "confirmation"),
    ],
)
async def test_our_own_entities_are_refused(
    hass: HomeAssistant, home: MockConfigEntry, values: dict[str, Any], place: str
) -> None:
    """Let no appliance switch, or prove, itself."""
    er.async_get(hass).async_get_or_create(
        "switch", DOMAIN, "x", suggested_object_id="ours"
    )
    form = await add_appliance(hass, home)
    form = await save_appliance(hass, form, NEEDED | values)
    assert form["errors"] == {place: "entity_is_ours"}
