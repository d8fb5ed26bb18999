"""Test the times of runs for which no prices are known."""

from dataclasses import replace
from typing import Any

import pytest

from custom_components.spot_planner.engine.planning.home import Home
from custom_components.spot_planner.engine.planning.model import (
    Rule,
    RunRequest,
    Segment,
    Split,
)
from custom_components.spot_planner.engine.planning.schedule_conflicts import FixedRun
from custom_components.spot_planner.engine.runs.without_prices import (
    Fallback,
    time_without_prices,
    times_without_prices,
)
from custom_components.spot_planner.engine.time_range import TimeRange

from ..helpers import MINUTE, PARIS, at
from .made import minutes, phases, segments

type Ranges = list[tuple[float, float]]


def ranges(parts: Ranges) -> tuple[TimeRange, ...]:
    """Return stretches in minutes."""
    return tuple(TimeRange(at(start), at(end)) for start, end in parts)


def request(name: str = "run", power: float = 2.0, **more: Any) -> RunRequest:
    """Return a request for half an hour between 0 and 120."""
    return RunRequest(
        name, phases((30, power)), more.pop("earliest", at(0)), at(120), **more
    )


def place(found: Fallback) -> tuple[float, Rule]:
    """Return the start of a run in one piece, in minutes, and the rule."""
    ((segment,), rule) = found
    assert segment.duration == 30 * MINUTE
    return minutes(segment.start), rule


@pytest.mark.parametrize(
    ("off_peak", "expected"),
    [
        ([(40, 90)], 40),
        ([(-60, 200)], 0),
        ([(-60, 30)], 0),
        ([(90, 200)], 90),
        # Too short, then long enough; the order does not matter.
        ([(60, 110), (10, 39)], 60),
        # Stretches that touch or overlap are one.
        ([(20, 35), (35, 50)], 20),
        ([(30, 60), (20, 40)], 20),
    ],
)
def test_first_place_in_the_off_peak_hours(off_peak: Ranges, expected: int) -> None:
    """The whole run lies in them, and in its own time."""
    found = time_without_prices(request(), ranges(off_peak))
    assert place(found) == (expected, Rule.OFF_PEAK)


@pytest.mark.parametrize(
    "off_peak", [[], [(0, 29)], [(-60, 20)], [(100, 300)], [(130, 300)], [(50, 50)]]
)
def test_otherwise_as_late_as_possible(off_peak: Ranges) -> None:
    """Until the last moment, prices may still come."""
    found = time_without_prices(request(), ranges(off_peak))
    assert place(found) == (90, Rule.LATEST_START)


@pytest.mark.parametrize(
    ("forbidden", "off_peak", "expected"),
    [
        ([(40, 60)], [(30, 100)], (60, Rule.OFF_PEAK)),
        ([(40, 80)], [(30, 100)], (90, Rule.LATEST_START)),
        ([(100, 110)], [], (70, Rule.LATEST_START)),
        # From 80 to 100 and from 110 on, there is too little.
        ([(100, 110), (0, 80)], [], (90, Rule.LATEST_START)),
        ([(20, 110)], [(50, 90)], (90, Rule.LATEST_START)),
        ([(-60, 600)], [(50, 90)], (90, Rule.LATEST_START)),
    ],
)
def test_forbidden_hours(
    forbidden: Ranges, off_peak: Ranges, expected: tuple[int, Rule]
) -> None:
    """They are kept to unless nothing else is left, and then the deadline is."""
    asked = request(forbidden=ranges(forbidden))
    assert place(time_without_prices(asked, ranges(off_peak))) == expected


def test_no_time_to_spare() -> None:
    """A run that just fits begins at once, whatever is forbidden."""
    asked = request(earliest=at(90), forbidden=ranges([(0, 200)]))
    assert place(time_without_prices(asked, ())) == (90, Rule.LATEST_START)


def test_one_piece_in_utc() -> None:
    """Even where it may be split, and where the request is in local time."""
    asked = replace(
        request(split=Split(10 * MINUTE)),
        earliest=at(0).astimezone(PARIS),
        latest_end=at(120).astimezone(PARIS),
    )
    for off_peak in ((), ranges([(0, 15), (40, 55)])):
        ((segment,), _) = time_without_prices(asked, off_peak)
        assert segment == Segment(at(90), at(120))
        assert segment.start.tzinfo is segment.end.tzinfo is at(0).tzinfo


def starts(
    requests: list[RunRequest],
    off_peak: Ranges,
    home: Home = Home(),  # noqa: B008
    placed: tuple[FixedRun, ...] = (),
) -> dict[str, float]:
    """Return when several runs start, in minutes."""
    found = times_without_prices(requests, ranges(off_peak), home, placed)
    return {name: place(time)[0] for name, time in found.items()}


def test_runs_after_each_other() -> None:
    """Each waits for the one before, in whatever order they are asked for."""
    chain = [
        request("dryer", after="washer"),
        request("iron", after="dryer"),
        request("washer"),
    ]
    assert starts(chain, [(0, 120)]) == {"washer": 0, "dryer": 30, "iron": 60}
    # As late as possible still means that the last of them meets the deadline.
    assert starts(chain, []) == {"washer": 30, "dryer": 60, "iron": 90}


def test_run_after_one_that_has_its_time() -> None:
    """It waits for that, if its deadline leaves it the time."""
    dryer = request("dryer", after="washer")
    for end, expected in ((40, 40), (90, 90), (100, 0)):
        washer = FixedRun("washer", phases((20, 2.0)), segments((end - 20, end)))
        assert starts([dryer], [(0, 120)], placed=(washer,)) == {"dryer": expected}


def test_never_with_others() -> None:
    """Two that must not meet take turns."""
    pair = [request("a", never_with=frozenset({"b"})), request("b")]
    pair[1] = replace(pair[1], never_with=frozenset({"a"}))
    assert starts(pair, [(0, 60)]) == {"a": 0, "b": 30}
    assert starts(pair, []) == {"a": 90, "b": 60}


def test_power_of_the_home() -> None:
    """Without prices, the main switch is not to go off either."""
    trio = [request("a"), request("b"), request("c", power=1.0)]
    assert starts(trio, [(0, 120)], Home(3.0)) == {"a": 0, "b": 30, "c": 0}
    assert starts(trio, [(0, 120)], Home(3.0, 1.0)) == {"a": 0, "b": 30, "c": 60}
    assert starts(trio, [], Home(3.0)) == {"a": 90, "b": 60, "c": 90}
    assert starts(trio, [], Home(5.0)) == {"a": 90, "b": 90, "c": 90}
    fixed = FixedRun("fixed", phases((60, 2.0)), segments((0, 60)))
    assert starts(trio[:1], [(0, 120)], Home(3.0), (fixed,)) == {"a": 60}
