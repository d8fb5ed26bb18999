"""Test which proofs the form takes, and what is told of those that prove nothing."""

from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from dev.price_server import PriceServer
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import entity_registry as er, issue_registry as ir

from ..appliance_answers import NEEDED, furnish
from ..conftest import NOW, set_up
from ..flows import add_appliance, edit_appliance, save_appliance
from ..shown import issues
from ..table import table
from . import HEATER, add_switches, appliance_entry, appliance_id

POWER = "sensor.power"
HEATER_ID = appliance_id("heater")
USELESS = f"proof_useless_{HEATER_ID}"


@pytest.fixture
async def home(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
) -> MockConfigEntry:
    """Return an entry with two appliances."""
    freezer.move_to(NOW)
    await furnish(hass, entry)
    return entry


async def forget_last(hass: HomeAssistant, home: MockConfigEntry) -> None:
    """Remove the appliance that was added last, so that its name is free again."""
    hass.config_entries.async_remove_subentry(home, list(home.subentries)[-1])
    await hass.async_block_till_done(wait_background_tasks=True)


@table(
    "proof, state, attributes, accepted",
    [
        ("sensor.x", "1", {"unit_of_measurement": "W"}, True),
        ("sensor.x", "1", {"unit_of_measurement": "kW"}, True),
        ("sensor.x", "1", {"unit_of_measurement": "mW"}, True),
        ("sensor.x", "1", {"unit_of_measurement": "MW"}, True),
        # What it says just now may be anything: it can prove.
        ("sensor.x", "nan", {"unit_of_measurement": "W"}, True),
        ("sensor.x", "unavailable", {"unit_of_measurement": "W"}, True),
        ("sensor.x", "1", {"unit_of_measurement": "VA"}, False),
        ("sensor.x", "1", {"unit_of_measurement": "var"}, False),
        ("sensor.x", "1", {"unit_of_measurement": "kWh"}, False),
        ("sensor.x", "1", {"unit_of_measurement": "%"}, False),
        ("sensor.x", "1", {"unit_of_measurement": "A"}, False),
        ("sensor.x", "1", {"unit_of_measurement": "V"}, False),
        ("sensor.x", "unknown", {"unit_of_measurement": "kWh"}, False),
        ("sensor.x", "0.0", {}, False),
        ("sensor.x", "0.0", {"device_class": "power"}, False),
        ("sensor.x", "unavailable", {"device_class": "energy"}, False),
        ("sensor.x", "idle", {}, False),
        ("sensor.x", "nan", {}, False),
        ("sensor.x", "", {}, False),
        ("sensor.x", "on", {}, True),
        ("sensor.x", "off", {}, True),
        ("sensor.x", "error", {"options": ["on", "off", "error"]}, True),
        ("sensor.x", "unknown", {"options": ["idle", "run"]}, False),
        ("sensor.x", "unknown", {}, True),
        ("binary_sensor.x", "off", {}, True),
        ("binary_sensor.x", "off", {"device_class": "power"}, True),
        ("binary_sensor.x", "off", {"device_class": "running"}, True),
        ("binary_sensor.x", "off", {"device_class": "plug"}, False),
        ("binary_sensor.x", "off", {"device_class": "connectivity"}, False),
        ("switch.x", "off", {}, True),
        ("switch.x", "off", {"assumed_state": True}, False),
        ("input_boolean.x", "off", {}, True),
        ("climate.x", "heat", {"hvac_action": "idle"}, True),
        ("climate.x", "heat", {}, False),
        ("climate.x", "unavailable", {}, True),
        ("vacuum.x", "cleaning", {}, False),
        ("lawn_mower.x", "mowing", {}, False),
        ("valve.x", "open", {}, False),
        ("cover.x", "open", {}, False),
        ("media_player.x", "playing", {}, False),
        ("water_heater.x", "eco", {}, False),
    ],
)
async def test_the_form_takes_what_can_prove(
    hass: HomeAssistant,
    home: MockConfigEntry,
    proof: str,
    state: str,
    attributes: dict[str, Any],
    accepted: bool,
) -> None:
    """Refuse what is neither a power nor on or off, in one sentence."""
    hass.states.async_set(proof, state, attributes)
    form = await add_appliance(hass, home)
    result = await save_appliance(
        hass, form, NEEDED | {"confirmation": {"proof": proof}}
    )
    if accepted:
        assert result["type"] is FlowResultType.CREATE_ENTRY
        await forget_last(hass, home)
    else:
        assert result["errors"] == {"confirmation": "entity_proves_nothing"}


