"""Sobry: French day-ahead prices with grid, excise and VAT worked in.

The public route needs no key. What its page leaves out was read off recorded
answers: `end` is exclusive, two more components appear from 2026-05-19 on, and the
hours of the grid tariff are always 06-22 local time.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from ...components import with_few_names
from ...prices import Prices
from ...series import Component, PriceSeries
from ...tariffs.model import FrenchContract, TaxDisplay
from ..base import PriceKind, PriceProvider, Product
from ..errors import (
    MalformedError,
    NotFoundError,
    NotPublishedError,
    WrongCurrencyError,
)
from ..network.http import HttpClient
from ..rows import PricePoint, close_points, number, rows_of, utc

CURRENCY = "EUR"
UNITS = ("€/kWh", "EUR/kWh")
QUARTER = timedelta(minutes=15)

# Two days are 50 kB, and the comparison of tariffs asks for 31 days, which are 800 kB;
# this is more than twice that.
LARGEST_ANSWER = 2 * 1024 * 1024
COMPONENT_SUFFIX = "_eur_kwh"
TOTALS = ("price_ht", "price_ttc")
# Our words for the vendor's; a component that is not named here keeps its own.
COMPONENTS = {
    "spot_price": "spot",
    "turpe": "grid",
    "accise": "excise",
    "offer": "supplier",
}


PUBLIC = Product(
    how="without a key",
    kind=PriceKind.REGULATED,
    published_at=time(13),
    currency=CURRENCY,
    contains="Everything per kWh, for the tariff that you choose",
    lasts="A quarter-hour",
)


class SobryProvider(PriceProvider):
    """The public prices of Sobry for one contract."""

    product = PUBLIC

    def __init__(
        self, client: HttpClient, contract: FrenchContract, zone: ZoneInfo
    ) -> None:
        """Ask through this client, for this contract; the zone is the market's."""
        super().__init__(zone)
        self._client = client
        client.largest = LARGEST_ANSWER
        self._contract = contract
        self._zone = zone

    @property
    def sent(self) -> int:
        """Return how many requests were sent so far."""
        return self._client.sent

    @property
    def question(self) -> str:
        """Return all that the prices depend on."""
        contract = self._contract
        return " ".join([self._client.base_url, *contract.codes])

    async def prices(
        self,
        first: date,
        end: date,
        now: datetime,  # noqa: ARG002 - the days say it all.
    ) -> Prices:
        """Return the quarter-hourly prices of the French days `[first, end)`."""
        try:
            document = await self._client.get_json(
                "/api/prices/raw",
                {
                    "start": first.isoformat(),
                    "end": end.isoformat(),
                    "granularity": "quarter_hourly",
                    "segment": self._contract.segment,
                    "turpe": self._contract.turpe_option,
                    "profil": self._contract.profile,
                    "display": self._contract.display,
                },
            )
        except NotFoundError as err:
            # Sobry API documentation v1.0: 404 means no data for the period.
            raise NotPublishedError(str(err), err.retry_after) from err
        return Prices(
            await self._client.work(
                partial(read_prices, document, self._contract, self._zone)
            )
        )


def read_prices(
    document: object, contract: FrenchContract, zone: ZoneInfo
) -> PriceSeries:
    """Return the prices in an answer of either route, as the vendor states them.

    Amounts are EUR per kWh; the price is the one with VAT or the one without, as
    the contract says, and every `..._eur_kwh` field of a row is a component.

    Raises:
        NotPublishedError: The answer says that it failed, or holds no rows.
        WrongCurrencyError: The prices are not in EUR per kWh.
        MalformedError: A row lacks its price or time, or the answer is for another
            contract than ours.
    """
    if not isinstance(document, dict):
        raise MalformedError("the answer is not an object")
    if document.get("success") is not True:
        raise NotPublishedError("the answer does not report success")
    if not (rows := rows_of(document, "data", "prices")):
        raise NotPublishedError("the answer has no rows")
    _check_metadata(document, contract)
    points = [_read_row(row, index, contract) for index, row in enumerate(rows)]
    series = PriceSeries(CURRENCY, close_points(points, zone, QUARTER))
    return with_few_names(series)


def _read_row(
    row: Mapping[str, object], index: int, contract: FrenchContract
) -> PricePoint:
    """Return one row as a price with its components."""
    name = f"row {index}"
    start = utc(row.get("timestamp"), name)
    before_vat = number(row, "price_ht_eur_kwh", name)
    parts: dict[str, float] = {}
    for key, value in row.items():
        part = key.removesuffix(COMPONENT_SUFFIX)
        if value is not None and part not in ("", key, *TOTALS):
            # Of two fields by one name of ours, the first counts.
            parts.setdefault(COMPONENTS.get(part, part), number(row, key, name))
    price = before_vat
    if contract.display is TaxDisplay.TTC:
        price = number(row, "price_ttc_eur_kwh", name)
        # The vendor rounds to five decimals; so does this, to shed float dust.
        parts["vat"] = round(price - before_vat, 5)
    components = tuple(Component(part, amount) for part, amount in parts.items())
    return PricePoint(start, price, components)


def _check_metadata(document: Mapping[str, object], contract: FrenchContract) -> None:
    """Refuse an answer that says it is in another unit or for another contract."""
    metadata = _part(document, "pricing_metadata")
    unit = _part(metadata, "units").get("all_other_prices")
    currencies = [
        part.get("currency") for part in (document, _part(document, "params"), metadata)
    ]
    if unit not in (None, *UNITS) or any(c not in (None, CURRENCY) for c in currencies):
        raise WrongCurrencyError("the prices are not in EUR per kWh")
    for key, ours in (
        ("segment", contract.segment),
        ("turpe_option", contract.turpe_option),
        ("profil", contract.profile),
        ("display", contract.display),
    ):
        theirs = metadata.get(key)
        if isinstance(theirs, str) and theirs.casefold() != ours.casefold():
            raise MalformedError(f"the prices are for another contract: {key}")


def _part(document: Mapping[str, object], key: str) -> Mapping[str, object]:
    """Return an object within an object, empty where there is none."""
    part = document.get(key)
    return part if isinstance(part, dict) else {}
