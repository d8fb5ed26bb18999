"""Speak the public API of Sobry, version 1."""

from dev.price_server.vendor import Route, Vendor

from .errors import error_body
from .routes import raw, tomorrow

# The routes sit at the root, where the base URL of the vendor has them.
SOBRY = Vendor(
    name="sobry",
    routes=(
        Route("GET", "/api/prices/tomorrow", tomorrow),
        Route("GET", "/api/prices/raw", raw),
    ),
    requests_per_minute=100,
    error_body=error_body,
)

__all__ = ["SOBRY"]
