"""Conditions for automations, where Home Assistant has such conditions."""

from typing import Any

from homeassistant.core import HomeAssistant

try:
    from .automations import CONDITIONS
except ImportError:
    CONDITIONS: dict[str, type[Any]] = {}  # type: ignore[no-redef]


async def async_get_conditions(
    hass: HomeAssistant,  # noqa: ARG001 - the signature is Home Assistant's.
) -> dict[str, type[Any]]:
    """Return the conditions by their keys; none where they cannot be."""
    return CONDITIONS
