"""The cheapest paths of a split run through its turning points."""

from bisect import bisect_left
from collections import deque
from itertools import accumulate
from operator import sub

from .turning_points import TurningPoints

type Row = list[int]


class Lattice:
    """Find the cheapest path to each end, by dynamic programming.

    There is a row for how long the run has run, and a column for how long it has not. A
    segment goes down its column and a pause along its row; a path begins anywhere in
    the first row and ends in the last one. Where the number of segments is limited,
    there is a layer for each of them; else one layer leads back into itself.
    """

    def __init__(
        self,
        points: TurningPoints,
        costs: list[Row],
        shortest: int,
        pause: int | None,
        layers: int | None,
    ) -> None:
        """Search.

        Args:
            points: The turning points, in microseconds.
            costs: By row and column, what running up to that moment costs in all.
            shortest: The shortest segment.
            pause: The longest pause, or None.
            layers: The highest number of segments, or None.
        """
        self._run, self._idle = points.run, points.idle
        self._costs = costs
        self._shortest = shortest
        self._pause = pause
        self._endless = layers is None
        # By layer, row and column: the cost of the best path whose last segment ends
        # there, and one for each segment, so that of paths that cost the same the one
        # with fewer segments is the best. In a row without costs no segment can end.
        self._ends: list[list[Row | None]] = []
        for layer in range(layers or 1):
            self._ends.append([])
            self._fill(layer)
        lasts = [row for rows in self._ends if (row := rows[-1])]
        self.costs = [min(column) for column in zip(*lasts, strict=True)]
        """By column, the lowest cost of a whole run, and one for each segment."""

    def path(self, column: int) -> tuple[tuple[int, int], ...]:
        """Return start and end of each segment of the best path to a column."""
        cost = self.costs[column]
        below = len(self._run) - 1
        layer = next(
            number
            for number, rows in enumerate(self._ends)
            if (row := rows[below]) and row[column] == cost
        )
        segments: list[tuple[int, int]] = []
        while below:
            idle = self._idle[column]
            above, waited, from_column = self._origin(layer, below, column, cost)
            segments.append((idle + self._run[above], idle + self._run[below]))
            below, cost, column = above, waited, from_column
            layer -= not self._endless
        return tuple(reversed(segments))

    def _fill(self, layer: int) -> None:
        """Find the best paths that are one segment longer."""
        begun: Row | None = None
        ready = 0
        for run, costs in zip(self._run, self._costs, strict=True):
            while self._run[ready] <= run - self._shortest:
                if (waited := self._waited(layer, ready)) is not None:
                    new = map(sub, waited, self._costs[ready])
                    begun = list(map(min, begun, new) if begun else new)
                ready += 1
            self._ends[layer].append(
                begun and [a + b + 1 for a, b in zip(begun, costs, strict=True)]
            )

    def _before(self, layer: int, row: int) -> Row | None:
        """Return where the paths end that a layer makes longer."""
        if self._endless:
            return self._ends[layer][row]
        return self._ends[layer - 1][row] if layer else None

    def _waited(self, layer: int, row: int) -> Row | None:
        """Return the lowest costs with which a segment may begin in a row."""
        if row == 0:
            # The first segment begins when it likes.
            return None if layer else [0] * len(self._idle)
        costs = self._before(layer, row)
        if costs is None or self._pause is None:
            return costs and list(accumulate(costs, min))
        return self._lowest_within(costs, self._pause)

    def _lowest_within(self, costs: Row, pause: int) -> Row:
        """Return for each column the lowest cost that lies at most a pause before."""
        found: Row = []
        # The columns that may be the lowest of later ones, their costs rising.
        waiting: deque[int] = deque()
        for column, cost in enumerate(costs):
            while waiting and costs[waiting[-1]] >= cost:
                waiting.pop()
            waiting.append(column)
            while self._idle[waiting[0]] < self._idle[column] - pause:
                waiting.popleft()
            found.append(costs[waiting[0]])
        return found

    def _origin(
        self, layer: int, below: int, column: int, cost: int
    ) -> tuple[int, int, int]:
        """Return where the last segment of a path came from: row, cost, column before.

        Of several, it is the one with the shortest last segment and the longest pause,
        so that more has run earlier.
        """
        first = 0
        if self._pause is not None:
            first = bisect_left(self._idle, self._idle[column] - self._pause)
        for above in range(below - 1, -1, -1):
            if self._run[above] > self._run[below] - self._shortest:
                continue
            used = self._costs[below][column] - self._costs[above][column] + 1
            if above == 0:
                return 0, 0, column
            before = self._before(layer, above)
            if before and min(before[first : column + 1]) == cost - used:
                return above, cost - used, before.index(cost - used, first)
        raise AssertionError("No path leads there")
