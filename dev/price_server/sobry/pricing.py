"""Turn spot prices into the customer's price."""

from dataclasses import dataclass, replace
from statistics import fmean
from typing import Self

from dev.price_server.answer import JsonObject, number

from .period import Row
from .tariff import TURPE, VAT, Display, Option, Profile, Segment, excise

# Two terms that the page does not name and the answers have since May 2026.
OFFER = 0.0
CEE_CAPA = 0.01


@dataclass(frozen=True, slots=True)
class Pricing:
    """Hold the customer's contract as the parameters of a request state it."""

    segment: Segment
    option: Option
    profile: Profile
    display: Display

    def other(self) -> Self:
        """Give a pricing with another grid option."""
        is_long = self.option is Option.LU
        return replace(self, option=Option.CU if is_long else Option.LU)

    def fields(self, row: Row) -> JsonObject:
        """Work out what the customer pays in one row."""
        turpe = TURPE[self.segment][self.option]
        # An hour lies in one band, a day in several: a day gets the mean of them.
        starts = [it.start for it in row.quarters]
        spot = round(row.spot / 1000, 5)
        grid = round(fmean(turpe.at(it) for it in starts), 5)
        duty = excise(row.start, self.profile)
        without_vat = round(spot + grid + duty + OFFER + CEE_CAPA, 5)
        fields: JsonObject = {
            "spot_price_eur_kwh": number(spot, 5),
            "turpe_eur_kwh": number(grid, 5),
            "accise_eur_kwh": number(duty, 5),
            "offer_eur_kwh": number(OFFER, 5),
            "cee_capa_eur_kwh": number(CEE_CAPA, 5),
            "price_ht_eur_kwh": number(without_vat, 5),
        }
        if self.display is Display.TTC:
            fields["price_ttc_eur_kwh"] = number(without_vat * (1 + VAT), 5)
        return fields

    def metadata(self, first: Row) -> JsonObject:
        """Describe how the prices came about."""
        has_vat = self.display is Display.TTC
        return {
            "enabled": True,
            "segment": self.segment,
            "turpe_option": self.option,
            "profil": self.profile,
            "display": self.display,
            "offre": "standard",
            "tva_rate": VAT if has_vat else None,
            "accise_eur_kwh": number(excise(first.start, self.profile), 5),
            "offer_adder_eur_kwh": number(OFFER, 5),
            "cee_capa_eur_kwh": number(CEE_CAPA, 5),
            "turpe_source": (f"table interne Sobry {self.segment} (c€/kWh → €/kWh)"),
            "formula_ht": (
                "spot_price_eur_kwh + turpe_eur_kwh + accise_eur_kwh"
                " + offer_eur_kwh + cee_capa_eur_kwh"
            ),
            "formula_ttc": "price_ht_eur_kwh × (1 + TVA 20%)" if has_vat else None,
            "units": {"spot_price": "€/MWh", "all_other_prices": "€/kWh"},
        }
