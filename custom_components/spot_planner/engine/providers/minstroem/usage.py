"""Request count of a Min Strøm account."""

from datetime import datetime
from zoneinfo import ZoneInfo

from ..errors import MalformedError
from ..rows import rows_of, utc

PATH = "/currentRequestCount"

# No account asks as often in a day; a larger number is no count.
LARGEST = 10**9


def read_request_count(document: object, now: datetime, zone: ZoneInfo) -> int | None:
    """Return the count of the Danish day that holds now, or None without one.

    A row's time is the Danish midnight that the day begins with.

    Raises:
        MalformedError: There is no list of counts.
    """
    today = now.astimezone(zone).date()
    counts: list[int] = []
    for row in rows_of(document):
        try:
            day = utc(row.get("date"), "a count").astimezone(zone).date()
        except MalformedError:
            continue
        count = row.get("requestCount")
        # To Python, true is the number 1.
        if day != today or isinstance(count, bool) or not isinstance(count, int):
            continue
        if 0 <= count <= LARGEST:
            counts.append(count)
    # A count only grows, so of several the largest is the newest.
    return max(counts, default=None)
