"""Commands that entities were told, so that obeying is not taken for a hand."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self, final

# A slow plug may take so many seconds to show what it was told.
SLOW = 30 * 60

# Having shown it once, it may do so again for so many seconds.
SETTLING = 60


@final
@dataclass(frozen=True, slots=True)
class Telling:
    """When an entity was told something, and when it has first shown that; in seconds."""

    at: float
    shown_at: float | None = None


@final
@dataclass(frozen=True, slots=True)
class Told:
    """The last time each entity was told to turn on, and to turn off.

    Ticks are seconds of a clock that only goes forward, such as `time.monotonic`.
    """

    tellings: Mapping[tuple[str, bool], Telling] = field(default_factory=dict)

    def tell(self, entity: str, ticks: float, *, is_on: bool) -> Self:
        """Return what was told when an entity is told to turn on or off."""
        return replace(
            self, tellings={**self.tellings, (entity, is_on): Telling(ticks)}
        )

    def explains(self, entity: str, ticks: float, *, is_on: bool) -> bool:
        """Tell whether a change of an entity comes from what it was told."""
        telling = self.tellings.get((entity, is_on))
        if telling is None:
            return False
        if telling.shown_at is None:
            return ticks - telling.at <= SLOW
        return ticks - telling.shown_at <= SETTLING

    def shows(self, entity: str, ticks: float, *, is_on: bool) -> Self:
        """Return what is still expected once an entity has changed.

        A hand has the last word: what was told before it is expected no more.
        """
        tellings = dict(self.tellings)
        if not self.explains(entity, ticks, is_on=is_on):
            tellings.pop((entity, not is_on), None)
        elif (telling := tellings[entity, is_on]).shown_at is None:
            tellings[entity, is_on] = replace(telling, shown_at=ticks)
        return replace(self, tellings=tellings)

    def is_stopping(self, entity: str, ticks: float) -> bool:
        """Tell whether an entity was last told to turn off, and has not shown that yet."""
        stop = self.tellings.get((entity, False))
        if stop is None or stop.shown_at is not None or ticks - stop.at > SLOW:
            return False
        start = self.tellings.get((entity, True))
        return start is None or start.at < stop.at
