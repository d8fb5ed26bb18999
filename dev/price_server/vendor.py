"""A vendor: what the server needs to know of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from .answer import Answer, Document, JsonObject, RefusalError
from .behaviour import RateLimit
from .market import Publication

type Answering = Callable[[web.Request, Publication], Awaitable[Answer | Document]]
type Authorize = Callable[[web.Request, datetime], None]


@dataclass(frozen=True, slots=True)
class Route:
    """One route, its path below the vendor's prefix."""

    method: str
    path: str
    # May raise RefusalError, and KeyError or ValueError for what it cannot read.
    answering: Answering


def _json(_: web.Request) -> str:
    """Return the form that most vendors give their errors."""
    return "application/json"


@dataclass(frozen=True, slots=True)
class Vendor:
    """A vendor's routes, its limit, its door and the form of its errors."""

    name: str
    routes: tuple[Route, ...]
    error_body: Callable[[RefusalError, web.Request, datetime], JsonObject]
    # None where no limit is known.
    limit: RateLimit | None = None
    # Raises RefusalError for a request without the right credentials.
    authorize: Authorize | None = None
    # Where the vendor's base URL lies on this server, such as "/v1".
    prefix: str = ""
    # Whether every response tells the limit, what is left of it and when it ends.
    limit_headers: bool = False
    # Whether a request beyond the limit is told in Retry-After how long to wait.
    retry_after: bool = True
    error_type: Callable[[web.Request], str] = _json


def ask_for(header: str, value: Callable[[], str]) -> Authorize:
    """Return a door that lets in who sends a header with this value."""

    def authorize(request: web.Request, _: datetime) -> None:
        # The value is looked up at every request, because a test exchanges the key.
        if request.headers.get(header) != value():
            message = "The credentials are missing or not valid."
            raise RefusalError(401, "unauthorized", message)

    return authorize
