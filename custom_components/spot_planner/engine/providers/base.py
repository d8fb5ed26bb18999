"""What every provider of prices can do."""

from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from ..prices import Prices
from ..publication import Publication

# The longest honest answers of most providers: two days of quarter-hours with all
# components are 50 kB (Sobry), a week of forecasts in quarter-hours is 90 kB (Min
# Strøm). Five times as much is surely a mistake. Who has longer answers says so.
LARGEST_ANSWER = 512 * 1024


class PriceKind(StrEnum):
    """How far a provider's price is from what the customer pays."""

    SPOT = "spot"
    """The market's price; the tariff makes the customer's price of it."""
    REGULATED = "regulated"
    """The customer's price by published rates, with the parts that the tariff knows."""
    FINAL = "final"
    """The price of the customer's own contract; there is nothing to add."""


class PriceProvider(Protocol):
    """A company's API, asked for prices by days of its market.

    Everything but `prices` is known without asking it.
    """

    @property
    def name(self) -> str:
        """Return the name that people know it by."""

    @property
    def website(self) -> str:
        """Return where people read about it."""

    @property
    def publication(self) -> Publication:
        """Return when it publishes the next market day."""

    @property
    def kind(self) -> PriceKind:
        """Return what its price contains."""

    @property
    def currency(self) -> str | None:
        """Return the ISO code of its prices, or None when only an answer tells."""

    @property
    def gives_levels(self) -> bool:
        """Tell whether its prices come with a colour."""

    @property
    def question(self) -> str:
        """Return all that its prices depend on, as one text without secrets.

        Prices that were stored for another question are not prices for this one.
        """

    @property
    def sent(self) -> int:
        """Return how many requests were sent so far."""

    async def prices(self, first: date, end: date, now: datetime) -> Prices:
        """Return what is known for the market days `[first, end)`.

        A provider that cannot be asked for days may return more or less.

        Raises:
            ProviderError: One of its kinds; no other error leaves a provider.
        """
