"""Sobry: its public prices (version 1) and those of a customer's contract (version 2).

Version 2 has no public page: what its own client asks for and reads is known, and what
that leaves open is made up. So are the bodies of errors.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from statistics import fmean, median
from typing import Final, Self

from aiohttp import web

from .answer import Answer, JsonObject, RefusalError, number
from .behaviour import RateLimit, WrongKind
from .control import CONTROL
from .credentials import SOBRY_API_KEY
from .market import (
    PARIS,
    QUARTER_HOUR,
    Publication,
    Quarter,
    midnight,
    quarters_from,
    spot_prices,
)
from .vendor import Route, Vendor, ask_for

VAT: Final = 0.2
# Two terms that the page does not name and the answers have since May 2026.
OFFER: Final = 0.0
CEE_CAPA: Final = 0.01
# The page's tables in c€/kWh: peak and off-peak of the high season, then of the low.
TURPE: Final = {
    "C5": {
        "CU": (4.84, 4.84, 4.84, 4.84),
        "CU4": (7.49, 3.97, 1.66, 1.16),
        "MUDT": (4.94, 3.50, 4.94, 3.50),
        "MU4": (7.00, 3.73, 1.61, 1.11),
        "LU": (1.25, 1.25, 1.25, 1.25),
    },
    "C4": {"CU": (6.91, 4.21, 2.13, 1.52), "LU": (5.69, 3.47, 2.01, 1.49)},
}
# €/kWh before and from a day on, by the customer's profile.
EXCISE_CHANGE: Final = date(2026, 2, 1)
EXCISE: Final = {"particulier": (0.02998, 0.03085), "pro": (0.02579, 0.02658)}

PRICE_KEYS: Final = (
    "spot_price",
    "spot_price_eur_kwh",
    "price_ht_eur_kwh",
    "price_ttc_eur_kwh",
)
# How far ahead the forecasts reach is not known: a week is made up.
FORECAST: Final = timedelta(days=7)
# Euro per MWh by which a forecast misses the price that is published later, so that
# whoever keeps a forecast too long is found out.
FORECAST_ERROR: Final = 12
COLOURS: Final = {
    "DARK_GREEN": "#1b7f3b",
    "GREEN": "#5cc26a",
    "ORANGE": "#f5a623",
    "RED": "#d9403a",
}


@dataclass(frozen=True, slots=True)
class Contract:
    """The customer's contract, as the parameters of a request state it."""

    segment: str = "C5"
    option: str = "CU4"
    profile: str = "particulier"
    display: str = "TTC"

    @classmethod
    def read(cls, request: web.Request) -> Self:
        """Read a contract from a request."""
        query = request.query
        segment = query.get("segment", "C5")
        profile, display = query.get("profil", "particulier"), query.get("display")
        if segment == "C4":
            # The page forces both and ignores what the request says of them.
            profile, display = "pro", "HT"
        return cls(segment, query["turpe"], profile, display or "TTC")

    def other(self) -> Self:
        """Return a contract with another grid option."""
        return replace(self, option="CU" if self.option == "LU" else "LU")

    def excise(self, moment: datetime) -> float:
        """Return the accise in €/kWh."""
        is_changed = moment.astimezone(PARIS).date() >= EXCISE_CHANGE
        return EXCISE[self.profile][is_changed]

    def grid(self, moment: datetime) -> float:
        """Return the TURPE in €/kWh."""
        local = moment.astimezone(PARIS)
        # Off-peak hours are the same for everybody, whatever the meter says.
        is_off_peak, is_low_season = (
            local.hour not in range(6, 22),
            4 <= local.month < 11,
        )
        return TURPE[self.segment][self.option][is_off_peak + 2 * is_low_season] / 100

    def fields(self, quarter: Quarter) -> JsonObject:
        """Work out what the customer pays in a quarter-hour."""
        spot = round(quarter.price / 1000, 5)
        grid = round(self.grid(quarter.start), 5)
        excise = self.excise(quarter.start)
        without_vat = round(spot + grid + excise + OFFER + CEE_CAPA, 5)
        fields: JsonObject = {
            "spot_price_eur_kwh": number(spot, 5),
            "turpe_eur_kwh": number(grid, 5),
            "accise_eur_kwh": number(excise, 5),
            "offer_eur_kwh": number(OFFER, 5),
            "cee_capa_eur_kwh": number(CEE_CAPA, 5),
            "price_ht_eur_kwh": number(without_vat, 5),
        }
        if self.display == "TTC":
            fields["price_ttc_eur_kwh"] = number(without_vat * (1 + VAT), 5)
        return fields

    def metadata(self, first: datetime) -> JsonObject:
        """Describe how the prices came about."""
        has_vat = self.display == "TTC"
        return {
            "enabled": True,
            "segment": self.segment,
            "turpe_option": self.option,
            "profil": self.profile,
            "display": self.display,
            "offre": "standard",
            "tva_rate": VAT if has_vat else None,
            "accise_eur_kwh": number(self.excise(first), 5),
            "offer_adder_eur_kwh": number(OFFER, 5),
            "cee_capa_eur_kwh": number(CEE_CAPA, 5),
            "turpe_source": f"table interne Sobry {self.segment} (c€/kWh → €/kWh)",
            "formula_ht": (
                "spot_price_eur_kwh + turpe_eur_kwh + accise_eur_kwh"
                " + offer_eur_kwh + cee_capa_eur_kwh"
            ),
            "formula_ttc": "price_ht_eur_kwh × (1 + TVA 20%)" if has_vat else None,
            "units": {"spot_price": "€/MWh", "all_other_prices": "€/kWh"},
        }


