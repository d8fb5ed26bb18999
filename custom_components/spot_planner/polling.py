"""What all that asks a provider has in common: failures in the user's words."""

from typing import Protocol

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ConfigEntryAuthFailed, ConfigEntryNotReady
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed

from .const import DOMAIN, LOGGER
from .engine.providers.errors import CredentialsError, ProviderError


class Company(Protocol):
    """Whoever is asked."""

    @property
    def name(self) -> str:
        """Return the name that people know it by."""

    @property
    def website(self) -> str:
        """Return where people read about it."""


class Polling[DataT](DataUpdateCoordinator[DataT]):
    """Ask one company for one entry."""

    config_entry: ConfigEntry

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, name: str, company: Company
    ) -> None:
        """Prepare; nothing is asked yet."""
        super().__init__(
            hass, LOGGER, config_entry=entry, name=name, always_update=False
        )
        self.company = company
        self.model: str | None = None

    @property
    def is_known(self) -> bool:
        """Tell whether there is anything to show."""
        # Home Assistant declares the data without giving it a value at first.
        return self.data is not None

    async def async_first_refresh(self) -> None:
        """Ask for the first time, or say in the user's words why nothing came."""
        try:
            await self.async_config_entry_first_refresh()
        except ConfigEntryNotReady as err:
            cause = self.last_exception
            if not isinstance(cause, UpdateFailed):
                raise
            raise ConfigEntryNotReady(
                translation_domain=cause.translation_domain,
                translation_key=cause.translation_key,
                translation_placeholders=cause.translation_placeholders,
            ) from err

    def failed(self, failure: ProviderError) -> UpdateFailed | ConfigEntryAuthFailed:
        """Return a failure as Home Assistant wants it raised."""
        needs_user = isinstance(failure, CredentialsError)
        return (ConfigEntryAuthFailed if needs_user else UpdateFailed)(
            translation_domain=DOMAIN,
            translation_key=failure.reason,
            translation_placeholders={
                "provider": self.company.name,
                "detail": str(failure),
            },
        )
