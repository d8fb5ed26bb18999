"""Speak the API of EnergySignal, which NanoCorp publishes."""

from datetime import datetime
from typing import Final

from aiohttp import web

from dev.price_server.credentials import ENERGYSIGNAL_TOKEN
from dev.price_server.vendor import Vendor

from .errors import error_body, unauthorized
from .routes import ROUTES


def authorize(request: web.Request, _: datetime) -> None:
    """Refuse a token that was not made in the dashboard."""
    if request.headers.get("Authorization") != f"Bearer {ENERGYSIGNAL_TOKEN}":
        message = "The token is not valid."
        raise unauthorized(message)


# No limit of this vendor is known.
ENERGYSIGNAL: Final = Vendor(
    name="energysignal",
    routes=ROUTES,
    requests_per_minute=None,
    error_body=error_body,
    authorize=authorize,
)

__all__ = ["ENERGYSIGNAL"]
