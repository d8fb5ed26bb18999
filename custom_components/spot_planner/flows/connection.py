"""Try what the user has typed, and tell what is wrong with it."""

from collections.abc import Iterable, Mapping
from typing import Any

import voluptuous as vol

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..const import (
    CONF_ADDRESS_ID,
    CONF_API_KEY,
    CONF_BASE_URL,
    CONF_LOCATION,
    CONF_LOCATION_ID,
    CONF_LOOKUP,
    CONF_PROVIDER,
    CONF_REGION,
    CONF_TIME_ZONE,
)
from ..coordinator import async_ask_today
from ..engine.errors import EngineError, InputError
from ..engine.providers import ProviderKey
from ..engine.providers.errors import NotFoundError, ProviderError, RefusedError
from ..engine.providers.flatpeak.provider import FlatpeakProvider
from ..engine.providers.minstroem.provider import MinStroemProvider
from ..engine.providers.network.address import check_base_url
from ..engine.providers.otark.provider import OtarkProvider
from ..engine.tariffs.model import FrenchContract
from ..options import Lookup, Settings
from ..prices.provider import BASE_URLS, async_create_provider, provider_key
from ..prices.questions import REMEMBERED, async_accept_credentials


async def async_try(hass: HomeAssistant, data: Mapping[str, Any]) -> dict[str, Any]:
    """Ask the smallest question, and return the data with what the answer adds.

    Raises:
        InputError: Something cannot be used before anybody is asked.
        ProviderError: The provider does not answer it.
    """
    provider = await async_create_provider(hass, data)
    now = dt_util.utcnow()
    match provider:
        case FlatpeakProvider():
            location = await provider.location(now)
            data = {**data, CONF_TIME_ZONE: location.time_zone}
        case OtarkProvider():
            await provider.volumes(now)
        case MinStroemProvider() if CONF_LOOKUP not in data:
            # The credentials come before the place, and this asks about them alone.
            await provider.request_count(now)
        case _:
            await async_ask_today(provider)
    await async_accept_credentials(hass, data)
    return dict(data)


def errors_of(
    err: EngineError, data: Mapping[str, Any], schema: vol.Schema
) -> dict[str, str]:
    """Return an error beside its field, or above a form that lacks the field."""
    field, reason = "base", "unexpected"
    if isinstance(err, InputError):
        field, reason = err.field, err.reason
    elif isinstance(err, ProviderError):
        reason = err.reason
        # Only the place of the question can be unknown to whom the credentials are not.
        if isinstance(err, NotFoundError | RefusedError):
            field, reason = _unknown_place(data) or (field, reason)
    return {field if field in schema.schema else "base": reason}


def _unknown_place(data: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return the field and the reason when a provider does not know the place."""
    if data.get(CONF_PROVIDER) == ProviderKey.FLATPEAK:
        return CONF_LOCATION_ID, "unknown_location"
    match data.get(CONF_LOOKUP):
        case Lookup.REGION:
            return CONF_REGION, "unknown_region"
        case Lookup.COORDINATES:
            return CONF_LOCATION, "outside_area"
        case Lookup.ADDRESS:
            return CONF_ADDRESS_ID, "unknown_address"
        case _:
            return None


def is_configured(
    entries: Iterable[ConfigEntry], data: Mapping[str, Any], options: Mapping[str, Any]
) -> bool:
    """Tell whether one of the entries has the same prices already."""
    try:
        ours = _identity(data, options)
    except InputError:
        return False
    for entry in entries:
        try:
            if _identity(entry.data, entry.options) == ours:
                return True
        except InputError:
            # An entry that cannot be used is nobody's double.
            continue
    return False


def _identity(
    data: Mapping[str, Any], options: Mapping[str, Any]
) -> tuple[Mapping[str, Any], FrenchContract | None]:
    """Return what makes an entry different from another one.

    With public or spot prices, another contract has other prices.

    Raises:
        InputError: The data or the options cannot be used.
    """
    connection = {key: value for key, value in data.items() if key not in REMEMBERED}
    key = provider_key(data)
    connection[CONF_BASE_URL] = check_base_url(
        data.get(CONF_BASE_URL) or BASE_URLS[key]
    )
    is_public = key is ProviderKey.SOBRY and CONF_API_KEY not in data
    if is_public or key is ProviderKey.ENERGYSIGNAL:
        return connection, Settings.from_options(options).contract
    return connection, None
