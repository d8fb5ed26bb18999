"""The stretches of time in which a run may lie."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
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
    """Return what is left of free time when some stretches are taken."""
    ordered = sorted((start, end) for start, end in taken if start < end)
    left = []
    for part in free:
        position = part.start
        for start, end in ordered:
            if min(start, part.end) > position:
                left.append(part._replace(start=position, end=min(start, part.end)))
            position = max(position, end)
        if position < part.end:
            left.append(part._replace(start=position))
    return left


def under_limit(
    free: Iterable[FreeTime], courses: Sequence[Course], limit: int
) -> list[FreeTime]:
    """Return the parts of free time whose price is at the limit or below."""
    cheap: list[FreeTime] = []
    for part in free:
        course = courses[part.course]
        for index in range(
            bisect_right(course.edges, part.start) - 1, len(course.units)
        ):
            start = max(course.edges[index], part.start)
            end = min(course.edges[index + 1], part.end)
            if start >= end:
                break
            if course.units[index] > limit:
                continue
            if cheap and cheap[-1].end == start and cheap[-1].course == part.course:
                cheap[-1] = cheap[-1]._replace(end=end)
            else:
                cheap.append(part._replace(start=start, end=end))
    return cheap
