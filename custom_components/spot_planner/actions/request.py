"""Read what an action asks to be planned."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from ..appliances.settings import DEFAULT_SHORTEST_MINUTES
from ..const import (
    CONF_AFTER,
    CONF_AFTER_WITHIN,
    CONF_DURATION,
    CONF_EARLIEST_START,
    CONF_NEVER_WITH,
    CONF_POWER,
    CONF_PROFILE,
    CONF_SHORTEST_SEGMENT,
    CONF_SPLIT,
)
from ..engine.planning.model import LoadProfile, Phase, RunRequest, Split
from ..engine.series import PriceSeries
from ..engine.time_range import next_minute
from .errors import refusal
from .fields import ATTR_LATEST_END

# Without a power, a run costs what a kW costs for as long.
DEFAULT_POWER = 1.0


def run_request(
    name: str, data: Mapping[str, Any], series: PriceSeries, now: datetime
) -> RunRequest:
    """Return the request that the fields of an action describe.

    Raises:
        InputError: A field has a value that no run could have.
        ServiceValidationError: The fields do not say how long it takes.
    """
    profile = _profile(data)
    earliest = next_minute(now)
    if wanted := data.get(CONF_EARLIEST_START):
        # Nothing can be started in the past any more.
        earliest = max(wanted, earliest)
    latest = data.get(ATTR_LATEST_END)
    if latest is None:
        # The known prices are the only limit then, and say so if they are too few.
        latest = max(series.end or earliest, earliest + profile.duration)
    return RunRequest(
        name=name,
        profile=profile,
        earliest=earliest,
        latest_end=latest,
        split=_split(data, profile),
        after=data.get(CONF_AFTER),
        after_within=data.get(CONF_AFTER_WITHIN),
        never_with=frozenset(data.get(CONF_NEVER_WITH, ())),
    )


def _profile(data: Mapping[str, Any]) -> LoadProfile:
    if (CONF_DURATION in data) == (CONF_PROFILE in data):
        raise refusal("duration_or_profile")
    if CONF_PROFILE not in data:
        power = data.get(CONF_POWER, DEFAULT_POWER)
        return LoadProfile.constant(data[CONF_DURATION], power)
    if CONF_POWER in data:
        raise refusal("duration_or_profile")
    return LoadProfile(
        tuple(
            Phase(phase[CONF_DURATION], phase[CONF_POWER])
            for phase in data[CONF_PROFILE]
        )
    )


def _split(data: Mapping[str, Any], profile: LoadProfile) -> Split | None:
    if not data[CONF_SPLIT]:
        return None
    shortest = data.get(CONF_SHORTEST_SEGMENT)
    if shortest is None:
        usual = timedelta(minutes=DEFAULT_SHORTEST_MINUTES)
        shortest = min(usual, profile.duration)
    return Split(shortest)
