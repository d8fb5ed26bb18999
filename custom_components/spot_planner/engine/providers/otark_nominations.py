"""Otark's nominations: what was announced to the grid operator."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from math import fsum

from ..time_range import TimeRange
from ..volumes import SLOT, VolumeOrigin, VolumeSlot
from .errors import MalformedError
from .otark_delivery import SIGNS, read_delivery
from .otark_record import newest, text
from .pages import Record
from .rows import number

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
    energy: float


def read_nominations(
    records: Iterable[Record], window: TimeRange
) -> tuple[tuple[VolumeSlot, ...], int]:
    """Return the net of all nominations that hold in a window, and what was skipped.

    A nomination does not hold when it is superseded, by its status or because another
    one names it as the one before. Of the others, the highest version of a balance
    group, direction and counterparty counts. An unknown direction counts as bought.
    """
    found: dict[datetime, list[Nominated]] = {}
    candidates, skipped = newest(records, "previous_nomination_id")
    for record in candidates:
        if text(record, "status") == SUPERSEDED:
            continue
        party = Party.of(record)
        sign = SIGNS.get(party.direction, 1)
        try:
            version = number(record, "version", "a nomination")
        except MalformedError:
            skipped += 1
            continue
        amounts, unread = _amounts(record, window)
        skipped += unread
        for start, amount in amounts.items():
            found.setdefault(start, []).append(Nominated(party, version, sign * amount))
    slots = tuple(
        VolumeSlot(start, start + SLOT, _net(versions), VolumeOrigin.NOMINATED)
        for start, versions in sorted(found.items())
    )
    return slots, skipped


def _amounts(record: Record, window: TimeRange) -> tuple[dict[datetime, float], int]:
    """Return the amounts of a nomination's quarter-hours, and how much is unreadable.

    The list is there because we ask with `include_slots`. Of two different amounts for
    one quarter-hour, neither is taken.
    """
    slots = record.get("slots")
    if not isinstance(slots, list):
        return {}, 1
    amounts: dict[datetime, float] = {}
    disputed: set[datetime] = set()
    unread = 0
    for slot in slots:
        try:
            delivery = read_delivery(slot if isinstance(slot, dict) else {}, "amount")
        except MalformedError:
            unread += 1
            continue
        for start, share in delivery.quarters(window):
            if amounts.setdefault(start, share) != share:
                disputed.add(start)
    for start in disputed:
        del amounts[start]
    return amounts, unread + len(disputed)


def _net(versions: list[Nominated]) -> float:
    """Return the energy of a quarter-hour: the newest of each party, summed up."""
    newest_of: dict[Party, float] = {}
    for one in versions:
        newest_of[one.party] = max(one.version, newest_of.get(one.party, one.version))
    return fsum(one.energy for one in versions if one.version == newest_of[one.party])
