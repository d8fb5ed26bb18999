"""EnergySignal: the reserve markets that the French grid operator pays for.

Each stream has a route of its own, and an aggregated route holds the same payloads.
Beyond the samples of the vendor's page nothing is known of them, so any field may be
null or missing: what cannot be told is left out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from itertools import groupby, pairwise

from ...balancing import BalancingMarket, BalancingPrice, overlay
from ...time_range import TimeRange
from ..errors import MalformedError
from ..rows import number, rows_of, utc

# Nothing is sold here for longer than a day, and the longest day has 25 hours.
LONGEST = timedelta(hours=25)

# The longest day in steps of four seconds has 22,500 rows.
MOST_ROWS = 25_000

UPWARD, DOWNWARD, SYMMETRIC = "UPWARD", "DOWNWARD", "SYMMETRIC"

# Of the lists of an energy stream, the first that has rows is read. For aFRR, the page
# leaves open whether the second holds all 21,600 rows of a day, which the chart has in
# buckets of five minutes.
LISTS = ("chartRows", "recentRows")
ENERGY_PRICES = {
    "upward_price_eur_mwh": UPWARD,
    "downward_price_eur_mwh": DOWNWARD,
}
LATEST_ROWS = {"latestUpwardRow": UPWARD, "latestDownwardRow": DOWNWARD}


class Aggregate(StrEnum):
    """The aggregated routes, each for one kind of stream."""

    CAPACITY = "/api/balancing-capacity"
    ENERGY = "/api/balancing-energy"


@dataclass(frozen=True, slots=True)
class Stream:
    """One reserve's prices of one kind."""

    reserve: str
    """The name of its object in the answer of the aggregated route."""
    path: str
    aggregate: Aggregate
    markets: Mapping[str, BalancingMarket]
    """The market of each direction."""


STREAMS = (
    Stream(
        "fcr",
        "/api/fcr-capacity",
        Aggregate.CAPACITY,
        {SYMMETRIC: BalancingMarket.FCR_CAPACITY},
    ),
    Stream(
        "afrr",
        "/api/afrr-capacity",
        Aggregate.CAPACITY,
        {
            UPWARD: BalancingMarket.AFRR_CAPACITY_UP,
            DOWNWARD: BalancingMarket.AFRR_CAPACITY_DOWN,
        },
    ),
    Stream(
        "mfrr",
        "/api/mfrr-capacity",
        Aggregate.CAPACITY,
        {
            UPWARD: BalancingMarket.MFRR_CAPACITY_UP,
            DOWNWARD: BalancingMarket.MFRR_CAPACITY_DOWN,
        },
    ),
    Stream(
        "afrr",
        "/api/afrr-energy",
        Aggregate.ENERGY,
        {
            UPWARD: BalancingMarket.AFRR_ENERGY_UP,
            DOWNWARD: BalancingMarket.AFRR_ENERGY_DOWN,
        },
    ),
    Stream(
        "mfrr",
        "/api/mfrr-energy",
        Aggregate.ENERGY,
        {
            UPWARD: BalancingMarket.MFRR_ENERGY_UP,
            DOWNWARD: BalancingMarket.MFRR_ENERGY_DOWN,
        },
    ),
)


def read_aggregate(
    document: object, streams: Iterable[Stream]
) -> tuple[BalancingPrice, ...]:
    """Return the prices of some streams in the answer of their aggregated route.

    Raises:
        MalformedError: A field of theirs holds what it cannot.
    """
    answer = _object(document, "the answer")
    return tuple(
        price
        for stream in streams
        for price in read_stream(_part(answer, stream.reserve), stream)
    )


def read_stream(document: object, stream: Stream) -> tuple[BalancingPrice, ...]:
    """Return the prices in the answer of a stream's own route, none if it is empty.

    Raises:
        MalformedError: A field holds what it cannot, or rows contradict each other.
    """
    answer = _object(document, stream.reserve)
    if stream.aggregate is Aggregate.CAPACITY:
        return _in_order(_capacity(answer, stream))
    return _energy(answer, stream)


