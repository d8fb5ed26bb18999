"""Read and write moments the way Flatpeak does."""

from datetime import UTC, datetime, tzinfo
import re

# RFC 3339, which Python's own reader takes more than.
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?"
    r"(Z|[+-][0-9]{2}:[0-9]{2})"
)


def read(text: object) -> datetime | None:
    """Read a moment with its offset, or nothing when it is none."""
    if not isinstance(text, str) or not _MOMENT.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def written(moment: datetime, zone: tzinfo = UTC) -> str:
    """Write a moment in UTC or with the offset of a request."""
    text = moment.astimezone(zone).isoformat(timespec="seconds")
    return text.replace("+00:00", "Z")
