"""Requests of open runs to the planner."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo

from ..planning.model import RunRequest
from ..planning.schedule_conflicts import FixedRun
from ..time_range import minute_from
from .appliance import Appliance
from .due import DAY
from .fitted import fitted
from .run import Run, RunStatus


def requests_of(
    runs: Sequence[Run],
    appliances: Mapping[str, Appliance],
    now: datetime,
    zone: tzinfo,
) -> list[RunRequest]:
    """Return what the planned runs ask for; each is called by the id of its run.

    Runs of unknown appliances are left out, and so are those that have too little time
    left: whether they are missed is not for the planner to say.
    """
    found = []
    for run in runs:
        if run.status is not RunStatus.PLANNED or run.appliance not in appliances:
            continue
        appliance = _lasting(appliances[run.appliance], run)
        earliest = max(run.earliest, minute_from(now))
        if run.latest_end - earliest < appliance.duration:
            continue
        before = _run_before(run, runs, appliances)
        found.append(
            RunRequest(
                name=run.id,
                profile=appliance.profile,
                earliest=earliest,
                latest_end=run.latest_end,
                # A run that ends too late keeps to the hours after its deadline, too.
                forbidden=appliance.forbidden.between(
                    earliest, run.latest_end + DAY, zone
                )
                if appliance.forbidden
                else (),
                split=appliance.split,
                price_limit=appliance.price_limit,
                least_saving=appliance.least_saving,
                after=before.id if before else None,
                after_within=appliance.after_within if before else None,
                never_with=_rivals(run, runs, appliances),
            )
        )
    return found


def fixed_runs(
    runs: Sequence[Run], appliances: Mapping[str, Appliance]
) -> list[FixedRun]:
    """Return the runs that never move, as others see them.

    The segments of such a run may be longer or shorter than its profile, when it began
    late or the appliance was changed meanwhile.
    """
    found = []
    for run in runs:
        if not run.is_committed or run.appliance not in appliances:
            continue
        length = sum((it.duration for it in run.segments), timedelta())
        profile = fitted(_lasting(appliances[run.appliance], run).profile, length)
        if profile:
            found.append(FixedRun(run.id, profile, run.segments))
    return found


def linked(
    requests: Sequence[RunRequest], fixed: Sequence[FixedRun]
) -> list[RunRequest]:
    """Return requests that name no other runs than these.

    One that follows a fixed run begins after it, if its deadline allows that. So it can
    be planned to the minute: where runs contend, only quarters of the clock count.
    """
    ends = {it.name: it.end for it in fixed}
    names = {it.name for it in requests} | ends.keys()
    found = []
    for request in requests:
        if request.after not in names:
            request = replace(request, after=None, after_within=None)
        if end := ends.get(request.after or ""):
            if request.latest_end - end >= request.profile.duration:
                request = replace(request, earliest=max(request.earliest, end))
        found.append(replace(request, never_with=request.never_with & names))
    return found


def _lasting(appliance: Appliance, run: Run) -> Appliance:
    return appliance if run.duration is None else appliance.lasting(run.duration)


def _run_before(
    run: Run, runs: Sequence[Run], appliances: Mapping[str, Appliance]
) -> Run | None:
    """Return the run that has to end before another begins, None when nothing has.

    It is the run of the other appliance with the same key, else the last one to begin,
    among those whose time overlaps. One that has ended stands in nobody's way.
    """
    other = appliances[run.appliance].after
    if other is None or _is_circle(run.appliance, appliances):
        return None
    found = max(
        (
            it
            for it in runs
            if it.appliance == other
            and it.earliest < run.latest_end
            and run.earliest < it.latest_end
        ),
        key=lambda it: (it.key == run.key, it.earliest),
        default=None,
    )
    return found if found and found.is_open else None


def _is_circle(appliance: str, appliances: Mapping[str, Appliance]) -> bool:
    """Tell whether an appliance has to wait for itself in the end.

    No form lets that happen, but an order that nobody can keep must stop no run.
    """
    seen: set[str] = set()
    following = appliances[appliance].after
    while following and following in appliances and following not in seen:
        if following == appliance:
            return True
        seen.add(following)
        following = appliances[following].after
    return False


def _rivals(
    run: Run, runs: Sequence[Run], appliances: Mapping[str, Appliance]
) -> frozenset[str]:
    """Return the open runs that must not meet a run, whichever of both says so.

    An appliance cannot do two of its own runs at once.
    """
    return frozenset(
        other.id
        for other in runs
        if other.is_open
        and other.id != run.id
        and (
            other.appliance == run.appliance
            or other.appliance in appliances[run.appliance].never_with
            or (
                other.appliance in appliances
                and run.appliance in appliances[other.appliance].never_with
            )
        )
    )
