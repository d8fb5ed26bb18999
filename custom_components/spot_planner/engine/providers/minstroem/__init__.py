"""Min Strøm: Danish prices, by region, by a point on the map or by address."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ..base import Product
from ..place_question import (
    BY_ADDRESS,
    BY_COORDINATES,
    BY_REGION as ASK_REGION,
    LOOKUP,
    Lookup,
)
from ..vendor import Credential, Customer, Offer, Vendor
from .place import Address, Coordinates, Place, Region
from .provider import BY_PLACE, BY_REGION, REGIONS, MinStroemProvider


def _choose(data: Mapping[str, Any]) -> Product:
    """Return the prices with charges, which need a place that is finer than a region."""
    has_place = data.get(LOOKUP) in (Lookup.COORDINATES, Lookup.ADDRESS)
    return BY_PLACE if has_place else BY_REGION


def _place(data: Mapping[str, Any]) -> Place:
    """Return where the prices are for.

    Without a lookup, as before the user has chosen one, any place will do.
    """
    match data.get(LOOKUP):
        case Lookup.COORDINATES:
            return Coordinates(data["latitude"], data["longitude"])
        case Lookup.ADDRESS:
            return Address(str(data.get("address_id") or ""))
        case _:
            return Region(str(data.get("region") or REGIONS[0]))


def _make(customer: Customer) -> Offer:
    provider = MinStroemProvider(
        customer.client,
        customer.credential("api_key"),
        customer.credential("api_secret"),
        _place(customer.data),
        customer.zone,
    )

    async def addresses(text: str) -> Mapping[str, str]:
        return {it.identity: it.text for it in await provider.suggestions(text)}

    async def probe(now: datetime) -> Mapping[str, Any]:
        await provider.request_count(now)
        return {}

    return Offer(
        prices=provider,
        request_count=provider.request_count,
        charges=provider.charge_history,
        addresses=addresses,
        # The credentials come before the place, and this asks about them alone.
        probe=None if LOOKUP in customer.data else probe,
    )


VENDOR = Vendor(
    key="minstroem",
    name="Min Strøm",
    website="https://minstroem.app",
    base_url="https://api.minstroem.app/thirdParty",
    market="Denmark",
    time_zone="Europe/Copenhagen",
    credentials=(Credential("api_key"), Credential("api_secret")),
    place=(ASK_REGION, BY_COORDINATES, BY_ADDRESS),
    regions=REGIONS,
    products=(BY_PLACE, BY_REGION),
    choose=_choose,
    make=_make,
)
