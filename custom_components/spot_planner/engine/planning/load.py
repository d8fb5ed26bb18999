"""The power that runs take together, moment by moment."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import final


@final
class Load:
    """A sum of loads that changes from step to step; times are in microseconds."""

    def __init__(self) -> None:
        """Start without any load."""
        # From each of these times to the next one, the power beside it is taken.
        self._times: list[int] = []
        self._powers: list[float] = []

    def __len__(self) -> int:
        """Return how often the load changes."""
        return len(self._times)

    def add(self, start: int, end: int, power: float) -> None:
        """Take so many kW more during `[start, end)`."""
        first, after = self._border(start), self._border(end)
        for index in range(first, after):
            self._powers[index] += power

    def busy(self, most: float) -> Iterator[tuple[int, int]]:
        """Go through the stretches in which more than so many kW are taken."""
        for index, power in enumerate(self._powers):
            if power > max(most, 0.0):
                yield self._times[index], self._times[index + 1]

    def highest(self, start: int, end: int) -> float:
        """Return the highest power during `[start, end)`."""
        first = max(bisect_right(self._times, start) - 1, 0)
        after = bisect_left(self._times, end)
        return max(self._powers[first:after], default=0.0)

    def _border(self, time: int) -> int:
        """Return the number of the step that begins at a time."""
        index = bisect_left(self._times, time)
        if index == len(self._times) or self._times[index] != time:
            self._times.insert(index, time)
            self._powers.insert(index, self._powers[index - 1] if index else 0.0)
        return index
