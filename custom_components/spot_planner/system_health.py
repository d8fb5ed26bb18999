"""What Settings > System > Repairs > System information says of the providers."""

from typing import Any

from homeassistant.components import system_health
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback

from .const import DOMAIN
from .engine.errors import InputError
from .provider import BASE_URLS, provider_key


@callback
def async_register(
    hass: HomeAssistant,  # noqa: ARG001 - the signature is Home Assistant's.
    register: system_health.SystemHealthRegistration,
) -> None:
    """Offer the information."""
    register.async_register_info(async_info)


async def async_info(hass: HomeAssistant) -> dict[str, Any]:
    """Return how the entries are, and whether each provider in use can be reached.

    The vendor's own address is tried: the one of an entry may be a private one.
    """
    entries = hass.config_entries.async_entries(DOMAIN)
    loaded = [it for it in entries if it.state is ConfigEntryState.LOADED]
    standing_in = [
        it
        for it in loaded
        if (prices := it.runtime_data.prices) and prices.fallback.source
    ]
    failing = [
        it
        for it in loaded
        if (prices := it.runtime_data.prices) and prices.asked.failure
    ]
    info: dict[str, Any] = {
        "entries": f"{len(loaded)}/{len(entries)}",
        "failing_providers": len(failing),
        "entries_on_fallback": len(standing_in),
    }
    for entry in entries:
        try:
            key = provider_key(entry.data)
        except InputError:
            continue
        info[f"can_reach_{key}"] = system_health.async_check_can_reach_url(
            hass, BASE_URLS[key]
        )
    return info
