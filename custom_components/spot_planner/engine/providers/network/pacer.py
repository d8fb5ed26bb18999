"""Pacer: what keeps to the limit of requests that a vendor has stated."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from ..errors import RateLimitedError

# A day is the longest that prices stay known, and so the longest wait that helps.
LONGEST_WAIT = timedelta(days=1)

# Limits are counted by the minute or the hour. A larger number is no number of
# seconds, but a moment in a form that nobody has documented.
LONGEST_WINDOW = timedelta(hours=1)

# How long reading a list of many pages may sleep between two of them.
LONGEST_PATIENT_WAIT = timedelta(seconds=90)


class Pacer:
    """Remember what a vendor has said of its limit, and keep to it.

    `clock` gives seconds that only go forward, as the event loop's own does, and
    `sleep` waits for some.
    """

    def __init__(
        self,
        clock: Callable[[], float] | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Begin without a limit."""
        self._clock = clock or _loop_time
        self._sleep = sleep
        self._free_at: float | None = None

    async def wait(self, *, patient: bool) -> None:
        """Return when a request may be sent; only the patient sleep until then.

        Raises:
            RateLimitedError: The limit is used up, and waiting for it is up to the
                caller.
        """
        if self._free_at is None:
            return
        seconds = self._free_at - self._clock()
        if seconds <= 0:
            self._free_at = None
            return
        wait = timedelta(seconds=seconds)
        if not patient or wait > LONGEST_PATIENT_WAIT:
            raise RateLimitedError("the limit of requests is used up", wait)
        await self._sleep(seconds)
        self._free_at = None

    def learn(self, status: int, headers: Mapping[str, str]) -> timedelta | None:
        """Take in what an answer says, and return how long it asks us to wait.

        `x-ratelimit-remaining` and `x-ratelimit-reset` (seconds) count before the
        limit is hit, `Retry-After` once it is.
        """
        window = _seconds(headers.get("x-ratelimit-reset"))
        if window is not None and window > LONGEST_WINDOW:
            window = None
        wait = retry_after(headers)
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            wait = window if wait is None else wait
            self._hold(wait)
        elif _seconds(headers.get("x-ratelimit-remaining")) == timedelta():
            self._hold(window)
        return wait

    def relax(self, longest: timedelta) -> None:
        """Hold back what is asked for no longer than this from now on."""
        if self._free_at is not None:
            latest = self._clock() + longest.total_seconds()
            self._free_at = min(self._free_at, latest)

    def _hold(self, wait: timedelta | None) -> None:
        """Send nothing for some time."""
        if wait:
            self._free_at = self._clock() + wait.total_seconds()


def _loop_time() -> float:
    return asyncio.get_running_loop().time()


def retry_after(headers: Mapping[str, str]) -> timedelta | None:
    """Return how long to wait: the header holds seconds or a date.

    A date is read against the server's own clock, which its answer carries too.
    """
    wait = _seconds(headers.get("Retry-After"))
    if wait is None:
        try:
            until = parsedate_to_datetime(headers["Retry-After"])
            wait = until - parsedate_to_datetime(headers["Date"])
        except OverflowError:
            return LONGEST_WAIT
        except (IndexError, KeyError, ValueError, TypeError):
            return None
    return min(max(wait, timedelta()), LONGEST_WAIT)


def _seconds(header: str | None) -> timedelta | None:
    """Return a header that holds whole seconds, or None when it holds none."""
    if header is None or not (text := header.strip()).isdecimal():
        return None
    try:
        return timedelta(seconds=int(text))
    except (OverflowError, ValueError):
        return LONGEST_WAIT
