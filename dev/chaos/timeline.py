"""Timeline of what has happened, in simulated time."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path


class Timeline:
    """Write down what happens, one line each."""

    def __init__(self, path: Path, now: Callable[[], datetime]) -> None:
        """Begin a file.

        Args:
            path: The file.
            now: What tells the simulated time.
        """
        self._file = path.open("w", encoding="utf-8")
        self._now = now
        self._lines: list[tuple[float, str]] = []

    def say(self, text: str) -> None:
        """Write down what happens now."""
        now = self._now()
        line = f"{now:%Y-%m-%d %H:%M:%S.%f}"[:-3] + f"  {text}"
        self._lines.append((now.timestamp(), line))
        self._file.write(f"{line}\n")
        self._file.flush()

    def around(self, moment: float, subject: str, count: int) -> list[str]:
        """Return the last lines on a subject, or on lives, up to a moment."""
        found = [
            line
            for at, line in self._lines
            if at <= moment
            and (subject in line or "  life" in line or "  killed" in line)
        ]
        return found[-count:]

    def close(self) -> None:
        """End the file."""
        self._file.close()
