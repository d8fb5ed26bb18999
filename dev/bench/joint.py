"""Measure joint plans against an exact solver and against a simple rule.

    python -m dev.bench.joint            all 180 cases, HiGHS for 20 s each at most
    python -m dev.bench.joint 60 3       for 60 s each, and only every third case

Times are of the processor, but the limit for HiGHS is by the clock. HiGHS looks for the
best plan to the last digit; where its time does not suffice, its best plan is compared
with, and the case is counted among those that it did not finish. The simple rule gives
the largest energy its best time first.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from statistics import fmean
import sys
import time

from custom_components.spot_planner.engine.planning.schedule import (
    Schedule,
    Status,
    plan_runs,
)

from .joint_cases import Case, cases
from .joint_exact import Exact, exact

SECONDS = 20.0
NEARLY = 1e-7


@dataclass(frozen=True)
class Answer:
    """What came of one case."""

    case: Case
    schedule: Schedule
    seconds: float
    exact: Exact
    greedy: float | None

    @property
    def best(self) -> float | None:
        """Return the lowest cost that is known, None without any plan."""
        if self.exact.cost is None:
            return None
        return min(self.exact.cost, self.schedule.cost)

    @property
    def is_proven(self) -> bool:
        """Tell whether the exact solver came to its end."""
        cost, bound = self.exact.cost, self.exact.bound
        return cost is None or (bound is not None and cost - bound < NEARLY)

    @property
    def true_gap(self) -> float:
        """Return how much dearer the plan is than the exact one, as a share of that."""
        if not self.exact.cost:
            return 0.0
        return (self.schedule.cost - self.exact.cost) / abs(self.exact.cost)

    @property
    def is_wrong(self) -> bool:
        """Tell whether the bound lies above a plan that there is."""
        return self.best is not None and self.schedule.bound > self.best + NEARLY


def measure(seconds: float = SECONDS, step: int = 1) -> Iterator[str]:
    """Go through the lines of the table."""
    yield (
        f"{'':>18}{'n':>4}{'ours':>10}{'HiGHS':>10}{'greedy (n)':>15}"
        f"{'stated gap %':>15}{'true gap %':>15}{'ours s':>13}{'HiGHS s':>14}"
        f"{'unfinished':>12}{'wrong':>7}"
    )
    everything = []
    some = (case for case in cases() if case.number % step == 0)
    for (kind, limit), group in groupby(some, lambda it: (it.kind, it.limit)):
        answers = [_answer(case, seconds) for case in group]
        everything += answers
        yield _row(f"{kind} {limit}", answers)
    yield _row("all", everything)
    yield "Mean/worst. Sums leave out what has no plan within all rules."
    relaxed = [it for it in everything if it.schedule.status is Status.RELAXED]
    without = [it for it in everything if it.exact.cost is None]
    yield f"without a plan: HiGHS {len(without)}, ours {len(relaxed)} (rules given up)"


def _answer(case: Case, seconds: float) -> Answer:
    series, requests = case.series, case.requests
    started = time.process_time()
    schedule = plan_runs(requests, series, case.home)
    spent = time.process_time() - started
    return Answer(case, schedule, spent, exact(case, seconds), case.greedy())


def _row(name: str, answers: list[Answer]) -> str:
    """Write one line of the table."""
    kept = [
        it
        for it in answers
        if it.exact.cost is not None and it.schedule.status is not Status.RELAXED
    ]
    if not kept:
        return f"{name:>18}{0:>4}"
    planned = [it for it in kept if it.greedy is not None]
    return (
        f"{name:>18}{len(kept):>4}{sum(it.schedule.cost for it in kept):>10.4f}"
        f"{sum(it.exact.cost or 0 for it in kept):>10.4f}"
        f"{sum(it.greedy or 0 for it in planned):>10.4f} ({len(planned):>2})"
        f"{_pair([100 * it.schedule.gap for it in kept], 15, 3)}"
        f"{_pair([100 * it.true_gap for it in kept], 15, 3)}"
        f"{_pair([it.seconds for it in kept], 13, 2)}"
        f"{_pair([it.exact.seconds for it in kept], 14, 2)}"
        f"{sum(not it.is_proven for it in kept):>12}"
        f"{sum(it.is_wrong for it in kept):>7}"
    )


def _pair(values: list[float], width: int, digits: int) -> str:
    """Write the mean and the highest value."""
    text = f"{fmean(values):.{digits}f}/{max(values):.{digits}f}"
    return f"{text:>{width}}"


if __name__ == "__main__":
    for line in measure(
        float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS,
        int(sys.argv[2]) if len(sys.argv) > 2 else 1,
    ):
        print(line, flush=True)
