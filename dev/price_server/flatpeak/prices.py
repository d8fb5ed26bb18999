"""Answer the price route of Flatpeak."""

import hashlib
from itertools import takewhile
from json import JSONDecodeError

from aiohttp import web

from dev.price_server.answer import Answer, JsonObject
from dev.price_server.behaviour import WrongKind
from dev.price_server.control import CONTROL
from dev.price_server.credentials import FLATPEAK_ACCOUNT_ID
from dev.price_server.publication import Publication

from .errors import invalid
from .location import Location, find_location
from .moment import written
from .query import Direction, Window, read_window
from .series import rows_from
from .updates import last_update, next_update


async def prices(request: web.Request, publication: Publication) -> Answer:
    """Answer the rows that overlap the stretch asked for, whole ones all of them."""
    location = find_location(request.match_info["id"])
    try:
        body: object = await request.json()
    except (JSONDecodeError, UnicodeDecodeError):
        raise invalid("body_invalid", "The body must be JSON.") from None
    has_local = request.app[CONTROL].switches.flatpeak_local
    window = read_window(body, location, publication.now, has_local=has_local)
    return _answer(location, window, window.direction, publication)


def _answer(
    location: Location, window: Window, direction: Direction, publication: Publication
) -> Answer:
    """Put an answer together."""
    series = rows_from(location, direction, window.start, publication.last_day)
    rows = tuple(takewhile(lambda row: row.start < window.end, series))
    following = next(rows_from(location, direction, rows[-1].end, publication.last_day))
    head = _head(location, window, direction, publication)
    is_import = direction is Direction.IMPORT
    other = Direction.EXPORT if is_import else Direction.IMPORT
    return Answer(
        head=head,
        rows_key="data",
        rows=tuple(row.json(window) for row in rows),
        tail={
            "time_created": written(publication.now),
            "account_id": FLATPEAK_ACCOUNT_ID,
        },
        time_key="valid_from",
        end_key="valid_to",
        price_keys=("value",),
        prices_in="price",
        following_row=following.json(window),
        variants={
            WrongKind.OTHER_TARIFF: lambda: _answer(
                location, window, other, publication
            ),
            WrongKind.CURRENCY: lambda: _answer(
                location, window, direction, publication
            ).with_head({"currency_code": "DKK"}),
        },
    )


def _head(
    location: Location, window: Window, direction: Direction, publication: Publication
) -> JsonObject:
    """Write what stands before the rows."""
    # The same question at the same time has the same answer, its id included.
    seed = f"{location.id} {window} {publication.now.isoformat()}"
    return {
        "id": f"prs_{hashlib.sha256(seed.encode()).hexdigest()[:24]}",
        "object": "price",
        "live_mode": True,
        "location_id": location.id,
        "location_timezone": location.zone.key,
        "currency_code": location.currency,
        "tariff_direction": direction,
        "last_updated": written(last_update(publication), window.zone),
        "next_update": written(next_update(publication), window.zone),
        "request": window.request,
    }
