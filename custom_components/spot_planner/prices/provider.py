"""Providers of entries: made of a vendor, with what the engine needs of Home Assistant."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.util import dt as dt_util

from ..const import CONF_BASE_URL, CONF_PROVIDER
from ..engine.errors import InputError
from ..engine.providers.base import PriceKind
from ..engine.providers.network.address import check_base_url
from ..engine.providers.network.http import HttpClient
from ..engine.providers.network.pacer import Pacer
from ..engine.providers.vendor import Customer, Offer, Vendor
from ..engine.providers.vendors import VENDORS
from ..engine.tariffs.france import FrenchTariff
from ..engine.tariffs.pricing import Pricing
from ..engine.tariffs.rates import FrenchTables
from ..options import Settings


def vendor_of(data: Mapping[str, Any]) -> Vendor:
    """Return the vendor that the data of a config entry name.

    Raises:
        InputError: There is no such vendor.
    """
    if vendor := _find_vendor(data):
        return vendor
    raise InputError(CONF_PROVIDER, "unknown_value", data.get(CONF_PROVIDER))


def _find_vendor(data: Mapping[str, Any]) -> Vendor | None:
    return VENDORS.get(str(data.get(CONF_PROVIDER)))


def base_url_of(data: Mapping[str, Any]) -> str:
    """Return the address that an entry asks: its own, or that of its vendor.

    Raises:
        InputError: There is no such vendor, or the address cannot be used.
    """
    base_url = data.get(CONF_BASE_URL)
    return check_base_url(base_url) if base_url else vendor_of(data).base_url


def needs_tariff(data: Mapping[str, Any]) -> bool:
    """Tell whether an entry's prices are made by the tariff, from a known spot price."""
    vendor = _find_vendor(data)
    return vendor is not None and vendor.needs_tariff(data)


def ending_key(data: Mapping[str, Any]) -> tuple[str, timedelta] | None:
    """Return the field of an entry's key that ends, and how long it is good for."""
    vendor = _find_vendor(data)
    return vendor.ending if vendor else None


async def async_create_offer(
    hass: HomeAssistant,
    data: Mapping[str, Any],
    settings: Settings | None = None,
    pacer: Pacer | None = None,
) -> Offer:
    """Return what the vendor tells the customer whose data an entry has.

    Raises:
        InputError: There is no such vendor, or what it needs cannot be used.
    """
    vendor = vendor_of(data)
    settings = settings or Settings()
    client = HttpClient(
        async_get_clientsession(hass),
        base_url_of(data),
        pacer,
        hass.async_add_executor_job,
    )
    home = str(dt_util.get_default_time_zone())
    return vendor.make(
        Customer(
            client=client,
            zone=await async_market_zone(vendor.time_zone_of(data) or home),
            data=data,
            contract=settings.contract,
            directions=settings.directions,
        )
    )


async def async_create_pricing(
    hass: HomeAssistant, data: Mapping[str, Any], settings: Settings, kind: PriceKind
) -> Pricing:
    """Return what makes the customer's price; tables are read off the event loop."""
    vendor = vendor_of(data)
    if vendor.tariff is None or not vendor.has_tariff(data):
        return Pricing(kind)
    tables = await hass.async_add_executor_job(FrenchTables.load)
    zone = await async_market_zone(vendor.tariff)
    return Pricing(kind, FrenchTariff(settings.contract, tables, zone))


async def async_market_zone(name: str) -> ZoneInfo:
    """Return a time zone by its name.

    Raises:
        InputError: There is no such time zone.
    """
    zone = await dt_util.async_get_time_zone(name)
    if not isinstance(zone, ZoneInfo):
        # Home Assistant requires the time zone database, so this is a broken system.
        raise InputError("time_zone", "time_zone_missing", name)
    return zone
