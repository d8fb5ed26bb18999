"""What the forms of each provider are answered with."""

from collections.abc import Mapping

from .api import JsonObject
from .price_server import credentials

TARIFF: JsonObject = {
    "segment": "C5",
    "turpe_option": "CU4",
    "customer_profile": "particulier",
    "tax_display": "TTC",
}
# The local price server knows these credentials, and no vendor does.
ANSWERS: Mapping[str, JsonObject] = {
    "sobry": {"provider": "sobry", **TARIFF},
    "energysignal": {
        "provider": "energysignal",
        "token": credentials.ENERGYSIGNAL_TOKEN,
        **TARIFF,
    },
    "flatpeak": {
        "provider": "flatpeak",
        "account_id": credentials.FLATPEAK_ACCOUNT_ID,
        "api_key": credentials.FLATPEAK_API_KEY,
        "location_id": credentials.FLATPEAK_LOCATION_ID,
    },
    "minstroem": {
        "provider": "minstroem",
        "api_key": credentials.MINSTROEM_API_KEY,
        "api_secret": credentials.MINSTROEM_API_SECRET,
        "lookup": "coordinates",
        "location": {"latitude": 55.676, "longitude": 12.568},
    },
    "otark": {"provider": "otark", "api_key": credentials.OTARK_API_KEY},
}
