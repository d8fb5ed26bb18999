"""Questions to providers: what was asked last, and which credentials were refused.

Home Assistant repeats a failed set-up with new objects every few seconds, and each saved
option makes new ones too; what was asked has to outlive them, or the limits of a provider
would not hold. Refused credentials outlive a restart as well.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
import json
from secrets import token_hex
from typing import Any, final, override

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from ..const import CONF_ADDRESS, CONF_API_KEY_ADDED, CONF_TIME_ZONE, DOMAIN, LOGGER
from ..engine.providers.errors import (
    AuthenticationError,
    CredentialsError,
    ForbiddenError,
    ProviderError,
)
from ..engine.providers.network.pacer import Pacer
from ..engine.publication import Attempts
from ..storage.safe_store import SafeStore
from ..storage.stored_value import read_moment

# Credentials that were refused stay refused until the user has entered others.
CREDENTIALS_WAIT = timedelta(days=1)

# What an entry remembers of its connection without being another connection for it.
REMEMBERED = (CONF_ADDRESS, CONF_API_KEY_ADDED, CONF_TIME_ZONE)


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked without bringing all that is wanted, and how the last time failed."""

    question: str
    attempts: Attempts = field(default_factory=Attempts)
    failure: ProviderError | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """How credentials were refused, and when; times are UTC."""

    reason: str
    detail: str
    at: datetime

    @property
    def failure(self) -> CredentialsError:
        """Return it as the error that it was."""
        kind = ForbiddenError if self.reason == ForbiddenError.reason else None
        return (kind or AuthenticationError)(self.detail)


@dataclass(frozen=True, slots=True)
class StoredRefusals:
    """What was refused, part by part, of the credentials that a salted hash stands for."""

    salt: str
    digest: str
    parts: Mapping[str, Refused]


@final
class RefusalStore(SafeStore[StoredRefusals]):
    """Keep what was refused to one config entry in a file of its own."""

    noun = "refusals"
    remedy = "found out anew"

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Name the file; nothing is read yet."""
        super().__init__(hass, f"{DOMAIN}.{entry_id}.refused")

    @override
    def _write(self, stored: StoredRefusals) -> dict[str, Any]:
        return {
            "salt": stored.salt,
            "digest": stored.digest,
            "parts": {
                part: [refused.reason, refused.detail, refused.at.timestamp()]
                for part, refused in stored.parts.items()
            },
        }

    @override
    def _read(self, document: dict[str, Any]) -> StoredRefusals:
        return StoredRefusals(
            salt=str(document["salt"]),
            digest=str(document["digest"]),
            parts={
                part: Refused(str(reason), str(detail), read_moment(seconds))
                for part, (reason, detail, seconds) in document["parts"].items()
            },
        )


class Refusals:
    """Remember for a day what was refused to one entry, in memory and on disk.

    The credentials themselves are not kept: a short salted hash tells whether they, or
    whom they were for, have changed.
    """

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Begin without knowing anything."""
        self._store = RefusalStore(hass, entry_id)
        self._known: StoredRefusals | None = None
        self._is_loaded = False

    async def async_get(self, part: str, data: Mapping[str, Any]) -> Refused | None:
        """Return how the entry's data were refused within the last day, if they were."""
        await self._async_load()
        if self._known is None or not self._matches(data):
            return None
        refused = self._known.parts.get(part)
        now = dt_util.utcnow()
        # One from the future was written by a clock that was wrong.
        if refused and refused.at <= now < refused.at + CREDENTIALS_WAIT:
            return refused
        return None

    async def async_remember(
        self, part: str, data: Mapping[str, Any], failure: CredentialsError
    ) -> None:
        """Remember that the entry's data are refused."""
        await self._async_load()
        refused = Refused(failure.reason, str(failure), dt_util.utcnow())
        if self._known is None or not self._matches(data):
            salt = token_hex(8)
            self._known = StoredRefusals(salt, _digest(salt, data), {part: refused})
        else:
            parts = {**self._known.parts, part: refused}
            self._known = replace(self._known, parts=parts)
        await self._async_keep()

    async def async_forget(self, part: str | None = None) -> None:
        """Forget what was refused of a part, or of all: the credentials are good."""
        await self._async_load()
        if self._known is None:
            return
        parts = {
            name: refused
            for name, refused in self._known.parts.items()
            if part not in (None, name)
        }
        if parts == self._known.parts:
            return
        self._known = replace(self._known, parts=parts) if parts else None
        await self._async_keep()

    async def async_accept(self, data: Mapping[str, Any]) -> None:
        """Forget what was refused of these data, which are good after all."""
        if self._known is not None and self._matches(data):
            await self.async_forget()

    async def _async_keep(self) -> None:
        """Write down what is known; without it, a restart asks once more."""
        try:
            if self._known:
                await self._store.async_save(self._known)
            else:
                await self._store.async_remove()
        except OSError as err:
            LOGGER.warning("What was refused cannot be stored (%s)", err)

    def _matches(self, data: Mapping[str, Any]) -> bool:
        known = self._known
        return known is not None and known.digest == _digest(known.salt, data)

    async def _async_load(self) -> None:
        if self._is_loaded:
            return
        self._is_loaded = True
        try:
            self._known = await self._store.async_load()
        except OSError as err:
            LOGGER.warning("What was refused cannot be read (%s)", err)


def _digest(salt: str, data: Mapping[str, Any]) -> str:
    """Return what stands for data: too short to find out a key by trying."""
    connection = {key: value for key, value in data.items() if key not in REMEMBERED}
    text = json.dumps(connection, sort_keys=True, default=str)
    return sha256(f"{salt}\n{text}".encode()).hexdigest()[:8]


# By the id of the entry, and by what is asked for.
LAST_ASKED: HassKey[dict[str, dict[str, Asked]]] = HassKey(f"{DOMAIN}_last_asked")
REFUSALS: HassKey[dict[str, Refusals]] = HassKey(f"{DOMAIN}_refusals")

# What a vendor has said of its limits.
PACERS: HassKey[dict[str, Pacer]] = HassKey(f"{DOMAIN}_pacers")


def refusals_of(hass: HomeAssistant, entry_id: str) -> Refusals:
    """Return what was refused to an entry."""
    known = hass.data.setdefault(REFUSALS, {})
    if entry_id not in known:
        known[entry_id] = Refusals(hass, entry_id)
    return known[entry_id]


async def async_accept_credentials(
    hass: HomeAssistant, data: Mapping[str, Any]
) -> None:
    """Forget what was refused of data that a provider has accepted just now."""
    for refusals in tuple(hass.data.get(REFUSALS, {}).values()):
        await refusals.async_accept(data)


async def async_forget_questions(hass: HomeAssistant, entry_id: str) -> None:
    """Delete what a removed entry has asked, in memory and on disk."""
    hass.data.get(LAST_ASKED, {}).pop(entry_id, None)
    hass.data.get(REFUSALS, {}).pop(entry_id, None)
    hass.data.get(PACERS, {}).pop(entry_id, None)
    await RefusalStore(hass, entry_id).async_remove()
