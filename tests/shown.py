"""What tests look at: what a sensor comes with, issues, entities, and requests."""

from collections import Counter
from typing import Any

from dev.price_server import PriceServer
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er, issue_registry as ir

from .conftest import DOMAIN, ENTRY_ID, entity_id


def attributes(hass: HomeAssistant, key: str = "current_price") -> dict[str, Any]:
    """Return what a sensor of the entry comes with."""
    found = hass.states.get(entity_id(hass, "sensor", key))
    assert found, f"{key} has no state"
    return dict(found.attributes)


def keys(hass: HomeAssistant) -> set[str]:
    """Return the keys of all entities of the entry, also of those that are off."""
    found = er.async_entries_for_config_entry(er.async_get(hass), ENTRY_ID)
    return {item.unique_id.removeprefix(f"{ENTRY_ID}_") for item in found}


def components(hass: HomeAssistant) -> set[str]:
    """Return the names of the parts of the price that have a sensor."""
    prefix = "component_"
    return {it.removeprefix(prefix) for it in keys(hass) if it.startswith(prefix)}


def issues(hass: HomeAssistant) -> dict[str, ir.IssueEntry]:
    """Return what the user is told of the entry under Repairs, by kind."""
    return {
        name.removesuffix(f"_{ENTRY_ID}"): item
        for (domain, name), item in ir.async_get(hass).issues.items()
        # What was dealt with in an earlier run stays in the registry, switched off.
        if domain == DOMAIN and name.endswith(ENTRY_ID) and item.active
    }


def asked(server: PriceServer) -> Counter[str]:
    """Count the requests by path since the last look, and forget them."""
    paths = Counter(request.path for request in server.requests)
    server.control.forget()
    return paths
