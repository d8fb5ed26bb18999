"""Price provider: a company's API, asked for the prices of one customer."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

from ..prices import Prices
from ..publication import Publication
from ..volumes import Volumes


class PriceKind(StrEnum):
    """How far a provider's price is from what the customer pays."""

    SPOT = "spot"
    """The market's price; the tariff makes the customer's price of it."""
    REGULATED = "regulated"
    """The customer's price by published rates, with the parts that the tariff knows."""
    FINAL = "final"
    """The price of the customer's own contract; there is nothing to add."""


class Direction(StrEnum):
    """Which way the power flows that a price is for."""

    IMPORT = "import"
    """From the grid."""
    EXPORT = "export"
    """Into the grid, paid to the customer."""
    LOCAL = "local"
    """Generated at the customer's own place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """Prices of one kind that a vendor has, as far as they are known without asking."""

    kind: PriceKind
    published_at: time
    """When the next day's prices appear, in the time zone of the market."""
    replaces_estimates: bool = True
    """Whether what is estimated before gets confirmed by then."""
    currency: str | None
    """The ISO code of the prices, or None where only an answer tells."""
    gives_levels: bool = False
    """Whether the prices come with a colour."""
    market: str = ""
    """The market that it is for, where that is not the vendor's, in the words of the
    documentation."""
    contains: str = ""
    """What the price consists of, in the words of the documentation."""
    lasts: str = ""
    """How long one price holds, in the words of the documentation."""
    how: str = ""
    """What tells it from the vendor's other product, in the words of both."""


class PriceProvider(ABC):
    """A company's API, asked for prices by days of its market.

    Everything but `prices` is known without asking it.
    """

    product: Product
    """What is known of its prices."""

    def __init__(self, zone: ZoneInfo) -> None:
        """Name the time zone of its market."""
        self.publication = Publication(
            self.product.published_at, zone, self.product.replaces_estimates
        )

    @property
    @abstractmethod
    def question(self) -> str:
        """Return all that its prices depend on, as one text without secrets.

        Prices that were stored for another question are not prices for this one.
        """

    @property
    @abstractmethod
    def sent(self) -> int:
        """Return how many requests were sent so far."""

    @abstractmethod
    async def prices(self, first: date, end: date, now: datetime) -> Prices:
        """Return what is known for the market days `[first, end)`.

        A provider that cannot be asked for days may return more or less.

        Raises:
            ProviderError: One of its kinds; no other error leaves a provider.
        """


class VolumeProvider(Protocol):
    """A company's API, asked for the volumes of one customer."""

    @property
    def zone(self) -> ZoneInfo:
        """Return the time zone of the delivery days."""

    @property
    def question(self) -> str:
        """Return all that the volumes depend on, as one text without secrets."""

    @property
    def sent(self) -> int:
        """Return how many requests were sent so far."""

    async def volumes(self, now: datetime) -> Volumes:
        """Return the volumes of today and tomorrow.

        Raises:
            ProviderError: One of its kinds; no other error leaves a provider.
        """
