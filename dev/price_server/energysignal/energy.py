"""Write what EnergySignal's two energy streams have in common."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean

from dev.price_server.answer import JsonObject, number
from dev.price_server.publication import Publication

from .delivery import Delivery
from .stamp import fetched_at, stamp


@dataclass(frozen=True, slots=True)
class EnergyPrice:
    """Hold the prices of both directions in €/MWh."""

    start: datetime
    upward: float
    downward: float

    def row(self, length: timedelta, name: str = "period") -> JsonObject:
        """Write the prices of a stretch, which some rows call by another name."""
        return {
            f"{name}_start_utc": stamp(self.start),
            f"{name}_end_utc": stamp(self.start + length),
            "upward_price_eur_mwh": self.upward,
            "downward_price_eur_mwh": self.downward,
        }


def head(
    publication: Publication,
    resolution: timedelta,
    rows_per_slot: int,
    prices: Sequence[EnergyPrice],
) -> JsonObject:
    """Write the day and its averages."""
    delivery = Delivery.of(publication)
    return {
        "latestDeliveryDateParis": delivery.day.isoformat(),
        "latestFetchedAtUtc": fetched_at(publication),
        "latestPeriodStartUtc": stamp(delivery.end - resolution),
        "latestPeriodEndUtc": stamp(delivery.end),
        "resolutionSeconds": int(resolution.total_seconds()),
        "rowCount": delivery.slots(resolution) * rows_per_slot,
        "averageUpwardPrice": number(fmean(it.upward for it in prices), 1),
        "averageDownwardPrice": number(fmean(it.downward for it in prices), 1),
    }


def empty_head(resolution: timedelta) -> JsonObject:
    """Write a day without any data.

    The page shows no such answer; that its dates are null is inferred from the streams
    whose dates are documented as a string or null.
    """
    return {
        "latestDeliveryDateParis": None,
        "latestFetchedAtUtc": None,
        "latestPeriodStartUtc": None,
        "latestPeriodEndUtc": None,
        "resolutionSeconds": int(resolution.total_seconds()),
        "rowCount": 0,
        "averageUpwardPrice": None,
        "averageDownwardPrice": None,
    }
