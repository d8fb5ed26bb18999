"""Vendor: the frozen description of a company that is asked, known without asking it.

Forms, secrets to hide, addresses, option pages and the documentation derive from it, so a
new vendor is a module that exports one, a line in `vendors`, and its texts.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from ..balancing import BalancingMarket, BalancingPrices
from ..charge import Charge
from ..tariffs.model import FrenchContract
from .base import Direction, PriceKind, PriceProvider, Product, VolumeProvider
from .network.credentials import check_credential
from .network.http import HttpClient
from .place_question import LOOKUP, PlaceQuestion


class Tariff(StrEnum):
    """The tariffs that can make a customer's price, by the time zone they hold in."""

    FRANCE = "Europe/Paris"


@dataclass(frozen=True, slots=True)
class Credential:
    """What a vendor gives its customers, to be typed into a form."""

    field: str
    is_secret: bool = True
    """Whether the form hides what is typed."""
    is_required: bool = True
    """Whether there is nothing without it."""
    life: timedelta | None = None
    """How long it is good for, where that is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """One customer of a vendor, and the way to the vendor's API."""

    client: HttpClient
    zone: ZoneInfo
    """The time zone of the market."""
    data: Mapping[str, Any] = field(default_factory=dict)
    """The credentials and the place, by their fields."""
    contract: FrenchContract = field(default_factory=FrenchContract)
    directions: frozenset[Direction] = frozenset()
    """The prices to ask for beside that of power from the grid."""

    def credential(self, name: str) -> str:
        """Return a credential without the blanks around it.

        Raises:
            InputError: It is missing or cannot be one; the error does not contain it.
        """
        return check_credential(name, str(self.data.get(name) or ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """All that a vendor tells one customer; None is what it does not have."""

    prices: PriceProvider | None = None
    volumes: VolumeProvider | None = None
    """What was traded."""
    balancing: (
        Callable[[frozenset[BalancingMarket]], Awaitable[BalancingPrices]] | None
    ) = None
    """What the grid pays for reserves."""
    request_count: Callable[[datetime], Awaitable[int | None]] | None = None
    """How many requests the account has sent on the day of a moment."""
    charges: Callable[[datetime, datetime], Awaitable[tuple[Charge, ...]]] | None = None
    """The charges that were in force in a stretch of time."""
    addresses: Callable[[str], Awaitable[Mapping[str, str]]] | None = None
    """The addresses that a text may mean, by their id."""
    probe: Callable[[datetime], Awaitable[Mapping[str, Any]]] | None = None
    """The smallest question, and what its answer adds to the data of an entry.

    Where there is none, the prices of today are the smallest question.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """A company whose API is asked."""

    key: str
    """Its name in config entries and translations; it never changes."""
    name: str
    """The name that people know it by; it is the manufacturer of the device."""
    website: str
    """Where people read about it; the page of the device leads there."""
    base_url: str
    """Where its API is, without a slash at the end."""
    market: str
    """The market whose prices it tells, in the words of the documentation."""
    time_zone: str | None
    """The market's time zone; None is that of the place, which an answer tells."""
    credentials: tuple[Credential, ...] = ()
    place: tuple[PlaceQuestion, ...] = ()
    """The ways to ask where the prices are for; none where it does not matter."""
    regions: tuple[str, ...] = ()
    """The codes that are offered where a region is asked for."""
    products: tuple[Product, ...]
    """Its prices; none where it tells something else."""
    choose: Callable[[Mapping[str, Any]], Product] | None = None
    """Which of several products the data of an entry mean."""
    directions: tuple[Direction, ...] = ()
    """The prices that it may have beside that of power from the grid."""
    tariff: Tariff | None = None
    """The tariff that its customers have, where the market is that of the tariff."""
    make: Callable[[Customer], Offer]
    """Return what it tells a customer, or raise an InputError; nothing is asked yet.

    Where forms of their own ask for the place, the credentials are tried without one.
    """

    def time_zone_of(self, data: Mapping[str, Any]) -> str | None:
        """Return the market's time zone, or None where it is not known yet."""
        return self.time_zone or data.get("time_zone")

    def product_of(self, data: Mapping[str, Any]) -> Product | None:
        """Return the prices that the data of an entry mean, if there are any."""
        if self.choose:
            return self.choose(data)
        return self.products[0] if self.products else None

    def has_tariff(self, data: Mapping[str, Any]) -> bool:
        """Tell whether the tariff can make a price from somebody else's spot price."""
        return self.tariff is not None and self.time_zone_of(data) == self.tariff

    def needs_tariff(self, data: Mapping[str, Any]) -> bool:
        """Tell whether the price depends on the tariff that the customer has chosen.

        Such a vendor tells the spot price, from which others can live. The price of a
        customer's own contract does not say what the spot price in it was.
        """
        product = self.product_of(data)
        is_made = product is not None and product.kind is not PriceKind.FINAL
        return is_made and self.has_tariff(data)

    def place_of(self, data: Mapping[str, Any]) -> PlaceQuestion | None:
        """Return the way in which the data of an entry tell the place, if any does."""
        lookup = data.get(LOOKUP)
        return next((it for it in self.place if it.lookup in (None, lookup)), None)

    @property
    def private_fields(self) -> set[str]:
        """Return what an entry keeps of the customer that nobody else should see."""
        places = (it.keeps for it in self.place if it.is_private)
        return {it.field for it in self.credentials}.union(*places)

    @property
    def lookups(self) -> tuple[PlaceQuestion, ...]:
        """Return the ways to ask for the place that have a form of their own."""
        return tuple(it for it in self.place if it.lookup)

    @property
    def ending(self) -> tuple[str, timedelta] | None:
        """Return the field of the credential that ends, and how long it is good for."""
        return next(((it.field, it.life) for it in self.credentials if it.life), None)
