"""Describe what the server needs to know of a vendor."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from aiohttp import web

from .answer import Answer, JsonObject, RefusalError
from .publication import Publication

type Handler = Callable[[web.Request, Publication], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Vendor:
    """Hold a vendor's GET routes, its limit and the form of its errors."""

    routes: Mapping[str, Handler]
    requests_per_minute: int
    error_body: Callable[[RefusalError], JsonObject]
