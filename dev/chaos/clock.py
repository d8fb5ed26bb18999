"""Clock that a Home Assistant and the world outside of it share.

It runs at its real speed as long as there is work, and leaps over the time in which
everybody waits. So a day takes seconds, and a second still means a second: what Home
Assistant needs for its work is neither stretched nor hidden.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
import mmap
from pathlib import Path
import time

_OFFSET = 0
_HORIZON = 1
_BLOCK = 2
_BLOCK_CPU = 3
_SIZE = 4 * 8

# Kept before anybody puts another clock in its place.
_real = time.monotonic


class SharedClock:
    """Seconds since 1970 in simulated time, the same in every process."""

    def __init__(self, path: Path) -> None:
        """Open the clock that `create` has made; its file is the memory shared."""
        with path.open("r+b") as file:
            # Each number has eight bytes, which are written in one piece.
            self._cells = memoryview(mmap.mmap(file.fileno(), _SIZE)).cast("d")
        self._busy = 0

    @classmethod
    def create(cls, path: Path, start: datetime) -> "SharedClock":
        """Make a clock that shows a moment, and does not leap yet."""
        path.write_bytes(bytes(_SIZE))
        clock = cls(path)
        clock._cells[_OFFSET] = start.timestamp() - _real()
        clock.hold()
        return clock

    def time(self) -> float:
        """Return the simulated seconds since 1970."""
        return _real() + self._cells[_OFFSET]

    def now(self) -> datetime:
        """Return the simulated moment, in UTC."""
        return datetime.fromtimestamp(self.time(), UTC)

    @property
    def horizon(self) -> float:
        """Return up to which simulated second Home Assistant may leap."""
        return self._cells[_HORIZON]

    def allow(self, until: float) -> None:
        """Allow leaps up to a simulated second; the world does something then."""
        self._cells[_HORIZON] = until

    def hold(self) -> None:
        """Allow no leaps: the world waits for an answer, which takes real time."""
        self._cells[_HORIZON] = 0.0

    @property
    def is_busy(self) -> bool:
        """Tell whether this process waits for something that takes real time."""
        return self._busy > 0

    def begin(self) -> None:
        """Begin to wait for something that takes real time."""
        self._busy += 1

    def end(self) -> None:
        """Wait no longer for it."""
        self._busy -= 1

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Let no time be leapt over within."""
        self.begin()
        try:
            yield
        finally:
            self.end()

    @property
    def longest_block(self) -> tuple[float, float]:
        """Return the longest that Home Assistant's loop was held up since it was reset.

        Returns:
            The longest in real seconds, and the longest in seconds of CPU.
        """
        return self._cells[_BLOCK], self._cells[_BLOCK_CPU]

    def note_block(self, real: float, cpu: float) -> None:
        """Take note of how long the loop was held up at once."""
        self._cells[_BLOCK] = max(self._cells[_BLOCK], real)
        self._cells[_BLOCK_CPU] = max(self._cells[_BLOCK_CPU], cpu)

    def forget_blocks(self) -> None:
        """Begin anew to look for the longest."""
        self._cells[_BLOCK] = self._cells[_BLOCK_CPU] = 0.0

    def leap(self, seconds: float) -> bool:
        """Leap over idle time, not past the horizon; tell whether it did."""
        allowed = min(seconds, self.horizon - self.time())
        if allowed <= 0:
            return False
        self._cells[_OFFSET] += allowed
        return True
