"""Suggest the colours of prices."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

# One interval in so many has no colour, because the page says that it is optional.
COLOURLESS: Final = 11
HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Scale:
    """Hold the DKK per kWh between the colours.

    The page says only that they depend on the region and on whether there are charges.
    These thresholds are made up.
    """

    green_below: Decimal
    red_from: Decimal

    def colour(self, start: datetime, price: Decimal) -> str | None:
        """Give the colour of a price, or none now and then."""
        hours = (start - datetime(2000, 1, 1, tzinfo=UTC)) // HOUR
        if hours % COLOURLESS == 0:
            return None
        if price < self.green_below:
            return "green"
        return "yellow" if price < self.red_from else "red"


SPOT: Final = Scale(Decimal("0.4"), Decimal("0.8"))
FULL: Final = Scale(Decimal("1.0"), Decimal("1.6"))
