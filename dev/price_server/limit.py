"""Count requests against a vendor's limit."""

from collections import deque
from datetime import datetime, timedelta
from math import ceil

from .answer import RefusalError
from .behaviour import Behaviour, RateLimit
from .vendor import Vendor

MINUTE = timedelta(minutes=1)


class Limit:
    """Allow a number of requests in sixty seconds."""

    def __init__(
        self, requests_per_minute: int, *, is_window: bool, tells_wait: bool
    ) -> None:
        """Start with nothing counted, in any sixty seconds or in windows of them."""
        self._requests_per_minute = requests_per_minute
        self._is_window = is_window
        self._tells_wait = tells_wait
        self._times: deque[datetime] = deque(maxlen=requests_per_minute)

    def count(self, now: datetime) -> None:
        """Count one request or refuse it."""
        self._forget(now)
        if len(self._times) < self._requests_per_minute:
            self._times.append(now)
            return
        raise RefusalError(
            429,
            "too_many_requests",
            f"More than {self._requests_per_minute} requests in a minute.",
            retry_after=str(self._wait(now)) if self._tells_wait else None,
        )

    def headers(self, now: datetime) -> dict[str, str]:
        """Tell the limit, what is left of it and the seconds until it ends."""
        self._forget(now)
        return {
            "x-ratelimit-limit": str(self._requests_per_minute),
            "x-ratelimit-remaining": str(self._requests_per_minute - len(self._times)),
            "x-ratelimit-reset": str(self._wait(now)),
        }

    def _forget(self, now: datetime) -> None:
        """Drop what counts no longer."""
        # A test may set its clock back, and what lies ahead then counts no longer.
        recent = [it for it in self._times if timedelta() <= now - it < MINUTE]
        if self._is_window and recent and recent[0] != self._times[0]:
            # A window began with its first request and ends with it, all at once.
            recent = []
        self._times = deque(recent, maxlen=self._requests_per_minute)

    def _wait(self, now: datetime) -> int:
        """Give the seconds until the oldest request counts no longer."""
        oldest = self._times[0] if self._times else now
        return ceil((oldest + MINUTE - now).total_seconds())


class Limits:
    """Keep a vendor's own limit, and the one that the server was told to have."""

    def __init__(self, vendor: Vendor) -> None:
        """Start with the vendor's own limit."""
        self._vendor = vendor
        self._own = self._limit(vendor.requests_per_minute)
        self._told: Limit | None = None
        self._told_by: RateLimit | None = None

    def under(self, behaviour: Behaviour) -> Limit | None:
        """Give the limit that a behaviour asks for, or none."""
        if not isinstance(behaviour, RateLimit):
            return self._own
        if behaviour is not self._told_by:
            self._told_by = behaviour
            self._told = self._limit(behaviour.requests_per_minute)
        return self._told

    def _limit(self, requests_per_minute: int | None) -> Limit | None:
        """Build a limit that counts as the vendor does."""
        if requests_per_minute is None:
            return None
        return Limit(
            requests_per_minute,
            # Only a window has an end that headers can tell.
            is_window=self._vendor.limit_headers,
            tells_wait=self._vendor.retry_after,
        )
