"""The clock of the home, read beside one that nobody can set."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import final

# Time servers move a clock by less than this without anybody noticing.
STEADY = timedelta(seconds=30)


@final
@dataclass(frozen=True, slots=True)
class Passed:
    """What has passed between two readings; `now` is in UTC."""

    now: datetime
    elapsed: timedelta = timedelta()
    """How much time has really passed; never below zero."""
    set_back: timedelta = timedelta()
    """By how much the clock of the home was set back meanwhile; zero when it was not.

    A clock that was set forward is not told: what was to end by the new time ends.
    """


@final
@dataclass(frozen=True, slots=True)
class Clock:
    """One reading of both clocks."""

    now: datetime
    """The time of the home, in UTC, which may be set at any moment."""
    ticks: float
    """Seconds of a clock that only goes forward, such as `time.monotonic`."""

    def passed(self, now: datetime, ticks: float) -> Passed:
        """Return what has passed until a later reading."""
        elapsed = timedelta(seconds=max(ticks - self.ticks, 0.0))
        behind = self.now + elapsed - now
        return Passed(now, elapsed, behind if behind > STEADY else timedelta())
