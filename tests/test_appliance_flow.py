"""Test adding appliances and changing them."""

from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from dev.price_server import Down, Normal, PriceServer
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, UnknownHandler
from homeassistant.helpers import entity_registry as er

from .conftest import DOMAIN, NOW, set_up
from .entries import make_entry
from .flows import add_appliance, edit_appliance, have_appliance, save_appliance, shown

WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
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
# What the form fills in where nothing is said.
DEFAULTS = {
    "schedule": "daily",
    "weekdays": WEEK,
    "earliest_start": "00:00:00",
    "ready_by": "00:00:00",
}


@pytest.fixture
async def home(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
) -> MockConfigEntry:
    """Return an entry with two appliances, and a home with something to switch."""
    freezer.move_to(NOW)
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
    return entry


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


def only(entry: MockConfigEntry, name: str) -> Any:
    """Return the one appliance of a name."""
    (found,) = (it for it in entry.subentries.values() if it.title == name)
    return found


def opened(form: Any) -> set[str]:
    """Return the sections of a form that are not collapsed."""
    return {
        str(name)
        for name, part in form["data_schema"].schema.items()
        if getattr(part, "options", {}).get("collapsed") is False
    }


def selectors(form: Any) -> dict[str, Any]:
    """Return the fields of a form and of its sections with what asks for them."""
    found: dict[str, Any] = {}
    for name, part in form["data_schema"].schema.items():
        inner = getattr(part, "schema", None)
        found |= inner.schema if inner else {name: part}
    return {str(name): selector for name, selector in found.items()}


async def test_name_duration_and_power_are_enough(
    hass: HomeAssistant, home: MockConfigEntry
) -> None:
    """Create an appliance that nothing switches, with the rest as it is by default."""
    form = await add_appliance(hass, home)
    result = await save_appliance(hass, form, NEEDED | {"name": " Dishwasher "})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    subentry = only(home, "Dishwasher")
    assert subentry.subentry_type == "appliance"
    assert dict(subentry.data) == {"duration": 90, "power": 1.2, **DEFAULTS}
    assert home.state is ConfigEntryState.LOADED


async def test_everything_is_saved_without_its_section(
    hass: HomeAssistant, home: MockConfigEntry
) -> None:
    """Keep what every section says, flat."""
    form = await add_appliance(hass, home)
    await save_appliance(hass, form, all_of_it())
    expected = {**FIRST, **LOAD, **RULES, **CONFIRMATION}
    assert dict(only(home, "Dishwasher").data) == expected


async def test_sections_are_closed_until_something_in_them_is_wrong(
    hass: HomeAssistant, home: MockConfigEntry
) -> None:
    """Show what everybody needs, and open only what has to be mended."""
    form = await add_appliance(hass, home)
    assert opened(form) == set()
    rules = RULES | {"forbidden_hours": "22-6"}
    form = await save_appliance(hass, form, all_of_it(rules=rules))
    assert form["errors"] == {"rules": "off_peak_not_a_time"}
    assert opened(form) == {"rules"}


async def test_nothing_that_was_typed_is_lost(
    hass: HomeAssistant, home: MockConfigEntry
) -> None:
    """Show again all that was entered, and save it once it is mended."""
    form = await add_appliance(hass, home)
    wrong = all_of_it(duration=0)
    form = await save_appliance(hass, form, wrong)
    assert form["type"] is FlowResultType.FORM
    assert form["errors"] == {"duration": "duration_not_positive"}
    expected = {**FIRST, **LOAD, **RULES, **CONFIRMATION}
    assert shown(form) == expected | {
        "name": "Dishwasher",
        "duration": 0,
        "profile": None,
    }
    result = await save_appliance(hass, form, wrong | {"duration": 90})
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_the_same_form_changes_an_appliance(
    hass: HomeAssistant, home: MockConfigEntry
) -> None:
    """Show what is set, drop what is cleared, and keep id, automatic and paused."""
    data = {**FIRST, **LOAD, **RULES, **CONFIRMATION}
    await have_appliance(hass, home, "Dishwasher", **data, automatic=True, paused=False)
    form = await edit_appliance(hass, home, "dishwasher")
    assert shown(form) == data | {"name": "Dishwasher", "profile": None}
    assert opened(form) == set()
    values = {
        "name": "Dishes",
        "schedule": "on_demand",
        "load": {"profile": " 15 min 2 kW, 45 min 300 W "},
        "rules": {"never_with": [], "forbidden_hours": ""},
    }
    result = await save_appliance(hass, form, values)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reconfigure_successful"
    changed = home.subentries["dishwasher"]
    assert changed.title == "Dishes"
    assert dict(changed.data) == {
        **DEFAULTS,
        "schedule": "on_demand",
        "profile": "15 min 2 kW, 45 min 300 W",
        "shortest_segment": 30,
        "automatic": True,
        "paused": False,
    }
    assert home.state is ConfigEntryState.LOADED


async def test_an_appliance_may_keep_its_name(
    hass: HomeAssistant, home: MockConfigEntry
) -> None:
    """Take an appliance's own name for no double."""
    form = await edit_appliance(hass, home, "car")
    result = await save_appliance(hass, form, NEEDED | {"name": "CAR"})
    assert result["reason"] == "reconfigure_successful"
    assert home.subentries["car"].title == "CAR"


