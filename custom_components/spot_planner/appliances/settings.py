"""The appliances of an entry, read from their subentries and checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum
from typing import Any, Self, final

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.util import dt as dt_util

from ..const import (
    CONF_AFTER,
    CONF_AFTER_WITHIN,
    CONF_AUTOMATIC,
    CONF_CONFIRM_WITHIN,
    CONF_DURATION,
    CONF_EARLIEST_START,
    CONF_ENTITY,
    CONF_FORBIDDEN_HOURS,
    CONF_LEAST_SAVING,
    CONF_LONGEST_PAUSE,
    CONF_MOST_SEGMENTS,
    CONF_NEVER_WITH,
    CONF_PAUSED,
    CONF_POWER,
    CONF_PRICE_LIMIT,
    CONF_PROFILE,
    CONF_PROOF,
    CONF_PROOF_THRESHOLD,
    CONF_READY_BY,
    CONF_SCHEDULE,
    CONF_SHORTEST_SEGMENT,
    CONF_SPLIT,
    CONF_STOP_AT_END,
    CONF_WEEKDAYS,
    LOGGER,
    SUBENTRY_APPLIANCE,
)
from ..engine.daily_hours import DailyHours
from ..engine.errors import InputError
from ..engine.planning.model import LoadProfile, Split
from ..engine.runs.appliance import EVERY_DAY, LONGEST_RUN, Appliance
from ..engine.runs.profile_text import parse_profile
from ..options import read_choice, read_number

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

DEFAULT_CONFIRM_MINUTES = 5
DEFAULT_PROOF_WATTS = 10
DEFAULT_SHORTEST_MINUTES = 30

# The program of a machine has a dozen phases; each of them costs time in every plan.
MOST_PHASES = 50


class Recurrence(StrEnum):
    """How often an appliance runs."""

    DAILY = "daily"
    ON_DEMAND = "on_demand"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """How an appliance is switched, and how it is known to run."""

    entity: str | None
    """What is switched; None for advice only."""
    proof: str | None
    """What proves that it runs; None: the state of what is switched."""
    proof_watts: float
    """From which power on it runs, where the proof measures power."""
    confirm_within: timedelta
    stop_at_end: bool
    automatic: bool
    """Whether the user has handed over; nothing is switched before."""
    paused: bool
    """Whether no run begins until further notice."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class ApplianceSettings:
    """An appliance with all that the user chose for it."""

    appliance: Appliance
    control: Control

    @classmethod
    def from_subentry(cls, subentry: ConfigSubentry) -> Self:
        """Read the data of a subentry.

        Raises:
            InputError: A field has a value that does not exist or make sense.
        """
        return cls.from_data(subentry.subentry_id, subentry.title, subentry.data)

    @classmethod
    def from_data(cls, subentry_id: str, name: str, data: Mapping[str, Any]) -> Self:
        """Read what a form or a subentry says; what is missing has its default.

        Raises:
            InputError: A field has a value that does not exist or make sense.
        """
        forbidden = data.get(CONF_FORBIDDEN_HOURS)
        return cls(
            appliance=Appliance(
                id=subentry_id,
                name=name,
                profile=_profile(data),
                split=_split(data),
                daily=read_choice(data, CONF_SCHEDULE, Recurrence.DAILY)
                is Recurrence.DAILY,
                weekdays=_weekdays(data),
                earliest_start=_time(data, CONF_EARLIEST_START),
                ready_by=_time(data, CONF_READY_BY),
                forbidden=DailyHours.parse(str(forbidden), CONF_FORBIDDEN_HOURS)
                if forbidden
                else None,
                price_limit=read_number(data, CONF_PRICE_LIMIT),
                least_saving=_least_saving(data),
                after=data.get(CONF_AFTER),
                after_within=_after_within(data),
                never_with=frozenset(data.get(CONF_NEVER_WITH) or ()),
            ),
            control=_control(data),
        )


def appliances_of(entry: ConfigEntry) -> dict[str, ApplianceSettings]:
    """Return the appliances of an entry by the id of their subentry.

    One that cannot be read is left out, and the log says why: the others, and the
    prices, have to go on.
    """
    found = {}
    for subentry in entry.subentries.values():
        if subentry.subentry_type != SUBENTRY_APPLIANCE:
            continue
        try:
            found[subentry.subentry_id] = ApplianceSettings.from_subentry(subentry)
        except InputError as err:
            LOGGER.error("%s cannot be read (%s)", subentry.title, err)
    return found


