"""Options of a config entry, read and checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from math import isfinite
from typing import Any, Self

from .const import (
    CONF_BASE_LOAD,
    CONF_CUSTOMER_PROFILE,
    CONF_EXPORT_PRICE,
    CONF_FALLBACK,
    CONF_LEVEL_GREEN_BELOW,
    CONF_LEVEL_METHOD,
    CONF_LEVEL_RED_ABOVE,
    CONF_OFF_PEAK_HOURS,
    CONF_OFF_PEAK_HOURS_SUMMER,
    CONF_POWER_LIMIT,
    CONF_POWER_LIMIT_UNIT,
    CONF_PRICE_DIRECTIONS,
    CONF_PRICE_LISTS,
    CONF_RATE_EXCISE,
    CONF_RATE_HCB,
    CONF_RATE_HCH,
    CONF_RATE_HPB,
    CONF_RATE_HPH,
    CONF_RATE_VAT,
    CONF_SEGMENT,
    CONF_SUPPLIER_MARKUP,
    CONF_SURPLUS_ENTITY,
    CONF_TAX_DISPLAY,
    CONF_TURPE_OPTION,
    CONF_WINDOW_DURATION,
)
from .engine.daily_hours import DailyHours
from .engine.errors import InputError
from .engine.levels import LevelMethod, LevelRule
from .engine.planning.home import Home
from .engine.providers.base import Direction
from .engine.tariffs.model import (
    ConnectionSegment,
    CustomerProfile,
    FrenchContract,
    TaxDisplay,
    TurpeOption,
)
from .engine.tariffs.own_rates import OwnRates

DEFAULT_WINDOW_MINUTES = 120

# Day-ahead prices reach at most two days; a longer window would never be found.
LONGEST_WINDOW_MINUTES = 24 * 60

# A markup is a few cents. Whoever types more has thought of another unit.
LARGEST_MARKUP = 1.0


class PriceLists(StrEnum):
    """The form in which `current_price` lists prices for other tools."""

    NONE = "none"
    GENERIC = "generic"
    NORDPOOL = "nordpool"


class PowerLimitUnit(StrEnum):
    """What the power limit of a home is counted in."""

    KVA = "kva"
    AMPERE = "ampere"
    AMPERE_THREE_PHASE = "ampere_three_phase"


# The nominal voltage between phase and neutral in Europe (EN 50160). Appliances that
# heat or charge have a power factor near one, so a kVA carries a kW; the load of a
# home with three phases is taken to be spread evenly.
VOLTS = 230
KILOWATTS = {
    PowerLimitUnit.KVA: 1.0,
    PowerLimitUnit.AMPERE: VOLTS / 1000,
    PowerLimitUnit.AMPERE_THREE_PHASE: 3 * VOLTS / 1000,
}

# Beside the price of power from the grid, which is always asked for.
DEFAULT_DIRECTIONS = frozenset({Direction.EXPORT})


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user chose."""

    contract: FrenchContract = field(default_factory=FrenchContract)
    level_rule: LevelRule = field(default_factory=LevelRule)
    window_duration: timedelta = timedelta(minutes=DEFAULT_WINDOW_MINUTES)
    price_lists: PriceLists = PriceLists.NONE
    fallback: tuple[str, ...] = ()
    """The ids of the entries that stand in, the first that can."""
    directions: frozenset[Direction] = DEFAULT_DIRECTIONS
    home: Home = field(default_factory=Home)
    export_price: float | None = None
    """What a kWh that is fed in brings, where the provider does not tell."""
    surplus_entity: str | None = None
    """Whose attributes forecast the surplus."""

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> Self:
        """Read the options; what is missing has its default.

        Raises:
            InputError: An option has a value that does not exist or make sense.
        """
        return cls(
            contract=_contract(options),
            level_rule=_level_rule(options),
            window_duration=_window_duration(options),
            price_lists=read_choice(options, CONF_PRICE_LISTS, PriceLists.NONE),
            fallback=tuple(map(str, options.get(CONF_FALLBACK) or ())),
            directions=_directions(options),
            home=_home(options),
            export_price=read_number(options, CONF_EXPORT_PRICE),
            surplus_entity=options.get(CONF_SURPLUS_ENTITY),
        )

    @classmethod
    def from_usable(cls, options: Mapping[str, Any]) -> Self:
        """Read the options that have a value that makes sense, and leave out the others.

        What an appliance needs to run must not be lost for a wrong number elsewhere.
        """
        left = dict(options)
        for _ in options:
            try:
                return cls.from_options(left)
            except InputError as err:
                if err.field not in left:
                    break
                del left[err.field]
        return cls()


def _home(options: Mapping[str, Any]) -> Home:
    """Return what all appliances of the home share."""
    limit = read_number(options, CONF_POWER_LIMIT)
    base = read_number(options, CONF_BASE_LOAD) or 0.0
    unit = read_choice(options, CONF_POWER_LIMIT_UNIT, PowerLimitUnit.KVA)
    if base < 0:
        raise InputError(CONF_BASE_LOAD, "power_negative", base)
    if limit is None:
        return Home(None, base)
    if limit <= 0:
        raise InputError(CONF_POWER_LIMIT, "power_not_positive", limit)
    power = limit * KILOWATTS[unit]
    if base >= power:
        raise InputError(CONF_BASE_LOAD, "base_load_above_limit", base)
    return Home(power, base)


