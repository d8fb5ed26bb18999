"""The control: how the server behaves, and what it was asked."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe

from aiohttp import web

from .behaviour import Behaviour, Normal

# A server left running for weeks must not fill the memory with its log.
REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class ServedRequest:
    """One request and what became of it."""

    # Headers and bodies are left out: they carry credentials.
    method: str
    path: str
    query: str
    status: int | None
    time: datetime


@dataclass(frozen=True, slots=True)
class Switches:
    """The choice between the ways in which a vendor is known to answer."""

    # Whether the Flatpeak account has the beta direction LOCAL.
    flatpeak_local: bool = False
    # Whether Otark's pages name their next cursor, as its newer documentation says.
    otark_next_cursor: bool = False
    # Whether Otark's errors are application/problem+json (RFC 9457), as the newer
    # documentation says.
    otark_problem: bool = False
    # Whether Otark's transactions have the fields of its reference pages instead of
    # those that its conventions page names.
    otark_reference_fields: bool = False
    # Whether Sobry adds forecast rows beyond what is published to a customer's prices.
    sobry_estimates: bool = False
    # Whether the EnergySignal account has the subscription that its aggregated routes
    # ask for.
    energysignal_subscription: bool = True
    # Whether every stream of EnergySignal is without data.
    energysignal_empty: bool = False
    # Whether Min Strøm's rows are quarter-hours; the page and all clients know hours.
    minstroem_quarter_hours: bool = False


class Tokens:
    """The bearer tokens that a server has given out."""

    def __init__(self) -> None:
        """Start without a token."""
        self._ends: dict[str, datetime] = {}

    def issue(self, now: datetime, lifetime: timedelta) -> str:
        """Give out a random token that is good until its lifetime is over."""
        token = token_urlsafe(32)
        self._ends[token] = now + lifetime
        return token

    def is_good(self, token: str, now: datetime) -> bool:
        """Tell whether a token was given out and has not ended."""
        end = self._ends.get(token)
        return end is not None and now < end

    def revoke(self) -> None:
        """End all tokens."""
        self._ends.clear()


class Control:
    """The behaviour of the server and its log of requests."""

    def __init__(self) -> None:
        """Start with normal behaviour and an empty log."""
        self.switches = Switches()
        self.tokens = Tokens()
        # How answers take their time; who holds the clock still lets it pass here.
        self.pause: Callable[[float], Awaitable[None]] = asyncio.sleep
        self._requests: deque[ServedRequest] = deque(maxlen=REMEMBERED)
        self.behave(Normal())

    @property
    def requests(self) -> tuple[ServedRequest, ...]:
        """Return the requests served so far, oldest first."""
        return tuple(self._requests)

    def behave(
        self, behaviour: Behaviour, times: int | None = None, path: str | None = None
    ) -> None:
        """Behave in one way, for good or for the next requests, on some paths or all.

        The path is how that of a request begins.
        """
        self._behaviour = behaviour
        self._times = times
        self._path = path

    def take(self, path: str) -> Behaviour:
        """Return the behaviour for one request and use up one of its times."""
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
