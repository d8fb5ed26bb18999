"""Test which entry an action is about, and that the actions are there."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import voluptuous as vol

from dev.price_server import PriceServer
from homeassistant.core import HomeAssistant, SupportsResponse
from homeassistant.exceptions import ServiceValidationError
from homeassistant.setup import async_setup_component

from .actions.test_prices import call, refused
from .conftest import DOMAIN, ENTRY_ID, set_up
from .entries import make_entry

ONLY = {"get_prices", "find_window", "plan", "compare_tariffs"}
OPTIONAL = {"request_run", "cancel_run"}
# What each action cannot do without.
FIELDS: dict[str, dict[str, Any]] = {
    "get_prices": {},
    "find_window": {"duration": "01:00:00"},
    "plan": {"appliances": [{"name": "washer", "duration": "01:00:00"}]},
    "request_run": {"appliance": "Washer"},
    "cancel_run": {"appliance": "Washer"},
    "compare_tariffs": {
        "energy_statistic": "sensor.meter",
        "start": "2026-04-14T00:00:00",
    },
}
every_action = pytest.mark.parametrize("action", sorted(FIELDS))


async def test_actions_are_there_without_an_entry(hass: HomeAssistant) -> None:
    """An automation can be checked before anything is set up."""
    assert await async_setup_component(hass, DOMAIN, {})
    assert hass.services.async_services_for_domain(DOMAIN).keys() == FIELDS.keys()
    for action in FIELDS:
        assert hass.services.supports_response(DOMAIN, action) is (
            SupportsResponse.ONLY if action in ONLY else SupportsResponse.OPTIONAL
        )
    assert FIELDS.keys() == ONLY | OPTIONAL


@every_action
async def test_no_entry(hass: HomeAssistant, action: str) -> None:
    """Without any entry, an action says so."""
    assert await async_setup_component(hass, DOMAIN, {})
    assert await refused(hass, action, **FIELDS[action]) == "no_entry_loaded"


@every_action
async def test_unknown_entry(
    hass: HomeAssistant, loaded: MockConfigEntry, action: str
) -> None:
    """An entry that is named has to be there."""
    key = await refused(hass, action, config_entry_id="gone", **FIELDS[action])
    assert key == "entry_unknown"


@every_action
async def test_unusable_entry(
    hass: HomeAssistant, price_server: PriceServer, loaded: MockConfigEntry, action: str
) -> None:
    """An entry of others, one that is not loaded and one without prices are refused."""
    foreign = MockConfigEntry(domain="sun", entry_id="sun", title="Sun")
    foreign.add_to_hass(hass)
    make_entry("energysignal", price_server, entry_id="idle").add_to_hass(hass)
    await set_up(hass, make_entry("otark", price_server, entry_id="volumes"))
    for entry_id, key, title in (
        ("sun", "entry_not_ours", "Sun"),
        ("idle", "entry_not_loaded", "Energysignal"),
        ("volumes", "entry_without_prices", "Otark"),
    ):
        with pytest.raises(ServiceValidationError) as caught:
            await call(hass, action, config_entry_id=entry_id, **FIELDS[action])
        assert caught.value.translation_key == key
        assert caught.value.translation_placeholders == {"entry": title}


@every_action
async def test_several_entries(
    hass: HomeAssistant, price_server: PriceServer, loaded: MockConfigEntry, action: str
) -> None:
    """With two entries that have prices, nobody guesses which one is meant."""
    await set_up(hass, make_entry("minstroem", price_server, entry_id="denmark"))
    assert await refused(hass, action, **FIELDS[action]) == "entry_not_chosen"


async def test_only_entry_with_prices(
    hass: HomeAssistant, price_server: PriceServer, loaded: MockConfigEntry
) -> None:
    """Entries without prices, or that are not loaded, do not make it ambiguous."""
    await set_up(hass, make_entry("otark", price_server, entry_id="volumes"))
    make_entry("minstroem", price_server, entry_id="denmark").add_to_hass(hass)
    assert (await call(hass, "get_prices"))["currency"] == "EUR"


async def test_unloaded_entry(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    """An entry that was unloaded is not used any more."""
    assert await hass.config_entries.async_unload(ENTRY_ID)
    assert await refused(hass, "get_prices") == "no_entry_loaded"


@pytest.mark.parametrize("action", sorted(ONLY))
async def test_answer_is_the_point(
    hass: HomeAssistant, loaded: MockConfigEntry, action: str
) -> None:
    """An action that does nothing but answer has to be asked for its answer."""
    with pytest.raises(ServiceValidationError):
        await hass.services.async_call(DOMAIN, action, FIELDS[action], blocking=True)


@every_action
async def test_unknown_field(
    hass: HomeAssistant, loaded: MockConfigEntry, action: str
) -> None:
    """A field that is misspelt is not passed over."""
    with pytest.raises(vol.Invalid):
        await call(hass, action, **FIELDS[action], colour="green")
