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

from ..appliance_answers import (
    CONFIRMATION,
    FIRST,
    LOAD,
    NEEDED,
    RULES,
    all_of_it,
    furnish,
    selectors,
)
from ..conftest import NOW, set_up
from ..entries import make_entry
from . import add_appliance, edit_appliance, have_appliance, save_appliance, shown

WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
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
    await furnish(hass, entry)
    return entry


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
        *("binary_sensor", "climate", "input_boolean", "sensor", "switch")
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
