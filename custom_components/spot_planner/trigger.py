"""Triggers for automations, where Home Assistant has such triggers."""

from typing import Any

import voluptuous as vol

from homeassistant.core import HomeAssistant
from homeassistant.helpers.typing import ConfigType

try:
    from .automations import TRIGGERS
except ImportError:
    TRIGGERS: dict[str, type[Any]] = {}  # type: ignore[no-redef]


async def async_get_triggers(
    hass: HomeAssistant,  # noqa: ARG001 - the signature is Home Assistant's.
) -> dict[str, type[Any]]:
    """Return the triggers by their keys; none where they cannot be."""
    return TRIGGERS


async def async_validate_trigger_config(
    hass: HomeAssistant,  # noqa: ARG001 - the signature is Home Assistant's.
    config: ConfigType,
) -> ConfigType:
    """Refuse them where Home Assistant asks for no list of triggers.

    Raises:
        vol.Invalid: Always.
    """
    raise vol.Invalid(
        f"'{config['platform']}' needs Home Assistant 2026.10; "
        "before it, use a trigger of the type 'state'"
    )
