"""Forms that config and options flows show, made of what a vendor needs."""

from collections.abc import Iterable, Mapping
from typing import Any

import voluptuous as vol

from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    EntitySelector,
    EntitySelectorConfig,
    LocationSelector,
    LocationSelectorConfig,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
    TimeSelector,
)

from ..const import (
    CONF_ADDRESS,
    CONF_ADDRESS_ID,
    CONF_BASE_LOAD,
    CONF_BASE_URL,
    CONF_CUSTOMER_PROFILE,
    CONF_EXPORT_PRICE,
    CONF_FALLBACK,
    CONF_LEVEL_GREEN_BELOW,
    CONF_LEVEL_METHOD,
    CONF_LEVEL_RED_ABOVE,
    CONF_LOCATION,
    CONF_LOOKUP,
    CONF_OFF_PEAK_HOURS,
    CONF_OFF_PEAK_HOURS_SUMMER,
    CONF_POWER_LIMIT,
    CONF_POWER_LIMIT_UNIT,
    CONF_PRICE_DIRECTIONS,
    CONF_PRICE_LISTS,
    CONF_PROVIDER,
    CONF_RATE_EXCISE,
    CONF_RATE_HCB,
    CONF_RATE_HCH,
    CONF_RATE_HPB,
    CONF_RATE_HPH,
    CONF_RATE_VAT,
    CONF_REGION,
    CONF_SEGMENT,
    CONF_SUPPLIER_MARKUP,
    CONF_SURPLUS_ENTITY,
    CONF_TAX_DISPLAY,
    CONF_TURPE_OPTION,
    CONF_WINDOW_DURATION,
    SECTION_ADVANCED,
)
from ..engine.levels import LevelMethod
from ..engine.providers.place_question import (
    BY_ADDRESS,
    BY_COORDINATES,
    BY_REGION,
    Lookup,
)
from ..engine.providers.vendor import Credential, Vendor
from ..engine.providers.vendors import VENDORS
from ..engine.tariffs.model import (
    ConnectionSegment,
    CustomerProfile,
    TaxDisplay,
    TurpeOption,
)
from ..options import (
    DEFAULT_DIRECTIONS,
    DEFAULT_WINDOW_MINUTES,
    PowerLimitUnit,
    PriceLists,
)

# What tells where the prices are for, by forms of their own.
PLACE = frozenset({CONF_LOOKUP}).union(
    *(it.keeps for it in (BY_REGION, BY_COORDINATES, BY_ADDRESS))
)


class Unchecked:
    """Let a selector take any value.

    Home Assistant would refuse one that is not offered in its own words and in
    English; the flow refuses it in the user's language.
    """

    def __call__[ValueT](self, data: ValueT) -> ValueT:
        """Accept anything; see the class."""
        return data


class EntityChoice(Unchecked, EntitySelector):
    """Offer entities."""


class TimeChoice(Unchecked, TimeSelector):
    """Ask for a time of day."""


class Choice(Unchecked, SelectSelector):
    """Offer values by a configuration of its own."""


class ChoiceSelector(Choice):
    """Offer words, such as the members of an enumeration."""

    def __init__(self, choices: Iterable[str], name: str) -> None:
        """Name the translations of the choices after the field.

        Codes in capitals, such as `CU4`, read the same in every language.
        """
        options = [str(choice) for choice in choices]
        config = SelectSelectorConfig(options=options, mode=SelectSelectorMode.DROPDOWN)
        if all(option.islower() for option in options):
            config["translation_key"] = name
        super().__init__(config)


def provider_form() -> vol.Schema:
    """Return the form that asks for the vendor."""
    first = next(iter(VENDORS))
    choice = ChoiceSelector(VENDORS, CONF_PROVIDER)
    return vol.Schema({vol.Required(CONF_PROVIDER, default=first): choice})


