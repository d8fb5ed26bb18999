"""The form of an appliance."""

from collections.abc import Iterator, Mapping
from typing import Any

import voluptuous as vol

from homeassistant.const import CONF_NAME
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    BooleanSelector,
    EntitySelectorConfig,
    SelectOptionDict,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
)

from ..appliances.settings import (
    DEFAULT_CONFIRM_MINUTES,
    DEFAULT_PROOF_WATTS,
    DEFAULT_SHORTEST_MINUTES,
    WEEKDAYS,
    Recurrence,
)
from ..appliances.state_meaning import PROVING
from ..const import (
    CONF_AFTER,
    CONF_AFTER_WITHIN,
    CONF_CONFIRM_WITHIN,
    CONF_DURATION,
    CONF_EARLIEST_START,
    CONF_ENTITY,
    CONF_FORBIDDEN_HOURS,
    CONF_LEAST_SAVING,
    CONF_LONGEST_PAUSE,
    CONF_MOST_SEGMENTS,
    CONF_NEVER_WITH,
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
)
from .forms import Choice, ChoiceSelector, EntityChoice, TimeChoice, number_selector

SECTION_LOAD = "load"
SECTION_RULES = "rules"
SECTION_CONFIRMATION = "confirmation"

# What can be turned on, or set off, without being told anything else.
SWITCHABLE = (
    *("button", "climate", "fan", "humidifier", "input_boolean", "input_button"),
    *("light", "media_player", "scene", "script", "switch", "water_heater"),
)

MIDNIGHT = "00:00:00"

type Fields = dict[vol.Marker, Any]


def appliance_form(
    currency: str = "EUR",
    others: Mapping[str, str] | None = None,
    *,
    opened: str | None = None,
) -> vol.Schema:
    """Return the form, with the names of other appliances by their id.

    It is made anew each time: Home Assistant writes what it suggests into the form
    of a section itself. The section that has to be mended is open.
    """
    sections: dict[str, Fields] = {
        SECTION_LOAD: _load_fields(),
        SECTION_RULES: _rules_fields(currency, others or {}),
        SECTION_CONFIRMATION: _confirmation_fields(),
    }
    return vol.Schema(
        _first_fields()
        | {
            vol.Optional(name): section(
                vol.Schema(fields), {"collapsed": name != opened}
            )
            for name, fields in sections.items()
        }
    )


def place_of(field: str, form: vol.Schema) -> str:
    """Return where the form shows what is wrong with a field.

    The frontend shows errors beside a section, and none beside the fields in it.
    """
    for name, part in _sections(form):
        if field in part.schema:
            return name
    return field


def appliance_data(user_input: Mapping[str, Any]) -> dict[str, Any]:
    """Return the flat data of a filled-in form; what is empty is not there."""
    data: dict[str, Any] = {}
    for key, value in user_input.items():
        data |= value if isinstance(value, Mapping) else {key: value}
    data = {k: v.strip() if isinstance(v, str) else v for k, v in data.items()}
    # No day at all is a mistake; without an answer, it is every day.
    return {
        key: value
        for key, value in data.items()
        if value not in (None, "", []) or key == CONF_WEEKDAYS
    }


def appliance_values(data: Mapping[str, Any], form: vol.Schema) -> dict[str, Any]:
    """Return the flat data of an appliance as the form nests it."""
    nested = {
        name: {str(key): data[key] for key in part.schema if key in data}
        for name, part in _sections(form)
    }
    return {**data, **nested}


def _sections(form: vol.Schema) -> Iterator[tuple[str, vol.Schema]]:
    for key, value in form.schema.items():
        if isinstance(value, section):
            yield str(key), value.schema


def _first_fields() -> Fields:
    """Return what everybody needs."""
    return {
        vol.Required(CONF_NAME): TextSelector(),
        vol.Optional(CONF_DURATION): number_selector("min"),
        vol.Optional(CONF_POWER): number_selector("kW"),
        vol.Required(CONF_SCHEDULE, default=Recurrence.DAILY): ChoiceSelector(
            Recurrence, CONF_SCHEDULE
        ),
        vol.Optional(CONF_WEEKDAYS, default=list(WEEKDAYS)): Choice(
            SelectSelectorConfig(
                options=list(WEEKDAYS),
                multiple=True,
                mode=SelectSelectorMode.LIST,
                translation_key=CONF_WEEKDAYS,
            )
        ),
        vol.Required(CONF_EARLIEST_START, default=MIDNIGHT): TimeChoice(),
        vol.Required(CONF_READY_BY, default=MIDNIGHT): TimeChoice(),
        vol.Optional(CONF_ENTITY): _entities(SWITCHABLE),
    }


def _load_fields() -> Fields:
    """Return what cuts a run, or gives it another power in each of its phases."""
    return {
        vol.Optional(CONF_PROFILE): TextSelector(),
        vol.Optional(CONF_SPLIT): BooleanSelector(),
        vol.Optional(
            CONF_SHORTEST_SEGMENT, default=DEFAULT_SHORTEST_MINUTES
        ): number_selector("min"),
        vol.Optional(CONF_LONGEST_PAUSE): number_selector("min"),
        vol.Optional(CONF_MOST_SEGMENTS): number_selector(),
    }


def _rules_fields(currency: str, others: Mapping[str, str]) -> Fields:
    """Return what else keeps a run from some times."""
    return {
        vol.Optional(CONF_FORBIDDEN_HOURS): TextSelector(),
        vol.Optional(CONF_PRICE_LIMIT): number_selector(f"{currency}/kWh"),
        vol.Optional(CONF_LEAST_SAVING): number_selector(currency),
        vol.Optional(CONF_AFTER): _appliances(others),
        vol.Optional(CONF_AFTER_WITHIN): number_selector("min"),
        vol.Optional(CONF_NEVER_WITH): _appliances(others, multiple=True),
    }


def _confirmation_fields() -> Fields:
    """Return how it is known that a run has begun, and what happens at its end."""
    return {
        vol.Optional(CONF_PROOF): _entities(PROVING),
        vol.Optional(
            CONF_PROOF_THRESHOLD, default=DEFAULT_PROOF_WATTS
        ): number_selector("W"),
        vol.Optional(
            CONF_CONFIRM_WITHIN, default=DEFAULT_CONFIRM_MINUTES
        ): number_selector("min"),
        vol.Optional(CONF_STOP_AT_END, default=True): BooleanSelector(),
    }


def _entities(domains: tuple[str, ...]) -> EntityChoice:
    return EntityChoice(EntitySelectorConfig(domain=list(domains)))


def _appliances(others: Mapping[str, str], *, multiple: bool = False) -> Choice:
    return Choice(
        SelectSelectorConfig(
            options=[
                SelectOptionDict(value=value, label=label)
                for value, label in others.items()
            ],
            mode=SelectSelectorMode.DROPDOWN,
            multiple=multiple,
        )
    )
