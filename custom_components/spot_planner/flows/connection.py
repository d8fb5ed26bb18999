"""Connections as the user has typed them: tried, and what is wrong with them."""

from collections.abc import Iterable, Mapping
from typing import Any

import voluptuous as vol

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..const import CONF_API_KEY_ADDED, CONF_BASE_URL
from ..coordinator import async_ask_today
from ..engine.errors import EngineError, InputError
from ..engine.providers.errors import NotFoundError, ProviderError, RefusedError
from ..engine.tariffs.model import FrenchContract
from ..options import Settings
from ..prices.provider import async_create_offer, base_url_of, vendor_of
from ..prices.questions import REMEMBERED, async_accept_credentials


async def async_try(hass: HomeAssistant, data: Mapping[str, Any]) -> dict[str, Any]:
    """Ask the smallest question, and return the data with what the answer adds.

    Raises:
        InputError: Something cannot be used before anybody is asked.
        ProviderError: The provider does not answer it.
    """
    offer = await async_create_offer(hass, data)
    if offer.probe:
        data = {**data, **await offer.probe(dt_util.utcnow())}
    elif offer.prices:
        await async_ask_today(offer.prices)
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
    """Return the field and the reason when a vendor does not know the place."""
    asked = vendor_of(data).place_of(data)
    return (asked.field, asked.unknown) if asked else None


def with_key_date(data: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Return data that remember since when a key is in use that ends.

    `before` are the data of the entry as it was.
    """
    changed = dict(data)
    field, _ = vendor_of(data).ending or ("", None)
    key = data.get(field)
    if not key:
        changed.pop(CONF_API_KEY_ADDED, None)
    elif key != before.get(field):
        changed[CONF_API_KEY_ADDED] = dt_util.now().date().isoformat()
    return changed


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
    connection[CONF_BASE_URL] = base_url_of(data)
    if vendor_of(data).needs_tariff(data):
        return connection, Settings.from_options(options).contract
    return connection, None