def credentials_form(vendor: Vendor) -> vol.Schema:
    """Return the form of a vendor's credentials, none of which may be missing."""
    return vol.Schema(
        {vol.Required(it.field): _credential_box(it) for it in vendor.credentials}
    )


def connection_form(vendor: Vendor, *, opened: bool = False) -> vol.Schema:
    """Return the form of a connection, its rare fields open to be mended or not.

    It is made anew each time: Home Assistant writes what it suggests into the form
    of a section itself, and one flow must not suggest what was typed in another.
    """
    fields: dict[vol.Marker, Any] = {}
    for it in vendor.credentials:
        marker = vol.Required if it.is_required else vol.Optional
        fields[marker(it.field)] = _credential_box(it)
    for asked in vendor.place:
        if not asked.lookup:
            fields[vol.Required(asked.field)] = TextSelector()
    base_url = TextSelector(TextSelectorConfig(type=TextSelectorType.URL))
    advanced = vol.Schema({vol.Optional(CONF_BASE_URL): base_url})
    folded = section(advanced, {"collapsed": not opened})
    fields[vol.Optional(SECTION_ADVANCED)] = folded
    return vol.Schema(fields)


def _credential_box(credential: Credential) -> TextSelector:
    kind = TextSelectorType.PASSWORD if credential.is_secret else TextSelectorType.TEXT
    return TextSelector(TextSelectorConfig(type=kind))


def lookup_form(vendor: Vendor) -> vol.Schema:
    """Return the form that asks in which way a vendor is told the place."""
    offered = [it.lookup for it in vendor.lookups if it.lookup]
    # A point on the map is the home at first, so that nobody has to know a code.
    home = Lookup.COORDINATES
    default = home if home in offered else offered[0]
    choice = ChoiceSelector(offered, CONF_LOOKUP)
    return vol.Schema({vol.Required(CONF_LOOKUP, default=default.value): choice})


def region_form(vendor: Vendor) -> vol.Schema:
    """Return the form that asks for one of a vendor's regions."""
    return vol.Schema(
        {
            vol.Required(CONF_REGION): SelectSelector(
                SelectSelectorConfig(
                    options=list(vendor.regions),
                    mode=SelectSelectorMode.DROPDOWN,
                    # Not every vendor has published the whole list.
                    custom_value=True,
                )
            )
        }
    )


COORDINATES = vol.Schema(
    {vol.Required(CONF_LOCATION): LocationSelector(LocationSelectorConfig())}
)

ADDRESS = vol.Schema({vol.Required(CONF_ADDRESS): TextSelector()})


def suggestion_form(suggestions: Mapping[str, str] | None = None) -> vol.Schema:
    """Return the form that offers addresses by their id."""
    return vol.Schema(
        {vol.Required(CONF_ADDRESS_ID): _offer((suggestions or {}).items())}
    )


def _offer(
    choices: Iterable[tuple[str, str]], *, multiple: bool = False
) -> SelectSelector:
    """Offer values by the names that people know them by."""
    return SelectSelector(
        SelectSelectorConfig(
            options=[
                SelectOptionDict(value=value, label=label) for value, label in choices
            ],
            # Of several, the order counts, and only this mode shows it.
            mode=SelectSelectorMode.DROPDOWN if multiple else SelectSelectorMode.LIST,
            multiple=multiple,
        )
    )


def number_selector(unit: str | None = None) -> NumberSelector:
    """Return a box for any number, with its unit where it has one.

    It has no limits of its own; see `Unchecked`.
    """
    config = NumberSelectorConfig(mode=NumberSelectorMode.BOX, step="any")
    if unit:
        config["unit_of_measurement"] = unit
    return NumberSelector(config)


def _price_selector(currency: str) -> NumberSelector:
    return number_selector(f"{currency}/kWh")


