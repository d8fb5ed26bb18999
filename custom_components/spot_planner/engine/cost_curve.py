"""The running cost of a stretch of prices, and the best place on it."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate, pairwise
from operator import mul, sub

# Prices are counted in whole units of 1e-8 currency per kWh. Whole numbers are
# exact in a float up to 2**53, so equal windows cost exactly the same however
# they are summed, and the earliest of them is found, not a random one.
UNITS = 1e8

# Seconds since 1970 are exact in a float only when they are whole; two moments that
# differ by less than this are the same one.
INSTANT = 1e-6

KEPT_DURATIONS = 16


class CostCurve:
    """Add up prices over a stretch of time that has no gap.

    `edges` are the borders of the intervals in seconds since 1970, `prices` the
    prices per kWh between them. A cost here is units times seconds.
    """

    def __init__(self, edges: list[float], prices: list[float]) -> None:
        """Sum the prices once; every search then only takes differences."""
        self.edges = edges
        self._units = [float(round(price * UNITS)) for price in prices]
        lengths = [end - start for start, end in pairwise(edges)]
        self._length = lengths[0] if len(set(lengths)) == 1 else None
        self._costs: list[float] = list(
            accumulate(map(mul, self._units, lengths), initial=0.0)
        )
        # What the highest price costs in no time is as good as nothing.
        self._tolerance = INSTANT * max(map(abs, self._units))
        # The clock asks for the same duration at every tick, so the costs of the
        # last durations are kept as long as the prices are.
        self._kept: dict[float, tuple[list[float], list[float]]] = {}

    def best_start(
        self,
        duration: float,
        earliest: float,
        latest: float,
        choose: Callable[[list[float]], float],
    ) -> tuple[float, float] | None:
        """Return the cost and the start of the best window, or None when none fits.

        `choose` is `min` or `max`; of equal windows the earliest is returned. Between
        two borders the cost of a window grows or falls at a constant rate as it
        is moved, so the best one starts at a border, ends at a border, or touches
        the earliest start or the latest end.
        """
        edges = self.edges
        first = max(earliest, edges[0])
        last = min(latest, edges[-1]) - duration
        if first > last + INSTANT:
            return None
        last = max(first, last)
        from_edge, to_edge = self._costs_of(duration)
        found: list[tuple[float, float]] = []
        low = bisect_left(edges, first)
        high = min(bisect_right(edges, last), len(from_edge))
        if low < high:
            costs = from_edge[low:high]
            best = choose(costs)
            found.append((best, edges[low + costs.index(best)]))
        if to_edge is not from_edge:
            reached = bisect_left(edges, first + duration)
            beyond = bisect_right(edges, last + duration)
            if reached < beyond:
                skipped = len(edges) - len(to_edge)
                costs = to_edge[reached - skipped : beyond - skipped]
                best = choose(costs)
                end = edges[reached + costs.index(best)]
                found.append((best, end - duration))
        if edges[low] != first:
            found.append((self._cost(first, first + duration), first))
        if edges[high - 1] != last:
            found.append((self._cost(last, last + duration), last))
        best = choose([cost for cost, _ in found])
        return best, min(
            [start for cost, start in found if abs(cost - best) <= self._tolerance]
        )

    def forget(self) -> None:
        """Forget the costs that were kept for the durations asked for so far."""
        self._kept.clear()

    def _costs_of(self, duration: float) -> tuple[list[float], list[float]]:
        """Return the costs of the windows from each border and up to each border."""
        if (kept := self._kept.get(duration)) is not None:
            return kept
        if self._length and duration % self._length == 0:
            # Both ends are borders: this one list says all, at a third of the price.
            steps = int(duration // self._length)
            from_edge = to_edge = list(map(sub, self._costs[steps:], self._costs))
        else:
            fit = bisect_right(self.edges, self.edges[-1] - duration)
            ends = self._costs_at(edge + duration for edge in self.edges[:fit])
            from_edge = list(map(sub, ends, self._costs))
            fit = bisect_left(self.edges, self.edges[0] + duration)
            starts = self._costs_at(edge - duration for edge in self.edges[fit:])
            to_edge = list(map(sub, self._costs[fit:], starts))
        if len(self._kept) >= KEPT_DURATIONS:
            self.forget()
        self._kept[duration] = (from_edge, to_edge)
        return from_edge, to_edge

    def _costs_at(self, moments: Iterable[float]) -> Iterator[float]:
        """Return the running cost at moments that lie on the curve in time order."""
        index = 0
        last = len(self._units) - 1
        for moment in moments:
            while index < last and self.edges[index + 1] <= moment:
                index += 1
            yield self._costs[index] + self._units[index] * (moment - self.edges[index])

    def _cost(self, start: float, end: float) -> float:
        """Return the cost from one moment of the curve to a later one."""
        return self._cost_at(end) - self._cost_at(start)

    def _cost_at(self, moment: float) -> float:
        index = min(bisect_right(self.edges, moment), len(self._units)) - 1
        return self._costs[index] + self._units[index] * (moment - self.edges[index])


def mean_price(cost: float, duration: float) -> float:
    """Return the mean price per kWh of a window that costs so much and lasts so long."""
    return cost / duration / UNITS
