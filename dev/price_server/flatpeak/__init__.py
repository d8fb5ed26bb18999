"""Speak the API of Flatpeak, release Anode."""

from dev.price_server.vendor import Route, Vendor

from .door import LOGIN, authorize, login
from .errors import error_body
from .prices import prices

# A numeric limit and a Retry-After are not documented, so there is neither.
FLATPEAK = Vendor(
    name="flatpeak",
    routes=(Route("GET", LOGIN, login), Route("POST", "/prices/{id}", prices)),
    requests_per_minute=None,
    error_body=error_body,
    authorize=authorize,
    retry_after=False,
)

__all__ = ["FLATPEAK"]
