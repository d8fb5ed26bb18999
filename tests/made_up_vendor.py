"""Made-up vendor: Swedish prices that nobody sells, in one file and its texts.

It shows what a new vendor takes: this module in a folder of `engine/providers`, its line
in `vendors`, and its texts in each translation.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, override
from zoneinfo import ZoneInfo

from custom_components.spot_planner.engine.prices import Prices
from custom_components.spot_planner.engine.providers.base import (
    PriceKind,
    PriceProvider,
    Product,
)
from custom_components.spot_planner.engine.providers.network.address import path_part
from custom_components.spot_planner.engine.providers.network.credentials import bearer
from custom_components.spot_planner.engine.providers.network.http import HttpClient
from custom_components.spot_planner.engine.providers.place_question import BY_REGION
from custom_components.spot_planner.engine.providers.rows import (
    PricePoint,
    close_points,
    number,
    rows_of,
    utc,
)
from custom_components.spot_planner.engine.providers.vendor import (
    Credential,
    Customer,
    Offer,
    Vendor,
)
from custom_components.spot_planner.engine.series import PriceSeries

CURRENCY = "SEK"
REGIONS = ("SE1", "SE2", "SE3", "SE4")

PRODUCT = Product(
    kind=PriceKind.FINAL,
    published_at=time(13),
    currency=CURRENCY,
    contains="Everything per kWh",
    lasts="A quarter-hour",
)


class MadeUpProvider(PriceProvider):
    """The prices of one region."""

    product = PRODUCT

    def __init__(
        self, client: HttpClient, pass_phrase: str, region: str, zone: ZoneInfo
    ) -> None:
        """Ask through this client for this region; the zone is the market's."""
        super().__init__(zone)
        self._client = client
        self._credentials = bearer(pass_phrase)
        self._path = f"/prices/{path_part(region)}"
        self._zone = zone

    @property
    @override
    def question(self) -> str:
        return f"{self._client.base_url}{self._path}"

    @property
    @override
    def sent(self) -> int:
        return self._client.sent

    @override
    async def prices(self, first: date, end: date, now: datetime) -> Prices:
        days = {"from": first.isoformat(), "to": end.isoformat()}
        document = await self._client.get_json(self._path, days, self._credentials)
        points = [
            PricePoint(utc(row.get("at"), "a row"), number(row, "sek", "a row"))
            for row in rows_of(document, "prices")
        ]
        quarter = timedelta(minutes=15)
        return Prices(PriceSeries(CURRENCY, close_points(points, self._zone, quarter)))


def _make(customer: Customer) -> Offer:
    provider = MadeUpProvider(
        customer.client,
        customer.credential("pass_phrase"),
        str(customer.data.get("region") or REGIONS[0]),
        customer.zone,
    )
    return Offer(prices=provider)


VENDOR = Vendor(
    key="made_up",
    name="Made Up",
    website="https://made-up.test",
    base_url="https://api.made-up.test",
    market="Sweden",
    time_zone="Europe/Stockholm",
    credentials=(Credential("pass_phrase"),),
    place=(BY_REGION,),
    regions=REGIONS,
    products=(PRODUCT,),
    make=_make,
)


def with_texts(translations: Mapping[str, Any]) -> dict[str, Any]:
    """Return English translations with the texts of this vendor."""
    return _merged(
        translations,
        {
            "config": {
                "step": {
                    "made_up": {
                        "title": "Made Up",
                        "description": "Made Up tells prices that nobody sells.",
                        "data": {"pass_phrase": "Pass phrase"},
                        "sections": {
                            "advanced": {"data": {"base_url": "Address of the API"}}
                        },
                    },
                    "reauth_confirm": {"data": {"pass_phrase": "Pass phrase"}},
                }
            },
            "selector": {"provider": {"options": {"made_up": "Made Up (Sweden)"}}},
            "system_health": {"info": {"can_reach_made_up": "Reach Made Up"}},
        },
    )


def _merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Return two trees as one."""
    return {**old, **new} | {
        key: _merged(old[key], value)
        for key, value in new.items()
        if isinstance(value, Mapping) and key in old
    }
