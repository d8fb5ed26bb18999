"""Decide which prices are out at a given moment."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from .market import PARIS, Quarter, spot_prices

PUBLISHED_AT = time(13)


@dataclass(frozen=True, slots=True)
class Publication:
    """Know what the market has published at one moment."""

    now: datetime
    delay: timedelta = timedelta()

    @property
    def tomorrow(self) -> date:
        """Give the day after today in Paris."""
        return self.now.astimezone(PARIS).date() + timedelta(days=1)

    @property
    def last_day(self) -> date:
        """Give the last delivery day whose prices are out."""
        # A delayed publication shows what an on-time one showed that much earlier.
        local = (self.now - self.delay).astimezone(PARIS)
        is_out = local.time() >= PUBLISHED_AT
        return local.date() + timedelta(days=1 if is_out else 0)

    def quarters(self, start: datetime, end: datetime) -> tuple[Quarter, ...]:
        """Give the published quarter-hours from start up to but not including end."""
        return tuple(_quarters(start, end, self.last_day))


def quarters_from(start: datetime, length: timedelta) -> tuple[Quarter, ...]:
    """Give the quarter-hours of a stretch whether they are published or not."""
    return tuple(_quarters(start, start + length, date.max))


def _quarters(start: datetime, end: datetime, last_day: date) -> Iterator[Quarter]:
    """Walk the quarter-hours of a stretch up to a last delivery day."""
    day = start.astimezone(PARIS).date()
    last_day = min(last_day, end.astimezone(PARIS).date())
    while day <= last_day:
        yield from (it for it in spot_prices(day) if start <= it.start < end)
        day += timedelta(days=1)
