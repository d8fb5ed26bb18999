"""The fields of the actions: their names, and what they take."""

from datetime import datetime, timedelta
from enum import StrEnum
from math import isfinite
from typing import Any, Final

import voluptuous as vol

from homeassistant.const import CONF_NAME
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.selector import ConfigEntrySelector
from homeassistant.util import dt as dt_util

from ..appliances.settings import MOST_PHASES
from ..const import (
    CONF_AFTER,
    CONF_AFTER_WITHIN,
    CONF_BASE_LOAD,
    CONF_DURATION,
    CONF_EARLIEST_START,
    CONF_NEVER_WITH,
    CONF_POWER,
    CONF_POWER_LIMIT,
    CONF_PROFILE,
    CONF_READY_BY,
    CONF_SHORTEST_SEGMENT,
    CONF_SPLIT,
    DOMAIN,
)
from .errors import refusal

ATTR_APPLIANCE: Final = "appliance"
ATTR_APPLIANCES: Final = "appliances"
# Home Assistant has this name from a version on that is newer than the oldest one here.
ATTR_CONFIG_ENTRY_ID: Final = "config_entry_id"
ATTR_END: Final = "end"
ATTR_ENERGY_STATISTIC: Final = "energy_statistic"
ATTR_KIND: Final = "kind"
ATTR_LATEST_END: Final = "latest_end"
ATTR_RESOLUTION: Final = "resolution"
ATTR_START: Final = "start"

# No price is known for as long; beyond it, moments cannot be added up any more.
LONGEST_DURATION = timedelta(days=366)
YEARS = range(2000, 2100)

# More than a home has: what is beyond is a mistake, and would only keep it busy.
MOST_APPLIANCES = 50
MOST_CHARACTERS = 255
MOST_KILOWATTS = 1000


class WindowKind(StrEnum):
    """Which window is looked for."""

    CHEAPEST = "cheapest"
    DEAREST = "dearest"


def moment(value: object) -> datetime:
    """Return a time in UTC; without an offset, it is local.

    Raises:
        ServiceValidationError: It is not one of this century.
    """
    found = cv.datetime(value)
    if found.year not in YEARS:
        raise refusal("time_out_of_range")
    return dt_util.as_utc(found)


def duration(value: object) -> timedelta:
    """Return a duration in any form that Home Assistant knows; numbers are seconds.

    Raises:
        ServiceValidationError: It is longer than anything is planned for.
    """
    try:
        found: timedelta = cv.time_period(value)
    except OverflowError as err:
        raise refusal("duration_out_of_range") from err
    if found > LONGEST_DURATION:
        raise refusal("duration_out_of_range")
    return found


def power(value: object) -> float:
    """Return a power in kW.

    Raises:
        ServiceValidationError: No home could have it.
    """
    found: float = vol.Coerce(float)(value)
    if not isfinite(found):
        raise refusal("not_a_number")
    if found < 0:
        raise refusal("power_negative")
    if found > MOST_KILOWATTS:
        raise refusal("power_too_high")
    return found


def power_limit(value: object) -> float:
    """Return the power in kW that a home may take.

    Raises:
        ServiceValidationError: It is none.
    """
    if not (found := power(value)):
        raise refusal("power_not_positive")
    return found


def text(value: object) -> str:
    """Return a name or an id.

    Raises:
        ServiceValidationError: It is too long to be one.
    """
    found: str = cv.string(value)
    if len(found) > MOST_CHARACTERS:
        raise refusal("name_too_long")
    return found


def appliances(value: object) -> list[Any]:
    """Return one or several of something that there is for each appliance.

    Raises:
        ServiceValidationError: There are too many.
    """
    found: list[Any] = cv.ensure_list(value)
    if len(found) > MOST_APPLIANCES:
        raise refusal("appliances_too_many")
    return found


def phases(value: object) -> object:
    """Return the phases of a profile.

    Raises:
        ServiceValidationError: There are too many.
    """
    if isinstance(value, list) and len(value) > MOST_PHASES:
        raise refusal("profile_too_long")
    return value


ENTRY_FIELDS: Final[dict[vol.Marker, Any]] = {
    vol.Optional(ATTR_CONFIG_ENTRY_ID): ConfigEntrySelector({"integration": DOMAIN})
}

PRICES_SCHEMA = vol.Schema(
    {
        **ENTRY_FIELDS,
        vol.Optional(ATTR_START): moment,
        vol.Optional(ATTR_END): moment,
        # In minutes.
        vol.Optional(ATTR_RESOLUTION): vol.All(
            vol.Coerce(int), vol.Range(min=1, max=24 * 60)
        ),
    }
)

# What makes no sense is refused in the user's language: here, or by the engine.
RUN_FIELDS: Final[dict[vol.Marker, Any]] = {
    vol.Optional(CONF_DURATION): duration,
    vol.Optional(CONF_POWER): power,
    vol.Optional(CONF_PROFILE): vol.All(
        phases,
        [
            {
                vol.Required(CONF_DURATION): duration,
                vol.Required(CONF_POWER): power,
            }
        ],
    ),
    vol.Optional(CONF_EARLIEST_START): moment,
    vol.Optional(ATTR_LATEST_END): moment,
    vol.Optional(CONF_SPLIT, default=False): cv.boolean,
    vol.Optional(CONF_SHORTEST_SEGMENT): duration,
}

WINDOW_SCHEMA = vol.Schema(
    {
        **ENTRY_FIELDS,
        **RUN_FIELDS,
        vol.Optional(ATTR_KIND, default=WindowKind.CHEAPEST): vol.Coerce(WindowKind),
    }
)

PLAN_SCHEMA = vol.Schema(
    {
        **ENTRY_FIELDS,
        # In kW; the home's where they are left out.
        vol.Optional(CONF_POWER_LIMIT): power_limit,
        vol.Optional(CONF_BASE_LOAD): power,
        vol.Required(ATTR_APPLIANCES): vol.All(
            appliances,
            vol.Length(min=1),
            [
                {
                    vol.Required(CONF_NAME): text,
                    **RUN_FIELDS,
                    vol.Optional(CONF_AFTER): text,
                    vol.Optional(CONF_AFTER_WITHIN): duration,
                    vol.Optional(CONF_NEVER_WITH, default=list): vol.All(
                        appliances, [text]
                    ),
                }
            ],
        ),
    }
)

REQUEST_RUN_SCHEMA = vol.Schema(
    {
        **ENTRY_FIELDS,
        vol.Required(ATTR_APPLIANCE): text,
        vol.Optional(CONF_DURATION): duration,
        vol.Optional(CONF_READY_BY): moment,
    }
)

CANCEL_RUN_SCHEMA = vol.Schema({**ENTRY_FIELDS, vol.Required(ATTR_APPLIANCE): text})

COMPARE_TARIFFS_SCHEMA = vol.Schema(
    {
        **ENTRY_FIELDS,
        vol.Required(ATTR_ENERGY_STATISTIC): text,
        vol.Required(ATTR_START): moment,
        vol.Optional(ATTR_END): moment,
    }
)
