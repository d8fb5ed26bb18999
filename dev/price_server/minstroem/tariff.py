"""Hold what is charged for each kWh in Denmark."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from dev.price_server.answer import JsonObject

from .amount import plain

COPENHAGEN: Final = ZoneInfo("Europe/Copenhagen")
VAT: Final = Decimal("1.25")
ENERGINET: Final = "Energinet"
NETWORK: Final = "Radius Elnet A/S"


@dataclass(frozen=True, slots=True)
class Rate:
    """Hold DKK per kWh with VAT from one Danish day on, by the time of the day."""

    since: date
    night: Decimal
    day: Decimal
    evening: Decimal

    @property
    def is_static(self) -> bool:
        """Tell whether every hour has the same price."""
        return self.night == self.day == self.evening

    def at(self, hour: int) -> Decimal:
        """Give the price at a full hour of the Danish clock."""
        if hour < 6:
            return self.night
        return self.evening if 17 <= hour < 21 else self.day


@dataclass(frozen=True, slots=True)
class Tariff:
    """Hold one tariff with its rates, oldest first."""

    name: str
    owner: str
    rates: tuple[Rate, ...]

    def at(self, moment: datetime) -> Decimal:
        """Give DKK per kWh with VAT at a moment."""
        local = moment.astimezone(COPENHAGEN)
        # Before the first rate that is known, the first one counts.
        known = [it for it in self.rates if it.since <= local.date()]
        return (known or self.rates)[-1 if known else 0].at(local.hour)

    def row(self, moment: datetime) -> JsonObject:
        """Write the tariff as it is at a moment."""
        price = plain(self.at(moment))
        return {"name": self.name, "ownerName": self.owner, "price": price}


def _flat(since: date, without_vat: str) -> Rate:
    """Build a rate that is the same at every hour."""
    price = Decimal(without_vat) * VAT
    return Rate(since, price, price, price)


# The amounts are those that the reference on the Danish market states without VAT; with
# VAT, the three of 2024 are those of the page's sample. The network's are one company's
# winter rates, here for the whole country and the whole year.
TARIFFS: Final[Sequence[Tariff]] = (
    Tariff(
        "Transmissions nettarif",
        ENERGINET,
        (
            _flat(date(2024, 1, 1), "0.074"),
            _flat(date(2026, 1, 1), "0.043"),
            _flat(date(2027, 1, 1), "0.056"),
        ),
    ),
    Tariff(
        "Systemtarif",
        ENERGINET,
        (
            _flat(date(2024, 1, 1), "0.051"),
            _flat(date(2026, 1, 1), "0.072"),
            _flat(date(2027, 1, 1), "0.049"),
        ),
    ),
    Tariff(
        "Elafgift",
        ENERGINET,
        (
            _flat(date(2024, 1, 1), "0.761"),
            _flat(date(2025, 1, 1), "0.72"),
            _flat(date(2026, 1, 1), "0.008"),
        ),
    ),
    Tariff(
        "Nettarif C time",
        NETWORK,
        (
            Rate(
                date(2024, 1, 1),
                night=Decimal("0.1062") * VAT,
                day=Decimal("0.3185") * VAT,
                evening=Decimal("0.9556") * VAT,
            ),
        ),
    ),
)


def charges(moment: datetime) -> Decimal:
    """Add up what is charged for a kWh, with VAT, beside its spot price."""
    return sum((tariff.at(moment) for tariff in TARIFFS), Decimal(0))
