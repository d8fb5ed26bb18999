"""The forms that config and options flows show."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, override

import voluptuous as vol

from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)

from .const import (
    CONF_BASE_URL,
    CONF_CUSTOMER_PROFILE,
    CONF_LEVEL_GREEN_BELOW,
    CONF_LEVEL_METHOD,
    CONF_LEVEL_RED_ABOVE,
    CONF_OFF_PEAK_HOURS,
    CONF_OFF_PEAK_HOURS_SUMMER,
    CONF_PRICE_LISTS,
    CONF_PROVIDER,
    CONF_SEGMENT,
    CONF_SUPPLIER_MARKUP,
    CONF_TAX_DISPLAY,
    CONF_TURPE_OPTION,
    CONF_WINDOW_DURATION,
    SECTION_ADVANCED,
)
from .engine.levels import LevelMethod
from .engine.providers import ProviderKey
from .engine.tariffs.model import CustomerProfile, Segment, TaxDisplay, TurpeOption
from .settings import DEFAULT_WINDOW_MINUTES, PriceLists


class ChoiceSelector(SelectSelector):
    """Offer the members of an enumeration.

    A value that is not among them passes, because Home Assistant would refuse it
    in its own words and in English; the flow refuses it in the user's language.
    """

    def __init__(self, choices: type[StrEnum], name: str) -> None:
        """Name the translations of the choices after the field.

        Codes in capitals, such as `CU4`, read the same in every language.
        """
        config = SelectSelectorConfig(
            options=[choice.value for choice in choices],
            mode=SelectSelectorMode.DROPDOWN,
        )
        if all(choice.islower() for choice in choices):
            config["translation_key"] = name
        super().__init__(config)

    @override
    def __call__(self, data: Any) -> Any:
        """Accept anything; see the class."""
        return data


def _price_selector() -> NumberSelector:
    return NumberSelector(
        NumberSelectorConfig(
            mode=NumberSelectorMode.BOX,
            step="any",
            unit_of_measurement="EUR/kWh",
        )
    )


def connection_form(*, opened: bool = False) -> vol.Schema:
    """Return the form of the connection, its rare fields open to be mended or not.

    It is made anew each time: Home Assistant writes what it suggests into the form
    of a section itself, and one flow must not suggest what was typed in another.
    """
    base_url = TextSelector(TextSelectorConfig(type=TextSelectorType.URL))
    advanced = vol.Schema({vol.Optional(CONF_BASE_URL): base_url})
    return vol.Schema(
        {vol.Optional(SECTION_ADVANCED): section(advanced, {"collapsed": not opened})}
    )


def provider_form(*, opened: bool = False) -> vol.Schema:
    """Return the form of the provider and the connection; see `connection_form`."""
    choice = ChoiceSelector(ProviderKey, CONF_PROVIDER)
    return vol.Schema(
        {vol.Required(CONF_PROVIDER, default=ProviderKey.SOBRY): choice}
    ).extend(connection_form(opened=opened).schema)


TARIFF = vol.Schema(
    {
        vol.Required(CONF_SEGMENT, default=Segment.C5): ChoiceSelector(
            Segment, CONF_SEGMENT
        ),
        vol.Required(CONF_TURPE_OPTION, default=TurpeOption.CU4): ChoiceSelector(
            TurpeOption, CONF_TURPE_OPTION
        ),
        vol.Required(
            CONF_CUSTOMER_PROFILE, default=CustomerProfile.PARTICULIER
        ): ChoiceSelector(CustomerProfile, CONF_CUSTOMER_PROFILE),
        vol.Required(CONF_TAX_DISPLAY, default=TaxDisplay.TTC): ChoiceSelector(
            TaxDisplay, CONF_TAX_DISPLAY
        ),
        vol.Optional(CONF_OFF_PEAK_HOURS): TextSelector(),
        vol.Optional(CONF_OFF_PEAK_HOURS_SUMMER): TextSelector(),
        vol.Optional(CONF_SUPPLIER_MARKUP): _price_selector(),
    }
)

COLOURS = vol.Schema(
    {
        vol.Required(CONF_LEVEL_METHOD, default=LevelMethod.AUTO): ChoiceSelector(
            LevelMethod, CONF_LEVEL_METHOD
        ),
        vol.Optional(CONF_LEVEL_GREEN_BELOW): _price_selector(),
        vol.Optional(CONF_LEVEL_RED_ABOVE): _price_selector(),
    }
)

WINDOW = vol.Schema(
    {
        vol.Required(
            CONF_WINDOW_DURATION, default=DEFAULT_WINDOW_MINUTES
        ): NumberSelector(
            NumberSelectorConfig(
                mode=NumberSelectorMode.BOX, step=1, unit_of_measurement="min"
            )
        ),
        vol.Required(CONF_PRICE_LISTS, default=PriceLists.NONE): ChoiceSelector(
            PriceLists, CONF_PRICE_LISTS
        ),
    }
)


def connection_data(user_input: Mapping[str, Any]) -> dict[str, Any]:
    """Return the flat data of a form whose rare fields lie in a section."""
    data = dict(user_input)
    data.update(data.pop(SECTION_ADVANCED, None) or {})
    if base_url := data.get(CONF_BASE_URL):
        # The same address is written with and without a slash at its end.
        data[CONF_BASE_URL] = base_url.strip().rstrip("/")
    return data


def connection_values(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data of a config entry as the form nests it."""
    values = dict(data)
    if base_url := values.pop(CONF_BASE_URL, None):
        values[SECTION_ADVANCED] = {CONF_BASE_URL: base_url}
    return values
