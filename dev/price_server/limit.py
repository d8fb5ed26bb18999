"""Limits: how many requests a vendor answers in a minute."""

from datetime import datetime, timedelta
from math import ceil

from .answer import RefusalError
from .behaviour import Behaviour, RateLimit
from .vendor import Vendor

MINUTE = timedelta(minutes=1)


class Limit:
    """A number of requests in sixty seconds, which begin with the first of them."""

    def __init__(self, most: int, *, tells_wait: bool) -> None:
        """Start with nothing counted."""
        self._most = most
        self._tells_wait = tells_wait
        self._start: datetime | None = None
        self._count = 0

    def count(self, now: datetime) -> None:
        """Count one request or refuse it."""
        start = self._begin(now)
        if self._count >= self._most:
            wait = str(_seconds(start, now)) if self._tells_wait else None
            message = f"More than {self._most} requests in a minute."
            raise RefusalError(429, "too_many_requests", message, wait)
        self._start = start
        self._count += 1

    def headers(self, now: datetime) -> dict[str, str]:
        """Return the limit, what is left of it and the seconds until it ends."""
        start = self._begin(now)
        return {
            "x-ratelimit-limit": str(self._most),
            "x-ratelimit-remaining": str(self._most - self._count),
            "x-ratelimit-reset": str(_seconds(start, now)),
        }

    def _begin(self, now: datetime) -> datetime:
        """Return when the minute began; a new one begins now."""
        # A test may set its clock back, and what lies ahead then counts no longer.
        if self._start is not None and timedelta() <= now - self._start < MINUTE:
            return self._start
        self._start, self._count = None, 0
        return now


class Limits:
    """A vendor's own limit, or the one that the server was told to have."""

    def __init__(self, vendor: Vendor) -> None:
        """Start with nothing counted."""
        self._vendor = vendor
        self._rule: RateLimit | None = None
        self._limit: Limit | None = None

    def under(self, behaviour: Behaviour) -> Limit | None:
        """Return the limit that a behaviour asks for, or none where none is known."""
        rule = behaviour if isinstance(behaviour, RateLimit) else self._vendor.limit
        if rule is None:
            return None
        if self._limit is None or rule is not self._rule:
            self._rule = rule
            most, tells_wait = rule.requests_per_minute, self._vendor.retry_after
            self._limit = Limit(most, tells_wait=tells_wait)
        return self._limit


def _seconds(start: datetime, now: datetime) -> int:
    """Return the seconds that are left of a minute."""
    return ceil((start + MINUTE - now).total_seconds())
