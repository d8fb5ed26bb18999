"""Sobry: the public French prices, and those of a customer's own contract."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from ..base import Product
from ..vendor import Credential, Customer, Offer, Tariff, Vendor
from .contract import CONTRACT, SobryContractProvider
from .public import PUBLIC, SobryProvider

API_KEY = "api_key"


def _choose(data: Mapping[str, Any]) -> Product:
    """Return the prices of the contract that a key stands for, else the public ones."""
    return CONTRACT if data.get(API_KEY) else PUBLIC


def _make(customer: Customer) -> Offer:
    client, zone = customer.client, customer.zone
    if _choose(customer.data) is CONTRACT:
        key = customer.credential(API_KEY)
        return Offer(prices=SobryContractProvider(client, key, zone))
    return Offer(prices=SobryProvider(client, customer.contract, zone))


VENDOR = Vendor(
    key="sobry",
    name="Sobry",
    website="https://www.sobry.co",
    base_url="https://api.sobry.co",
    market="France",
    time_zone="Europe/Paris",
    credentials=(Credential(API_KEY, is_required=False, life=timedelta(days=365)),),
    products=(PUBLIC, CONTRACT),
    choose=_choose,
    tariff=Tariff.FRANCE,
    make=_make,
)
