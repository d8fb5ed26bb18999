"""Compare split runs on real prices with trying every minute."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from custom_components.spot_planner.engine.planning.model import RunRequest, Split
from custom_components.spot_planner.engine.planning.single import plan_run
from custom_components.spot_planner.engine.time_range import TimeRange

from ..helpers import (
    FRANCE,
    GERMANY,
    HOUR,
    MINUTE,
    WEST_DENMARK,
    recorded_rows,
    recorded_series,
)
from .brute_plans import PlanGrid, profile_of

# Duration, shortest segment, longest pause (minutes) and most segments.
SPLITS = [
    (60, 15, None, None),
    (60, 20, 120, 2),
    (75, 30, None, 2),
    (67, 25, 45, None),
    (90, 45, 180, None),
]
STEP = timedelta(hours=61, minutes=13)
HORIZON = timedelta(hours=20, minutes=41)
# Every minute of every segment takes long, so this is enough of a sample.
MOST = 18


@pytest.mark.parametrize(
    "name", [FRANCE, GERMANY, WEST_DENMARK], ids=["FR", "DE-LU", "DK1"]
)
def test_real_prices(name: str, record_property: Callable[[str, object], None]) -> None:
    """From many moments on, no segments that begin and end on minutes are better."""
    rows = recorded_rows(name)
    series = recorded_series(name)
    compared = 0
    worse: list[tuple[datetime, int]] = []
    elsewhere: list[tuple[datetime, int]] = []
    now = rows[0][0] + MINUTE
    while now + HORIZON < rows[-1][1] and compared < MOST:
        number = compared % len(SPLITS)
        duration, shortest, pause, most = SPLITS[number]
        blocked = now + 4 * HOUR
        request = RunRequest(
            "car",
            profile_of([(duration, 1000)]),
            now,
            now + HORIZON,
            forbidden=(TimeRange(blocked, blocked + 100 * MINUTE),)
            if compared % 3
            else (),
            split=Split(
                shortest * MINUTE, None if pause is None else pause * MINUTE, most
            ),
        )
        near = [row for row in rows if now < row[1] and row[0] < now + HORIZON]
        grid = PlanGrid(near, request)
        ends = grid.ends(duration, shortest, pause, most)
        compared += 1
        run = plan_run(request, series)
        cost = sum(
            grid.cost(it.start, it.duration // MINUTE) or 0 for it in run.segments
        )
        lowest = min(end.cost for end in ends.values())
        if cost > lowest:
            worse.append((now, number))
        first = min(end for end, it in ends.items() if it.cost == lowest)
        if cost == lowest and grid.minute(run.end) != first:
            elsewhere.append((now, number))
        now += STEP
    record_property("split_runs_compared", compared)
    assert compared == MOST
    assert worse == []
    assert elsewhere == []
