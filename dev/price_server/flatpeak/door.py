"""Let in who has the account's key, and then who has a token."""

from base64 import b64encode
from datetime import datetime, timedelta

from aiohttp import web

from dev.price_server.answer import Document, RefusalError
from dev.price_server.control import CONTROL
from dev.price_server.credentials import FLATPEAK_ACCOUNT_ID, FLATPEAK_API_KEY
from dev.price_server.publication import Publication

LOGIN = "/login"
LIFETIME = timedelta(hours=1)
_PAIR = f"{FLATPEAK_ACCOUNT_ID}:{FLATPEAK_API_KEY}"
_BASIC = f"Basic {b64encode(_PAIR.encode()).decode()}"


def authorize(request: web.Request, now: datetime) -> None:
    """Ask for the account's key at the login and for a good token elsewhere."""
    header = request.headers.get("Authorization", "")
    if request.path == LOGIN:
        if header != _BASIC:
            message = "The account or its key is wrong."
            raise RefusalError(401, "unauthorized", message)
        return
    scheme, _, token = header.partition(" ")
    if scheme != "Bearer" or not request.app[CONTROL].tokens.is_good(token, now):
        message = "The bearer token is missing or has expired."
        raise RefusalError(401, "unauthorized", message)


async def login(request: web.Request, publication: Publication) -> Document:
    """Answer a new bearer token."""
    token = request.app[CONTROL].tokens.issue(publication.now, LIFETIME)
    return Document(
        {
            "bearer_token": token,
            "expires_in": int(LIFETIME.total_seconds()),
            "live_mode": True,
        }
    )
