"""The world of a made-up home: true time, a clock that may be set, what comes later."""

from collections.abc import Callable
from datetime import datetime, timedelta
import heapq
from itertools import count
from math import inf

from ...helpers import START

type Deed = Callable[[], None]


class Life:
    """One process, from its start to its end."""

    def __init__(self) -> None:
        """Begin to live."""
        self.is_over = False


class World:
    """Do everything at its time."""

    def __init__(self) -> None:
        """Begin at the usual start, with a clock that is right."""
        self.seconds = 0.0
        """The time that has really passed."""
        self.ahead = timedelta()
        """By how much the clock of the home is ahead."""
        self.leapt_at = -1e9
        self.steps = 0
        self._coming: list[tuple[float, int, Life | None, Deed]] = []
        self._number = count()

    @property
    def now(self) -> datetime:
        """Return what the clock of the home shows."""
        return START + timedelta(seconds=self.seconds) + self.ahead

    def leap(self, by: timedelta) -> None:
        """Set the clock of the home."""
        self.ahead += by
        self.leapt_at = self.seconds

    def later(self, seconds: float, deed: Deed, life: Life | None = None) -> None:
        """Do something later, unless the process that wants it has ended by then."""
        moment = self.seconds + max(seconds, 0.0)
        heapq.heappush(self._coming, (moment, next(self._number), life, deed))

    def step(self) -> bool:
        """Do what comes next; return whether there was anything."""
        if not self._coming:
            return False
        moment, _, life, deed = heapq.heappop(self._coming)
        self.seconds = moment
        if life is None or not life.is_over:
            self.steps += 1
            deed()
        return True

    @property
    def next_at(self) -> float:
        """Return when something comes next."""
        return self._coming[0][0] if self._coming else inf
