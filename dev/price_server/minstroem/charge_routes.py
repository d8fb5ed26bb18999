"""Answer the routes for charges."""

from datetime import datetime
from typing import Final

from aiohttp import web

from dev.price_server.answer import Document
from dev.price_server.publication import Publication

from .errors import invalid
from .history import subscription_history, tariff_history
from .instant import instant, read_instant
from .place import Place
from .subscription import SUBSCRIPTIONS
from .tariff import TARIFFS

# The same one everywhere: a client reads it, and cannot check it.
ADDRESS: Final = "Prøvevej 1B, 3. mf., 4180 Sorø"


async def charges_at(request: web.Request, _: Publication) -> Document:
    """Answer everything that is charged at one moment."""
    Place.read(request.query)
    moment = _moment(request, "date")
    return Document(
        {
            "date": instant(moment),
            "address": ADDRESS,
            "subscriptions": [it.row() for it in SUBSCRIPTIONS],
            "tariffs": [it.row(moment) for it in TARIFFS],
        }
    )


async def charges_between(request: web.Request, publication: Publication) -> Document:
    """Answer how the charges changed from one moment up to another, by default now."""
    Place.read(request.query)
    start = _moment(request, "fromDate")
    end = _moment(request, "toDate") if "toDate" in request.query else publication.now
    if start >= end:
        message = "fromDate must be before toDate."
        raise invalid(message)
    return Document(
        {
            "from": instant(start),
            "to": instant(end),
            "tariffs": tariff_history(start, end),
            "subscriptions": subscription_history(end),
        }
    )


def _moment(request: web.Request, name: str) -> datetime:
    """Read a moment."""
    moment = read_instant(request.query.get(name, ""))
    if moment is None:
        message = f"{name} must be a timestamp such as 2026-03-29T12:00:00Z."
        raise invalid(message)
    return moment
