"""Describe what the server needs to know of a vendor."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from .answer import Answer, Document, JsonObject, RefusalError
from .publication import Publication

type Handler = Callable[[web.Request, Publication], Awaitable[Answer | Document]]
type ErrorBody = Callable[[RefusalError, web.Request, datetime], JsonObject]
type Authorize = Callable[[web.Request, datetime], None]


@dataclass(frozen=True, slots=True)
class Route:
    """Hold one route, its path below the vendor's prefix."""

    method: str
    path: str
    handler: Handler


def _json(_: web.Request) -> str:
    """Name the form that most vendors give their errors."""
    return "application/json"


@dataclass(frozen=True, slots=True)
class Vendor:
    """Hold a vendor's routes, its limit, its door and the form of its errors."""

    name: str
    routes: tuple[Route, ...]
    # None where no limit is known.
    requests_per_minute: int | None
    error_body: ErrorBody
    # Raises RefusalError for a request without the right credentials.
    authorize: Authorize | None = None
    # Where the vendor's base URL lies on this server, such as "/v1".
    prefix: str = ""
    # Whether every response tells the limit, what is left of it and when it ends.
    limit_headers: bool = False
    # Whether a request beyond the limit is told in Retry-After how long to wait.
    retry_after: bool = True
    error_type: Callable[[web.Request], str] = _json
