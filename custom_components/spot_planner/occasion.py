"""What the calendar shows: when appliances run, and when it is cheapest."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import final

from .engine.planning.model import Rule, Segment
from .engine.planning.windows import cheapest_window
from .engine.runs.run import Run, RunStatus
from .engine.series import PriceSeries
from .engine.time_range import day_range


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """A stretch of time with a reason to know of it, `[start, end)` in UTC."""

    start: datetime
    end: datetime
    appliance: str | None = None
    """The id of the appliance that runs; None for a cheapest window."""
    amount: float | None = None
    """What the run costs, or what a kWh costs in the window; None when not known."""
    rule: Rule | None = None
    """Why the run takes place then."""


def run_occasions(run: Run) -> Iterator[Occasion]:
    """Go through the segments of a run: planned ones, then those that came true."""
    for segment in _segments(run):
        yield Occasion(
            start=segment.start,
            end=segment.end,
            appliance=run.appliance,
            amount=run.plan and run.plan.cost,
            rule=run.rule,
        )


def _segments(run: Run) -> tuple[Segment, ...]:
    """Return when a run takes place, or took place.

    Nobody sees whether a run really happens that is only advised.
    """
    if run.is_open or (run.status is RunStatus.DONE and not run.stretches):
        return run.segments
    return run.stretches


def window_occasions(
    series: PriceSeries, duration: timedelta, home: tzinfo
) -> Iterator[Occasion]:
    """Go through the cheapest windows of the local days that are known.

    Of the day after the last one that is published, the first hours may be known in
    another time zone than the market's: a day counts once its noon is known.
    """
    if series.start is None or series.end is None:
        return
    day = series.start.astimezone(home).date()
    while (hours := day_range(day, home)).start < series.end:
        window = cheapest_window(series, duration, hours.start, hours.end)
        if window and series.at(hours.start + timedelta(hours=12)):
            yield Occasion(
                start=window.start, end=window.end, amount=window.average_price
            )
        day += timedelta(days=1)
