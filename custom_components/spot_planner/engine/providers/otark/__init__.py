"""Otark: the volumes that a balancing responsible party has traded in Germany."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ..vendor import Credential, Customer, Offer, Vendor
from .provider import OtarkProvider

API_KEY = "api_key"


def _make(customer: Customer) -> Offer:
    key = customer.credential(API_KEY)
    provider = OtarkProvider(customer.client, key, customer.zone)

    async def probe(now: datetime) -> Mapping[str, Any]:
        await provider.volumes(now)
        return {}

    return Offer(volumes=provider, probe=probe)


VENDOR = Vendor(
    key="otark",
    name="Otark",
    website="https://otark.com",
    base_url="https://api.otark.energy/v1",
    market="Germany",
    time_zone="Europe/Berlin",
    credentials=(Credential(API_KEY),),
    # It tells no price, and none is made up here.
    products=(),
    make=_make,
)
