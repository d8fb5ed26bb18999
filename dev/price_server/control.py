"""Steer the server and remember what it was asked."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from .behaviour import Behaviour, Normal
from .switches import Switches
from .tokens import Tokens

# A server left running for weeks must not fill the memory with its log.
REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class ServedRequest:
    """Hold one request and what became of it."""

    # Headers and bodies are left out: they carry credentials.
    method: str
    path: str
    query: str
    status: int | None
    time: datetime


class Control:
    """Hold the behaviour of the server and its log of requests."""

    def __init__(self) -> None:
        """Start with normal behaviour and an empty log."""
        self.switches = Switches()
        self.tokens = Tokens()
        # How answers take their time; who holds the clock still lets it pass here.
        self.pause: Callable[[float], Awaitable[None]] = asyncio.sleep
        self._behaviour: Behaviour = Normal()
        self._times: int | None = None
        self._path: str | None = None
        self._requests: deque[ServedRequest] = deque(maxlen=REMEMBERED)

    @property
    def behaviour(self) -> Behaviour:
        """Give the behaviour of the next request."""
        return self._behaviour

    @property
    def times(self) -> int | None:
        """Give the number of requests the behaviour lasts, or none for no end."""
        return self._times

    @property
    def path(self) -> str | None:
        """Give how the path of a request begins that is behaved to, or none for all."""
        return self._path

    @property
    def requests(self) -> tuple[ServedRequest, ...]:
        """Give the requests served so far, oldest first."""
        return tuple(self._requests)

    def behave(
        self, behaviour: Behaviour, times: int | None = None, path: str | None = None
    ) -> None:
        """Behave in one way, for good or for the next requests, on some paths or all."""
        self._behaviour = behaviour
        self._times = times
        self._path = path

    def take(self, path: str) -> Behaviour:
        """Give the behaviour for one request and use up one of its times."""
        if self._path is not None and not path.startswith(self._path):
            return Normal()
        behaviour = self._behaviour
        if self._times is not None:
            self._times -= 1
            if self._times <= 0:
                self.behave(Normal())
        return behaviour

    def revoke_tokens(self) -> None:
        """End all bearer tokens before their time."""
        self.tokens.revoke()

    def remember(self, request: ServedRequest) -> None:
        """Add a request to the log."""
        self._requests.append(request)

    def forget(self) -> None:
        """Empty the log."""
        self._requests.clear()


# Where a vendor's handler finds the control: request.app[CONTROL].
CONTROL = web.AppKey("control", Control)