def _contract(options: Mapping[str, Any]) -> FrenchContract:
    """Return the contract that the options describe."""
    markup = read_number(options, CONF_SUPPLIER_MARKUP) or 0.0
    if abs(markup) > LARGEST_MARKUP:
        raise InputError(CONF_SUPPLIER_MARKUP, "markup_too_large", markup)
    return FrenchContract(
        segment=read_choice(options, CONF_SEGMENT, ConnectionSegment.C5),
        turpe_option=read_choice(options, CONF_TURPE_OPTION, TurpeOption.CU4),
        profile=read_choice(
            options, CONF_CUSTOMER_PROFILE, CustomerProfile.PARTICULIER
        ),
        display=read_choice(options, CONF_TAX_DISPLAY, TaxDisplay.TTC),
        off_peak=_hours(options, CONF_OFF_PEAK_HOURS),
        off_peak_summer=_hours(options, CONF_OFF_PEAK_HOURS_SUMMER),
        supplier_markup=markup,
        own_rates=_own_rates(options),
    )


def _own_rates(options: Mapping[str, Any]) -> OwnRates:
    """Return the numbers that the customer knows better than the tables."""
    percent = read_number(options, CONF_RATE_VAT)
    return OwnRates(
        hph=read_number(options, CONF_RATE_HPH),
        hch=read_number(options, CONF_RATE_HCH),
        hpb=read_number(options, CONF_RATE_HPB),
        hcb=read_number(options, CONF_RATE_HCB),
        excise=read_number(options, CONF_RATE_EXCISE),
        vat=None if percent is None else percent / 100,
    )


def _directions(options: Mapping[str, Any]) -> frozenset[Direction]:
    """Return the prices that are asked for beside that of power from the grid."""
    values = options.get(CONF_PRICE_DIRECTIONS)
    if values is None:
        return DEFAULT_DIRECTIONS
    try:
        return frozenset(Direction(value) for value in values)
    except ValueError as err:
        raise InputError(CONF_PRICE_DIRECTIONS, "unknown_value", values) from err


def _level_rule(options: Mapping[str, Any]) -> LevelRule:
    """Return how levels are decided."""
    rule = LevelRule(
        method=read_choice(options, CONF_LEVEL_METHOD, LevelMethod.AUTO),
        green_below=read_number(options, CONF_LEVEL_GREEN_BELOW),
        red_above=read_number(options, CONF_LEVEL_RED_ABOVE),
    )
    if rule.method is LevelMethod.FIXED:
        if rule.green_below is None or rule.red_above is None:
            missing = (
                CONF_LEVEL_GREEN_BELOW
                if rule.green_below is None
                else CONF_LEVEL_RED_ABOVE
            )
            raise InputError(missing, "threshold_missing")
        if rule.green_below > rule.red_above:
            raise InputError(CONF_LEVEL_RED_ABOVE, "thresholds_crossed", rule.red_above)
    return rule


def _window_duration(options: Mapping[str, Any]) -> timedelta:
    """Return how long the cheapest window is."""
    minutes = read_number(options, CONF_WINDOW_DURATION)
    if minutes is None:
        minutes = DEFAULT_WINDOW_MINUTES
    if not 1 <= minutes <= LONGEST_WINDOW_MINUTES:
        raise InputError(CONF_WINDOW_DURATION, "window_duration_range", minutes)
    return timedelta(minutes=minutes)


def read_choice[ChoiceT: StrEnum](
    options: Mapping[str, Any], key: str, default: ChoiceT
) -> ChoiceT:
    """Return the choice that an option names."""
    value = options.get(key, default)
    try:
        return type(default)(value)
    except ValueError as err:
        raise InputError(key, "unknown_value", value) from err


def read_number(options: Mapping[str, Any], key: str) -> float | None:
    """Return the number that an option holds, or None when it is not set."""
    value = options.get(key)
    if value is None:
        return None
    try:
        number = float(value)
    except (TypeError, ValueError) as err:
        raise InputError(key, "not_a_number", value) from err
    if not isfinite(number):
        raise InputError(key, "not_a_number", value)
    return number


def _hours(options: Mapping[str, Any], key: str) -> DailyHours | None:
    """Return the off-peak hours that an option holds, or None when it is not set."""
    value = options.get(key)
    return None if value is None else DailyHours.parse(str(value), key)


def with_forced_values(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return options with what C4 forces, so that the form and the entry show it."""
    if options.get(CONF_SEGMENT) != ConnectionSegment.C4:
        return dict(options)
    return {
        **options,
        CONF_CUSTOMER_PROFILE: CustomerProfile.PRO.value,
        CONF_TAX_DISPLAY: TaxDisplay.HT.value,
    }
