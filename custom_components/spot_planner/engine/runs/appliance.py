"""An appliance as the planner knows it, whatever switches it."""

from dataclasses import dataclass, replace
from datetime import time, timedelta
from itertools import accumulate, pairwise
from typing import Self, final

from ..daily_hours import DailyHours
from ..errors import InputError
from ..planning.model import LoadProfile, Phase, Split

EVERY_DAY = frozenset(range(7))

# Prices are known for two days at most; a longer run could never be planned.
LONGEST_RUN = timedelta(hours=24)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Appliance:
    """Something with a load, a duration and a deadline; power in kW, times local.

    Raises:
        InputError: A field has a value that no appliance could have.
    """

    id: str
    name: str
    profile: LoadProfile
    split: Split | None = None
    daily: bool = True
    """Whether it runs every day; otherwise each run is asked for."""
    weekdays: frozenset[int] = EVERY_DAY
    """The days on which its time begins; Monday is 0, as in `datetime.date`."""
    earliest_start: time = time()
    ready_by: time = time()
    """At or before the earliest start, it is that of the next day."""
    forbidden: DailyHours | None = None
    """The hours of the day in which it must not run."""
    price_limit: float | None = None
    """What a kWh may cost at most, in the currency of the prices."""
    least_saving: float = 0.0
    """Below this saving, in currency, it does not wait."""
    after: str | None = None
    """The id of the appliance whose run has to end before its own begins."""
    after_within: timedelta | None = None
    never_with: frozenset[str] = frozenset()
    """The ids of the appliances that must not run at the same time."""

    def __post_init__(self) -> None:
        """Refuse what could never run."""
        if self.duration > LONGEST_RUN:
            raise InputError("duration", "duration_too_long", self.duration)
        if self.daily and not self.weekdays:
            raise InputError("weekdays", "weekdays_empty")
        if self.forbidden and self.forbidden.all_day:
            raise InputError("forbidden_hours", "forbidden_all_day")

    @property
    def duration(self) -> timedelta:
        """Return how long a run takes, without its pauses."""
        return self.profile.duration

    def lasting(self, duration: timedelta) -> Self:
        """Return the appliance with runs of another duration.

        A profile is stretched: each of its phases takes its share of the new time. A
        run that is shorter than its shortest segment is one segment.

        Raises:
            InputError: No run could last so long.
        """
        if duration <= timedelta():
            raise InputError("duration", "duration_not_positive", duration)
        phases = self.profile.phases
        edges = [
            duration * (edge / self.duration)
            for edge in accumulate((it.duration for it in phases), initial=timedelta())
        ]
        split = self.split
        if split and split.shortest_segment > duration:
            split = replace(split, shortest_segment=duration)
        return replace(
            self,
            split=split,
            profile=LoadProfile(
                tuple(
                    # The edges are rounded, not the phases: their sum is exact.
                    Phase(end - start, phase.power)
                    for phase, (start, end) in zip(phases, pairwise(edges), strict=True)
                )
            ),
        )
