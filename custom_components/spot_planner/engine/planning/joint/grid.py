"""The quarter-hours that a joint plan is laid on, and the power that is left in them.

A set of slots is a whole number in which bit 0 stands for the first slot: sets of two
days are then compared in one step.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import groupby
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


type Loads = tuple[tuple[int, int], ...]
"""Powers in watts, each with the slots in which it is used."""


class Room:
    """How many watts are free, as sets of slots that have as much; it never changes."""

    __slots__ = ("_parts",)

    def __init__(self, parts: list[tuple[int, int]]) -> None:
        """Take pairs of free watts and the slots that have so much."""
        self._parts = parts

    def steps(self, loads: int) -> int:
        """Return how many steps it takes to lay, or find room for, some loads."""
        return 3 + loads * (2 + len(self._parts) // 6)

    @classmethod
    def of(cls, free: Iterable[int]) -> Self:
        """Return the room of slots that have so many watts free, in time order."""
        parts: dict[int, int] = {}
        position = 0
        for watts, group in groupby(free):
            after = position + sum(1 for _ in group)
            parts[watts] = parts.get(watts, 0) | stretch(position, after)
            position = after
        return cls(list(parts.items()))

    def fits(self, watts: int) -> int:
        """Return the slots that have so many watts left."""
        slots = 0
        for free, part in self._parts:
            if free >= watts:
                slots |= part
        return slots

    def without(self, loads: Loads) -> "Room":
        """Return what is left when the loads are taken; it may be below zero."""
        parts = self._parts
        for watts, slots in loads:
            left = []
            for free, part in parts:
                if used := part & slots:
                    left.append((free - watts, used))
                    part ^= used
                if part:
                    left.append((free, part))
            parts = left
        return Room(parts)

    def merged(self) -> "Room":
        """Return the same with one part for each number of watts."""
        parts: dict[int, int] = {}
        for free, part in self._parts:
            parts[free] = parts.get(free, 0) | part
        return Room(list(parts.items()))

    def between(self, least: int, most: int) -> "Room":
        """Return the same for loads that are nowhere below or above some watts."""
        plenty = 0
        parts = []
        for free, part in self._parts:
            if free >= most:
                plenty |= part
            elif free >= least:
                parts.append((free, part))
        return Room([(most, plenty), *parts])
