"""Tell when prices were last updated and when they will be."""

from datetime import UTC, datetime, timedelta

from dev.price_server.market import PARIS
from dev.price_server.publication import PUBLISHED_AT, Publication


def last_update(publication: Publication) -> datetime:
    """Give the moment of the last publication."""
    return _update(publication, is_next=False)


def next_update(publication: Publication) -> datetime:
    """Give the moment of the next publication."""
    return _update(publication, is_next=True)


def _update(publication: Publication, *, is_next: bool) -> datetime:
    """Give the moment of the publication before or after now."""
    # What is out tells the last publication: that of the day before the last day.
    day = publication.last_day - timedelta(days=0 if is_next else 1)
    usual = datetime.combine(day, PUBLISHED_AT, PARIS)
    return usual.astimezone(UTC) + publication.delay
