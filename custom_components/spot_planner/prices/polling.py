"""Polling: the memory of all that asks a provider, and failures in words."""

from collections.abc import Callable
from datetime import timedelta
from typing import Protocol

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ConfigEntryAuthFailed, ConfigEntryNotReady
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed
from homeassistant.util import dt as dt_util

from ..const import DOMAIN, LOGGER
from ..engine.providers.errors import ActionNeededError, CredentialsError, ProviderError
from ..engine.publication import Attempts
from .questions import CREDENTIALS_WAIT, LAST_ASKED, PACERS, Asked, refusals_of

# A header may name the year 9999. Who knows nothing asks after this all the same.
SHORT_WAIT = timedelta(hours=1)


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
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        name: str,
        company: Company,
        part: str,
        question: str = "",
        sent: Callable[[], int] = lambda: 0,
    ) -> None:
        """Prepare; nothing is asked yet.

        `part` is what is asked for of the entry, `question` all that the answer depends
        on, and `sent` tells how many requests were sent so far.
        """
        super().__init__(
            hass, LOGGER, config_entry=entry, name=name, always_update=False
        )
        self.company = company
        self.model: str | None = None
        self.refusals = refusals_of(hass, entry.entry_id)
        self.part = part
        self.question = question
        self.sent = sent
        # A refusal is known by the credentials; where these are others, it is over.
        if self.asked.question != question or isinstance(
            self.asked.failure, CredentialsError
        ):
            self.asked = Asked(question)

    @property
    def asked(self) -> Asked:
        """Return what was asked last, be it by another object for the same entry."""
        parts = self.hass.data.get(LAST_ASKED, {}).get(self.config_entry.entry_id, {})
        return parts.get(self.part) or Asked(self.question)

    @asked.setter
    def asked(self, asked: Asked) -> None:
        """Remember what was asked last."""
        parts = self.hass.data.setdefault(LAST_ASKED, {})
        parts.setdefault(self.config_entry.entry_id, {})[self.part] = asked

    async def async_recall_refusal(self) -> None:
        """Take up that the credentials were refused lately, so that none is asked."""
        refused = await self.refusals.async_get(self.part, self.config_entry.data)
        if refused:
            self.asked = Asked(
                self.question,
                Attempts().failed(refused.at, CREDENTIALS_WAIT),
                refused.failure,
            )

    async def async_note_failure(
        self,
        failure: ProviderError,
        before: Attempts,
        requests: int,
        longest: timedelta,
    ) -> None:
        """Remember a question that brought nothing, and how long not to repeat it.

        Nobody waits for more than `longest` because a header says so; what we have
        decided ourselves stays.
        """
        # The provider's wait begins with its answer, which may have taken long.
        now = dt_util.utcnow()
        wait = failure.retry_after
        if isinstance(failure, CredentialsError):
            wait = CREDENTIALS_WAIT
            await self.refusals.async_remember(
                self.part, self.config_entry.data, failure
            )
        elif wait and not isinstance(failure, ActionNeededError):
            wait = min(wait, longest)
            pacers = self.hass.data.get(PACERS, {})
            if pacer := pacers.get(self.config_entry.entry_id):
                pacer.relax(wait)
        attempts = before.failed(now, wait, requests)
        self.asked = Asked(self.question, attempts, failure)
        LOGGER.debug("%s: %s (%s)", self.name, failure.reason, failure)

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
