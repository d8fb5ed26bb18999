"""Speak the public API of Sobry, version 1."""

from dev.price_server.vendor import Vendor

from .errors import error_body
from .routes import raw, tomorrow

# The routes sit at the root, where the base URL of the vendor has them.
SOBRY = Vendor(
    routes={"/api/prices/tomorrow": tomorrow, "/api/prices/raw": raw},
    requests_per_minute=100,
    error_body=error_body,
)

__all__ = ["SOBRY"]
