"""What the days of a household have cost, against the best that could be had."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from custom_components.spot_planner.engine.planning.model import RunRequest
from custom_components.spot_planner.engine.planning.outcome import run_cost, whole_run
from custom_components.spot_planner.engine.planning.single import plan_run
from custom_components.spot_planner.engine.runs.appliance import Appliance
from custom_components.spot_planner.engine.runs.run import Run, RunStatus
from custom_components.spot_planner.engine.series import PriceSeries

from .appliances import planner_of
from .household import MINUTE, Household

# A timer that starts at the time that is cheapest on average.
FIXED = time(13, 15)


@dataclass
class Costs:
    """What runs have cost, in currency, and what they would have."""

    real: float = 0.0
    best: float = 0.0
    now: float = 0.0
    fixed: float = 0.0
    """What the timer costs, and below it the same three for these runs alone."""
    fixed_real: float = 0.0
    fixed_best: float = 0.0

    @property
    def against_now(self) -> str:
        """Return which part of the possible saving was had, against starting at once."""
        return _share(self.real, self.best, self.now)

    @property
    def against_fixed(self) -> str:
        """Return which part was had, against the timer, where it may start then."""
        return _share(self.fixed_real, self.fixed_best, self.fixed)

    def add(self, other: "Costs") -> None:
        """Add the costs of more runs."""
        self.real += other.real
        self.best += other.best
        self.now += other.now
        self.fixed += other.fixed
        self.fixed_real += other.fixed_real
        self.fixed_best += other.fixed_best


def _share(real: float, best: float, rival: float) -> str:
    possible = rival - best
    return f"{(rival - real) / possible:6.3f}" if possible > 1e-6 else "     -"


def report(home: Household, end: datetime, zone: ZoneInfo) -> Iterator[str]:
    """Go through the figures of a household."""
    diary = home.diary
    over = [it for it in diary.last.values() if it.latest_end <= end]
    status = Counter(it.status for it in over)
    minutes = sum((it.duration for it in home.away), timedelta()) // MINUTE
    yield f"restarts {len(home.away)}, {minutes} minutes away"
    yield (
        f"runs due {len(over)}, done {status[RunStatus.DONE]}, "
        f"missed {status[RunStatus.MISSED]}, failed {status[RunStatus.FAILED]}, "
        f"made up {len(diary.made_up)}, started twice {len(diary.twice())}, "
        f"started for no run {len(diary.stray)}, "
        f"moved after commitment {len(diary.moved)}"
    )
    yield "appliance      runs  vs now  vs 13:15    real    best  why not the best time"
    total = Costs()
    for key, settings in planner_of(home.entry).appliances.items():
        own = Costs()
        runs = [it for it in over if it.appliance == key and it.id in diary.entries]
        losses: Counter[str] = Counter()
        for run in runs:
            costs = _costs(home, run, settings.appliance, zone)
            own.add(costs)
            if costs.real - costs.best > 0.001:
                losses[_why(run, home)] += costs.real - costs.best
        total.add(own)
        yield _row(settings.appliance.name, len(runs), own, losses)
    yield _row("all", len(over), total, Counter())


def _row(name: str, runs: int, costs: Costs, losses: Counter[str]) -> str:
    why = ", ".join(f"{key} {value:.3f}" for key, value in losses.most_common())
    return (
        f"{name:14} {runs:4}  {costs.against_now}    {costs.against_fixed}  "
        f"{costs.real:7.3f} {costs.best:7.3f}  {why}"
    )


def _why(run: Run, home: Household) -> str:
    """Return why a run did not have its best time."""
    if run.id in home.diary.made_up or _was_away(run, home):
        return "away"
    if run.id in home.diary.unpriced:
        return "no prices"
    return run.rule.value if run.rule else "unknown"


def _was_away(run: Run, home: Household) -> bool:
    """Tell whether Home Assistant was down when a segment was to begin or to end."""
    edges = [edge for it in run.segments for edge in (it.start, it.end)]
    return any(edge in away for edge in edges for away in home.away)


def _costs(home: Household, run: Run, appliance: Appliance, zone: ZoneInfo) -> Costs:
    """Return what a run has cost, and what it would have, all for the whole load."""
    entry = home.diary.entries[run.id]
    day = run.earliest.astimezone(zone).date()
    fixed = datetime.combine(day, FIXED, zone).astimezone(UTC)
    fits = run.earliest <= fixed <= run.latest_end - appliance.duration
    request = RunRequest(
        run.id, appliance.profile, run.earliest, run.latest_end, split=appliance.split
    )
    real = entry.cost / entry.energy * appliance.profile.energy
    best = plan_run(request, home.series).cost
    return Costs(
        real=real,
        best=best,
        now=_cost(appliance, home.series, run.earliest),
        fixed=_cost(appliance, home.series, fixed) if fits else 0.0,
        fixed_real=real if fits else 0.0,
        fixed_best=best if fits else 0.0,
    )


def _cost(appliance: Appliance, series: PriceSeries, start: datetime) -> float:
    cost = run_cost(appliance.profile, series, whole_run(appliance.profile, start))
    assert cost is not None
    return cost
