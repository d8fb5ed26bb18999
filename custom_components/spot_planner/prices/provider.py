"""Hand the engine what it needs of Home Assistant: a session, zones, tables."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.util import dt as dt_util

from ..const import (
    CONF_ACCOUNT_ID,
    CONF_ADDRESS_ID,
    CONF_API_KEY,
    CONF_API_SECRET,
    CONF_BASE_URL,
    CONF_LATITUDE,
    CONF_LOCATION_ID,
    CONF_LONGITUDE,
    CONF_LOOKUP,
    CONF_PROVIDER,
    CONF_REGION,
    CONF_TIME_ZONE,
    CONF_TOKEN,
)
from ..engine.errors import InputError
from ..engine.providers import ProviderKey
from ..engine.providers.base import PriceKind, PriceProvider
from ..engine.providers.energysignal import provider as energysignal
from ..engine.providers.energysignal.provider import EnergySignalProvider
from ..engine.providers.flatpeak import provider as flatpeak
from ..engine.providers.flatpeak.provider import FlatpeakProvider
from ..engine.providers.minstroem import provider as minstroem
from ..engine.providers.minstroem.place import Address, Coordinates, Place, Region
from ..engine.providers.minstroem.provider import MinStroemProvider
from ..engine.providers.network.address import check_base_url
from ..engine.providers.network.credentials import check_credential
from ..engine.providers.network.http import HttpClient
from ..engine.providers.network.pacer import Pacer
from ..engine.providers.otark import provider as otark
from ..engine.providers.otark.provider import OtarkProvider
from ..engine.providers.sobry import public as sobry
from ..engine.providers.sobry.contract import SobryContractProvider
from ..engine.providers.sobry.public import SobryProvider
from ..engine.tariffs.france import FrenchTariff
from ..engine.tariffs.pricing import Pricing
from ..engine.tariffs.rates import FrenchTables
from ..options import Lookup, Settings

# Tariff hours and market days run in the market's time, wherever the home is.
FRANCE = "Europe/Paris"
DENMARK = "Europe/Copenhagen"
GERMANY = "Europe/Berlin"

BASE_URLS: Mapping[ProviderKey, str] = {
    ProviderKey.SOBRY: sobry.BASE_URL,
    ProviderKey.ENERGYSIGNAL: energysignal.BASE_URL,
    ProviderKey.FLATPEAK: flatpeak.BASE_URL,
    ProviderKey.MINSTROEM: minstroem.BASE_URL,
    ProviderKey.OTARK: otark.BASE_URL,
}


def provider_key(data: Mapping[str, Any]) -> ProviderKey:
    """Return the provider that the data of a config entry names.

    Raises:
        InputError: There is no such provider.
    """
    name = data.get(CONF_PROVIDER)
    try:
        return ProviderKey(str(name))
    except ValueError as err:
        raise InputError(CONF_PROVIDER, "unknown_value", name) from err


def has_french_spot(data: Mapping[str, Any]) -> bool:
    """Tell whether a provider tells the French spot price, from which others can live.

    The price of a customer's own contract does not say what the spot price in it was.
    """
    match data.get(CONF_PROVIDER):
        case ProviderKey.SOBRY:
            return not data.get(CONF_API_KEY)
        case key:
            return key == ProviderKey.ENERGYSIGNAL


def has_french_tariff(data: Mapping[str, Any]) -> bool:
    """Tell whether the French tariff can make the customer's price from a spot price."""
    match data.get(CONF_PROVIDER):
        case ProviderKey.SOBRY | ProviderKey.ENERGYSIGNAL:
            return True
        case ProviderKey.FLATPEAK:
            return data.get(CONF_TIME_ZONE) == FRANCE
        case _:
            return False


async def async_create_provider(
    hass: HomeAssistant,
    data: Mapping[str, Any],
    settings: Settings | None = None,
    pacer: Pacer | None = None,
) -> PriceProvider | OtarkProvider:
    """Return the provider that the data of a config entry names.

    Raises:
        InputError: There is no such provider, or what it needs cannot be used.
    """
    key = provider_key(data)
    settings = settings or Settings()
    base_url = data.get(CONF_BASE_URL)
    client = HttpClient(
        async_get_clientsession(hass),
        check_base_url(base_url) if base_url else BASE_URLS[key],
        pacer,
        hass.async_add_executor_job,
    )

    def credential(field: str) -> str:
        return check_credential(field, str(data.get(field) or ""))

    match key:
        case ProviderKey.SOBRY if data.get(CONF_API_KEY):
            return SobryContractProvider(
                client, credential(CONF_API_KEY), await _async_zone(FRANCE)
            )
        case ProviderKey.SOBRY:
            return SobryProvider(client, settings.contract, await _async_zone(FRANCE))
        case ProviderKey.ENERGYSIGNAL:
            return EnergySignalProvider(
                client, credential(CONF_TOKEN), await _async_zone(FRANCE)
            )
        case ProviderKey.FLATPEAK:
            zone = data.get(CONF_TIME_ZONE) or str(dt_util.get_default_time_zone())
            return FlatpeakProvider(
                client,
                credential(CONF_ACCOUNT_ID),
                credential(CONF_API_KEY),
                credential(CONF_LOCATION_ID),
                await _async_zone(zone),
                settings.directions,
            )
        case ProviderKey.MINSTROEM:
            return MinStroemProvider(
                client,
                credential(CONF_API_KEY),
                credential(CONF_API_SECRET),
                _place(data),
                await _async_zone(DENMARK),
            )
        case ProviderKey.OTARK:
            return OtarkProvider(
                client, credential(CONF_API_KEY), await _async_zone(GERMANY)
            )


async def async_create_pricing(
    hass: HomeAssistant, data: Mapping[str, Any], settings: Settings, kind: PriceKind
) -> Pricing:
    """Return what makes the customer's price; tables are read off the event loop."""
    if not has_french_tariff(data):
        return Pricing(kind)
    tables = await hass.async_add_executor_job(FrenchTables.load)
    zone = await _async_zone(FRANCE)
    return Pricing(kind, FrenchTariff(settings.contract, tables, zone))


def _place(data: Mapping[str, Any]) -> Place:
    """Return where the prices of Min Strøm are for.

    Without a lookup, as before the user has chosen one, any place will do.
    """
    match data.get(CONF_LOOKUP):
        case Lookup.COORDINATES:
            return Coordinates(data[CONF_LATITUDE], data[CONF_LONGITUDE])
        case Lookup.ADDRESS:
            return Address(str(data.get(CONF_ADDRESS_ID) or ""))
        case _:
            return Region(str(data.get(CONF_REGION) or minstroem.REGIONS[0]))


async def _async_zone(name: str) -> ZoneInfo:
    zone = await dt_util.async_get_time_zone(name)
    if not isinstance(zone, ZoneInfo):
        # Home Assistant requires the time zone database, so this is a broken system.
        raise InputError("time_zone", "time_zone_missing", name)
    return zone