async def test_an_appliance_that_is_gone_is_not_offered(
    hass: HomeAssistant, home: MockConfigEntry
) -> None:
    """Forget a removed appliance as soon as the form is saved again."""
    rules = {"after": "washer", "never_with": ["car", "washer"]}
    await have_appliance(hass, home, "Dryer", **rules)
    hass.config_entries.async_remove_subentry(home, "washer")
    await hass.async_block_till_done(wait_background_tasks=True)
    form = await edit_appliance(hass, home, "dryer")
    assert shown(form)["after"] is None
    assert shown(form)["never_with"] == ["car"]
    others = [{"value": "car", "label": "Car"}]
    assert selectors(form)["after"].config["options"] == others
    assert selectors(form)["never_with"].config["options"] == others


@pytest.mark.parametrize(
    ("changed", "errors"),
    [
        ({"name": "  "}, {"name": "name_missing"}),
        ({"name": "washER"}, {"name": "name_taken"}),
        ({"duration": -1}, {"duration": "duration_not_positive"}),
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
    ids=str,
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


@pytest.mark.parametrize("options", [{"turpe_option": "from the future"}])
async def test_options_that_cannot_be_read_limit_nothing(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Leave the options to the entry, which says what is wrong with them."""
    assert loaded.state is ConfigEntryState.SETUP_ERROR
    form = await add_appliance(hass, loaded)
    result = await save_appliance(hass, form, NEEDED)
    assert result["type"] is FlowResultType.CREATE_ENTRY


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


@pytest.mark.parametrize(
    "entity", ["switch.dishwasher", "button.start", "scene.night", "climate.attic"]
)
async def test_what_can_be_switched_may_be_away_just_now(
    hass: HomeAssistant, home: MockConfigEntry, entity: str
) -> None:
    """Accept an entity that is registered, though it has no state."""
    domain, _, name = entity.partition(".")
    hass.states.async_remove(entity)
    er.async_get(hass).async_get_or_create(
        domain, "demo", name, suggested_object_id=name
    )
    form = await add_appliance(hass, home)
    result = await save_appliance(hass, form, NEEDED | {"entity": entity})
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("unit", "accepted"), [("W", True), ("kW", True), (None, True), ("kWh", False)]
)
async def test_the_unit_of_a_proof_is_known_without_its_state(
    hass: HomeAssistant, home: MockConfigEntry, unit: str | None, accepted: bool
) -> None:
    """Look into the registry while a sensor is not available."""
    er.async_get(hass).async_get_or_create(
        "sensor", "demo", "x", suggested_object_id="x", unit_of_measurement=unit
    )
    form = await add_appliance(hass, home)
    proof = {"confirmation": {"proof": "sensor.x"}}
    result = await save_appliance(hass, form, NEEDED | proof)
    assert (result["type"] is FlowResultType.CREATE_ENTRY) is accepted


async def test_a_state_proves_too(hass: HomeAssistant, home: MockConfigEntry) -> None:
    """Accept a sensor without a unit, whose state may be on or off."""
    form = await add_appliance(hass, home)
    proof = {"confirmation": {"proof": "sensor.dishwasher_state"}}
    result = await save_appliance(hass, form, NEEDED | proof)
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("values", "place"),
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


async def test_the_entities_that_are_offered(
    hass: HomeAssistant, home: MockConfigEntry
) -> None:
    """Offer what can be switched, which a valve cannot, and what can prove a run."""
    asked = selectors(await add_appliance(hass, home))
    assert set(asked["entity"].config["domain"]) == {
        *("button", "climate", "fan", "humidifier", "input_boolean", "input_button"),
        *("light", "media_player", "scene", "script", "switch", "water_heater"),
    }
    assert set(asked["proof"].config["domain"]) == {
        *("binary_sensor", "input_boolean", "sensor", "switch")
    }


@pytest.mark.parametrize(
    ("kind", "currency"), [("sobry", "EUR"), ("flatpeak", "EUR"), ("minstroem", "DKK")]
)
async def test_a_price_limit_is_in_the_currency_of_the_prices(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    price_server: PriceServer,
    kind: str,
    currency: str,
) -> None:
    """Name the unit beside what is money."""
    freezer.move_to(NOW)
    hass.config.currency = "SEK"
    entry = make_entry(kind, price_server)
    await set_up(hass, entry)
    asked = selectors(await add_appliance(hass, entry))
    units = [
        asked[field].config["unit_of_measurement"]
        for field in ("price_limit", "least_saving")
    ]
    assert units == [f"{currency}/kWh", currency]


async def test_without_prices_there_are_no_appliances(
    hass: HomeAssistant, price_server: PriceServer
) -> None:
    """Offer no appliance where nothing could be planned."""
    entry = make_entry("otark", price_server)
    await set_up(hass, entry)
    assert entry.supported_subentry_types == {}
    with pytest.raises(UnknownHandler):
        await add_appliance(hass, entry)


async def test_a_change_wakes_an_entry_that_waits(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    paris: None,
    entry: MockConfigEntry,
    price_server: PriceServer,
) -> None:
    """Begin anew at once, because such an entry does not listen for changes."""
    freezer.move_to(NOW)
    hass.config.currency = "SEK"
    price_server.control.behave(Down())
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    await have_appliance(hass, entry, "Car")
    form = await edit_appliance(hass, entry, "car")
    unit = selectors(form)["price_limit"].config["unit_of_measurement"]
    assert unit == "SEK/kWh"
    price_server.control.behave(Normal())
    freezer.tick(timedelta(hours=1))
    await save_appliance(hass, form, NEEDED | {"name": "Car"})
    assert entry.state is ConfigEntryState.LOADED
