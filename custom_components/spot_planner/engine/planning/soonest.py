"""The soonest time of a run within some free time, found without looking at prices."""

from collections.abc import Sequence
from typing import NamedTuple, Self

from .course import MICROSECOND
from .free_time import FreeTime
from .model import Split

# From how many parts of free time a cut is tried to begin in.
MOST_TRIES = 100


class Cut(NamedTuple):
    """How a run may be cut, in microseconds; None sets no limit."""

    shortest: int
    pause: int | None
    segments: int | None

    @classmethod
    def of(cls, split: Split) -> Self:
        """Return what a split allows."""
        pause = None
        if split.longest_pause is not None:
            pause = split.longest_pause // MICROSECOND
        shortest = split.shortest_segment // MICROSECOND
        return cls(shortest, pause, split.most_segments)


def soonest_cut(
    free: Sequence[FreeTime], duration: int, cut: Cut
) -> list[tuple[int, int]] | None:
    """Return the segments of a run that takes free time as it comes, None without any.

    That is one of the soonest ways to cut a run, though not each way that there is is
    found where pauses and segments are limited.

    Args:
        free: The free time, in time order.
        duration: How long all segments are together.
        cut: How the run may be cut.
    """
    usable = [part for part in free if part.length >= cut.shortest]
    for first in range(min(len(usable), MOST_TRIES)):
        if found := _cut_from(usable[first:], duration, cut):
            return found
        if cut.pause is None and cut.segments is None:
            break
    return None


def _cut_from(
    free: Sequence[FreeTime], duration: int, cut: Cut
) -> list[tuple[int, int]] | None:
    """Return the segments of a run that begins in the first part of free time."""
    found: list[tuple[int, int]] = []
    left = duration
    for part in free:
        if found and cut.pause is not None and part.start - found[-1][1] > cut.pause:
            return None
        if cut.segments is not None and len(found) == cut.segments:
            return None
        used = min(part.length, left)
        if 0 < left - used < cut.shortest:
            # What is left over has to be long enough for a segment, too.
            used = left - cut.shortest
        if used < cut.shortest:
            continue
        start = part.start
        if used < left and cut.pause is not None:
            # The later a segment ends, the shorter is the pause after it.
            latest = found[-1][1] + cut.pause if found else part.end
            start = max(start, min(part.end - used, latest))
        found.append((start, start + used))
        left -= used
        if not left:
            return found
    return None
