"""Write and read moments the way Min Strøm does."""

from datetime import UTC, datetime


def instant(moment: datetime) -> str:
    """Write a moment in UTC with whole seconds and a Z."""
    text = moment.astimezone(UTC).isoformat(timespec="seconds")
    return text.replace("+00:00", "Z")


def read_instant(text: str) -> datetime | None:
    """Read an ISO 8601 timestamp, or nothing when it is none or lacks its offset."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    # The calendar's first and last days have no moment in some time zones.
    if moment.tzinfo is None or not 1970 <= moment.year <= 9000:
        return None
    return moment.astimezone(UTC)
