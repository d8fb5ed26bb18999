"""Build tariffs for tests."""

from datetime import datetime
from typing import Any

from custom_components.spot_planner.engine.daily_hours import DailyHours
from custom_components.spot_planner.engine.series import PriceInterval
from custom_components.spot_planner.engine.tariffs.france import FrenchTariff
from custom_components.spot_planner.engine.tariffs.model import (
    ConnectionSegment,
    CustomerProfile,
    FrenchContract,
    TaxDisplay,
    TurpeOption,
)
from custom_components.spot_planner.engine.tariffs.rates import FrenchTables

from ..helpers import PARIS

# Every contract that there is, but for hours, markup and rates of one's own.
CONTRACTS = [
    *[
        {"turpe_option": option, "profile": profile, "display": display}
        for option in TurpeOption
        for profile in CustomerProfile
        for display in TaxDisplay
    ],
    {"segment": ConnectionSegment.C4, "turpe_option": TurpeOption.CU},
    {"segment": ConnectionSegment.C4, "turpe_option": TurpeOption.LU},
]


def tariff(**choices: Any) -> FrenchTariff:
    """Return the tariff of a contract with these choices."""
    return FrenchTariff(FrenchContract(**choices), FrenchTables.load(), PARIS)


def off_peak(text: str) -> DailyHours:
    """Return off-peak hours."""
    return DailyHours.parse(text, "off_peak_hours")


def amounts(interval: PriceInterval) -> dict[str, float]:
    """Return the components of a price by name."""
    return {part.name: part.amount for part in interval.components}


def clock_period(moment: datetime, winter: str, summer: str) -> str:
    """Return the period by reading the clock on the wall and the text as they are."""
    shown = moment.astimezone(PARIS)
    wall, month = shown.strftime("%H:%M"), shown.strftime("%m")
    low = "04" <= month <= "10"
    for stretch in (summer if low else winter).split(","):
        start, end = stretch.split("-")
        inside = start <= wall < end if start < end else wall >= start or wall < end
        if inside:
            return "HCB" if low else "HCH"
    return "HPB" if low else "HPH"
