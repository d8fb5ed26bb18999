"""Deliveries: what Otark's transactions and the slots of its nominations share."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from ...time_range import EPOCH, TimeRange
from ...volumes import SLOT, VolumeOrigin, VolumeSlot, net_energy
from ..errors import MalformedError
from ..rows import number, utc

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
    unverified. It is None where it cannot be read.
    """

    period: TimeRange
    amount: float | None

    def quarters(self, window: TimeRange) -> Iterator[tuple[datetime, float | None]]:
        """Return the starts of the quarter-hours in a window, each with its share."""
        share = self.amount
        if share is not None:
            share *= SLOT / self.period.duration
        start = max(self.period.start, window.start)
        while start < min(self.period.end, window.end):
            yield start, share
            start += SLOT


@dataclass(frozen=True, slots=True)
class Reading:
    """What came out of a list.

    A quarter-hour of which something cannot be read has no slot, but is `unclear`: a
    sum without a part of it would be a guess.
    """

    slots: tuple[VolumeSlot, ...]
    unclear: frozenset[datetime]
    skipped: int
    """How many records, or slots of one, could not be read."""

    @classmethod
    def of(
        cls,
        energies: Mapping[datetime, float | None],
        origin: VolumeOrigin,
        skipped: int,
    ) -> "Reading":
        """Return the energy in MWh by the starts of quarter-hours; None is unclear."""
        return cls(
            tuple(
                VolumeSlot(start, start + SLOT, energy, origin)
                for start, energy in sorted(energies.items())
                if energy is not None
            ),
            frozenset(start for start, energy in energies.items() if energy is None),
            skipped,
        )


def net_of(amounts: Iterable[float | None]) -> float | None:
    """Return the sum of amounts in MWh, or None when one of them is not known."""
    known = list(amounts)
    clear = [amount for amount in known if amount is not None]
    return net_energy(clear) if len(clear) == len(known) else None


def read_delivery(row: object, *amount_fields: str) -> Delivery:
    """Return when a row delivers, and how much by the first amount field it has.

    The conventions page writes `period_from` and `period_to`, the pages of the single
    routes write `delivery_start` and `delivery_end`.

    Raises:
        MalformedError: The period is missing, cannot be read, or is not made of whole
            quarter-hours.
    """
    if not isinstance(row, dict):
        raise MalformedError("a delivery is not an object")
    first, last = "delivery_start", "delivery_end"
    if "period_from" in row:
        first, last = "period_from", "period_to"
    start, end = utc(row.get(first), "a delivery"), utc(row.get(last), "a delivery")
    if start >= end or (start - EPOCH) % SLOT or (end - start) % SLOT:
        raise MalformedError("a delivery is not made of whole quarter-hours")
    field = next((name for name in amount_fields if name in row), amount_fields[0])
    try:
        amount = number(row, field, "a delivery")
    except MalformedError:
        return Delivery(TimeRange(start, end), None)
    return Delivery(TimeRange(start, end), amount)
