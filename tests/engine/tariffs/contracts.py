"""Build tariffs for tests."""

from typing import Any

from custom_components.spot_planner.engine.series import PriceInterval
from custom_components.spot_planner.engine.tariffs.france import FrenchTariff
from custom_components.spot_planner.engine.tariffs.model import FrenchContract
from custom_components.spot_planner.engine.tariffs.off_peak import OffPeakHours
from custom_components.spot_planner.engine.tariffs.rates import FrenchTables

from ..helpers import PARIS


def tariff(**choices: Any) -> FrenchTariff:
    """Return the tariff of a contract with these choices."""
    return FrenchTariff(FrenchContract(**choices), FrenchTables.load(), PARIS)


def off_peak(text: str) -> OffPeakHours:
    """Return off-peak hours."""
    return OffPeakHours.parse(text, "off_peak_hours")


def amounts(interval: PriceInterval) -> dict[str, float]:
    """Return the components of a price by name."""
    return {part.name: part.amount for part in interval.components}
