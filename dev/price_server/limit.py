"""A limit: how many requests a vendor answers in a minute."""

from datetime import datetime, timedelta
from math import ceil

from .answer import RefusalError
from .behaviour import Behaviour, RateLimit
from .vendor import Vendor

MINUTE = timedelta(minutes=1)


class Limit:
    """A vendor's own limit, or the one that the server was told to have.

    Its minute begins with the first request.
    """

    def __init__(self, vendor: Vendor) -> None:
        """Start with nothing counted."""
        self._vendor = vendor
        self._rule = vendor.limit
        self._start: datetime | None = None
        self._count = 0

    def follow(self, behaviour: Behaviour) -> None:
        """Count anew when a behaviour asks for another limit."""
        rule = behaviour if isinstance(behaviour, RateLimit) else self._vendor.limit
        if rule is not self._rule:
            self._rule, self._start, self._count = rule, None, 0

    def count(self, now: datetime) -> None:
        """Count one request or refuse it."""
        wait = self._wait(now)
        if self._rule and self._count >= self._rule.requests_per_minute:
            message = f"More than {self._count} requests in a minute."
            pause = str(wait) if self._vendor.retry_after else None
            raise RefusalError(429, "too_many_requests", message, pause)
        self._start = self._start or now
        self._count += 1

    def headers(self, now: datetime) -> dict[str, str]:
        """Return the limit, what is left of it and the seconds until it ends."""
        if self._rule is None or not self._vendor.limit_headers:
            return {}
        wait, most = self._wait(now), self._rule.requests_per_minute
        return {
            "x-ratelimit-limit": str(most),
            "x-ratelimit-remaining": str(most - self._count),
            "x-ratelimit-reset": str(wait),
        }

    def _wait(self, now: datetime) -> int:
        """Return the seconds that are left of the minute; a new one begins now."""
        # A test may set its clock back, and what lies ahead then counts no longer.
        if self._start and not timedelta() <= now - self._start < MINUTE:
            self._start, self._count = None, 0
        return ceil(((self._start or now) + MINUTE - now).total_seconds())
