"""A stand-in for a provider whose settings cannot be used: it is never asked.

Appliances run without prices then, until the user has mended the settings.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import final
from zoneinfo import ZoneInfo

from ..errors import InputError
from ..prices import Prices
from ..publication import Publication
from .base import PriceKind
from .errors import UnexpectedError


@final
@dataclass(frozen=True, slots=True)
class UnusableProvider:
    """Know no prices, and say which setting is to blame."""

    error: InputError
    zone: ZoneInfo
    name: str = "Spot Planner"
    website: str = ""
    kind: PriceKind = PriceKind.FINAL
    currency: str | None = None
    gives_levels: bool = False
    sent: int = 0

    @property
    def publication(self) -> Publication:
        """Return when European market days appear; nothing is asked then."""
        return Publication(time(13), self.zone)

    @property
    def question(self) -> str:
        """Return a question that no stored prices answer."""
        return "none"

    async def prices(self, first: date, end: date, now: datetime) -> Prices:  # noqa: ARG002
        """Refuse.

        Raises:
            UnexpectedError: Always.
        """
        raise UnexpectedError(f"{self.error.field} cannot be used")
