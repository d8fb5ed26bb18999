"""Buttons that stand outside of Home Assistant."""

from typing import override

from homeassistant.components.button import ButtonEntity
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddEntitiesCallback
from homeassistant.helpers.typing import ConfigType, DiscoveryInfoType

from . import DOMAIN, Link


async def async_setup_platform(
    hass: HomeAssistant,
    config: ConfigType,  # noqa: ARG001 - the signature is Home Assistant's.
    async_add_entities: AddEntitiesCallback,
    discovery_info: DiscoveryInfoType | None = None,  # noqa: ARG001 - as above.
) -> None:
    """Add the buttons."""
    link: Link = hass.data[DOMAIN]
    async_add_entities(OutsideButton(link, name) for name in link.buttons)


class OutsideButton(ButtonEntity):
    """Pass on that a button was pressed."""

    _attr_should_poll = False

    def __init__(self, link: Link, name: str) -> None:
        """Name the button."""
        self._link = link
        self._name = name
        self._attr_name = f"Outside {name}"
        self._attr_unique_id = name

    @override
    async def async_added_to_hass(self) -> None:
        """Show when it is away."""
        self._link.listen(self.async_write_ha_state)

    @property
    @override
    def available(self) -> bool:
        """Tell whether it is there."""
        return self._link.buttons[self._name]

    @override
    async def async_press(self) -> None:
        """Press it."""
        await self._link.async_command(self._name, "press")
