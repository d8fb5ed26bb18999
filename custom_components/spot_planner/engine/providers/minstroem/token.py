"""Token of Min Strøm, worked out of the key and the secret."""

from base64 import b64encode
from hashlib import sha256
import hmac

from ..network.credentials import check_credential


def minstroem_token(api_key: str, api_secret: str) -> str:
    """Return the token that a key and its secret stand for; it never ends.

    The page on authentication leaves open how the digest is written. Two clients of
    the vendor's write it in lowercase hexadecimal digits, and so does this: that is
    unverified.

    Raises:
        InputError: The key or the secret cannot be one.
    """
    key = check_credential("api_key", api_key)
    secret = check_credential("api_secret", api_secret)
    digest = hmac.new(secret.encode(), key.encode(), sha256).hexdigest()
    return b64encode(f"{key}:{digest}".encode()).decode()
