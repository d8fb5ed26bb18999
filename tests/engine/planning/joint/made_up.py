"""Make up homes in which runs contend."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from custom_components.spot_planner.engine.planning.model import (
    LoadProfile,
    Phase,
    RunRequest,
    Segment,
    Split,
)
from custom_components.spot_planner.engine.planning.schedule import FixedRun, Home
from custom_components.spot_planner.engine.series import PriceSeries
from custom_components.spot_planner.engine.time_range import TimeRange

from ...helpers import MINUTE, QUARTER, START, prices


@dataclass(frozen=True)
class MadeUp:
    """A home for a few hours, with runs that are asked for."""

    requests: Sequence[RunRequest]
    prices: PriceSeries
    home: Home
    fixed: Sequence[FixedRun]


def made_up(seed: int, step: timedelta = QUARTER, is_simple: bool = False) -> MadeUp:
    """Return a home; all durations are so many whole steps long.

    A simple one has runs in one piece that contend for nothing but power.
    """
    dice = Random(seed)
    slots = dice.randint(12, 18)
    values: list[float | None] = [dice.randint(-3, 30) / 100 for _ in range(slots)]
    if dice.random() < 0.3:
        values[dice.randrange(slots)] = None
    fixed = []
    if dice.random() < 0.5:
        first = dice.randint(0, slots // 2) * QUARTER
        fixed.append(
            FixedRun(
                "fixed",
                LoadProfile.constant(3 * QUARTER, dice.randint(1, 20) / 10),
                (
                    Segment(START + first, START + first + QUARTER),
                    Segment(START + first + 2 * QUARTER, START + first + 4 * QUARTER),
                ),
            )
        )
    requests: list[RunRequest] = []
    for number in range(dice.randint(3, 5)):
        names = [*(it.name for it in requests), *(run.name for run in fixed)]
        asked = _request(dice, f"run {number}", slots, names, step)
        if is_simple:
            asked = RunRequest(
                asked.name, asked.profile, START, START + slots * QUARTER
            )
        requests.append(asked)
    return MadeUp(requests, prices(*values), Home(4.0, 0.5), fixed)


def _request(
    dice: Random, name: str, slots: int, names: Sequence[str], step: timedelta
) -> RunRequest:
    per_slot = QUARTER // step
    phases = [
        Phase(
            dice.randint(1, 3 * per_slot) * step,
            dice.choice([0.0, 0.5, 1.0, 1.8, 2.4, 3.5]),
        )
        for _ in range(dice.choice([1, 1, 2, 3]))
    ]
    if not any(phase.power for phase in phases):
        phases.append(Phase(QUARTER, 2.0))
    profile, split = LoadProfile(tuple(phases)), None
    if dice.random() < 0.3:
        duration = dice.randint(per_slot, 4 * per_slot) * step
        profile = LoadProfile.constant(duration, dice.choice([1.0, 2.4, 3.0]))
        split = Split(
            dice.choice([step, QUARTER, duration]) if duration >= QUARTER else duration,
            dice.choice([None, None, QUARTER, 40 * MINUTE]),
            dice.choice([None, None, 1, 2, 3]),
        )
    first, last = 0, slots
    if dice.random() < 0.4:
        first = dice.randint(0, slots // 3)
        last = dice.randint(first + 8, slots + 2) if first + 8 < slots else slots
    after = dice.choice([None, None, *names]) if names else None
    within = dice.choice([None, 0, 1, 4, 9]) if after else None
    return RunRequest(
        name,
        profile,
        START + first * QUARTER,
        START + last * QUARTER,
        forbidden=(TimeRange(START + 5 * QUARTER, START + 7 * QUARTER),)
        if dice.random() < 0.3
        else (),
        split=split,
        price_limit=0.22 if dice.random() < 0.2 else None,
        after=after,
        after_within=None if within is None else within * QUARTER,
        never_with=frozenset(
            it for it in names if it != after and dice.random() < 0.15
        ),
    )
