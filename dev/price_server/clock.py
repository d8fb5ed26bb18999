"""Tell the server what time it is."""

from collections.abc import Callable
from datetime import UTC, datetime

type Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Give the current time in UTC."""
    # The name is looked up at every call, so a test that freezes time is obeyed.
    return datetime.now(UTC)
