"""Test what a run tells of itself."""

import pytest

from custom_components.spot_planner.engine.runs.run import RunStatus

from ..helpers import at
from .made import run, segments


def test_run_has_a_name_of_its_own() -> None:
    """Appliance and key together tell it from all others."""
    assert run("washer").id == "washer/2026-04-15"
    assert run("dryer", key="2026-04-16").id == "dryer/2026-04-16"


def test_times_of_a_split_run() -> None:
    """It lasts from the first segment to the last, and wants nothing in the pause."""
    split = run(segments=segments((10, 20), (40, 60)))
    assert (split.start, split.end) == (at(10), at(60))
    assert [split.wants_on(at(it)) for it in (9, 10, 19, 20, 39, 40, 59, 60)] == [
        *(False, True, True, False),
        *(False, True, True, False),
    ]


def test_run_without_a_time() -> None:
    """It has neither start nor end, and wants nothing."""
    assert (run().start, run().end, run().wants_on(at(0))) == (None, None, False)


@pytest.mark.parametrize(
    ("status", "is_open", "is_committed"),
    [
        (RunStatus.PLANNED, True, False),
        (RunStatus.COMMITTED, True, True),
        (RunStatus.RUNNING, True, True),
        (RunStatus.DONE, False, False),
        (RunStatus.MISSED, False, False),
        (RunStatus.FAILED, False, False),
        (RunStatus.SKIPPED, False, False),
    ],
)
def test_what_a_status_means(
    status: RunStatus, is_open: bool, is_committed: bool
) -> None:
    """What has still to happen or to end is open, and moves only as long as planned."""
    found = run(status=status)
    assert (found.is_open, found.is_committed) == (is_open, is_committed)
