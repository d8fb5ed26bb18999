"""Otark's transactions: the energy that contracts move between balance groups."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime

from ...time_range import TimeRange
from ...volumes import VolumeOrigin
from ..errors import MalformedError
from ..network.pages import Record
from .delivery import SIGNS, Reading, net_of, read_delivery
from .record import newest, text

VALID = "valid"


def balance_groups(
    customers: Iterable[Record], nominations: Iterable[Record]
) -> frozenset[str]:
    """Return the EIC codes of the balance groups that the holder of the key manages."""
    codes = {text(customer, "balance_group", "eic") for customer in customers}
    codes |= {text(nomination, "eic") for nomination in nominations}
    return frozenset(codes - {""})


def read_transactions(
    records: Iterable[Record], own: frozenset[str], window: TimeRange
) -> Reading:
    """Return the net of the valid transactions, by the quarter-hours of a window.

    A transaction that another one names as the one before is replaced by it. The volume
    is `volume_mwh` on the conventions page and `volume` on those of the single routes.
    """
    found: dict[datetime, list[float | None]] = {}
    certain, doubtful = newest(records, "previous_transaction_id")
    doubtful = _valid(doubtful)
    skipped = len(doubtful)
    for record in _valid(certain):
        try:
            delivery = read_delivery(record, "volume_mwh", "volume")
        except MalformedError:
            skipped += 1
            continue
        skipped += delivery.amount is None
        sign = _sign(record, own)
        for start, share in delivery.quarters(window):
            energy = None if share is None else sign * share
            found.setdefault(start, []).append(energy)
    for record in doubtful:
        with suppress(MalformedError):
            for start, _ in read_delivery(record, "volume").quarters(window):
                found.setdefault(start, []).append(None)
    return Reading.of(
        {start: net_of(energies) for start, energies in found.items()},
        VolumeOrigin.CONTRACTED,
        skipped,
    )


def _valid(records: Iterable[Record]) -> list[Record]:
    """Return the transactions that say that they are valid."""
    return [record for record in records if text(record, "status") == VALID]


def _sign(record: Record, own: frozenset[str]) -> int:
    """Return 1 for what comes in, -1 for what goes out, 0 for what stays within.

    The pages show no direction for a transaction, but a sender and a receiver. Where
    neither of them is known as our own, it counts as bought (unverified).
    """
    if sign := SIGNS.get(text(record, "direction")):
        return sign
    sends = text(record, "sender", "eic") in own
    receives = text(record, "receiver", "eic") in own
    return int(receives) - int(sends) if sends or receives else 1
