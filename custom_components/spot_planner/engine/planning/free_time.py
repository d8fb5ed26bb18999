"""The stretches of time in which a run may lie."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import NamedTuple

from .course import Course


class FreeTime(NamedTuple):
    """A stretch, `[start, end)` in microseconds, within one course of the price."""

    start: int
    end: int
    course: int
    """The number of the course that the stretch lies in."""

    @property
    def length(self) -> int:
        """Return how long the stretch is."""
        return self.end - self.start


def known_time(courses: Sequence[Course], earliest: int, latest: int) -> list[FreeTime]:
    """Return the parts of `[earliest, latest)` whose price is known."""
    return [
        FreeTime(max(course.edges[0], earliest), min(course.edges[-1], latest), index)
        for index, course in enumerate(courses)
    ]


def without(
    free: Iterable[FreeTime], taken: Iterable[tuple[int, int]]
) -> list[FreeTime]:
    """Return what is left of free time when some stretches are taken.

    Args:
        free: The free time, in time order.
        taken: The stretches, in any order; they may overlap.
    """
    apart = _apart(taken)
    left = []
    for part in free:
        position = part.start
        first = bisect_right(apart, position, key=itemgetter(1))
        for index in range(first, len(apart)):
            start, end = apart[index]
            if start >= part.end:
                break
            if start > position:
                left.append(part._replace(start=position, end=start))
            position = end
        if position < part.end:
            left.append(part._replace(start=position))
    return left


def _apart(taken: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return stretches in time order, those that touch as one."""
    apart: list[tuple[int, int]] = []
    for start, end in sorted(taken):
        if start >= end:
            continue
        if apart and start <= apart[-1][1]:
            apart[-1] = (apart[-1][0], max(apart[-1][1], end))
        else:
            apart.append((start, end))
    return apart


def under_limit(
    free: Iterable[FreeTime], courses: Sequence[Course], limit: int
) -> list[FreeTime]:
    """Return the parts of free time whose price is at the limit or below."""
    cheap: list[FreeTime] = []
    for part in free:
        course = courses[part.course]
        first = bisect_right(course.edges, part.start) - 1
        after = min(bisect_left(course.edges, part.end), len(course.units))
        for index in range(first, after):
            if course.units[index] > limit:
                continue
            start = max(course.edges[index], part.start)
            end = min(course.edges[index + 1], part.end)
            if cheap and cheap[-1].end == start and cheap[-1].course == part.course:
                cheap[-1] = cheap[-1]._replace(end=end)
            else:
                cheap.append(part._replace(start=start, end=end))
    return cheap
