"""Plan homes at random: what takes the longest, needs the most memory, or goes wrong.

    python -m dev.bench.stress                  2,000 homes from seed 1 on
    python -m dev.bench.stress 200              fewer of them
    python -m dev.bench.stress 200 5001         from another seed on
    python -m dev.bench.stress 200 1 20         up to 20 s of CPU for each plan

Each home is planned by `plan_runs` and, with old times and new prices, by `replan`, in a
child process that is ended when a plan takes too long. Times are of the processor. Memory
is what the child's highest resident size during a plan lies above its size before all.
"""

from collections.abc import Iterator
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
import resource
from statistics import median
import sys
import time
from typing import NamedTuple

from custom_components.spot_planner.engine.planning.budget import PLAN_STEPS, Budget
from custom_components.spot_planner.engine.planning.schedule import plan_runs
from custom_components.spot_planner.engine.runs.replan import replan
from custom_components.spot_planner.engine.runs.run_requests import linked

from .stress_cases import made_up
from .stress_check import troubles_of_replan, troubles_of_schedule

CASES = 2_000
FIRST_SEED = 1
CAP_SECONDS = 20.0
MEGABYTE = 2**20


class Figure(NamedTuple):
    """What one plan took."""

    seed: int
    what: str
    seconds: float
    memory: float
    """In megabytes above idle."""
    steps: int
    trouble: str


def measure(
    cases: int = CASES, first: int = FIRST_SEED, cap: float = CAP_SECONDS
) -> Iterator[str]:
    """Go through the lines of the report, those of single troubles included."""
    yield f"{cases} homes, seeds {first} to {first + cases - 1}, {PLAN_STEPS} steps"
    figures: list[Figure] = []
    over = 0
    seed = first
    while seed < first + cases:
        for figure in _planned(seed, first + cases, cap):
            figures.append(figure)
            seed = figure.seed + (figure.what == "replan")
            if figure.trouble:
                yield f"seed {figure.seed}, {figure.what}: {figure.trouble}"
        if seed < first + cases:
            over += 1
            yield f"seed {seed}: not finished after {cap:g} s"
            seed += 1
    for what in ("plan_runs", "replan"):
        own = [it for it in figures if it.what == what]
        if not own:
            continue
        slowest = max(own, key=lambda it: it.seconds)
        largest = max(own, key=lambda it: it.memory)
        yield (
            f"{what:10}{len(own):6} plans, CPU {median(it.seconds for it in own):.3f} s "
            f"median, {slowest.seconds:.3f} s worst (seed {slowest.seed}), memory "
            f"{largest.memory:.1f} MB worst (seed {largest.seed}), "
            f"{max(it.steps for it in own)} steps worst"
        )
    raised = sum(it.trouble.startswith("raised") for it in figures)
    wrong = sum(bool(it.trouble) for it in figures) - raised
    yield f"{raised} exceptions, {wrong} invalid plans, {over} not finished"


def _planned(first: int, after: int, cap: float) -> Iterator[Figure]:
    """Go through the figures of some seeds, until a plan takes too long."""
    context = get_context("fork")
    ours, theirs = context.Pipe()
    child = context.Process(target=_work, args=(theirs, first, after))
    child.start()
    theirs.close()
    with suppress(EOFError):
        # The clock of the wall is slower than that of the processor.
        while ours.poll(cap * 1.5):
            yield ours.recv()
    child.kill()
    child.join()
    ours.close()


def _work(pipe: Connection, first: int, after: int) -> None:
    """Plan the homes of some seeds, and tell of each plan."""
    # What the first plan loads counts as idle.
    warm = made_up(0)
    plan_runs(linked(warm.requests[:2], ()), warm.prices, warm.home)
    idle = _resident("VmRSS")
    for seed in range(first, after):
        case = made_up(seed)
        asked, fixed = case.requests, case.fixed
        budget = Budget()
        _forget_peak()
        started = time.process_time()
        schedule, trouble = None, ""
        try:
            schedule = plan_runs(asked, case.prices, case.home, fixed, budget)
        except Exception as error:  # noqa: BLE001
            trouble = f"raised {error!r}"
        spent, peak = time.process_time() - started, _resident("VmHWM")
        if schedule:
            found = troubles_of_schedule(schedule, asked, case.prices, case.home, fixed)
            trouble = "; ".join(found)
        pipe.send(Figure(seed, "plan_runs", spent, peak - idle, budget.spent, trouble))
        later = case.planned(schedule) if schedule else case
        budget = Budget()
        _forget_peak()
        started = time.process_time()
        trouble = ""
        try:
            runs = replan(later.runs, later.appliances, later.situation, budget)
        except Exception as error:  # noqa: BLE001
            trouble = f"raised {error!r}"
            runs = ()
        spent, peak = time.process_time() - started, _resident("VmHWM")
        if runs:
            trouble = "; ".join(troubles_of_replan(later, runs))
        pipe.send(Figure(seed, "replan", spent, peak - idle, budget.spent, trouble))
    pipe.close()


def _forget_peak() -> None:
    """Let the highest resident size begin anew, where the system can do that."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _resident(name: str) -> float:
    """Return a resident size of this process, in megabytes."""
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    for line in measure(
        int(sys.argv[1]) if len(sys.argv) > 1 else CASES,
        int(sys.argv[2]) if len(sys.argv) > 2 else FIRST_SEED,
        float(sys.argv[3]) if len(sys.argv) > 3 else CAP_SECONDS,
    ):
        print(line, flush=True)
