"""Hold what is charged for being connected in Denmark."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from dev.price_server.answer import JsonObject

from .amount import plain
from .tariff import ENERGINET, NETWORK, VAT


@dataclass(frozen=True, slots=True)
class Subscription:
    """Hold DKK per day with VAT; the vendor's months have thirty days."""

    name: str
    owner: str
    since: date
    daily: Decimal

    @property
    def monthly_without_vat(self) -> Decimal:
        """Give DKK per month, as the history states it."""
        return self.daily * 30 / VAT

    def row(self) -> JsonObject:
        """Write the subscription as it is on any day."""
        price = plain(self.daily)
        return {"name": self.name, "ownerName": self.owner, "price": price}


# The amounts of the page's sample.
SUBSCRIPTIONS: Final = (
    Subscription(
        "TSO - System Abonnement", ENERGINET, date(2024, 1, 1), Decimal("0.625")
    ),
    Subscription(
        "Net abo C forbrug time", NETWORK, date(2024, 1, 1), Decimal("2.19791")
    ),
)
