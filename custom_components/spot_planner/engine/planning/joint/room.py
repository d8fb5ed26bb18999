"""The power that a home has left in each slot."""

from collections.abc import Iterable
from itertools import groupby
from typing import Self

from .grid import stretch

type Loads = tuple[tuple[int, int], ...]
"""Powers in watts, each with the slots in which it is used."""


class Room:
    """How many watts are free, as sets of slots that have as much; it never changes."""

    __slots__ = ("_parts",)

    def __init__(self, parts: list[tuple[int, int]]) -> None:
        """Take pairs of free watts and the slots that have so much."""
        self._parts = parts

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
