"""Flatpeak: the prices of a customer's own contract, at one location."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ..base import Direction
from ..place_question import BY_LOCATION_ID
from ..vendor import Credential, Customer, Offer, Tariff, Vendor
from .provider import PRODUCT, FlatpeakProvider


def _make(customer: Customer) -> Offer:
    provider = FlatpeakProvider(
        customer.client,
        customer.credential("account_id"),
        customer.credential("api_key"),
        customer.credential(BY_LOCATION_ID.field),
        customer.zone,
        customer.directions,
    )

    async def probe(now: datetime) -> Mapping[str, Any]:
        location = await provider.location(now)
        return {"time_zone": location.time_zone}

    return Offer(prices=provider, probe=probe)


VENDOR = Vendor(
    key="flatpeak",
    name="Flatpeak",
    website="https://flatpeak.com",
    base_url="https://api.flatpeak.com",
    market="The contract at your location",
    time_zone=None,
    credentials=(Credential("account_id", is_secret=False), Credential("api_key")),
    place=(BY_LOCATION_ID,),
    products=(PRODUCT,),
    directions=(Direction.EXPORT, Direction.LOCAL),
    tariff=Tariff.FRANCE,
    make=_make,
)
