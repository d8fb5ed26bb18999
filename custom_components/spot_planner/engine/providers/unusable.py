"""Unusable provider: a stand-in for one whose settings cannot be used; it is never asked.

Appliances run without prices then, until the user has mended the settings.
"""

from datetime import date, datetime, time
from typing import final, override
from zoneinfo import ZoneInfo

from ..errors import InputError
from ..prices import Prices
from .base import PriceKind, PriceProvider, Product
from .errors import UnexpectedError


@final
class UnusableProvider(PriceProvider):
    """Know no prices, and say which setting is to blame."""

    # Nothing is asked at the time at which European market days appear.
    product = Product(kind=PriceKind.FINAL, published_at=time(13), currency=None)
    name = "Spot Planner"
    website = ""

    def __init__(self, error: InputError, zone: ZoneInfo) -> None:
        """Keep what is wrong."""
        super().__init__(zone)
        self._error = error

    @property
    @override
    def question(self) -> str:
        """Return a question that no stored prices answer."""
        return "none"

    @property
    @override
    def sent(self) -> int:
        """Return that nothing was asked."""
        return 0

    @override
    async def prices(self, first: date, end: date, now: datetime) -> Prices:
        """Refuse.

        Raises:
            UnexpectedError: Always.
        """
        raise UnexpectedError(f"{self._error.field} cannot be used")
