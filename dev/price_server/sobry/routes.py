"""Answer the two price routes of Sobry."""

from collections.abc import Sequence
from datetime import timedelta
from statistics import fmean, median

from aiohttp import web

from dev.price_server.answer import Answer, JsonObject, number
from dev.price_server.behaviour import WrongKind
from dev.price_server.market import PARIS
from dev.price_server.publication import Publication

from .errors import no_data
from .period import Granularity, Period, Row
from .pricing import Pricing
from .query import (
    DEFAULT_COUNTRY,
    DEFAULT_PROVIDER,
    DEFAULT_TIMEZONE,
    read_period,
    read_pricing,
)
from .tariff import Display, Option, Profile, Segment

PRICE_KEYS = (
    "spot_price",
    "spot_price_eur_kwh",
    "price_ht_eur_kwh",
    "price_ttc_eur_kwh",
)
# What a request without a contract gets when the answer is to be for a wrong one.
UNASKED = Pricing(Segment.C5, Option.LU, Profile.PRO, Display.TTC)


async def tomorrow(request: web.Request, publication: Publication) -> Answer:
    """Answer the quarter-hours of tomorrow and their statistics."""
    pricing = read_pricing(request.query)
    day = publication.tomorrow
    period = Period(
        day, day + timedelta(days=1), Granularity.QUARTER_HOURLY, zone=PARIS
    )
    rows = period.rows(publication)
    if not rows:
        message = f"The prices of {day} are not published yet."
        raise no_data(message)
    head: JsonObject = {
        "success": True,
        "date": day.isoformat(),
        "timezone": "Europe/Paris (CET)",
        "count": len(rows),
        "statistics": _statistics([row.spot for row in rows]),
    }
    return _answer(head, "prices", rows, period.row_after(rows), pricing)


async def raw(request: web.Request, publication: Publication) -> Answer:
    """Answer the prices of some days."""
    query = request.query
    pricing = read_pricing(query)
    period = read_period(query)
    rows = period.rows(publication)
    if not rows:
        message = f"No prices from {period.start} to {period.end}."
        raise no_data(message)
    head: JsonObject = {
        "success": True,
        "params": {
            "start": query["start"],
            "end": query["end"],
            "country": query.get("country", DEFAULT_COUNTRY),
            "granularity": period.granularity,
            "provider": query.get("provider", DEFAULT_PROVIDER),
            "timezone": query.get("timezone", DEFAULT_TIMEZONE),
        },
        "count": len(rows),
    }
    return _answer(head, "data", rows, period.row_after(rows), pricing)


def _answer(
    head: JsonObject,
    rows_key: str,
    rows: Sequence[Row],
    following: Row,
    pricing: Pricing | None,
) -> Answer:
    """Put an answer together, with the customer's price if it was asked for."""
    other = UNASKED if pricing is None else pricing.other()
    return Answer(
        head=head,
        rows_key=rows_key,
        rows=tuple(_row(row, pricing) for row in rows),
        tail={} if pricing is None else {"pricing_metadata": pricing.metadata(rows[0])},
        time_key="timestamp",
        price_keys=PRICE_KEYS,
        following_row=_row(following, pricing),
        variants={
            WrongKind.OTHER_TARIFF: lambda: _answer(
                head, rows_key, rows, following, other
            )
        },
    )


def _row(row: Row, pricing: Pricing | None) -> JsonObject:
    """Write one row."""
    fields: JsonObject = {} if pricing is None else pricing.fields(row)
    return {
        "timestamp": row.start.isoformat(),
        "spot_price": number(row.spot, 2),
        **fields,
    }


def _statistics(prices: Sequence[float]) -> JsonObject:
    """Sum up the spot prices of a day in €/MWh."""
    return {
        "min": number(min(prices), 2),
        "max": number(max(prices), 2),
        "average": number(fmean(prices), 2),
        "median": number(median(prices), 2),
    }
