"""What open runs ask of the planner."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo

from ..planning.model import RunRequest
from ..planning.schedule_conflicts import FixedRun
from .appliance import Appliance
from .day_hours import DAY, hours_between
from .due import full_minute
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
        earliest = max(run.earliest, full_minute(now))
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
                forbidden=hours_between(
                    appliance.forbidden, earliest, run.latest_end + DAY, zone
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
    """Return requests that name no other runs than these."""
    names = {it.name for it in requests} | {it.name for it in fixed}
    return [
        replace(
            request,
            after=request.after if request.after in names else None,
            after_within=request.after_within if request.after in names else None,
            never_with=request.never_with & names,
        )
        for request in requests
    ]


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
    seen = {appliance}
    current = appliances.get(appliance)
    while current and current.after:
        if current.after in seen:
            return True
        seen.add(current.after)
        current = appliances.get(current.after)
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
