"""Steer the server and remember what it was asked."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime

from .behaviour import Behaviour, Normal

# A server left running for weeks must not fill the memory with its log.
REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class ServedRequest:
    """Hold one request and what became of it."""

    method: str
    path: str
    query: str
    status: int | None
    time: datetime


class Control:
    """Hold the behaviour of the server and its log of requests."""

    def __init__(self) -> None:
        """Start with normal behaviour and an empty log."""
        self._behaviour: Behaviour = Normal()
        self._times: int | None = None
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
    def requests(self) -> tuple[ServedRequest, ...]:
        """Give the requests served so far, oldest first."""
        return tuple(self._requests)

    def behave(self, behaviour: Behaviour, times: int | None = None) -> None:
        """Behave in one way, for good or for the next requests."""
        self._behaviour = behaviour
        self._times = times

    def take(self) -> Behaviour:
        """Give the behaviour for one request and use up one of its times."""
        behaviour = self._behaviour
        if self._times is not None:
            self._times -= 1
            if self._times <= 0:
                self.behave(Normal())
        return behaviour

    def remember(self, request: ServedRequest) -> None:
        """Add a request to the log."""
        self._requests.append(request)

    def forget(self) -> None:
        """Empty the log."""
        self._requests.clear()
