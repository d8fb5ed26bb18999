"""Go through config flows as a person in front of the forms does."""

from collections.abc import Iterator
from types import MappingProxyType
from typing import Any

from pytest_homeassistant_custom_component.common import MockConfigEntry
import voluptuous as vol

from dev.price_server import PriceServer
from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    SOURCE_USER,
    ConfigSubentry,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, section

from ..conftest import DOMAIN
from ..entries import DATA

TARIFF = {
    "segment": "C5",
    "turpe_option": "CU4",
    "customer_profile": "particulier",
    "tax_display": "TTC",
}

CREDENTIALS = ("account_id", "api_key", "api_secret", "token")


def credentials(kind: str) -> dict[str, Any]:
    """Return the right credentials of a provider, or of `sobry_contract`."""
    return {key: value for key, value in DATA[kind].items() if key in CREDENTIALS}


def typed(kind: str) -> dict[str, Any]:
    """Return what the form of a connection asks for, beside the address."""
    asked = (*CREDENTIALS, "location_id")
    return {key: value for key, value in DATA[kind].items() if key in asked}


def connection(kind: str, server: PriceServer, **changed: Any) -> dict[str, Any]:
    """Return what connects to the local price server."""
    url = server.vendor_url(kind.partition("_")[0])
    return {**typed(kind), "advanced": {"base_url": url}, **changed}


async def choose(hass: HomeAssistant, provider: str) -> Any:
    """Begin to add an entry, choose its provider, and return the next form."""
    result = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "user"
    result = await answer(hass, result, {"provider": provider})
    assert result["step_id"] == provider
    assert not result["errors"]
    return result


async def answer(hass: HomeAssistant, form: Any, values: dict[str, Any]) -> Any:
    """Submit a form, and wait until all that follows from it is done."""
    result = await hass.config_entries.flow.async_configure(form["flow_id"], values)
    await hass.async_block_till_done(wait_background_tasks=True)
    return result


async def connect(hass: HomeAssistant, kind: str, server: PriceServer) -> Any:
    """Choose a provider, enter what is right, and return what follows."""
    form = await choose(hass, kind.partition("_")[0])
    return await answer(hass, form, connection(kind, server))


async def open_page(hass: HomeAssistant, entry: MockConfigEntry, page: str) -> Any:
    """Open the options of an entry, choose a page, and return its form."""
    result = await hass.config_entries.options.async_init(entry.entry_id)
    assert result["type"] is FlowResultType.MENU
    assert page in result["menu_options"]
    form = await hass.config_entries.options.async_configure(
        result["flow_id"], {"next_step_id": page}
    )
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == page
    assert not form["errors"]
    return form


async def submit(hass: HomeAssistant, form: Any, values: dict[str, Any]) -> Any:
    """Submit a page of the options, and wait until the entry has reloaded."""
    flows = hass.config_entries.options
    result = await flows.async_configure(form["flow_id"], values)
    await hass.async_block_till_done(wait_background_tasks=True)
    return result


async def have_appliance(
    hass: HomeAssistant, entry: MockConfigEntry, name: str, **data: Any
) -> None:
    """Give an entry an appliance of two hours and 1 kW, whose id is its name."""
    subentry = ConfigSubentry(
        subentry_id=name.lower(),
        subentry_type="appliance",
        title=name,
        unique_id=None,
        data=MappingProxyType({"duration": 120, "power": 1, **data}),
    )
    hass.config_entries.async_add_subentry(entry, subentry)
    await hass.async_block_till_done(wait_background_tasks=True)


async def add_appliance(hass: HomeAssistant, entry: MockConfigEntry) -> Any:
    """Begin to add an appliance, and return the form."""
    form = await hass.config_entries.subentries.async_init(
        (entry.entry_id, "appliance"), context={"source": SOURCE_USER}
    )
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == "appliance"
    assert not form["errors"]
    return form


async def edit_appliance(
    hass: HomeAssistant, entry: MockConfigEntry, subentry_id: str
) -> Any:
    """Begin to change an appliance, and return the form."""
    form = await hass.config_entries.subentries.async_init(
        (entry.entry_id, "appliance"),
        context={"source": SOURCE_RECONFIGURE, "subentry_id": subentry_id},
    )
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == "appliance"
    return form


async def save_appliance(hass: HomeAssistant, form: Any, values: dict[str, Any]) -> Any:
    """Submit the form of an appliance, and wait for what follows from it."""
    flows = hass.config_entries.subentries
    result = await flows.async_configure(form["flow_id"], values)
    await hass.async_block_till_done(wait_background_tasks=True)
    return result


def shown(form: Any) -> dict[str, Any]:
    """Return what the fields of a form are filled with, those of sections too."""
    return {
        str(field): (field.description or {}).get("suggested_value")
        for field in _fields(form["data_schema"])
    }


def _fields(schema: vol.Schema) -> Iterator[Any]:
    for field, value in schema.schema.items():
        if isinstance(value, section):
            yield from _fields(value.schema)
        else:
            yield field


def reauth_flows(hass: HomeAssistant) -> list[Any]:
    """Return the flows that ask for other credentials."""
    return [
        flow
        for flow in hass.config_entries.flow.async_progress()
        if flow["context"]["source"] == SOURCE_REAUTH
    ]
