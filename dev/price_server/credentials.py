"""Credentials: those that the server accepts, and no others."""

from base64 import b64encode
import hashlib
import hmac

SOBRY_API_KEY = "sob_apikey_5f1d7c0b9e6a4d2f8c3b"
ENERGYSIGNAL_TOKEN = "es_token_9c4e7a1f2b8d4653a0e1"
FLATPEAK_ACCOUNT_ID = "acc_661677911f2197045e6cf1b1"
FLATPEAK_API_KEY = "fp_key_7b2d9f4c1e8a4056b3d7"
FLATPEAK_LOCATION_ID = "loc_66879edb94bf861548cb7428"
MINSTROEM_API_KEY = "3f0c2a9e-5b7d-4e18-9a64-c1d2e3f40516"
MINSTROEM_API_SECRET = (
    "b41d7f2e9c05a836e1f47d20c98b5a6371e0d4f92b8c6a153f7e90d2c4b8a61f"
)
OTARK_API_KEY = "otark_key_2e6f8a0c4b1d4937"


def _minstroem_token() -> str:
    """Return the one token that Min Strøm's key and secret stand for."""
    digest = hmac.new(
        MINSTROEM_API_SECRET.encode(), MINSTROEM_API_KEY.encode(), hashlib.sha256
    )
    # That the digest is hexadecimal is what clients do; the page leaves it open.
    pair = f"{MINSTROEM_API_KEY}:{digest.hexdigest()}"
    return b64encode(pair.encode()).decode()


MINSTROEM_TOKEN = _minstroem_token()

# What may stand in no log line, no error text and no diagnostics.
SECRETS: tuple[str, ...] = (
    SOBRY_API_KEY,
    ENERGYSIGNAL_TOKEN,
    FLATPEAK_ACCOUNT_ID,
    FLATPEAK_API_KEY,
    MINSTROEM_API_KEY,
    MINSTROEM_API_SECRET,
    MINSTROEM_TOKEN,
    OTARK_API_KEY,
)
