"""The check that an appliance could ever run in its home."""

from datetime import time, timedelta

from ..const import CONF_DURATION, CONF_FORBIDDEN_HOURS, CONF_POWER
from ..engine.daily_hours import DailyHours
from ..engine.errors import InputError
from ..engine.planning.home import Home
from ..engine.planning.schedule_conflicts import NEARLY
from ..engine.runs.appliance import Appliance

DAY = timedelta(days=1)


def check_appliance(appliance: Appliance, home: Home) -> None:
    """Refuse an appliance that never has enough time, or never enough power.

    Raises:
        InputError: Naming the field.
    """
    _check_room(appliance)
    total = appliance.profile.peak + home.base_load
    if home.power_limit is not None and total > home.power_limit + NEARLY:
        raise InputError(CONF_POWER, "load_above_limit", total)


def _check_room(appliance: Appliance) -> None:
    """Refuse an appliance for whose runs there is never enough time.

    Days on which the clocks are changed are left to the planner.

    Raises:
        InputError: Naming the duration, or the hours in which it must not run.
    """
    start, end = _widest_time(appliance)
    if appliance.duration > end - start:
        raise InputError(
            CONF_DURATION, "duration_longer_than_window", appliance.duration
        )
    free = _free_stretches(appliance.forbidden, start, end)
    if appliance.split:
        shortest = appliance.split.shortest_segment
        room = sum((it for it in free if it >= shortest), timedelta())
    else:
        room = max(free)
    if appliance.duration > room:
        raise InputError(CONF_FORBIDDEN_HOURS, "forbidden_no_room", room)


def _widest_time(appliance: Appliance) -> tuple[timedelta, timedelta]:
    """Return the most time that a run may ever have, counted from a midnight on."""
    ready_by = _since_midnight(appliance.ready_by)
    if appliance.daily:
        start = _since_midnight(appliance.earliest_start)
        return start, ready_by if ready_by > start else ready_by + DAY
    if appliance.ready_by == appliance.earliest_start:
        # A day from any moment on; each of them lies within two days.
        return timedelta(), 2 * DAY
    return ready_by, ready_by + DAY


def _free_stretches(
    forbidden: DailyHours | None, start: timedelta, end: timedelta
) -> list[timedelta]:
    """Return how long the stretches without forbidden hours are; none is below zero."""
    stretches = []
    free_from = start
    hours = [
        (day * DAY + timedelta(minutes=first), day * DAY + timedelta(minutes=last))
        for day in (0, 1)
        for first, last in (forbidden.minutes if forbidden else ())
    ]
    for first, last in hours:
        stretches.append(min(first, end) - free_from)
        free_from = max(free_from, last)
    return [max(it, timedelta()) for it in (*stretches, end - free_from)]


def _since_midnight(moment: time) -> timedelta:
    return timedelta(hours=moment.hour, minutes=moment.minute, seconds=moment.second)
