"""What every provider of prices can do."""

from datetime import date
from typing import Protocol

from ..publication import Publication
from ..series import PriceSeries


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
    def gives_levels(self) -> bool:
        """Tell whether its prices come with a colour."""

    @property
    def question(self) -> str:
        """Return all that its prices depend on, as one text without secrets.

        Prices that were stored for another question are not prices for this one.
        """

    async def prices(self, first: date, end: date) -> PriceSeries:
        """Return what is known for the market days `[first, end)`.

        Raises:
            ProviderError: One of its kinds; no other error leaves a provider.
        """
