"""Ask the price APIs; one file per provider."""

from enum import StrEnum
from zoneinfo import ZoneInfo

from aiohttp import ClientSession

from ..tariffs.model import FrenchContract
from .base import PriceProvider
from .http import HttpClient
from .sobry import BASE_URL, SobryProvider


class ProviderKey(StrEnum):
    """The providers that a config entry can name."""

    SOBRY = "sobry"


def create_provider(
    key: ProviderKey,
    session: ClientSession,
    base_url: str | None,
    contract: FrenchContract,
    zone: ZoneInfo,
) -> PriceProvider:
    """Return a provider; without a base URL it asks the vendor's own address."""
    match key:
        case ProviderKey.SOBRY:
            client = HttpClient(session, base_url or BASE_URL)
            return SobryProvider(client, contract, zone)
