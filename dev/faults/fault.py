"""Faults: the ways in which a provider can misbehave, each with a name."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from dev.price_server import (
    Behaviour,
    Custom,
    Down,
    RateLimit,
    Status,
    Wrong,
    WrongKind,
)

from . import contents, wire

type Respond = Callable[[web.Request, web.Response], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to misbehave."""

    name: str
    behaviour: Behaviour


def _status(status: int, retry_after: int | str | None = None) -> Fault:
    name = f"status {status}"
    if retry_after is not None:
        name += f", Retry-After {str(retry_after)[:16]}"
    return Fault(name, Status(status, retry_after))


def _custom(name: str, respond: Respond) -> Fault:
    return Fault(name, Custom(respond))


# A number of seconds that no calendar holds, and a date that is further away than any.
_ENDLESS = "9" * 20
_LAST_YEAR = "Fri, 31 Dec 9999 23:59:59 GMT"

FAULTS: tuple[Fault, ...] = (
    *(Fault(f"answer: {kind}", Wrong(kind)) for kind in WrongKind),
    *(
        _status(status)
        for status in (
            *(204, 301, 304),
            *(400, 401, 403, 404, 405, 422, 429),
            *(500, 502, 503, 504),
        )
    ),
    _status(429, 30),
    _status(429, 5400),
    _status(429, _ENDLESS),
    _status(429, _LAST_YEAR),
    _status(429, "-5"),
    _status(429, "soon"),
    _status(503, _LAST_YEAR),
    Fault("limit: one request a minute", RateLimit(1)),
    *(
        _custom(f"header: {name}", respond)
        for name, respond in wire.LIMIT_HEADERS.items()
    ),
    Fault("connection: cut before the answer", Down()),
    *(_custom(f"connection: {name}", respond) for name, respond in wire.WIRE.items()),
    *(
        _custom(f"redirect: {status}", wire.redirect(status))
        for status in (302, 307, 308)
    ),
    *(
        _custom(f"content: {name}", contents.instead(text))
        for name, text in contents.TEXTS.items()
    ),
    *(
        _custom(f"content: {name}", contents.changed(change))
        for name, change in contents.CHANGES.items()
    ),
)

# One of each kind, for a look that takes seconds.
FEW = (
    "answer: html",
    "status 500",
    "status 401",
    "status 429, Retry-After Fri, 31 Dec 9999",
    "connection: gzip bomb",
    "redirect: 302",
    "content: nested lists",
    "content: 2,001 components",
)


def fault_named(name: str) -> Fault:
    """Return a fault by its name."""
    return next(fault for fault in FAULTS if fault.name == name)