def _profile(data: Mapping[str, Any]) -> LoadProfile:
    """Return the load: the profile where there is one, else one power all the time."""
    if text := data.get(CONF_PROFILE):
        return parse_profile(str(text))
    duration = _minutes(data, CONF_DURATION)
    if duration is None:
        raise InputError(CONF_DURATION, "duration_missing")
    if duration <= timedelta():
        raise InputError(CONF_DURATION, "duration_not_positive", duration)
    power = read_number(data, CONF_POWER)
    if power is None:
        raise InputError(CONF_POWER, "power_missing")
    if power <= 0:
        raise InputError(CONF_POWER, "power_not_positive", power)
    return LoadProfile.constant(duration, power)


def _split(data: Mapping[str, Any]) -> Split | None:
    """Return how runs may be cut, or None when they are one piece."""
    if not data.get(CONF_SPLIT):
        return None
    if data.get(CONF_PROFILE):
        raise InputError(CONF_SPLIT, "split_needs_constant_power")
    shortest = _minutes(data, CONF_SHORTEST_SEGMENT)
    if shortest is None:
        shortest = timedelta(minutes=DEFAULT_SHORTEST_MINUTES)
    most = read_number(data, CONF_MOST_SEGMENTS)
    return Split(
        # A run that is shorter than the shortest segment is one segment.
        min(shortest, _minutes(data, CONF_DURATION) or shortest),
        _minutes(data, CONF_LONGEST_PAUSE),
        None if most is None else int(most),
    )


def _weekdays(data: Mapping[str, Any]) -> frozenset[int]:
    """Return the days on which the appliance runs."""
    values = data.get(CONF_WEEKDAYS)
    if values is None:
        return EVERY_DAY
    try:
        return frozenset(WEEKDAYS.index(value) for value in values)
    except (TypeError, ValueError) as err:
        raise InputError(CONF_WEEKDAYS, "unknown_value", values) from err


def _least_saving(data: Mapping[str, Any]) -> float:
    """Return below which saving it does not wait, in currency."""
    saving = read_number(data, CONF_LEAST_SAVING) or 0.0
    if saving < 0:
        raise InputError(CONF_LEAST_SAVING, "saving_negative", saving)
    return saving


def _after_within(data: Mapping[str, Any]) -> timedelta | None:
    """Return how long after another appliance it starts at the latest."""
    within = _minutes(data, CONF_AFTER_WITHIN)
    if within is not None and within < timedelta():
        raise InputError(CONF_AFTER_WITHIN, "duration_negative", within)
    return within


def _control(data: Mapping[str, Any]) -> Control:
    """Return how the appliance is switched."""
    confirm = _minutes(data, CONF_CONFIRM_WITHIN)
    if confirm is None:
        confirm = timedelta(minutes=DEFAULT_CONFIRM_MINUTES)
    if confirm <= timedelta():
        raise InputError(CONF_CONFIRM_WITHIN, "duration_not_positive", confirm)
    watts = read_number(data, CONF_PROOF_THRESHOLD)
    if watts is None:
        watts = DEFAULT_PROOF_WATTS
    if watts <= 0:
        raise InputError(CONF_PROOF_THRESHOLD, "power_not_positive", watts)
    return Control(
        entity=data.get(CONF_ENTITY),
        proof=data.get(CONF_PROOF),
        proof_watts=watts,
        confirm_within=confirm,
        stop_at_end=bool(data.get(CONF_STOP_AT_END, True)),
        automatic=bool(data.get(CONF_AUTOMATIC, False)),
        paused=bool(data.get(CONF_PAUSED, False)),
    )


def _minutes(data: Mapping[str, Any], key: str) -> timedelta | None:
    """Return a number of minutes as a duration, or None when it is not set."""
    minutes = read_number(data, key)
    if minutes is None:
        return None
    # Nothing of a run is longer, and a number may be too large for any duration.
    if minutes > LONGEST_RUN / timedelta(minutes=1):
        raise InputError(key, "duration_too_long", minutes)
    # Where anything below zero is refused, it does not matter how far below it is.
    return timedelta(minutes=max(minutes, -1))


def _time(data: Mapping[str, Any], key: str) -> time:
    """Return a time of day; midnight when it is not set."""
    value = data.get(key)
    if value is None:
        return time()
    if (found := dt_util.parse_time(str(value))) is None:
        raise InputError(key, "not_a_time", value)
    return found
