"""The energy that is bought and sold, quarter-hour by quarter-hour."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum
from math import fsum
from typing import Self, final

from .time_range import day_range

# The PTU of the vendors: a delivery day has 92, 96 or 100 of them.
SLOT = timedelta(minutes=15)


class VolumeOrigin(StrEnum):
    """How binding a volume is."""

    NOMINATED = "nominated"
    """Announced to the grid operator: the net of all transactions."""
    CONTRACTED = "contracted"
    """The sum of the transactions, where nothing is nominated."""


@final
@dataclass(frozen=True, slots=True)
class VolumeSlot:
    """The net energy in MWh of `[start, end)` in UTC: bought above zero, sold below."""

    start: datetime
    end: datetime
    energy: float
    origin: VolumeOrigin


@dataclass(frozen=True, slots=True)
class Volumes:
    """What a provider has told of volumes: slots in time order, and how much it read.

    The counts are those of the lists that the key may read, 0 for the others.
    """

    slots: tuple[VolumeSlot, ...]
    contracts: int
    transactions: int
    nominations: int
    customers: int | None
    """How many customers there are; None where the key may not read them."""
    skipped: int
    """How many records or slots could not be read; none of them is in a slot."""

    def keeping(self, older: Self, now: datetime) -> Self:
        """Return these volumes, with older ones where something could not be read.

        What is said in full replaces what was known. Where a record could not be read,
        the quarter-hours that are missing now may be its own.
        """
        if not self.skipped:
            return self
        slots = {slot.start: slot for slot in older.slots if now < slot.end}
        slots |= {slot.start: slot for slot in self.slots}
        return replace(self, slots=tuple(it for _, it in sorted(slots.items())))

    def at(self, now: datetime) -> VolumeSlot | None:
        """Return the slot of a moment, or None where no volume is known."""
        index = bisect_right(self.slots, now, key=lambda slot: slot.start) - 1
        if index >= 0 and now < self.slots[index].end:
            return self.slots[index]
        return None

    def remaining(self, now: datetime, day_end: datetime) -> float:
        """Return the net energy in MWh of the slots after the one of now, to the end."""
        return net_energy(
            slot.energy for slot in self.slots if now < slot.start < day_end
        )


def net_energy(amounts: Iterable[float]) -> float:
    """Return the sum of amounts in MWh, without the dust of adding floats."""
    # Nothing that is sold is still nothing: adding zero turns -0.0 into it.
    return round(fsum(amounts), 9) + 0.0


def slot_number(now: datetime, zone: tzinfo) -> int:
    """Return which quarter-hour of its delivery day a moment lies in, from 1 on.

    It is counted in real time from the local midnight. The vendor's own number is not
    relied on: the one in its sample counts in UTC.
    """
    day = day_range(now.astimezone(zone).date(), zone)
    return (now - day.start) // SLOT + 1


def slots_of_day(day: date, zone: tzinfo) -> int:
    """Return how many quarter-hours a delivery day has: 92, 96 or 100."""
    return day_range(day, zone).duration // SLOT
