"""Keys and tokens, as people paste them and as headers carry them."""

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256

from ...errors import InputError

# No provider has a longer one; more is a text that was pasted by mistake.
LONGEST = 4096


def check_credential(field: str, text: str) -> str:
    """Return a key or token without the blanks around it.

    Raises:
        InputError: It is empty, or holds what cannot stand in a header: a blank, a
            line break or a letter outside ASCII. The error does not contain it.
    """
    cleaned = text.strip()
    if not cleaned:
        raise InputError(field, "credential_missing")
    if len(cleaned) > LONGEST or not all("!" <= letter <= "~" for letter in cleaned):
        raise InputError(field, "credential_invalid")
    return cleaned


def bearer(token: str) -> Mapping[str, str]:
    """Return the header of a bearer token (RFC 6750)."""
    return {"Authorization": f"Bearer {token}"}


def basic(name: str, password: str) -> Mapping[str, str]:
    """Return the header of a name and a password (RFC 7617)."""
    pair = b64encode(f"{name}:{password}".encode()).decode()
    return {"Authorization": f"Basic {pair}"}


def fingerprint(*credentials: str) -> str:
    """Return a short text that changes with the credentials and does not tell them."""
    return sha256("\n".join(credentials).encode()).hexdigest()[:12]
