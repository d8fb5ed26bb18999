"""The plans that one run has to choose from."""

from typing import NamedTuple, Protocol

from .free_time import FreeTime
from .profile import PricedProfile, StartCosts


class Plan(NamedTuple):
    """A cost, in the units of the priced profile, and the stretches it is for."""

    cost: int
    segments: tuple[tuple[int, int], ...]
    """Start and end of each, in microseconds since 1970."""


class Plans(Protocol):
    """All the plans that a run may follow; there is at least one."""

    def best(self) -> Plan:
        """Return the cheapest plan, and of equal ones the one that ends first."""

    def soonest(self) -> Plan:
        """Return the plan that ends first, whatever it costs."""

    def runner_up(self, chosen: Plan) -> Plan | None:
        """Return the best plan that ends at least one duration before or after."""

    def is_only_one(self) -> bool:
        """Tell whether there is nothing to choose."""

    @property
    def is_exact(self) -> bool:
        """Tell whether no plan at all costs less than the best of these."""

    @property
    def floor(self) -> int:
        """Return what no plan costs less than."""


class WholeRuns:
    """The plans of a run that is one piece: one for each start."""

    def __init__(self, load: PricedProfile, starts: list[StartCosts]) -> None:
        """Take the costs of the starts, stretch by stretch."""
        self._duration = load.duration
        self._starts = starts

    def best(self) -> Plan:
        """Return the cheapest plan, and of equal ones the first."""
        return self._plan(*min(starts.lowest() for starts in self._starts))

    def soonest(self) -> Plan:
        """Return the plan that starts first."""
        first = self._starts[0]
        return self._plan(first.costs[0], first.starts[0])

    def runner_up(self, chosen: Plan) -> Plan | None:
        """Return the best plan that shares no moment with the chosen one."""
        ((start, end),) = chosen.segments
        found = [
            other
            for starts in self._starts
            for first, last in (
                (starts.starts[0], start - self._duration),
                (end, starts.starts[-1]),
            )
            if (other := starts.lowest_within(first, last))
        ]
        return self._plan(*min(found)) if found else None

    def is_only_one(self) -> bool:
        """Tell whether there is one start."""
        return self._starts[0].starts[0] == self._starts[-1].starts[-1]

    @property
    def is_exact(self) -> bool:
        """Tell that every start was looked at."""
        return True

    @property
    def floor(self) -> int:
        """Return the lowest cost."""
        return self.best().cost

    def _plan(self, cost: int, start: int) -> Plan:
        return Plan(cost, ((start, start + self._duration),))


def whole_runs(load: PricedProfile, free: list[FreeTime]) -> WholeRuns | None:
    """Return the plans in one piece, or None when there are none."""
    starts = [found for part in free if (found := load.start_costs(part))]
    return WholeRuns(load, starts) if starts else None
