"""The course of the price over a stretch without a gap, in whole numbers.

Time is in microseconds since 1970 and a price in units of 1e-8 currency per kWh. Whole
numbers are exact, so plans that cost the same are equal, however they were summed.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import accumulate
from operator import mul, sub

from ..cost_curve import UNITS
from ..series import PriceSeries
from ..time_range import EPOCH

MICROSECOND = timedelta(microseconds=1)
SECOND = 1e6


def to_micros(moment: datetime) -> int:
    """Return a moment in microseconds since 1970."""
    return (moment - EPOCH) // MICROSECOND


def to_moment(micros: int) -> datetime:
    """Return the moment, in UTC, that lies so many microseconds after 1970."""
    return EPOCH + timedelta(microseconds=micros)


def to_units(price: float) -> int:
    """Return a price per kWh in whole units."""
    return round(price * UNITS)


class Course:
    """What one unit of power costs from moment to moment.

    `edges` are the borders of the prices, `units` the prices between them, and a cost
    is units times microseconds.
    """

    def __init__(self, edges: list[int], units: list[int]) -> None:
        """Sum the prices, and note by how much they change at each border."""
        self.edges = edges
        self.units = units
        lengths = map(sub, edges[1:], edges)
        self._costs: list[int] = list(accumulate(map(mul, units, lengths), initial=0))
        # By border: nothing is known before the first and after the last one.
        self.jumps = [0, *map(sub, units[1:], units), 0]

    def unit_at(self, moment: int) -> int:
        """Return the price that holds from a moment on."""
        return self.units[self._index(moment)]

    def cost_at(self, moment: int) -> int:
        """Return the cost from the first border up to a moment."""
        index = self._index(moment)
        return self._costs[index] + self.units[index] * (moment - self.edges[index])

    def costs_at(self, moments: Iterable[int]) -> Iterator[int]:
        """Return the costs up to moments that are in time order."""
        index = 0
        last = len(self.units) - 1
        for moment in moments:
            while index < last and self.edges[index + 1] <= moment:
                index += 1
            yield self._costs[index] + self.units[index] * (moment - self.edges[index])

    def _index(self, moment: int) -> int:
        return min(bisect_right(self.edges, moment), len(self.units)) - 1


def courses_of(series: PriceSeries, earliest: int, latest: int) -> list[Course]:
    """Return the courses that touch `[earliest, latest)`, one between two gaps."""
    courses = []
    passed = 0
    for curve in series.curves:
        # The curve is in seconds: a border that is nearly at a limit may stay.
        first = max(bisect_right(curve.edges, earliest / SECOND) - 1, 0)
        after = min(bisect_left(curve.edges, latest / SECOND) + 1, len(curve.edges))
        edges = [round(edge * SECOND) for edge in curve.edges[first:after]]
        if len(edges) > 1 and edges[0] < latest and edges[-1] > earliest:
            parts = series.intervals[passed + first : passed + after - 1]
            courses.append(Course(edges, [round(part.price * UNITS) for part in parts]))
        passed += len(curve.edges) - 1
    return courses