def read_period(
    row: Mapping[str, object],
    start_key: str,
    end_key: str,
    name: str,
    longest: timedelta = LONGEST,
) -> TimeRange | None:
    """Return the time of a row between two fields, or None where one is empty.

    Raises:
        MalformedError: They hold no times, or the period has an impossible length.
    """
    if row.get(start_key) is None or row.get(end_key) is None:
        return None
    start, end = utc(row[start_key], name), utc(row[end_key], name)
    if not timedelta() < end - start <= longest:
        raise MalformedError(f"{name} has an impossible length")
    return TimeRange(start, end)


def _capacity(answer: Mapping[str, object], stream: Stream) -> Iterable[BalancingPrice]:
    """Give the prices for standing by."""
    for index, row in enumerate(_rows(answer, "rows")):
        name = f"{stream.reserve} row {index}"
        direction = row.get("direction")
        if direction is None:
            continue
        if not isinstance(direction, str):
            raise MalformedError(f"{name} has no readable direction")
        market = stream.markets.get(direction)
        # The page has daily rows only. Were there others beside them, they would be
        # prices of something else for the same time.
        if market and row.get("time_horizon") in (None, "DAILY"):
            yield from _price(row, "price", market, name)


def _energy(answer: Mapping[str, object], stream: Stream) -> tuple[BalancingPrice, ...]:
    """Return the prices of energy; a latest row counts more than its place in a list.

    How the vendor's clearing price and the price in the lists relate is not documented;
    in the samples they are the same.
    """
    rows = next((rows for key in LISTS if (rows := _rows(answer, key))), [])
    listed = [
        price
        for index, row in enumerate(rows)
        for price in _both_directions(row, f"{stream.reserve} row {index}", stream)
    ]
    latest = [*_both_directions(_part(answer, "latestRow"), "latestRow", stream)]
    for key, direction in LATEST_ROWS.items():
        row = _part(answer, key)
        if row.get("direction") not in (None, direction):
            raise MalformedError(f"{key} is for another direction")
        market = stream.markets[direction]
        latest.extend(_price(row, "clearing_price_eur_mwh", market, key))
    return overlay(_in_order(listed), latest)


def _both_directions(
    row: Mapping[str, object], name: str, stream: Stream
) -> Iterable[BalancingPrice]:
    """Give the prices of a row that holds one for each direction."""
    for key, direction in ENERGY_PRICES.items():
        yield from _price(row, key, stream.markets[direction], name)


def _price(
    row: Mapping[str, object], key: str, market: BalancingMarket, name: str
) -> Iterable[BalancingPrice]:
    """Give the price that a row holds for a market, if it does.

    The rows of the aFRR chart call their period a bucket.
    """
    if row.get(key) is None:
        return
    amount = number(row, key, name)
    for word in ("period", "bucket"):
        if period := read_period(row, f"{word}_start_utc", f"{word}_end_utc", name):
            yield BalancingPrice(market, period.start, period.end, amount)
            return


def _in_order(prices: Iterable[BalancingPrice]) -> tuple[BalancingPrice, ...]:
    """Return each price once, by market and time.

    Raises:
        MalformedError: Two rows have different prices for the same time.
    """
    unique = sorted(dict.fromkeys(prices), key=lambda it: (it.market, it.start))
    for market, group in groupby(unique, key=lambda it: it.market):
        for before, after in pairwise(group):
            if after.start < before.end:
                raise MalformedError(f"rows of {market} overlap")
    return tuple(unique)


def _rows(answer: Mapping[str, object], key: str) -> list[Mapping[str, object]]:
    """Return the rows below a key, none where it is empty.

    Raises:
        MalformedError: They are no list, or more than a day has.
    """
    rows = [] if answer.get(key) is None else rows_of(answer, key)
    if len(rows) > MOST_ROWS:
        raise MalformedError(f"there are more than {MOST_ROWS} rows")
    return rows


def _part(answer: Mapping[str, object], key: str) -> Mapping[str, object]:
    """Return an object within an object, an empty one where there is none."""
    part = answer.get(key)
    return {} if part is None else _object(part, key)


def _object(document: object, name: str) -> Mapping[str, object]:
    """Return what has to be an object.

    Raises:
        MalformedError: It is something else.
    """
    if not isinstance(document, dict):
        raise MalformedError(f"{name} is not an object")
    return document
