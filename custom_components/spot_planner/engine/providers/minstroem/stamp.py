"""Time stamps as Min Strøm writes them."""

from datetime import UTC, datetime


def stamp(moment: datetime) -> str:
    """Return a moment in UTC, in whole seconds and with a Z, as the page does."""
    text = moment.astimezone(UTC).isoformat(timespec="seconds")
    return text.replace("+00:00", "Z")
