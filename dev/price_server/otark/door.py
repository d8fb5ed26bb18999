"""Let in who has the key."""

from datetime import datetime

from aiohttp import web

from dev.price_server.answer import RefusalError
from dev.price_server.credentials import OTARK_API_KEY


def authorize(request: web.Request, _now: datetime) -> None:
    """Ask for the key in its header."""
    if request.headers.get("X-Api-Key") != OTARK_API_KEY:
        message = "The API key is missing or invalid."
        raise RefusalError(401, "unauthorized", message)
