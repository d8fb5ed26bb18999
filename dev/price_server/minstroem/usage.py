"""Count the requests of the account."""

from collections import Counter
from datetime import date, datetime
from typing import Final

from aiohttp import web

from dev.price_server.answer import Document, JsonObject
from dev.price_server.control import CONTROL
from dev.price_server.market import midnight
from dev.price_server.publication import Publication

from .instant import instant
from .tariff import COPENHAGEN

# Where the base URL of the vendor lies.
PREFIX: Final = "/thirdParty"


async def request_count(request: web.Request, publication: Publication) -> Document:
    """Answer how many requests came before this one, by Danish day."""
    days = Counter(
        _day(served.time)
        for served in request.app[CONTROL].requests
        if served.path.startswith(f"{PREFIX}/")
    )
    # A day that has just begun has its row too.
    days.setdefault(_day(publication.now), 0)
    return Document([_row(day, count) for day, count in sorted(days.items())])


def _day(moment: datetime) -> date:
    """Give the Danish day of a moment."""
    return moment.astimezone(COPENHAGEN).date()


def _row(day: date, count: int) -> JsonObject:
    """Write one day, which begins in the evening of the day before in UTC."""
    return {"date": instant(midnight(day, COPENHAGEN)), "requestCount": count}
