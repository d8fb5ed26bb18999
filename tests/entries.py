"""Config entries of every provider, asking the local price server."""

from typing import Any

from pytest_homeassistant_custom_component.common import MockConfigEntry

from dev.price_server import PriceServer, credentials

from .conftest import DOMAIN, ENTRY_ID

# What a flow would have put into an entry, beside the provider and the address.
DATA: dict[str, dict[str, Any]] = {
    "sobry": {},
    "sobry_contract": {
        "api_key": credentials.SOBRY_API_KEY,
        "api_key_added": "2026-01-15",
    },
    "energysignal": {"token": credentials.ENERGYSIGNAL_TOKEN},
    "flatpeak": {
        "account_id": credentials.FLATPEAK_ACCOUNT_ID,
        "api_key": credentials.FLATPEAK_API_KEY,
        "location_id": credentials.FLATPEAK_LOCATION_ID,
        "time_zone": "Europe/Paris",
    },
    "minstroem": {
        "api_key": credentials.MINSTROEM_API_KEY,
        "api_secret": credentials.MINSTROEM_API_SECRET,
        "lookup": "coordinates",
        "latitude": 55.676,
        "longitude": 12.568,
    },
    "otark": {"api_key": credentials.OTARK_API_KEY},
}


def make_entry(
    kind: str,
    server: PriceServer,
    *,
    entry_id: str = ENTRY_ID,
    options: dict[str, Any] | None = None,
    **data: Any,
) -> MockConfigEntry:
    """Return an entry of a provider, or of `sobry_contract`."""
    provider = kind.partition("_")[0]
    return MockConfigEntry(
        domain=DOMAIN,
        entry_id=entry_id,
        title=provider.capitalize(),
        data={
            "provider": provider,
            "base_url": server.vendor_url(provider),
            **DATA[kind],
            **data,
        },
        options=options or {},
    )
