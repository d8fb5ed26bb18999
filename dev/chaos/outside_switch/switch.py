"""Switches that stand outside of Home Assistant."""

from datetime import timedelta
from typing import Any, override

from homeassistant.components.switch import SwitchEntity
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddEntitiesCallback
from homeassistant.helpers.typing import ConfigType, DiscoveryInfoType

from . import DOMAIN, Link

# Beside what is pushed, as most integrations of plugs do.
SCAN_INTERVAL = timedelta(minutes=10)


async def async_setup_platform(
    hass: HomeAssistant,
    config: ConfigType,  # noqa: ARG001 - the signature is Home Assistant's.
    async_add_entities: AddEntitiesCallback,
    discovery_info: DiscoveryInfoType | None = None,  # noqa: ARG001 - as above.
) -> None:
    """Add the switches."""
    link: Link = hass.data[DOMAIN]
    async_add_entities(OutsideSwitch(link, name) for name in link.states)


class OutsideSwitch(SwitchEntity):
    """Show what a switch reports, and pass on what it is told."""

    _attr_should_poll = True

    def __init__(self, link: Link, name: str) -> None:
        """Name the switch."""
        self._link = link
        self._name = name
        self._attr_name = f"Outside {name}"
        self._attr_unique_id = name

    @override
    async def async_added_to_hass(self) -> None:
        """Show what is pushed."""
        self._link.listen(self.async_write_ha_state)

    @property
    @override
    def available(self) -> bool:
        """Tell whether it is there."""
        return self._link.states[self._name] is not None

    @property
    @override
    def is_on(self) -> bool:
        """Tell whether it reports to be on."""
        return self._link.states[self._name] == "on"

    async def async_update(self) -> None:
        """Ask what it reports."""
        await self._link.async_poll()

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Turn it on."""
        await self._link.async_command(self._name, "turn_on")

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Turn it off."""
        await self._link.async_command(self._name, "turn_off")
