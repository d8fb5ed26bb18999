"""Speak the API of Sobry's customers, version 2."""

from datetime import datetime
from typing import Final

from aiohttp import web

from dev.price_server.answer import Answer, RefusalError
from dev.price_server.behaviour import WrongKind
from dev.price_server.control import CONTROL
from dev.price_server.credentials import SOBRY_API_KEY
from dev.price_server.market import PARIS
from dev.price_server.publication import Publication
from dev.price_server.vendor import Route, Vendor

from .contract_price import ContractPrice, following, forecast, published
from .contract_query import read_days, read_display
from .errors import error_body
from .pricing import Pricing
from .tariff import Option, Profile, Segment


async def daily_prices(request: web.Request, publication: Publication) -> Answer:
    """Answer the quarter-hours of some days, or an empty list when none is out."""
    today = publication.now.astimezone(PARIS).date()
    period = read_days(request.query, today)
    # A key stands for one contract, and this is the one.
    display = read_display(request.query)
    pricing = Pricing(Segment.C5, Option.CU4, Profile.PARTICULIER, display)
    prices = published(period, publication)
    if request.app[CONTROL].switches.sobry_estimates:
        prices += forecast(period, publication)
    return _answer(prices, following(period, prices), pricing)


def _answer(
    prices: tuple[ContractPrice, ...],
    after: ContractPrice | None,
    pricing: Pricing,
) -> Answer:
    """Write the prices as one bare list."""
    return Answer(
        rows_key=None,
        rows=tuple(price.json(pricing) for price in prices),
        time_key="time",
        price_keys=("price",),
        following_row=None if after is None else after.json(pricing),
        variants={
            WrongKind.OTHER_TARIFF: lambda: _answer(prices, after, pricing.other())
        },
    )


def authorize(request: web.Request, _: datetime) -> None:
    """Refuse a key that is missing, unknown or no longer good."""
    if request.headers.get("Authorization") == f"Bearer {SOBRY_API_KEY}":
        return
    # The vendor's own client takes 401 and 403 alike, and what tells them apart is not
    # known. Who needs the other one asks the control for it.
    raise RefusalError(401, "unauthorized", "The API key is not valid.")


# Both versions sit at the root, where the base URL of the vendor has them. A limit of
# this one is not known.
SOBRY_V2: Final = Vendor(
    name="sobry_v2",
    routes=(Route("GET", "/v2/user/daily-prices", daily_prices),),
    requests_per_minute=None,
    error_body=error_body,
    authorize=authorize,
)