async def tomorrow(request: web.Request, publication: Publication) -> Answer:
    """Answer the quarter-hours of tomorrow and their statistics."""
    day = publication.today + timedelta(days=1)
    quarters = _published(publication, day, day + timedelta(days=1))
    spot = [it.price for it in quarters]
    head: JsonObject = {
        "success": True,
        "date": day.isoformat(),
        "timezone": "Europe/Paris (CET)",
        "count": len(quarters),
        "statistics": {
            "min": number(min(spot), 2),
            "max": number(max(spot), 2),
            "average": number(fmean(spot), 2),
            "median": number(median(spot), 2),
        },
    }
    return _answer(head, "prices", quarters, Contract.read(request))


async def raw(request: web.Request, publication: Publication) -> Answer:
    """Answer the prices of some days, without the one on which they end."""
    start, end = (date.fromisoformat(request.query[it]) for it in ("start", "end"))
    quarters = _published(publication, start, end)
    head: JsonObject = {
        "success": True,
        "params": {
            "start": start.isoformat(),
            "end": end.isoformat(),
            "country": "FR",
            "granularity": "quarter_hourly",
            "provider": "epex",
            "timezone": "CET",
        },
        "count": len(quarters),
    }
    return _answer(head, "data", quarters, Contract.read(request))


def _published(publication: Publication, start: date, end: date) -> tuple[Quarter, ...]:
    """Return the quarter-hours of `[start, end)` that are out, or refuse."""
    if start >= end:
        raise ValueError("start must be before end")
    quarters = publication.quarters(midnight(start), midnight(end))
    if not quarters:
        raise RefusalError(404, "no_data", f"No prices from {start} to {end}.")
    return quarters


