"""Write moments the way EnergySignal does."""

from datetime import UTC, datetime, timedelta

from dev.price_server.publication import Publication


def stamp(moment: datetime) -> str:
    """Write a moment in UTC with milliseconds and a Z."""
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def fetched_at(publication: Publication) -> str:
    """Write when the service last fetched its sources: at the last five minutes."""
    now = publication.now
    since = timedelta(
        minutes=now.minute % 5, seconds=now.second, microseconds=now.microsecond
    )
    return stamp(now - since)
