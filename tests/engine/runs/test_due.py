"""Test which runs an appliance has before it."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from custom_components.spot_planner.engine.errors import InputError
from custom_components.spot_planner.engine.runs.due import due_runs, requested_run
from custom_components.spot_planner.engine.runs.run import Run, RunStatus

from ..helpers import DAY, HOUR, MINUTE, PARIS, paris, utc
from .made import appliance, phases


def due(since: str, until: str, begins: str, ready_by: str, **more: Any) -> list[Run]:
    """Return the runs between two local moments."""
    asked = appliance(
        earliest_start=time.fromisoformat(begins),
        ready_by=time.fromisoformat(ready_by),
        **more,
    )
    return list(due_runs(asked, paris(since), paris(until), PARIS))


def times(runs: list[Run]) -> list[tuple[str, str, str]]:
    """Return the key and the local times of runs."""
    return [
        (
            run.key,
            f"{run.earliest.astimezone(PARIS):%d %H:%M}",
            f"{run.latest_end.astimezone(PARIS):%d %H:%M}",
        )
        for run in runs
    ]


def test_a_run_each_day() -> None:
    """Its time begins and ends on one day; the key is that day."""
    found = due("2026-04-15T12:00", "2026-04-17T12:00", "08:00", "18:00")
    assert times(found) == [
        ("2026-04-15", "15 08:00", "15 18:00"),
        ("2026-04-16", "16 08:00", "16 18:00"),
        ("2026-04-17", "17 08:00", "17 18:00"),
    ]
    first = found[0]
    assert first.id == "washer/2026-04-15"
    assert first.status is RunStatus.PLANNED
    assert first.earliest == utc("2026-04-15T06:00")
    assert first.earliest.tzinfo is first.latest_end.tzinfo is UTC
    assert (first.segments, first.rule, first.plan) == ((), None, None)


def test_deadline_on_the_next_day() -> None:
    """Ready by a time before the start means by the next morning."""
    found = due("2026-04-15T03:00", "2026-04-16T03:00", "22:00", "06:30")
    assert times(found) == [
        ("2026-04-14", "14 22:00", "15 06:30"),
        ("2026-04-15", "15 22:00", "16 06:30"),
    ]


def test_equal_times_are_a_whole_day() -> None:
    """Each run ends where the next may begin."""
    found = due("2026-04-15T12:00", "2026-04-16T12:00", "18:00", "18:00")
    assert times(found) == [
        ("2026-04-14", "14 18:00", "15 18:00"),
        ("2026-04-15", "15 18:00", "16 18:00"),
    ]
    assert found[0].latest_end == found[1].earliest


@pytest.mark.parametrize(
    ("day", "length"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-04-15", 24)]
)
def test_whole_day_is_as_long_as_the_day(day: str, length: int) -> None:
    """From midnight to midnight there are not always 24 hours."""
    (found,) = due(f"{day}T12:00", f"{day}T13:00", "00:00", "00:00")
    assert found.key == day
    assert found.latest_end - found.earliest == length * HOUR


def test_only_what_touches_the_stretch() -> None:
    """What ends when it begins is over; what begins when it ends is not yet due."""
    day = ("08:00", "18:00")
    assert due("2026-04-15T18:00", "2026-04-16T08:00", *day) == []
    assert len(due("2026-04-15T17:59", "2026-04-16T08:00", *day)) == 1
    assert len(due("2026-04-15T18:00", "2026-04-16T08:01", *day)) == 1
    assert due("2026-04-15T12:00", "2026-04-15T12:00", *day) != []


def test_weekdays_count_where_the_time_begins() -> None:
    """The night from Friday to Saturday is one of Friday; days are local ones."""
    found = due(
        "2026-04-13T12:00", "2026-04-20T12:00", "00:30", "00:15", weekdays={4, 6}
    )
    # At half past midnight it is still the day before in UTC.
    assert (
        times(found)
        == [
            ("2026-04-12", "12 00:30", "13 00:15"),
            ("2026-04-17", "17 00:30", "18 00:15"),
            ("2026-04-19", "19 00:30", "20 00:15"),
        ][1:]
    )


def test_on_demand_there_is_none() -> None:
    """Nobody has asked for it."""
    assert due("2026-04-15", "2026-04-20", "08:00", "18:00", daily=False) == []


def test_times_that_the_clocks_leave_out() -> None:
    """They are moved on: half past two is an hour later on that day."""
    (found,) = due("2026-03-29T02:00", "2026-03-29T06:00", "02:30", "05:00")
    assert times([found]) == [("2026-03-29", "29 03:30", "29 05:00")]
    (found,) = due("2026-03-29T00:00", "2026-03-29T06:00", "00:30", "02:30")
    assert times([found]) == [("2026-03-29", "29 00:30", "29 03:30")]


def test_clocks_that_go_forward_cost_no_run() -> None:
    """What lies on both sides of the change leaves nothing between: it is ready later."""
    half = {"minutes": 30}
    (found,) = due("2026-03-29T00:00", "2026-03-29T06:00", "02:45", "03:15", **half)
    assert times([found]) == [("2026-03-29", "29 03:45", "29 04:15")]
    (found,) = due("2026-03-29T00:00", "2026-03-29T06:00", "02:00", "03:00", minutes=60)
    assert times([found]) == [("2026-03-29", "29 03:00", "29 04:00")]
    # Where there is room enough, it is ready as ever.
    (found,) = due("2026-03-29T00:00", "2026-03-29T06:00", "01:30", "03:30", minutes=60)
    assert times([found]) == [("2026-03-29", "29 01:30", "29 03:30")]


def test_times_that_the_clocks_show_twice() -> None:
    """The first of both counts, so that a deadline is never missed."""
    (found,) = due("2026-10-25T00:00", "2026-10-25T06:00", "01:00", "02:30")
    assert found.latest_end == utc("2026-10-25T00:30")
    (found,) = due("2026-10-25T00:00", "2026-10-25T06:00", "02:30", "05:00")
    assert found.earliest == utc("2026-10-25T00:30")


def request(now: datetime, **more: Any) -> Run:
    """Ask for a run of half an hour that is usually ready by seven."""
    asked = appliance(
        daily=False, earliest_start=time(20), ready_by=time(7), weekdays=frozenset()
    )
    return requested_run(asked, now, PARIS, **more)


NOW = paris("2026-04-15T12:34:56.789")


def test_request_begins_with_the_next_minute() -> None:
    """It ends by the next time of day; the key is the very moment of the request."""
    found = request(NOW)
    assert found.earliest == paris("2026-04-15T12:35")
    assert found.latest_end == paris("2026-04-16T07:00")
    assert found.key == "2026-04-15T10:34:56.789000+00:00"
    assert found.duration is None
    assert request(NOW.astimezone(PARIS)) == found
    assert found.earliest.tzinfo is found.latest_end.tzinfo is UTC


@pytest.mark.parametrize(
    ("now", "day"), [("06:30", 15), ("06:30:01", 16), ("07:00", 16), ("23:59", 16)]
)
def test_request_takes_the_next_deadline_that_it_can_meet(now: str, day: int) -> None:
    """A run of half an hour is ready by seven, if that is still possible."""
    found = request(paris(f"2026-04-15T{now}"))
    assert found.latest_end == paris(f"2026-04-{day}T07:00")


def test_request_without_a_time_of_day_has_24_hours() -> None:
    """That holds on the days on which the clocks change, too."""
    asked = appliance(daily=False, minutes=24 * 60)
    for now in (NOW, paris("2026-03-28T12:00"), paris("2026-10-24T12:00")):
        found = requested_run(asked, now, PARIS)
        assert found.latest_end - found.earliest == DAY


def test_request_may_say_how_long_and_by_when() -> None:
    """Its own deadline may be any, and its duration goes with the run."""
    ready_by = paris("2026-04-18T09:00")
    found = request(
        NOW, duration=timedelta(hours=3), ready_by=ready_by.astimezone(PARIS)
    )
    assert found.latest_end == ready_by
    assert found.latest_end.tzinfo is UTC
    assert found.duration == timedelta(hours=3)
    # The last moment at which it is still possible.
    earliest = paris("2026-04-15T12:35")
    assert request(NOW, ready_by=earliest + 30 * MINUTE).earliest == earliest


@pytest.mark.parametrize(
    ("more", "field", "reason"),
    [
        ({"duration": timedelta()}, "duration", "duration_not_positive"),
        ({"duration": -MINUTE}, "duration", "duration_not_positive"),
        ({"duration": DAY + MINUTE}, "duration", "duration_too_long"),
        ({"ready_by": NOW}, "ready_by", "deadline_past"),
        ({"ready_by": NOW - DAY}, "ready_by", "deadline_past"),
        ({"ready_by": NOW + MINUTE / 60}, "ready_by", "deadline_too_close"),
        ({"ready_by": NOW + 30 * MINUTE}, "ready_by", "deadline_too_close"),
        (
            {"ready_by": NOW + HOUR, "duration": HOUR},
            "ready_by",
            "deadline_too_close",
        ),
    ],
)
def test_request_that_cannot_be(more: dict[str, Any], field: str, reason: str) -> None:
    """The error says which field, and why."""
    with pytest.raises(InputError) as error:
        request(NOW, **more)
    assert (error.value.field, error.value.reason) == (field, reason)


def test_longer_request_has_a_later_deadline() -> None:
    """What cannot be ready by the next morning is so by the one after."""
    now = paris("2026-04-15T23:00")
    assert request(now, duration=8 * HOUR).latest_end == paris("2026-04-16T07:00")
    assert request(now, duration=9 * HOUR).latest_end == paris("2026-04-17T07:00")


def test_stretched_profile_counts() -> None:
    """A request knows the duration of the appliance from its profile."""
    asked = appliance(daily=False, profile=phases((15, 2.0), (45, 0.3)))
    ready_by = NOW + 90 * MINUTE
    assert requested_run(asked, NOW, PARIS, ready_by=ready_by).latest_end == ready_by
    with pytest.raises(InputError):
        requested_run(asked, NOW, PARIS, ready_by=ready_by - 30 * MINUTE)
