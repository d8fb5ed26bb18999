"""Compare the windows of real prices with trying every minute."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from custom_components.spot_planner.engine.planning.windows import (
    cheapest_window,
    dearest_window,
)
from custom_components.spot_planner.engine.time_range import midnight

from ..helpers import (
    BERLIN,
    COPENHAGEN,
    FRANCE,
    GERMANY,
    MINUTE,
    PARIS,
    WEST_DENMARK,
    recorded_rows,
    recorded_series,
)
from .brute_force import MinuteGrid

DURATIONS = [15, 20, 40, 50, 90, 100, 120, 170, 600]

# An odd step visits all hours of the day, and starts on hardly any border.
STEP = timedelta(hours=7, minutes=13)
DEADLINE = timedelta(hours=5, minutes=17)


@dataclass
class Tally:
    """What came of the comparisons."""

    compared: int = 0
    worse: list[tuple[datetime, int]] = field(default_factory=list)
    elsewhere: list[tuple[datetime, int]] = field(default_factory=list)


@pytest.mark.parametrize("dearest", [False, True], ids=["cheapest", "dearest"])
@pytest.mark.parametrize(
    ("name", "zone"),
    [(FRANCE, PARIS), (GERMANY, BERLIN), (WEST_DENMARK, COPENHAGEN)],
    ids=["FR", "DE-LU", "DK1"],
)
def test_real_prices(
    name: str,
    zone: ZoneInfo,
    dearest: bool,
    record_property: Callable[[str, object], None],
) -> None:
    """From many moments to the end of the next day, no minute is better."""
    rows = recorded_rows(name)
    grid = MinuteGrid(rows)
    series = recorded_series(name)
    search = dearest_window if dearest else cheapest_window
    tally = Tally()
    now = rows[0][0] + MINUTE
    while now + timedelta(hours=12) < rows[-1][1]:
        day = now.astimezone(zone).date() + timedelta(days=2)
        end = min(midnight(day, zone), rows[-1][1])
        known = series.slice(now - timedelta(hours=12), end)
        # Every other time there is a deadline, and it lies on no border.
        latest = end - DEADLINE if tally.compared % 2 else end
        for duration in DURATIONS:
            best = grid.best(duration, now, latest, dearest=dearest)
            window = search(known, duration * MINUTE, now, latest)
            tally.compared += 1
            if best is None or window is None:
                assert best is None and window is None
                continue
            cost = grid.cost(window.start, duration)
            assert cost is not None
            if cost < best[1] if dearest else cost > best[1]:
                tally.worse.append((now, duration))
            # The earliest of equal windows is meant, so the start is the same too.
            if window.start != best[0]:
                tally.elsewhere.append((now, duration))
        now += STEP
    record_property("windows_compared", tally.compared)
    assert tally.compared > 1400
    assert tally.worse == []
    assert tally.elsewhere == []
