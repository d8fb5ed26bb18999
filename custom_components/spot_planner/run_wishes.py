"""What a user wants of the runs of an appliance, and what cannot be."""

from dataclasses import replace
from datetime import datetime, timedelta

from homeassistant.util import dt as dt_util

from .engine.errors import InputError
from .engine.runs.agenda import Agenda
from .engine.runs.appliance import Appliance
from .engine.runs.due import requested_run
from .engine.runs.execution import start_now
from .engine.runs.run import Run, RunStatus


def wished_run(
    agenda: Agenda,
    appliance: Appliance,
    now: datetime,
    duration: timedelta | None = None,
    ready_by: datetime | None = None,
) -> Run:
    """Return a run that the user wants; it takes the place of the one that is due.

    Raises:
        InputError: The appliance runs already, or what is asked for cannot be.
    """
    due = agenda.current(appliance.id, now)
    if due and due.is_committed:
        raise InputError("appliance", "already_running", appliance.name)
    zone = dt_util.get_default_time_zone()
    run = requested_run(appliance, now, zone, duration, ready_by)
    return replace(run, key=due.key) if due else run


def started_run(agenda: Agenda, appliance: Appliance, now: datetime) -> Run:
    """Return the run that is due, or another one, as it begins at once.

    Raises:
        InputError: The appliance runs already.
    """
    run = agenda.current(appliance.id, now)
    if run and run.status is RunStatus.RUNNING:
        raise InputError("appliance", "already_running", appliance.name)
    if run is None:
        run = requested_run(appliance, now, dt_util.get_default_time_zone())
    return start_now(run, run.duration or appliance.duration, now)
