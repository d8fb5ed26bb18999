"""Otark's nominations: what was announced to the grid operator."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from math import inf

from ...time_range import TimeRange
from ...volumes import VolumeOrigin
from ..errors import MalformedError
from ..network.pages import Record
from ..rows import number
from .delivery import SIGNS, Reading, net_of, read_delivery
from .record import newest, text

SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class Party:
    """For whom a nomination is; all its versions have the same."""

    balance_group: str
    operator: str
    direction: str
    counterparty: str

    @classmethod
    def of(cls, record: Record) -> "Party":
        """Return for whom a nomination is; what it does not say is empty."""
        return cls(
            text(record, "eic"),
            text(record, "tso"),
            text(record, "direction"),
            text(record, "counterparty", "eic"),
        )


@dataclass(frozen=True, slots=True)
class Nominated:
    """The energy in MWh of one quarter-hour, as one version of a nomination has it."""

    party: Party
    version: float
    energy: float | None
    """None where it cannot be read."""


def read_nominations(records: Iterable[Record], window: TimeRange) -> Reading:
    """Return the net of all nominations that hold, by the quarter-hours of a window.

    A nomination does not hold when it is superseded, by its status or because another
    one names it as the one before. Of the others, the highest version of a balance
    group, direction and counterparty counts. An unknown direction counts as bought.
    """
    found: dict[datetime, list[Nominated]] = {}
    skipped = 0
    certain, doubtful = newest(records, "previous_nomination_id")
    for record in _holding(certain):
        try:
            version = number(record, "version", "a nomination")
        except MalformedError:
            doubtful.append(record)
            continue
        party = Party.of(record)
        sign = SIGNS.get(party.direction, 1)
        amounts, unread = _amounts(record, window)
        skipped += unread
        for start, amount in amounts.items():
            energy = None if amount is None else sign * amount
            found.setdefault(start, []).append(Nominated(party, version, energy))
    for record in _holding(doubtful):
        skipped += 1
        amounts, _ = _amounts(record, window)
        for start in amounts:
            # It may be the newest of all.
            unknown = Nominated(Party.of(record), inf, None)
            found.setdefault(start, []).append(unknown)
    return Reading.of(
        {start: _net(versions) for start, versions in found.items()},
        VolumeOrigin.NOMINATED,
        skipped,
    )


def _holding(records: Iterable[Record]) -> list[Record]:
    """Return the nominations that do not say that they are superseded."""
    return [record for record in records if text(record, "status") != SUPERSEDED]


def _amounts(
    record: Record, window: TimeRange
) -> tuple[dict[datetime, float | None], int]:
    """Return the amounts of a nomination's quarter-hours, and how much is unreadable.

    The list is there because we ask with `include_slots`. Of two different amounts for
    one quarter-hour, neither is taken.
    """
    slots = record.get("slots")
    if not isinstance(slots, list):
        return {}, 1
    amounts: dict[datetime, float | None] = {}
    disputed: set[datetime] = set()
    unread = 0
    for slot in slots:
        try:
            delivery = read_delivery(slot, "amount")
        except MalformedError:
            unread += 1
            continue
        unread += delivery.amount is None
        for start, share in delivery.quarters(window):
            if amounts.setdefault(start, share) != share:
                disputed.add(start)
    return amounts | dict.fromkeys(disputed), unread + len(disputed)


def _net(versions: list[Nominated]) -> float | None:
    """Return the energy of a quarter-hour: the newest of each party, summed up."""
    newest_of: dict[Party, float] = {}
    for one in versions:
        newest_of[one.party] = max(one.version, newest_of.get(one.party, one.version))
    return net_of(one.energy for one in versions if one.version == newest_of[one.party])
