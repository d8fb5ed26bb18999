"""Homes made up for the stress: many kinds of loads, rules and prices at once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from custom_components.spot_planner.engine.daily_hours import DailyHours
from custom_components.spot_planner.engine.planning.home import Home
from custom_components.spot_planner.engine.planning.model import (
    LoadProfile,
    Phase,
    Rule,
    RunRequest,
    Segment,
    Split,
)
from custom_components.spot_planner.engine.planning.schedule import Schedule
from custom_components.spot_planner.engine.planning.schedule_conflicts import (
    NEARLY,
    FixedRun,
    room_of,
)
from custom_components.spot_planner.engine.runs.appliance import Appliance
from custom_components.spot_planner.engine.runs.replan import Situation
from custom_components.spot_planner.engine.runs.run import Run, RunStatus
from custom_components.spot_planner.engine.runs.run_requests import (
    fixed_runs,
    linked,
    requests_of,
)
from custom_components.spot_planner.engine.series import PriceInterval, PriceSeries

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
NOW = datetime(2026, 4, 15, 12, 7, 31, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")

FORBIDDEN = ("07:00-09:00", "22:00-06:00", "12:00-12:10,18:00-21:30", "00:00-00:01")


@dataclass(frozen=True)
class Stress:
    """One home with its appliances, runs and prices."""

    seed: int
    appliances: dict[str, Appliance]
    runs: tuple[Run, ...]
    prices: PriceSeries
    home: Home

    @property
    def situation(self) -> Situation:
        """Return what the times of all runs depend on."""
        return Situation(
            prices=self.prices, home=self.home, off_peak=(), now=NOW, zone=PARIS
        )

    @property
    def fixed(self) -> list[FixedRun]:
        """Return the runs that never move."""
        return fixed_runs(self.runs, self.appliances)

    @property
    def requests(self) -> list[RunRequest]:
        """Return what the runs ask for, without those that no home could feed."""
        asked = requests_of(self.runs, self.appliances, NOW, PARIS)
        room = room_of(self.home)
        fitting = [
            it for it in asked if room is None or it.profile.peak <= room + NEARLY
        ]
        return linked(fitting, self.fixed)

    def planned(self, schedule: Schedule) -> "Stress":
        """Return the home a while later: old times, most of them good, and new prices.

        Args:
            schedule: A plan for the requests, whose times the runs had since then.
        """
        dice = Random(self.seed + 1)
        times = {run.name: run for run in schedule.runs}
        runs = []
        for run in self.runs:
            segments = run.segments
            if (old := times.get(run.id)) and dice.random() < 0.9:
                segments = old.segments
                if dice.random() < 0.2:
                    segments = tuple(
                        replace(it, start=it.start + HOUR, end=it.end + HOUR)
                        for it in segments
                    )
            runs.append(
                replace(
                    run, segments=segments, rule=Rule.CHEAPEST if segments else None
                )
            )
        change = dice.choice([0.0, 0.001, 0.05])
        intervals = tuple(
            replace(it, price=it.price + change * dice.uniform(-1, 1))
            for it in self.prices
        )
        prices = replace(self.prices, intervals=intervals)
        return replace(self, runs=tuple(runs), prices=prices)


def made_up(seed: int) -> Stress:
    """Return the home of a seed; the same seed makes the same home everywhere."""
    dice = Random(seed)
    days = dice.randint(1, 3)
    count = dice.randint(2, 20)
    names = [f"a{number}" for number in range(count)]
    appliances = {
        name: _appliance(dice, name, names[:number], days)
        for number, name in enumerate(names)
    }
    runs: list[Run] = []
    for appliance in appliances.values():
        runs += _runs(dice, appliance, days)
    peaks = [it.profile.peak for it in appliances.values()]
    limit = dice.choice(
        [
            None,
            max(peaks) + 0.5,
            6.0,
            9.0,
            12.0,
            36.0,
            # Too small for the largest load.
            max(peaks) - 0.05,
            sorted(peaks)[len(peaks) // 2],
        ]
    )
    home = Home(limit if limit is None else round(limit, 2), dice.choice([0.0, 0.3]))
    return Stress(seed, appliances, tuple(runs[:20]), _prices(dice, days), home)


def _appliance(dice: Random, name: str, before: Sequence[str], days: int) -> Appliance:
    split = None
    if dice.random() < 0.35:
        step = dice.choice([MINUTE, 5 * MINUTE, 15 * MINUTE])
        duration = dice.randint(15 * MINUTE // step, 8 * HOUR // step) * step
        profile = LoadProfile.constant(duration, _power(dice))
        split = Split(
            min(dice.choice([1, 10, 15, 20, 30, 60, 97]) * MINUTE, duration),
            dice.choice([None, None, MINUTE, 20 * MINUTE, 3 * HOUR]),
            dice.choice([None, None, 1, 2, 3, 7]),
        )
    else:
        phases = [
            Phase(
                dice.choice([1, 3, 10, 15, 30, 45, 60, 120]) * MINUTE,
                0.0 if dice.random() < 0.1 else _power(dice),
            )
            for _ in range(dice.randint(1, 6))
        ]
        if not any(it.power for it in phases):
            phases.append(Phase(15 * MINUTE, 1.0))
        profile = LoadProfile(tuple(phases))
    after = dice.choice(before) if before and dice.random() < 0.25 else None
    hours = dice.choice(FORBIDDEN) if dice.random() < 0.2 else None
    return Appliance(
        id=name,
        name=name,
        profile=profile,
        split=split,
        earliest_start=time(dice.randint(0, 23)),
        ready_by=time(dice.randint(0, 23)),
        forbidden=DailyHours.parse(hours, "hours") if hours else None,
        price_limit=dice.choice([0.05, 0.15, 0.25]) if dice.random() < 0.15 else None,
        least_saving=dice.choice([0.05, 0.5]) if dice.random() < 0.15 else 0.0,
        after=after,
        after_within=dice.choice([None, timedelta(), HOUR, days * 6 * HOUR])
        if after
        else None,
        never_with=frozenset(it for it in before if dice.random() < 0.08),
    )


def _power(dice: Random) -> float:
    return round(dice.choice([dice.uniform(0.1, 4), dice.uniform(0.1, 11)]), 2)


def _runs(dice: Random, appliance: Appliance, days: int) -> list[Run]:
    """Return a run for the whole time, or one for each day; some have begun."""
    duration = appliance.duration
    if dice.random() < 0.06:
        start = NOW - dice.randint(0, 20) * MINUTE
        return [
            Run(
                appliance=appliance.id,
                key="2026-04-15",
                earliest=start,
                latest_end=start + days * DAY,
                status=RunStatus.RUNNING,
                segments=(Segment(start, start + duration),),
                rule=Rule.CHEAPEST,
            )
        ]
    runs = []
    for day in range(days if dice.random() < 0.2 else 1):
        earliest = NOW.replace(minute=0, second=0) + day * DAY
        earliest += dice.randint(0, 12) * HOUR
        width = dice.choice([duration + dice.randint(0, 8) * HOUR, DAY, days * DAY])
        runs.append(
            Run(
                appliance=appliance.id,
                key=f"2026-04-{15 + day}",
                earliest=earliest,
                latest_end=earliest + max(width, duration),
            )
        )
    return runs


def _prices(dice: Random, days: int) -> PriceSeries:
    """Return prices of one length or mixed ones: real, negative, flat or all zero."""
    kind = dice.choice(["wild", "wild", "wild", "zero", "flat", "negative", "steps"])
    lengths = dice.choice([[15], [30], [60], [15, 30, 60]])
    start = NOW.replace(minute=0, second=0) - 2 * HOUR
    end = start + days * DAY + dice.randint(0, 12) * HOUR
    intervals = []
    while start < end:
        after = start + dice.choice(lengths) * MINUTE
        price = {
            "wild": round(dice.uniform(-0.05, 0.4), 5),
            "zero": 0.0,
            "flat": 0.21,
            "negative": -round(dice.uniform(0, 0.3), 5),
            "steps": 0.1 if start.hour < 6 else 0.3,
        }[kind]
        if dice.random() > 0.003:
            intervals.append(PriceInterval(start, after, price))
        start = after
    return PriceSeries("EUR", tuple(intervals))
