"""Count requests against a vendor's limit."""

from collections import deque
from datetime import datetime, timedelta
from math import ceil

from .answer import RefusalError

MINUTE = timedelta(minutes=1)


class Limit:
    """Allow a number of requests in any sixty seconds."""

    def __init__(self, requests_per_minute: int) -> None:
        """Start with nothing counted."""
        self._requests_per_minute = requests_per_minute
        self._times: deque[datetime] = deque(maxlen=requests_per_minute)

    def count(self, now: datetime) -> None:
        """Count one request or refuse it."""
        # A test may set its clock back, and what lies ahead then counts no longer.
        recent = [it for it in self._times if timedelta() <= now - it < MINUTE]
        self._times = deque(recent, maxlen=self._requests_per_minute)
        if len(recent) < self._requests_per_minute:
            self._times.append(now)
            return
        wait = ceil((recent[0] + MINUTE - now).total_seconds())
        raise RefusalError(
            429,
            "too_many_requests",
            f"More than {self._requests_per_minute} requests in a minute.",
            retry_after=str(wait),
        )
