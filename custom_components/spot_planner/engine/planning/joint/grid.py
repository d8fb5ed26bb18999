"""The quarter-hours that a joint plan is laid on.

A set of slots is a whole number in which bit 0 stands for the first slot: sets of two
days are then compared in one step.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple, Self

from ..course import MICROSECOND

SLOT = timedelta(minutes=15)
SLOT_MICROS = SLOT // MICROSECOND


class Grid(NamedTuple):
    """Slots of a quarter of an hour that follow each other.

    Their borders are the quarters of the UTC clock, which are those of every European
    clock too.
    """

    origin: int
    """When the first slot begins, in microseconds since 1970."""
    slots: int

    @classmethod
    def over(cls, start: int, end: int) -> Self:
        """Return the fewest slots that hold `[start, end)`."""
        origin = start // SLOT_MICROS * SLOT_MICROS
        return cls(origin, max(-((origin - end) // SLOT_MICROS), 0))

    def moment(self, slot: int) -> int:
        """Return when a slot begins."""
        return self.origin + slot * SLOT_MICROS

    def touched(self, start: int, end: int) -> int:
        """Return the slots that share a moment with `[start, end)`."""
        first = max((start - self.origin) // SLOT_MICROS, 0)
        after = min(-((self.origin - end) // SLOT_MICROS), self.slots)
        return stretch(first, after)


def stretch(first: int, after: int) -> int:
    """Return the slots from the first up to, and without, another."""
    return (1 << after) - (1 << first) if first < after else 0


def starts_of(free: int, length: int) -> int:
    """Return the slots from which on as many as the length are all in a set."""
    width = 1
    while width * 2 <= length:
        free &= free >> width
        width *= 2
    return free & free >> (length - width)


def slots_of(slots: int) -> Iterator[int]:
    """Go through the numbers of the slots of a set."""
    while slots:
        lowest = slots & -slots
        yield lowest.bit_length() - 1
        slots ^= lowest
