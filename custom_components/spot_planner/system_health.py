"""System information: how the entries are, and which vendors can be reached."""

from typing import Any

from homeassistant.components import system_health
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback

from .const import CONF_PROVIDER, DOMAIN
from .engine.providers.vendors import VENDORS
from .runtime import SpotPlannerRuntime


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
    runtimes: list[SpotPlannerRuntime] = [it.runtime_data for it in loaded]
    prices = [it.prices for it in runtimes if it.prices]
    volumes = [it.volumes for it in runtimes if it.volumes]
    failing = [it for it in prices if it.asked.failure]
    failing_volumes = [it for it in volumes if not it.last_update_success]
    info: dict[str, Any] = {
        "entries": f"{len(loaded)}/{len(entries)}",
        "failing_providers": len(failing) + len(failing_volumes),
        "entries_on_fallback": len([it for it in prices if it.fallback.source]),
    }
    for key, vendor in VENDORS.items():
        if any(it.data.get(CONF_PROVIDER) == key for it in entries):
            info[f"can_reach_{key}"] = system_health.async_check_can_reach_url(
                hass, vendor.base_url
            )
    return info
