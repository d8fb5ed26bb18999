"""Hold the delivery day whose energy prices are known."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self

from dev.price_server.market import PARIS, Quarter, midnight, spot_prices
from dev.price_server.publication import Publication


@dataclass(frozen=True, slots=True)
class Delivery:
    """Hold a day in Paris."""

    day: date

    @classmethod
    def of(cls, publication: Publication) -> Self:
        """Give the day before today, or an earlier one when the market is late."""
        local = (publication.now - publication.delay).astimezone(PARIS)
        return cls(local.date() - timedelta(days=1))

    @property
    def start(self) -> datetime:
        """Give the moment at which the day begins."""
        return midnight(self.day)

    @property
    def end(self) -> datetime:
        """Give the moment at which the day ends."""
        return midnight(self.day + timedelta(days=1))

    @property
    def quarters(self) -> Sequence[Quarter]:
        """Give the spot prices from which the energy prices are made up."""
        return spot_prices(self.day)

    def slots(self, length: timedelta) -> int:
        """Count the slots of a length, which the clock change makes fewer or more."""
        return (self.end - self.start) // length
