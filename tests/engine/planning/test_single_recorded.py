"""Compare runs in one piece on real prices with trying every minute."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from custom_components.spot_planner.engine.planning.model import (
    InfeasibleError,
    RunRequest,
)
from custom_components.spot_planner.engine.planning.single import plan_run
from custom_components.spot_planner.engine.planning.windows import cheapest_window
from custom_components.spot_planner.engine.time_range import TimeRange, midnight

from ..helpers import (
    BERLIN,
    COPENHAGEN,
    FRANCE,
    GERMANY,
    HOUR,
    MINUTE,
    PARIS,
    WEST_DENMARK,
    recorded_rows,
    recorded_series,
)
from .brute_plans import Phases, PlanGrid, profile_of

LOADS: dict[str, Phases] = {
    "20 minutes": [(20, 2000)],
    "2 hours": [(120, 7400)],
    "170 minutes": [(170, 1000)],
    "washer": [(12, 150), (23, 2050), (41, 120), (9, 1900), (35, 330)],
    "dishwasher": [(15, 60), (20, 1850), (45, 40), (20, 1850), (60, 0), (3, 40)],
    "heat pump": [(90, 900), (15, 2700), (240, 900)],
}

# An odd step visits all hours of the day, and starts on hardly any border.
STEP = timedelta(hours=17, minutes=13)

ZONES = pytest.mark.parametrize(
    ("name", "zone"),
    [(FRANCE, PARIS), (GERMANY, BERLIN), (WEST_DENMARK, COPENHAGEN)],
    ids=["FR", "DE-LU", "DK1"],
)


@dataclass
class Tally:
    """What came of the comparisons."""

    compared: int = 0
    without_place: int = 0
    worse: list[tuple[datetime, str]] = field(default_factory=list)
    elsewhere: list[tuple[datetime, str]] = field(default_factory=list)


def limits(request: RunRequest, number: int, cheap: float) -> RunRequest:
    """Return the request, every other time with hours, deadline or price limit."""
    start = request.earliest + 5 * HOUR
    return RunRequest(
        request.name,
        request.profile,
        request.earliest,
        request.latest_end - (number % 2) * timedelta(hours=5, minutes=17),
        forbidden=(
            TimeRange(start, start + timedelta(hours=3, minutes=7)),
            TimeRange(start + 11 * HOUR, start + 13 * HOUR),
        )
        if number % 3 == 1
        else (),
        price_limit=cheap if number % 5 == 3 else None,
    )


@ZONES
def test_real_prices(
    name: str, zone: ZoneInfo, record_property: Callable[[str, object], None]
) -> None:
    """From many moments to the end of the next day, no minute is better."""
    rows = recorded_rows(name)
    series = recorded_series(name)
    tally = Tally()
    now = rows[0][0] + MINUTE
    while now + timedelta(hours=12) < rows[-1][1]:
        day = now.astimezone(zone).date() + timedelta(days=2)
        end = min(midnight(day, zone), rows[-1][1])
        near = [row for row in rows if now - HOUR < row[1] and row[0] < end + HOUR]
        cheap = float(sorted(price for _, _, price in near)[len(near) * 2 // 3])
        for number, (load, phases) in enumerate(LOADS.items()):
            request = limits(
                RunRequest(load, profile_of(phases), now, end),
                number + tally.compared,
                cheap,
            )
            grid = PlanGrid(near, request)
            costs = grid.starts(phases)
            tally.compared += 1
            try:
                run = plan_run(request, series)
            except InfeasibleError:
                tally.without_place += 1
                assert not costs
                continue
            lowest = min(costs.values())
            if costs[grid.minute(run.start)] > lowest:
                tally.worse.append((now, load))
            # The earliest of equal runs is meant, so the start is the same too.
            if costs[grid.minute(run.start)] == lowest and run.start != grid.moment(
                next(start for start, cost in costs.items() if cost == lowest)
            ):
                tally.elsewhere.append((now, load))
        now += STEP
    record_property("runs_compared", tally.compared)
    assert tally.compared > 400
    assert 0 < tally.without_place < tally.compared / 3
    assert tally.worse == []
    assert tally.elsewhere == []


@ZONES
def test_constant_load_runs_in_the_cheapest_window(name: str, zone: ZoneInfo) -> None:
    """The plan and the sensors name the same time."""
    series = recorded_series(name)
    assert series.start
    for number in range(60):
        now = series.start + number * STEP
        duration = (10 + 7 * number) * MINUTE
        end = now + timedelta(hours=36)
        profile = profile_of([(duration // MINUTE, 2000)])
        run = plan_run(RunRequest("run", profile, now, end), series)
        window = cheapest_window(series, duration, now, end)
        assert window
        assert (run.start, run.end) == (window.start, window.end)
        assert run.average_price == pytest.approx(window.average_price)
