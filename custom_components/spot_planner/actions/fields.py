"""The fields of the actions: their names, and what they take."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

import voluptuous as vol

from homeassistant.const import CONF_NAME
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.selector import ConfigEntrySelector
from homeassistant.util import dt as dt_util

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


class WindowKind(StrEnum):
    """Which window is looked for."""

    CHEAPEST = "cheapest"
    DEAREST = "dearest"


def moment(value: object) -> datetime:
    """Return a time in UTC; without an offset, it is local."""
    found = cv.datetime(value)
    if found.year not in YEARS:
        raise vol.Invalid(f"Expected a time in this century, got {value}")
    return dt_util.as_utc(found)


def duration(value: object) -> timedelta:
    """Return a duration in any form that Home Assistant knows; numbers are seconds."""
    try:
        found: timedelta = cv.time_period(value)
    except OverflowError as err:
        raise vol.Invalid("Expected a shorter duration") from err
    if found > LONGEST_DURATION:
        raise vol.Invalid("Expected a shorter duration")
    return found


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

# Numbers that make no sense are refused by the engine, in the user's language.
RUN_FIELDS: Final[dict[vol.Marker, Any]] = {
    vol.Optional(CONF_DURATION): duration,
    vol.Optional(CONF_POWER): vol.Coerce(float),
    vol.Optional(CONF_PROFILE): [
        {
            vol.Required(CONF_DURATION): duration,
            vol.Required(CONF_POWER): vol.Coerce(float),
        }
    ],
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
        vol.Optional(CONF_POWER_LIMIT): vol.All(
            vol.Coerce(float), vol.Range(min=0, min_included=False)
        ),
        vol.Optional(CONF_BASE_LOAD): vol.All(vol.Coerce(float), vol.Range(min=0)),
        vol.Required(ATTR_APPLIANCES): vol.All(
            cv.ensure_list,
            vol.Length(min=1),
            [
                {
                    vol.Required(CONF_NAME): cv.string,
                    **RUN_FIELDS,
                    vol.Optional(CONF_AFTER): cv.string,
                    vol.Optional(CONF_AFTER_WITHIN): duration,
                    vol.Optional(CONF_NEVER_WITH, default=list): vol.All(
                        cv.ensure_list, [cv.string]
                    ),
                }
            ],
        ),
    }
)

REQUEST_RUN_SCHEMA = vol.Schema(
    {
        **ENTRY_FIELDS,
        vol.Required(ATTR_APPLIANCE): cv.string,
        vol.Optional(CONF_DURATION): duration,
        vol.Optional(CONF_READY_BY): moment,
    }
)

CANCEL_RUN_SCHEMA = vol.Schema(
    {**ENTRY_FIELDS, vol.Required(ATTR_APPLIANCE): cv.string}
)

COMPARE_TARIFFS_SCHEMA = vol.Schema(
    {
        **ENTRY_FIELDS,
        vol.Required(ATTR_ENERGY_STATISTIC): cv.string,
        vol.Required(ATTR_START): moment,
        vol.Optional(ATTR_END): moment,
    }
)
