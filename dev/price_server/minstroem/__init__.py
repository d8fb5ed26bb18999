"""Speak the API of Min Strøm."""

from datetime import datetime
from typing import Final

from aiohttp import web

from dev.price_server.credentials import MINSTROEM_TOKEN
from dev.price_server.vendor import Route, Vendor

from .charge_routes import charges_at, charges_between
from .errors import error_body, unauthorized
from .price_routes import by_address, by_location, by_region, suggestions
from .usage import PREFIX, request_count


def authorize(request: web.Request, _: datetime) -> None:
    """Refuse a token that does not come of the key and its secret."""
    if request.headers.get("Authorization") != f"Bearer {MINSTROEM_TOKEN}":
        raise unauthorized()


# No limit of this vendor is known, though it counts the requests of every day. The
# region comes last, because its path fits other routes as well.
MINSTROEM: Final = Vendor(
    name="minstroem",
    prefix=PREFIX,
    routes=(
        Route("GET", "/currentRequestCount", request_count),
        Route("GET", "/prices/charges/location", charges_at),
        Route("GET", "/prices/charges/location/history", charges_between),
        Route("GET", "/prices/addresses/suggestions/{query}", suggestions),
        Route("GET", "/prices/addresses/{address_id}", by_address),
        Route("GET", "/prices/location", by_location),
        Route("GET", "/prices/{region}", by_region),
    ),
    requests_per_minute=None,
    error_body=error_body,
    authorize=authorize,
)

__all__ = ["MINSTROEM"]
