"""From what a provider tells to what the customer pays."""

from dataclasses import dataclass
from datetime import datetime

from ..providers.base import PriceKind
from ..series import PriceSeries
from .france import FrenchTariff
from .rates import Row


@dataclass(frozen=True, slots=True)
class Pricing:
    """What a provider's price contains, and the tariff that adds what is missing.

    There is no tariff where the market's rates are not known here; such a provider
    states what the customer pays.
    """

    kind: PriceKind
    tariff: FrenchTariff | None = None

    def full(self, series: PriceSeries) -> PriceSeries:
        """Return what the customer pays, from the provider's own answer."""
        match self.kind:
            case PriceKind.SPOT if self.tariff:
                return self.tariff.build(series)
            case PriceKind.REGULATED if self.tariff:
                return self.tariff.rebuild(series)
            case _:
                return series

    def estimate(self, spot: PriceSeries, source: str) -> PriceSeries | None:
        """Return what the customer would pay, from somebody else's spot prices."""
        if self.tariff is None:
            return None
        return self.tariff.estimate(spot, source)

    def outdated(self, now: datetime) -> tuple[Row, ...]:
        """Return the published rates that the price depends on and that are too old."""
        match self.kind:
            case PriceKind.SPOT if self.tariff:
                return self.tariff.outdated(now)
            case PriceKind.REGULATED if self.tariff:
                return self.tariff.outdated_in_rebuild(now)
            case _:
                return ()
