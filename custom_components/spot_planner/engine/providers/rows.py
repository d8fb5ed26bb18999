"""Rows of an answer that say when a price begins, but not when it ends."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import groupby, pairwise

from ..components import plain_name
from ..errors import SeriesError
from ..series import PRICE_LIMIT, Component, Level, PriceInterval, PriceSeries
from .errors import MalformedError

# No market sold quarter-hours before, and the calendar of Python ends at 9999.
FIRST_YEAR, LAST_YEAR = 1990, 2200

# No market sells anything shorter than five minutes. Prices of seconds would make every
# entity change by the second.
SHORTEST = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class PricePoint:
    """A price per kWh that holds from a moment on, until when is not said."""

    start: datetime
    price: float
    components: tuple[Component, ...] = ()
    estimated: bool = False
    level: Level | None = None

    def until(self, end: datetime) -> PriceInterval:
        """Return the price as an interval."""
        return PriceInterval(
            self.start, end, self.price, self.components, self.estimated, self.level
        )


def rows_of(document: object, *keys: str) -> list[Mapping[str, object]]:
    """Return the list of rows in a document, or below one of its keys.

    Raises:
        MalformedError: There is no such list, or a row is not an object.
    """
    rows = document
    if keys:
        found = document if isinstance(document, dict) else {}
        rows = next((found[key] for key in keys if key in found), None)
    if not isinstance(rows, list):
        raise MalformedError("the answer has no list of rows")
    for index, row in enumerate(rows):
        if not isinstance(row, dict):
            raise MalformedError(f"row {index} is not an object")
    return rows


def utc(text: object, row: str) -> datetime:
    """Return a timestamp in UTC.

    Raises:
        MalformedError: It is not a time, or has no offset from UTC and could be
            any of several moments, or lies far from our time.
    """
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        # Python's own error quotes the text, whatever the vendor has put there.
        moment = None
    if moment is None:
        raise MalformedError(f"{row} has no readable time")
    if moment.utcoffset() is None:
        raise MalformedError(f"{row} has a time without an offset from UTC")
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise MalformedError(f"{row} lies in the year {moment.year}")
    return moment.astimezone(UTC)


def number(row: Mapping[str, object], key: str, name: str) -> float:
    """Return a number of a row.

    Raises:
        MalformedError: It is missing, no number, or too large to be an amount.
    """
    value = row.get(key)
    # To Python, true is the number 1; to a price, it is nonsense.
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise MalformedError(f"{name} has no number for {plain_name(key)}")
    try:
        amount = float(value)
    except OverflowError as err:
        raise MalformedError(f"{name} has an impossible {plain_name(key)}") from err
    if not abs(amount) < PRICE_LIMIT:
        raise MalformedError(f"{name} has an impossible {plain_name(key)}")
    return amount


def close_intervals(currency: str, intervals: Iterable[PriceInterval]) -> PriceSeries:
    """Return rows that say both when they begin and end as a series.

    A row that is there twice counts once, and the order does not matter.

    Raises:
        MalformedError: Two rows have different prices for the same time, or a row
            has no length, or less than a minute.
    """
    unique = sorted(dict.fromkeys(intervals), key=lambda row: (row.start, row.end))
    if any(row.start < row.end < row.start + SHORTEST for row in unique):
        raise MalformedError("a price lasts less than a minute")
    try:
        return PriceSeries(currency, tuple(unique))
    except SeriesError as err:
        raise MalformedError("the rows overlap, or one has no length") from err


def close_points(
    points: Iterable[PricePoint],
    zone: tzinfo,
    default: timedelta,
    gaps: Iterable[datetime] = (),
) -> tuple[PriceInterval, ...]:
    """Return intervals in time order, each with the length that the data implies.

    Markets fix the length of an interval for a whole day, so it is the shortest
    distance between two starts of the same local day, and a missing row stays a
    gap. `default` is the length on a day with a single row. A row that is there
    twice counts once. `gaps` are where rows without a price begin: they tell how long
    their neighbours last, unless another row has a price for the same time.

    Raises:
        MalformedError: Two rows have different prices for the same time, or one holds
            for less than a minute.
    """
    rows: dict[datetime, PricePoint] = {}
    for point in sorted(points, key=lambda point: point.start):
        if rows.setdefault(point.start, point) != point:
            raise MalformedError(f"two prices are given for {point.start}")
    empty = set(gaps) - rows.keys()
    places = [*rows.values(), *(PricePoint(moment, 0.0) for moment in empty)]

    intervals: list[PriceInterval] = []
    for _, group in groupby(
        sorted(places, key=lambda point: point.start),
        key=lambda point: point.start.astimezone(zone).date(),
    ):
        day = list(group)
        steps = [after.start - before.start for before, after in pairwise(day)]
        length = min(steps, default=default)
        if length < SHORTEST:
            raise MalformedError("a price lasts less than a minute")
        # The last row of a day with longer intervals must not reach into the next.
        if intervals and intervals[-1].end > day[0].start:
            intervals[-1] = replace(intervals[-1], end=day[0].start)
        intervals.extend(point.until(point.start + length) for point in day)
    return tuple(it for it in intervals if it.start not in empty)
