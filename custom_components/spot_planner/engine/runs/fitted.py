"""Load profiles of runs that were shorter or longer than planned."""

from datetime import timedelta

from ..errors import InputError
from ..planning.model import LoadProfile, Phase


def fitted(profile: LoadProfile, length: timedelta) -> LoadProfile | None:
    """Return a profile cut to a length, or going on with the power of its last phase.

    None is returned where the cut leaves nothing but rests, or nothing at all.
    """
    phases: list[Phase] = []
    left = length
    for phase in profile.phases:
        if left <= timedelta():
            break
        phases.append(Phase(min(phase.duration, left), phase.power))
        left -= phase.duration
    if left > timedelta():
        last = phases.pop()
        phases.append(Phase(last.duration + left, last.power))
    try:
        return LoadProfile(tuple(phases))
    except InputError:
        return None
