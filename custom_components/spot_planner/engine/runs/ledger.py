"""The ledger: what a run has cost as it really ran, and what that has saved."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from math import fsum
from typing import final

from ..planning.effective import PlanPrices, prices_at
from ..planning.model import HOUR, LoadProfile, Segment
from ..planning.outcome import Part, run_parts, whole_run
from ..time_range import day_range
from .appliance import Appliance
from .fitted import fitted
from .run import Run


@final
@dataclass(frozen=True, slots=True)
class Slot:
    """A stretch of a run, `[start, end)` in UTC, with one power and one price."""

    start: datetime
    end: datetime
    energy: float
    """In kWh."""
    price: float
    """In currency per kWh."""
    cost: float


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """What one run has used and cost; energy in kWh and money in currency."""

    appliance: str
    """The id of the appliance."""
    key: str
    """What tells the run from the appliance's other runs."""
    start: datetime
    end: datetime
    energy: float
    cost: float
    cost_at_request: float | None
    """The cost if it had started when it was first allowed to, without a pause."""
    cost_at_mean: float
    """The cost at the mean price of the local day, each kWh at that of its day."""
    slots: tuple[Slot, ...]
    """In time order; stretches without power are left out."""
    estimated: bool
    """Whether any of the prices is estimated."""

    @property
    def saving(self) -> float:
        """Return what waiting has saved; nothing where that is not known."""
        if self.cost_at_request is None:
            return 0.0
        return self.cost_at_request - self.cost


def settle(
    run: Run, appliance: Appliance, prices: PlanPrices, zone: tzinfo
) -> LedgerEntry | None:
    """Return what an ended run has cost, or None where it is not known.

    The consumption is that of the profile, laid over the time in which the run was
    seen to run: a run that ended early leaves out the rest of it, and one that went on
    used the power of the last phase. It is not known when nothing was seen to run, or
    when a price is missing.
    """
    if run.duration is not None:
        appliance = appliance.lasting(run.duration)
    seen = sum((it.duration for it in run.stretches), timedelta())
    profile = fitted(appliance.profile, seen)
    if profile is None:
        return None
    slots = _slots(profile, prices, run.stretches)
    if not slots:
        return None
    energy = fsum(slot.energy for slot in slots)
    parts = list(_working(profile, run.stretches))
    return LedgerEntry(
        appliance=run.appliance,
        key=run.key,
        start=run.stretches[0].start,
        end=run.stretches[-1].end,
        energy=energy,
        cost=fsum(slot.cost for slot in slots),
        cost_at_request=_cost_at_request(run, profile, prices, energy),
        cost_at_mean=fsum(_cost_at_mean(part, prices, zone) for part in parts),
        slots=slots,
        estimated=any(
            interval.estimated
            for part in parts
            for interval in prices_at(prices, part.power).slice(part.start, part.end)
        ),
    )


def _working(profile: LoadProfile, segments: Sequence[Segment]) -> Iterator[Part]:
    """Go through the parts of a run that use anything."""
    return (part for part in run_parts(profile, segments) if part.power)


def _slots(
    profile: LoadProfile, prices: PlanPrices, segments: Sequence[Segment]
) -> tuple[Slot, ...] | None:
    """Return a run slot by slot, or None where a price is missing."""
    slots = []
    for part in _working(profile, segments):
        series = prices_at(prices, part.power)
        if not series.covers(part.start, part.end):
            return None
        for interval in series.slice(part.start, part.end):
            energy = part.power * (interval.duration / HOUR)
            slots.append(
                Slot(
                    interval.start,
                    interval.end,
                    energy,
                    interval.price,
                    energy * interval.price,
                )
            )
    return tuple(slots)


def _cost_at_request(
    run: Run, profile: LoadProfile, prices: PlanPrices, energy: float
) -> float | None:
    """Return what the same consumption would have cost from the earliest start on.

    Where those prices are not known any more, what was planned for such a start counts,
    in proportion to what was really used.
    """
    slots = _slots(profile, prices, whole_run(profile, run.earliest))
    if slots:
        return fsum(slot.cost for slot in slots)
    if run.plan:
        return run.plan.cost_if_now * (energy / run.plan.energy)
    return None


def _cost_at_mean(part: Part, prices: PlanPrices, zone: tzinfo) -> float:
    """Return what a part costs at the mean of the prices known for its local day."""
    series = prices_at(prices, part.power)
    cost = 0.0
    for day, start, end in _by_day(part, zone):
        local_day = day_range(day, zone)
        # The part itself lies on this day and has its prices, so there is a mean.
        mean = series.slice(local_day.start, local_day.end).average() or 0.0
        cost += part.power * ((end - start) / HOUR) * mean
    return cost


def _by_day(part: Part, zone: tzinfo) -> Iterator[tuple[date, datetime, datetime]]:
    """Go through the local days of a part, each with its share of the part."""
    start = part.start
    while start < part.end:
        day = start.astimezone(zone).date()
        end = min(part.end, day_range(day, zone).end)
        yield day, start, end
        start = end
