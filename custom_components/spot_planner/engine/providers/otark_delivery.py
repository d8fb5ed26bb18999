"""What Otark's transactions and the slots of its nominations have in common."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from ..time_range import TimeRange
from ..volumes import SLOT
from .errors import MalformedError
from .rows import number, utc

EPOCH = datetime.fromtimestamp(0, UTC)

# A nomination's direction is `in` or `out`, seen from the responsible party (list
# nominations, docs.otark.com). No page gives a transaction one; the other two words
# are unverified.
SIGNS: Mapping[str, int] = {"in": 1, "buy": 1, "out": -1, "sell": -1}


@dataclass(frozen=True, slots=True)
class Delivery:
    """An amount of energy for one or more whole quarter-hours.

    The amount is taken as MWh, the unit in the name of the only field that the API
    conventions page has for it, `volume_mwh`. What is stored of the other pages names
    no unit for `amount` and `volume`, and the vendor's file exports are in MW:
    unverified.
    """

    period: TimeRange
    amount: float

    def quarters(self, window: TimeRange) -> Iterator[tuple[datetime, float]]:
        """Return the starts of the quarter-hours in a window, each with its share."""
        share = self.amount * (SLOT / self.period.duration)
        start = max(self.period.start, window.start)
        while start < min(self.period.end, window.end):
            yield start, share
            start += SLOT


def read_delivery(row: Mapping[str, object], *amount_fields: str) -> Delivery:
    """Return when a row delivers, and how much by the first amount field it has.

    The conventions page writes `period_from` and `period_to`, the pages of the single
    routes write `delivery_start` and `delivery_end`.

    Raises:
        MalformedError: Something is missing or cannot be read, or the period is not
            made of whole quarter-hours.
    """
    first, last = "delivery_start", "delivery_end"
    if "period_from" in row:
        first, last = "period_from", "period_to"
    start, end = utc(row.get(first), "a delivery"), utc(row.get(last), "a delivery")
    if start >= end or (start - EPOCH) % SLOT or (end - start) % SLOT:
        raise MalformedError("a delivery is not made of whole quarter-hours")
    field = next((name for name in amount_fields if name in row), amount_fields[0])
    return Delivery(TimeRange(start, end), number(row, field, "a delivery"))
