"""Book of the runs that were asked for and answered."""

from dataclasses import dataclass, replace
from enum import StrEnum

# Requests of an appliance differ in their duration, by which each is known again.
SHORTEST, LONGEST = 20, 79

# What says that Home Assistant knows of the run, and why it never ran.
EXPLAINED = frozenset({"missed", "failed", "skipped"})


class Fate(StrEnum):
    """What has become of a request."""

    OPEN = "open"
    EXECUTED = "executed"
    EXPLAINED = "explained"
    REPLACED = "replaced"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Request:
    """A run that was asked for and answered."""

    appliance: str
    minutes: int
    at: float
    answer: str
    fate: Fate = Fate.OPEN


class RequestBook:
    """Remember what was answered, and look for it again."""

    def __init__(self) -> None:
        """Begin with an empty book."""
        self.requests: list[Request] = []
        self._asked: dict[str, int] = {}

    def next_duration(self, appliance: str) -> int:
        """Return the minutes that tell the next request of an appliance from others."""
        count = self._asked.get(appliance, 0)
        self._asked[appliance] = count + 1
        return SHORTEST + count % (LONGEST - SHORTEST + 1)

    def answered(self, request: Request) -> None:
        """Take note of an answer; it replaces an open request of the same appliance."""
        self._settle(request.appliance, None, Fate.REPLACED)
        self.requests.append(request)

    def executed(self, appliance: str, minutes: int) -> None:
        """Take note that a run of an appliance has begun."""
        self._settle(appliance, minutes, Fate.EXECUTED)

    def look(
        self, appliance: str, planned: int | None, status: str, stored: set[int]
    ) -> Request | None:
        """Look for the open request of an appliance, and return it when it is lost.

        Args:
            appliance: The appliance.
            planned: How many minutes its next run takes; None without one.
            status: What has become of its run.
            stored: How many minutes its runs take that are written down.
        """
        for request in self.requests:
            if request.appliance != appliance or request.fate is not Fate.OPEN:
                continue
            if planned == request.minutes:
                return None
            # A run that is over is no longer shown as the next one.
            if request.minutes in stored or status in EXPLAINED:
                self._settle(appliance, request.minutes, Fate.EXPLAINED)
                return None
            self._settle(appliance, request.minutes, Fate.LOST)
            return request
        return None

    def _settle(self, appliance: str, minutes: int | None, fate: Fate) -> None:
        for index, it in enumerate(self.requests):
            if (
                it.appliance == appliance
                and it.fate is Fate.OPEN
                and minutes in (None, it.minutes)
            ):
                self.requests[index] = replace(it, fate=fate)
