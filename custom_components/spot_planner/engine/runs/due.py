"""The runs that an appliance has before it."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from ..errors import InputError
from ..time_range import MINUTE, minute_from
from .appliance import Appliance
from .run import Run

DAY = timedelta(days=1)


def due_runs(
    appliance: Appliance, since: datetime, until: datetime, zone: tzinfo
) -> tuple[Run, ...]:
    """Return the daily runs whose time touches `(since, until)`, in time order.

    An appliance on demand has none. In the night in which the clocks go forward, a run
    that finds no room any more is ready later, by what is missing.
    """
    if not appliance.daily:
        return ()
    runs = []
    # The time of a run ends two days after the one on which it begins, at the latest.
    day = since.astimezone(zone).date() - 2 * DAY
    while (earliest := _moment(day, appliance.earliest_start, zone)) < until:
        passes_midnight = appliance.ready_by <= appliance.earliest_start
        last_day = day + DAY if passes_midnight else day
        latest_end = _moment(last_day, appliance.ready_by, zone)
        # Where clocks that go forward leave too little time, it is ready a little later.
        latest_end = max(latest_end, earliest + appliance.duration)
        if day.weekday() in appliance.weekdays and max(since, earliest) < latest_end:
            runs.append(
                Run(
                    appliance=appliance.id,
                    key=day.isoformat(),
                    earliest=earliest,
                    latest_end=latest_end,
                )
            )
        day += DAY
    return tuple(runs)


def requested_run(
    appliance: Appliance,
    now: datetime,
    zone: tzinfo,
    duration: timedelta | None = None,
    ready_by: datetime | None = None,
) -> Run:
    """Return a run that was asked for, from the next full minute on.

    Where the request says nothing else, it ends by the first time of day `ready_by`
    that leaves time enough; an appliance whose two times are equal has 24 hours.

    Raises:
        InputError: The duration is none that a run could have, or the run cannot
            end by the moment that was asked for.
    """
    if duration is not None:
        if duration < MINUTE:
            raise InputError("duration", "duration_not_positive", duration)
        appliance = appliance.lasting(duration)
    earliest = minute_from(now)
    soonest_end = earliest + appliance.duration
    if ready_by is not None:
        if ready_by <= now:
            raise InputError("ready_by", "deadline_past", ready_by)
        if ready_by < soonest_end:
            raise InputError("ready_by", "deadline_too_close", ready_by)
        latest_end = ready_by.astimezone(UTC)
    elif appliance.ready_by == appliance.earliest_start:
        latest_end = earliest + DAY
    else:
        day = earliest.astimezone(zone).date()
        while (latest_end := _moment(day, appliance.ready_by, zone)) < soonest_end:
            day += DAY
    return Run(
        appliance=appliance.id,
        key=now.astimezone(UTC).isoformat(),
        earliest=earliest,
        latest_end=latest_end,
        duration=duration,
    )


def _moment(day: date, local: time, zone: tzinfo) -> datetime:
    """Return the moment in UTC at which the clocks of a day show a time.

    It is the first of two. A time that the clocks leave out is as long after
    midnight as on any other day, so they show a later one.
    """
    return datetime.combine(day, local, zone).astimezone(UTC)