def _answer(
    head: JsonObject, rows_key: str, quarters: Sequence[Quarter], contract: Contract
) -> Answer:
    """Put an answer together."""

    def row(quarter: Quarter) -> JsonObject:
        return {
            "timestamp": quarter.start.astimezone(PARIS).isoformat(),
            "spot_price": number(quarter.price, 2),
            **contract.fields(quarter),
        }

    return Answer(
        head=head,
        rows_key=rows_key,
        rows=tuple(map(row, quarters)),
        tail={"pricing_metadata": contract.metadata(quarters[0].start)},
        time_key="timestamp",
        price_keys=PRICE_KEYS,
        following_row=row(_after(quarters[-1])),
        variants={
            WrongKind.OTHER_TARIFF: lambda: _answer(
                head, rows_key, quarters, contract.other()
            )
        },
    )


def _after(quarter: Quarter) -> Quarter:
    """Return the next quarter-hour, published or not."""
    return quarters_from(quarter.start + QUARTER_HOUR, QUARTER_HOUR)[0]


async def daily_prices(request: web.Request, publication: Publication) -> Answer:
    """Answer a day and some days after it, or an empty list when none is out."""
    day = date.fromisoformat(request.query["day"])
    days = int(request.query["days"]) + 1
    start, end = midnight(day), midnight(day + timedelta(days=days))
    prices = [(it, False) for it in publication.quarters(start, end)]
    if request.app[CONTROL].switches.sobry_estimates:
        later = replace(publication, now=publication.now + FORECAST)
        first = max(start, midnight(publication.last_day + timedelta(days=1)))
        prices += [(it, True) for it in later.quarters(first, end)]
    # A key stands for one contract, and this is the one.
    return _daily_answer(prices, Contract())


def _daily_answer(prices: Sequence[tuple[Quarter, bool]], contract: Contract) -> Answer:
    """Write quarter-hours, each with whether it is a forecast, as one bare list."""
    after = [(_after(quarter), is_forecast) for quarter, is_forecast in prices[-1:]]
    rows = [_daily_row(*it, contract) for it in (*prices, *after)]
    return Answer(
        rows_key=None,
        rows=tuple(rows[:-1]),
        time_key="time",
        price_keys=("price",),
        following_row=rows[-1] if rows else None,
        variants={
            WrongKind.OTHER_TARIFF: lambda: _daily_answer(prices, contract.other())
        },
    )


def _daily_row(quarter: Quarter, is_forecast: bool, contract: Contract) -> JsonObject:
    """Write the price in €/kWh and its local time, which lacks an offset."""
    local = quarter.start.astimezone(PARIS)
    colour = _colour(quarter.price, [it.price for it in spot_prices(local.date())])
    if is_forecast:
        quarter = replace(quarter, price=quarter.price + FORECAST_ERROR)
    return {
        "date": local.date().isoformat(),
        "time": f"{local:%H:%M}",
        "price": contract.fields(quarter)["price_ttc_eur_kwh"],
        "colorLabel": colour,
        "color": COLOURS[colour],
        "estimated": is_forecast,
    }


def _colour(price: float, day: Sequence[float]) -> str:
    """Return the colour of a price among those of its day: a tenth and the thirds."""
    rank = sum(other < price for other in day) / len(day)
    if rank < 1 / 10:
        return "DARK_GREEN"
    if rank < 1 / 3:
        return "GREEN"
    return "ORANGE" if rank < 2 / 3 else "RED"


def error_body(refusal: RefusalError, *_: object) -> JsonObject:
    """Write a refusal as JSON."""
    error = {"code": refusal.code, "message": refusal.message}
    return {"success": False, "error": error}


# Both versions sit at the root, where the base URL of the vendor has them.
SOBRY: Final = Vendor(
    name="sobry",
    routes=(
        Route("GET", "/api/prices/tomorrow", tomorrow),
        Route("GET", "/api/prices/raw", raw),
    ),
    limit=RateLimit(100),
    error_body=error_body,
)
SOBRY_V2: Final = Vendor(
    name="sobry_v2",
    routes=(Route("GET", "/v2/user/daily-prices", daily_prices),),
    error_body=error_body,
    authorize=ask_for("Authorization", lambda: f"Bearer {SOBRY_API_KEY}"),
)
