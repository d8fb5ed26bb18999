"""Test series of real market prices."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from custom_components.spot_planner.engine.time_range import day_range

from .helpers import (
    BERLIN,
    COPENHAGEN,
    FRANCE,
    GERMANY,
    HOUR,
    PARIS,
    QUARTER,
    WEST_DENMARK,
    recorded_series,
)


@pytest.mark.parametrize(
    ("name", "zone", "day", "length", "count"),
    [
        (GERMANY, BERLIN, "2025-10-25", QUARTER, 96),
        (GERMANY, BERLIN, "2025-10-26", QUARTER, 100),
        (GERMANY, BERLIN, "2025-10-27", QUARTER, 96),
        (FRANCE, PARIS, "2026-03-28", QUARTER, 96),
        (FRANCE, PARIS, "2026-03-29", QUARTER, 92),
        (FRANCE, PARIS, "2026-03-30", QUARTER, 96),
        (WEST_DENMARK, COPENHAGEN, "2024-10-27", HOUR, 25),
    ],
)
def test_local_day_has_as_many_intervals_as_it_is_long(
    name: str, zone: ZoneInfo, day: str, length: timedelta, count: int
) -> None:
    """The nights of the clock change have an hour less, or one more."""
    series = recorded_series(name)
    stretch = day_range(date.fromisoformat(day), zone)
    part = series.slice(stretch.start, stretch.end)
    assert len(part) == count
    assert {one.duration for one in part} == {length}
    assert part.covers(stretch.start, stretch.end)


@pytest.mark.parametrize("name", [FRANCE, GERMANY, WEST_DENMARK])
def test_real_prices_are_one_stretch(name: str) -> None:
    """Nothing is missing, so one curve says all; its mean hours have the same mean."""
    series = recorded_series(name)
    assert series.start is not None
    assert series.end is not None
    assert series.gaps(series.start, series.end) == ()
    assert len(series.curves) == 1
    average = series.average()
    assert series.resample(HOUR).average() == pytest.approx(average)
