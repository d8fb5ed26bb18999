"""A clock that only goes forward when somebody sleeps."""

from datetime import timedelta


class FakeTime:
    """Tell seconds, and remember for how long somebody slept."""

    def __init__(self) -> None:
        """Begin somewhere; a monotonic clock has no meaningful zero."""
        self.now = 5000.0
        self.slept: list[float] = []

    def clock(self) -> float:
        """Return the seconds of now."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Let the seconds pass at once."""
        self.slept.append(seconds)
        self.now += seconds

    def pass_by(self, **length: float) -> None:
        """Let time pass without anybody sleeping."""
        self.now += timedelta(**length).total_seconds()
