"""Requests and planned runs: what is asked of the planner, and what it answers.

Energy is in kWh, power in kW, a price in currency per kWh and money in currency.
Every moment is in UTC.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import inf
from typing import Self, final

from ..errors import EngineError, InputError
from ..time_range import TimeRange

HOUR = timedelta(hours=1)


@final
@dataclass(frozen=True, slots=True)
class Phase:
    """A part of a run with constant power in kW; zero is a rest within the run.

    Raises:
        InputError: The duration is not above zero, or the power is below it.
    """

    duration: timedelta
    power: float

    def __post_init__(self) -> None:
        """Refuse what is not a phase."""
        if self.duration <= timedelta():
            raise InputError("duration", "duration_not_positive", self.duration)
        if self.power < 0:
            raise InputError("power", "power_negative", self.power)
        if not self.power < inf:
            raise InputError("power", "not_a_number", self.power)

    @property
    def energy(self) -> float:
        """Return what the phase uses."""
        return self.power * (self.duration / HOUR)


@final
@dataclass(frozen=True, slots=True)
class LoadProfile:
    """The phases of a run, which follow each other without a pause.

    Raises:
        InputError: There is no phase, or none that uses anything: such a run costs the
            same at any time.
    """

    phases: tuple[Phase, ...]

    def __post_init__(self) -> None:
        """Refuse what leaves nothing to plan."""
        if not self.phases:
            raise InputError("profile", "profile_empty")
        if not any(phase.power for phase in self.phases):
            raise InputError("power", "power_not_positive", 0)

    @classmethod
    def constant(cls, duration: timedelta, power: float) -> Self:
        """Return the profile of a load that does not change."""
        return cls((Phase(duration, power),))

    @property
    def duration(self) -> timedelta:
        """Return how long all phases take together."""
        return sum((phase.duration for phase in self.phases), timedelta())

    @property
    def energy(self) -> float:
        """Return what all phases use together."""
        return sum(phase.energy for phase in self.phases)

    @property
    def peak(self) -> float:
        """Return the highest power of any phase."""
        return max(phase.power for phase in self.phases)

    @property
    def is_constant(self) -> bool:
        """Tell whether all phases have the same power."""
        return all(phase.power == self.peak for phase in self.phases)


@final
@dataclass(frozen=True, slots=True)
class Split:
    """How a run may be cut into segments; None sets no limit.

    Raises:
        InputError: A duration is not above zero, or not even one segment is allowed.
    """

    shortest_segment: timedelta
    longest_pause: timedelta | None = None
    most_segments: int | None = None

    def __post_init__(self) -> None:
        """Refuse what no run could keep to."""
        for field in ("shortest_segment", "longest_pause"):
            duration: timedelta | None = getattr(self, field)
            if duration is not None and duration <= timedelta():
                raise InputError(field, "duration_not_positive", duration)
        if self.most_segments is not None and self.most_segments < 1:
            raise InputError("most_segments", "too_few_segments", self.most_segments)


@final
@dataclass(frozen=True, slots=True)
class RunRequest:
    """What one run needs, and what it has to keep to.

    The run starts at `earliest` or later and ends at `latest_end` or earlier; it is
    for the caller to see that `earliest` is not in the past. When waiting saves less
    than `least_saving`, it starts as soon as it may.

    Raises:
        InputError: A field has a value that no run could have, or fields that do not
            fit together.
    """

    name: str
    profile: LoadProfile
    earliest: datetime
    latest_end: datetime
    forbidden: tuple[TimeRange, ...] = ()
    """When no part of the run may lie; the ranges may overlap, in any order."""
    split: Split | None = None
    """Only for constant power; without it, the run is one piece."""
    price_limit: float | None = None
    """The price at every moment of the run is this or lower."""
    least_saving: float = 0.0
    after: str | None = None
    """The name of the run that has to end before this one starts."""
    after_within: timedelta | None = None
    """How long after the end of that run this one starts at the latest."""
    never_with: frozenset[str] = frozenset()
    """The names of the runs that share no moment with this one."""

    def __post_init__(self) -> None:
        """Refuse what contradicts itself."""
        if not 0 <= self.least_saving < inf:
            raise InputError("least_saving", "saving_negative", self.least_saving)
        if self.price_limit is not None and not abs(self.price_limit) < inf:
            raise InputError("price_limit", "not_a_number", self.price_limit)
        if self.after == self.name:
            raise InputError("after", "after_itself", self.after)
        if self.name in self.never_with:
            raise InputError("never_with", "never_with_itself", self.name)
        if self.after_within is not None and self.after_within < timedelta():
            raise InputError("after_within", "duration_negative", self.after_within)
        if self.split is not None:
            if not self.profile.is_constant:
                raise InputError("split", "split_needs_constant_power")
            if self.split.shortest_segment > self.profile.duration:
                raise InputError(
                    "shortest_segment",
                    "segment_longer_than_run",
                    self.split.shortest_segment,
                )


@final
@dataclass(frozen=True, slots=True)
class Segment(TimeRange):
    """A stretch of a run without a pause."""


class Rule(StrEnum):
    """Which rule decided when a run takes place."""

    CHEAPEST = "cheapest"
    """No other time costs less."""
    ONLY_OPTION = "only_option"
    """There is no other time at all."""
    NOT_WORTH_IT = "not_worth_it"
    """It runs as soon as it may, because waiting would not save enough."""
    SHARED = "shared"
    """It stands back for other runs: alone, another time would cost less."""
    PRICE_LIMIT_RELAXED = "price_limit_relaxed"
    FORBIDDEN_RELAXED = "forbidden_relaxed"
    DEADLINE_RELAXED = "deadline_relaxed"
    ORDER_RELAXED = "order_relaxed"
    NEVER_WITH_RELAXED = "never_with_relaxed"
    POWER_LIMIT_RELAXED = "power_limit_relaxed"
    OFF_PEAK = "off_peak"
    """Without prices, it runs in the off-peak hours of the contract."""
    LATEST_START = "latest_start"
    """Without prices or such hours, it starts as late as its deadline lets it."""
    BY_HAND = "by_hand"
    """The user has started it, or asked for it at once."""


@final
@dataclass(frozen=True, slots=True)
class RunnerUp:
    """The best time that was not chosen."""

    segments: tuple[Segment, ...]
    cost: float

    @property
    def start(self) -> datetime:
        """Return when it would have started."""
        return self.segments[0].start

    @property
    def end(self) -> datetime:
        """Return when it would have ended."""
        return self.segments[-1].end


@final
@dataclass(frozen=True, slots=True)
class PlannedRun:
    """When a run takes place, and why then."""

    name: str
    segments: tuple[Segment, ...]
    """At least one, in time order, none of them touching the next."""
    energy: float
    cost: float
    average_price: float
    """The cost of each kWh."""
    cost_if_now: float
    """The cost of a run that starts at `earliest` and makes no pause.

    Where no price is known for that, it is the cost of the soonest run that may be.
    """
    saving: float
    """What the run costs less than that; below zero when it costs more."""
    runner_up: RunnerUp | None
    """The best plan that ends at least one duration earlier or later.

    When waiting was not worth it, it is the plan that would have cost least.
    """
    rule: Rule
    estimated: bool
    """Whether any price that counted is estimated."""
    sources: tuple[str | None, ...]
    """Who gave the prices that counted; None is the provider of the entry itself."""

    @property
    def start(self) -> datetime:
        """Return when the run starts."""
        return self.segments[0].start

    @property
    def end(self) -> datetime:
        """Return when the run ends, pauses included."""
        return self.segments[-1].end


class Infeasible(StrEnum):
    """Why a run has no place; the first of these that leaves none is told."""

    DEADLINE_PAST = "deadline_past"
    """The latest end is not after the earliest start."""
    DEADLINE_TOO_CLOSE = "deadline_too_close"
    """Between the earliest start and the latest end there is less time than needed."""
    NO_PRICES = "no_prices"
    """Not one price is known between the earliest start and the latest end."""
    LONGER_THAN_HORIZON = "longer_than_horizon"
    """The known prices do not reach far enough, or gaps leave too little of them."""
    FORBIDDEN_ALL = "forbidden_all"
    """The forbidden times leave no place."""
    PRICE_LIMIT_NEVER = "price_limit_never"
    """The price is not below the limit for long enough."""


class InfeasibleError(EngineError):
    """Say why a run has no place; the reason is a translation key."""

    def __init__(self, run: str, reason: Infeasible) -> None:
        """Keep the name of the run and the reason."""
        super().__init__(f"{run}: {reason}")
        self.run = run
        self.reason = reason