TARIFF = vol.Schema(
    {
        vol.Required(CONF_SEGMENT, default=ConnectionSegment.C5): ChoiceSelector(
            ConnectionSegment, CONF_SEGMENT
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
        vol.Optional(CONF_SUPPLIER_MARKUP): _price_selector("EUR"),
    }
)

RATES = vol.Schema(
    {
        vol.Optional(CONF_RATE_HPH): _price_selector("EUR"),
        vol.Optional(CONF_RATE_HCH): _price_selector("EUR"),
        vol.Optional(CONF_RATE_HPB): _price_selector("EUR"),
        vol.Optional(CONF_RATE_HCB): _price_selector("EUR"),
        vol.Optional(CONF_RATE_EXCISE): _price_selector("EUR"),
        vol.Optional(CONF_RATE_VAT): number_selector("%"),
    }
)


def colours_form(currency: str = "EUR") -> vol.Schema:
    """Return the form of the colours, with thresholds in a currency per kWh."""
    return vol.Schema(
        {
            vol.Required(CONF_LEVEL_METHOD, default=LevelMethod.AUTO): ChoiceSelector(
                LevelMethod, CONF_LEVEL_METHOD
            ),
            vol.Optional(CONF_LEVEL_GREEN_BELOW): _price_selector(currency),
            vol.Optional(CONF_LEVEL_RED_ABOVE): _price_selector(currency),
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


def directions_form(vendor: Vendor) -> vol.Schema:
    """Return the form of a vendor's prices beside that of power from the grid."""
    config = SelectSelectorConfig(
        options=list(vendor.directions),
        multiple=True,
        mode=SelectSelectorMode.LIST,
        translation_key=CONF_PRICE_DIRECTIONS,
    )
    default = sorted(DEFAULT_DIRECTIONS)
    return vol.Schema(
        {vol.Optional(CONF_PRICE_DIRECTIONS, default=default): SelectSelector(config)}
    )


def home_form(currency: str = "EUR") -> vol.Schema:
    """Return the form of what all appliances share, with prices in a currency."""
    return vol.Schema(
        {
            vol.Optional(CONF_POWER_LIMIT): number_selector(),
            vol.Required(
                CONF_POWER_LIMIT_UNIT, default=PowerLimitUnit.KVA
            ): ChoiceSelector(PowerLimitUnit, CONF_POWER_LIMIT_UNIT),
            vol.Optional(CONF_BASE_LOAD): number_selector("kW"),
            vol.Optional(CONF_EXPORT_PRICE): _price_selector(currency),
            vol.Optional(CONF_SURPLUS_ENTITY): EntityChoice(
                EntitySelectorConfig(domain="sensor")
            ),
        }
    )


def fallback_form(entries: Mapping[str, str] | None = None) -> vol.Schema:
    """Return the form that offers other entries by their id, to stand in."""
    return vol.Schema(
        {vol.Optional(CONF_FALLBACK): _offer((entries or {}).items(), multiple=True)}
    )


def connection_data(user_input: Mapping[str, Any]) -> dict[str, Any]:
    """Return the flat data of a form whose rare fields lie in a section.

    Blanks around what was pasted go, and what is empty is not there.
    """
    data = dict(user_input)
    data.update(data.pop(SECTION_ADVANCED, None) or {})
    data = {key: str(value).strip() for key, value in data.items()}
    if base_url := data.get(CONF_BASE_URL):
        # The same address is written with and without a slash at its end.
        data[CONF_BASE_URL] = base_url.rstrip("/")
    return {key: value for key, value in data.items() if value}


def credentials_data(vendor: Vendor, user_input: Mapping[str, Any]) -> dict[str, Any]:
    """Return the credentials of a form that cannot do without.

    What is empty is a blank, which no provider takes for a key.
    """
    given = connection_data(user_input)
    return {it.field: given.get(it.field, " ") for it in vendor.credentials}


def connection_values(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data of a config entry as the form nests it."""
    values = dict(data)
    if base_url := values.pop(CONF_BASE_URL, None):
        values[SECTION_ADVANCED] = {CONF_BASE_URL: base_url}
    return values