@table(
    "domain, known, accepted",
    [
        ("sensor", {"unit_of_measurement": "mW"}, True),
        ("sensor", {"unit_of_measurement": "A"}, False),
        ("sensor", {"original_device_class": "energy"}, False),
        ("sensor", {"capabilities": {"options": ["idle", "run"]}}, False),
        ("sensor", {"capabilities": {"options": ["on", "off"]}}, True),
        ("binary_sensor", {"original_device_class": "plug"}, False),
        ("binary_sensor", {"original_device_class": "power"}, True),
        ("climate", {}, True),
        ("valve", {}, False),
    ],
)
async def test_what_is_away_is_known_from_the_registry(
    hass: HomeAssistant,
    home: MockConfigEntry,
    domain: str,
    known: dict[str, Any],
    accepted: bool,
) -> None:
    """Look there while an entity has no state."""
    registry = er.async_get(hass)
    entity = registry.async_get_or_create(
        domain, "demo", "x", suggested_object_id="x", **known
    )
    form = await add_appliance(hass, home)
    proof = {"confirmation": {"proof": f"{domain}.x"}}
    result = await save_appliance(hass, form, NEEDED | proof)
    assert (result["type"] is FlowResultType.CREATE_ENTRY) is accepted
    registry.async_remove(entity.entity_id)
    registry.deleted_entities.clear()
    if accepted:
        await forget_last(hass, home)


async def test_a_class_that_the_user_has_chosen_counts(
    hass: HomeAssistant, home: MockConfigEntry
) -> None:
    """Take the user's word for what a binary sensor is."""
    registry = er.async_get(hass)
    item = registry.async_get_or_create(
        *("binary_sensor", "demo", "x"), original_device_class="plug"
    )
    registry.async_update_entity(item.entity_id, device_class="power")
    form = await add_appliance(hass, home)
    proof = {"confirmation": {"proof": item.entity_id}}
    result = await save_appliance(hass, form, NEEDED | proof)
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.fixture
def shown_at_start() -> tuple[str, dict[str, Any]]:
    """Return the state of the proof, with its attributes."""
    return "7", {"unit_of_measurement": "kWh"}


@pytest.fixture
async def old(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    price_server: PriceServer,
    shown_at_start: tuple[str, dict[str, Any]],
) -> MockConfigEntry:
    """Return an entry whose heater has had its proof for long."""
    freezer.move_to(NOW)
    await add_switches(hass, "heater")
    hass.states.async_set(POWER, *shown_at_start)
    entry = appliance_entry(price_server, heater={**HEATER, "proof": POWER})
    await set_up(hass, entry)
    return entry


async def test_a_proof_from_before_is_told(
    hass: HomeAssistant, old: MockConfigEntry
) -> None:
    """Name the appliance and the entity, and go on."""
    issue = issues(hass)[USELESS]
    assert issue.translation_placeholders == {
        "entry": "Sobry",
        "appliance": "Heater",
        "proof": POWER,
    }
    assert issue.severity is ir.IssueSeverity.WARNING
    assert old.runtime_data.planner.view(HEATER_ID).run


@pytest.mark.parametrize(
    "shown_at_start",
    [
        ("0", {"unit_of_measurement": "W"}),
        # These may be right in a minute.
        ("nan", {"unit_of_measurement": "W"}),
        ("unavailable", {}),
        ("on", {}),
    ],
    ids=str,
)
async def test_a_proof_that_can_prove_is_no_news(
    hass: HomeAssistant, old: MockConfigEntry
) -> None:
    """Tell nothing of a sensor that is only away, or wrong just now."""
    assert issues(hass) == {}


async def test_it_is_told_when_all_entities_are_there(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    price_server: PriceServer,
) -> None:
    """While Home Assistant starts, nobody knows yet what a proof is."""
    freezer.move_to(NOW)
    hass.set_state(CoreState.not_running)
    entry = appliance_entry(price_server, heater={**HEATER, "proof": POWER})
    await set_up(hass, entry)
    assert issues(hass) == {}
    hass.states.async_set(POWER, "idle")
    await hass.async_start()
    await hass.async_block_till_done(wait_background_tasks=True)
    assert issues(hass).keys() == {USELESS}


@pytest.mark.parametrize("proof", [None, "sensor.watts"])
async def test_the_form_ends_it(
    hass: HomeAssistant, old: MockConfigEntry, proof: str | None
) -> None:
    """Take the notice back as soon as another proof, or none, is chosen."""
    hass.states.async_set("sensor.watts", "0", {"unit_of_measurement": "W"})
    values = NEEDED | {"name": "Heater", "confirmation": {"proof": proof or ""}}
    form = await edit_appliance(hass, old, HEATER_ID)
    result = await save_appliance(hass, form, values)
    assert result["type"] is FlowResultType.ABORT
    assert issues(hass) == {}


async def test_it_goes_with_the_appliance(
    hass: HomeAssistant, old: MockConfigEntry
) -> None:
    """Tell nothing of what has been removed."""
    assert USELESS in issues(hass)
    hass.config_entries.async_remove_subentry(old, HEATER_ID)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert issues(hass) == {}


async def test_it_goes_with_the_entry(
    hass: HomeAssistant, old: MockConfigEntry
) -> None:
    """Leave nothing behind."""
    assert USELESS in issues(hass)
    await hass.config_entries.async_remove(old.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert issues(hass) == {}
