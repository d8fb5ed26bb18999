"""The market: made-up spot prices of any French delivery day, and when they are out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
import hashlib
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
QUARTER_HOUR = timedelta(minutes=15)
PUBLISHED_AT = time(13)

# Euro per MWh that a month's demand would cost without sun, January first.
_LEVEL = (96, 90, 74, 58, 50, 56, 60, 57, 66, 74, 87, 93)
# Euro per MWh that a clear noon takes off the price, January first.
_SUN = (6, 12, 30, 58, 64, 52, 46, 42, 36, 24, 10, 5)
# Share of the month's level at each full hour, with a morning and an evening peak.
_DEMAND = (
    *(0.92, 0.85, 0.80, 0.76, 0.77, 0.86, 1.05, 1.28, 1.34, 1.22, 1.10, 1.05),
    *(1.02, 0.98, 0.97, 1.00, 1.08, 1.22, 1.40, 1.46, 1.34, 1.15, 1.05, 0.98),
)
# Share of the noon sun at each full hour.
_DAYLIGHT = (
    *(0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.05, 0.20, 0.45, 0.68, 0.85),
    *(0.96, 1.00, 0.97, 0.86, 0.68, 0.42, 0.18, 0.05, 0.00, 0.00, 0.00, 0.00),
)
# Share of the demand on each day of the week, Monday first.
_WEEK = (1.0, 1.02, 1.02, 1.01, 0.98, 0.84, 0.72)


@dataclass(frozen=True, slots=True)
class Quarter:
    """The spot price of one quarter-hour in €/MWh."""

    start: datetime
    price: float


@lru_cache(maxsize=512)
def spot_prices(day: date) -> tuple[Quarter, ...]:
    """Make up the quarter-hours of one delivery day, always the same ones."""
    start = midnight(day)
    # A day of the clock change has 92 or 100 quarter-hours, so they are counted in UTC.
    count = (midnight(day + timedelta(days=1)) - start) // QUARTER_HOUR
    starts = (start + index * QUARTER_HOUR for index in range(count))
    return tuple(Quarter(start, _price(day, start)) for start in starts)


@dataclass(frozen=True, slots=True)
class Publication:
    """What the market has published at one moment."""

    now: datetime
    delay: timedelta = timedelta()

    @property
    def today(self) -> date:
        """Return today in Paris."""
        return self.now.astimezone(PARIS).date()

    @property
    def last_day(self) -> date:
        """Return the last delivery day whose prices are out."""
        # A delayed publication shows what an on-time one showed that much earlier.
        local = (self.now - self.delay).astimezone(PARIS)
        is_out = local.time() >= PUBLISHED_AT
        return local.date() + timedelta(days=1 if is_out else 0)

    def quarters(self, start: datetime, end: datetime) -> tuple[Quarter, ...]:
        """Return the published quarter-hours of `[start, end)`."""
        return tuple(_quarters(start, end, self.last_day))


def quarters_from(start: datetime, length: timedelta) -> tuple[Quarter, ...]:
    """Return the quarter-hours of a stretch whether they are published or not."""
    return tuple(_quarters(start, start + length, date.max))


def _quarters(start: datetime, end: datetime, last_day: date) -> Iterator[Quarter]:
    """Walk the quarter-hours of a stretch up to a last delivery day."""
    day = start.astimezone(PARIS).date()
    last_day = min(last_day, end.astimezone(PARIS).date())
    while day <= last_day:
        yield from (it for it in spot_prices(day) if start <= it.start < end)
        day += timedelta(days=1)


def midnight(day: date, zone: ZoneInfo = PARIS) -> datetime:
    """Return the moment in UTC at which a local day begins."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def _price(day: date, start: datetime) -> float:
    """Make up one price from the season, the hour and the weather."""
    local = start.astimezone(PARIS)
    hour = local.hour + local.minute / 60
    level = _LEVEL[day.month - 1] * _WEEK[day.weekday()]
    level *= 0.82 + 0.36 * _chance(f"{day} demand")
    sun = _SUN[day.month - 1] * (0.35 + 0.9 * _chance(f"{day} sky"))
    restless = 7 * (_chance(start.isoformat()) - 0.5)
    price = level * _between(_DEMAND, hour) - sun * _between(_DAYLIGHT, hour)
    return round(price + restless, 2)


def _between(curve: tuple[float, ...], hour: float) -> float:
    """Read an hourly curve between two full hours."""
    before = int(hour)
    share = hour - before
    return curve[before] * (1 - share) + curve[(before + 1) % len(curve)] * share


def _chance(seed: str) -> float:
    """Turn a text into a number from 0 up to 1, the same on every machine."""
    # A digest promises the same value in every process and every Python version.
    digest = hashlib.sha256(seed.encode()).digest()
    return int.from_bytes(digest[:6]) / 2**48
