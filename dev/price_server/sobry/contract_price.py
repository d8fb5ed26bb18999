"""Work out the prices of a customer's own contract."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from dev.price_server.answer import JsonObject
from dev.price_server.market import spot_prices
from dev.price_server.publication import Publication

from .contract_colour import colour
from .period import Period, Row
from .pricing import Pricing
from .tariff import Display

# How far ahead the forecasts reach is not known: a week is made up.
FORECAST: Final = timedelta(days=7)
# Euro per MWh by which a forecast misses the price that is published later, so that
# whoever keeps a forecast too long is found out.
FORECAST_ERROR: Final = 12


@dataclass(frozen=True, slots=True)
class ContractPrice:
    """Hold a quarter-hour and whether its price is a forecast."""

    row: Row
    is_estimated: bool

    def json(self, pricing: Pricing) -> JsonObject:
        """Write the price in €/kWh and its local time, which lacks an offset."""
        day = self.row.start.date()
        tint = colour(self.row.spot, [it.price for it in spot_prices(day)])
        has_vat = pricing.display is Display.TTC
        key = "price_ttc_eur_kwh" if has_vat else "price_ht_eur_kwh"
        return {
            "date": day.isoformat(),
            "time": f"{self.row.start:%H:%M}",
            "price": pricing.fields(self._priced_row)[key],
            "colorLabel": tint,
            "color": tint.code,
            "estimated": self.is_estimated,
        }

    @property
    def _priced_row(self) -> Row:
        """Give the row with the spot price that is known at the moment."""
        if not self.is_estimated:
            return self.row
        quarters = tuple(
            replace(it, price=it.price + FORECAST_ERROR) for it in self.row.quarters
        )
        return replace(self.row, quarters=quarters)


def published(period: Period, publication: Publication) -> tuple[ContractPrice, ...]:
    """Give the prices of a period that are out."""
    return tuple(ContractPrice(row, False) for row in period.rows(publication))


def forecast(period: Period, publication: Publication) -> tuple[ContractPrice, ...]:
    """Give the forecasts for the days of a period that are not out yet."""
    later = replace(publication, now=publication.now + FORECAST)
    return tuple(
        ContractPrice(row, True)
        for row in period.rows(later)
        if row.start.date() > publication.last_day
    )


def following(period: Period, prices: Sequence[ContractPrice]) -> ContractPrice | None:
    """Give the price behind the last one, if there is a last one."""
    if not prices:
        return None
    row = period.row_after([price.row for price in prices])
    return ContractPrice(row, prices[-1].is_estimated)
