"""Hand the engine what it needs of Home Assistant: a session, a zone, tables."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.util import dt as dt_util

from .const import CONF_BASE_URL, CONF_PROVIDER
from .engine.errors import InputError
from .engine.providers import ProviderKey, create_provider
from .engine.providers.base import PriceProvider
from .engine.providers.http import check_base_url
from .engine.tariffs.france import FrenchTariff
from .engine.tariffs.model import FrenchContract
from .engine.tariffs.rates import FrenchTables

# Tariff hours and market days run in the market's time, wherever the home is.
MARKET_ZONE = "Europe/Paris"


async def async_create_provider(
    hass: HomeAssistant, data: Mapping[str, Any], contract: FrenchContract
) -> PriceProvider:
    """Return the provider that the data of a config entry names.

    Raises:
        InputError: There is no such provider, or its address cannot be used.
    """
    name = data.get(CONF_PROVIDER)
    try:
        key = ProviderKey(str(name))
    except ValueError as err:
        raise InputError(CONF_PROVIDER, "unknown_value", name) from err
    base_url = data.get(CONF_BASE_URL)
    return create_provider(
        key,
        async_get_clientsession(hass),
        check_base_url(base_url) if base_url else None,
        contract,
        await _async_market_zone(),
    )


async def async_create_tariff(
    hass: HomeAssistant, contract: FrenchContract
) -> FrenchTariff:
    """Return the tariff of a contract; its tables are read off the event loop."""
    tables = await hass.async_add_executor_job(FrenchTables.load)
    return FrenchTariff(contract, tables, await _async_market_zone())


async def _async_market_zone() -> ZoneInfo:
    zone = await dt_util.async_get_time_zone(MARKET_ZONE)
    if not isinstance(zone, ZoneInfo):
        # Home Assistant requires the time zone database, so this is a broken system.
        raise InputError("time_zone", "time_zone_missing", MARKET_ZONE)
    return zone
