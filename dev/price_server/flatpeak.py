"""Flatpeak, release Anode: a login, and the prices of locations.

A numeric limit and a Retry-After are not documented, so there is neither.
"""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
import hashlib
from itertools import takewhile
from statistics import fmean
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from aiohttp import web

from .answer import Answer, Document, JsonObject, RefusalError, number
from .behaviour import WrongKind
from .control import CONTROL
from .credentials import FLATPEAK_ACCOUNT_ID, FLATPEAK_API_KEY, FLATPEAK_LOCATION_ID
from .market import (
    PARIS,
    PUBLISHED_AT,
    QUARTER_HOUR,
    Publication,
    midnight,
    quarters_from,
)
from .vendor import Route, Vendor, ask_for

LOGIN: Final = "/login"
LIFETIME: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
MOST_DAYS: Final = timedelta(days=90)
# What the vendor's guide names for prices that are extrapolated or forecast.
FIXED_CONFIDENCE: Final = 0.8
FORECAST_CONFIDENCE: Final = 0.6
# Per kWh in euro, made up: a lease's price for the electricity of one's own roof, and
# what a fixed tariff asks and pays.
LOCAL_PRICE: Final = 0.12
FIXED_PRICES: Final = {"IMPORT": 0.2516, "EXPORT": 0.0761}


@dataclass(frozen=True, slots=True)
class Location:
    """Where a customer lives, and how the tariff there is cut and known."""

    # The whole id of the usual location, and how the ids of the others begin.
    id: str
    zone: ZoneInfo = PARIS
    currency: str = "EUR"
    # What one euro is worth in the currency; made up.
    rate: float = 1.0
    # The minutes of the rows, over and over from midnight on; none: the whole day.
    minutes: tuple[int, ...] = (15,)
    # A fixed price has no market behind it.
    is_fixed: bool = False
    # Whether what is not published is forecast, or unknown.
    is_forecast: bool = True
    has_export: bool = True


USUAL: Final = Location(FLATPEAK_LOCATION_ID)
OTHERS: Final = (
    Location("loc_flat", minutes=(), is_fixed=True),
    Location("loc_mixed", minutes=(30, 60, 90)),
    Location("loc_unknown_market", is_forecast=False),
    Location("loc_london", zone=ZoneInfo("Europe/London"), currency="GBP", rate=0.86),
    Location("loc_import_only", has_export=False),
)


def find_location(name: str) -> Location:
    """Return a location by its id, or refuse."""
    if name == USUAL.id:
        return USUAL
    for location in OTHERS:
        if name.startswith(location.id):
            return replace(location, id=name)
    message = f"Location {name} does not exist."
    raise RefusalError(404, "location_not_found", message)


def _written(moment: datetime, zone: tzinfo = UTC) -> str:
    """Write a moment in UTC or with the offset of a request."""
    text = moment.astimezone(zone).isoformat(timespec="seconds")
    return text.replace("+00:00", "Z")


class Row(NamedTuple):
    """One row of an answer, its price in the location's currency per kWh."""

    start: datetime
    end: datetime
    value: float
    confidence: float


def _rows_from(
    location: Location, direction: str, start: datetime, last_day: date
) -> Iterator[Row]:
    """Return the rows from the one that holds a moment on, without an end."""
    day = start.astimezone(location.zone).date()
    while True:
        for row in _rows_of_day(location, direction, day, last_day):
            if row.end > start:
                yield row
        day += DAY


def _rows_of_day(
    location: Location, direction: str, day: date, last_day: date
) -> Iterator[Row]:
    """Return the rows of one local day, which may have 92 or 100 quarter-hours."""
    start = midnight(day, location.zone)
    length = midnight(day + DAY, location.zone) - start
    spot = [it.price / 1000 for it in quarters_from(start, length)]
    index = 0
    while spot:
        count = len(spot)
        if location.minutes:
            minutes = location.minutes[index % len(location.minutes)]
            count = timedelta(minutes=minutes) // QUARTER_HOUR
        # The last row of a long or short day ends with the day.
        prices, spot = spot[:count], spot[count:]
        end = start + len(prices) * QUARTER_HOUR
        value = round(_value(location, direction, prices) * location.rate, 5)
        confidence = 1.0
        if start.astimezone(PARIS).date() > last_day:
            confidence = FIXED_CONFIDENCE if location.is_fixed else FORECAST_CONFIDENCE
            if not location.is_forecast:
                # The vendor gives a price that it does not know as zero.
                value = confidence = 0
        yield Row(start, end, value, confidence)
        start, index = end, index + 1


def _value(location: Location, direction: str, spot: Sequence[float]) -> float:
    """Make up what is paid per kWh in euro, for spot prices per kWh in euro."""
    if direction == "LOCAL":
        return LOCAL_PRICE
    if location.is_fixed:
        return FIXED_PRICES[direction]
    mean = fmean(spot)
    # Grid and duty, then VAT: whoever sells gets the market's price less a fee.
    return (mean + 0.0944) * 1.2 if direction == "IMPORT" else mean - 0.01


async def login(request: web.Request, publication: Publication) -> Document:
    """Answer a new bearer token."""
    token = request.app[CONTROL].tokens.issue(publication.now, LIFETIME)
    seconds = int(LIFETIME.total_seconds())
    return Document({"bearer_token": token, "expires_in": seconds, "live_mode": True})


async def prices(request: web.Request, publication: Publication) -> Answer:
    """Answer the rows that overlap the stretch asked for, whole ones all of them."""
    location = find_location(request.match_info["id"])
    body = await request.json()
    direction = body["tariff_direction"]
    if direction == "LOCAL" and not request.app[CONTROL].switches.flatpeak_local:
        message = "Direction LOCAL (beta) is not supported for your account"
        raise RefusalError(422, "tariff_direction_not_supported", message)
    if direction == "EXPORT" and not location.has_export:
        message = "No EXPORT tariff is connected to this location."
        raise RefusalError(422, "no_tariff_connected", message)
    return _answer(location, body, direction, publication)


def _answer(
    location: Location, body: JsonObject, direction: str, publication: Publication
) -> Answer:
    """Put an answer together; the direction may be another than the one asked for."""
    start, end = (
        datetime.fromisoformat(str(body[it])) for it in ("start_time", "end_time")
    )
    if not timedelta() < end - start <= MOST_DAYS:
        raise ValueError("The range must be above zero and at most 90 days.")
    zone = end.tzinfo or UTC
    # The same question at the same time has the same answer, its id included.
    seed = f"{location.id} {body} {publication.now.isoformat()}"
    # What is out tells the last publication: that of the day before the last day.
    updates = [
        datetime.combine(day, PUBLISHED_AT, PARIS).astimezone(UTC) + publication.delay
        for day in (publication.last_day - DAY, publication.last_day)
    ]
    head: JsonObject = {
        "id": f"prs_{hashlib.sha256(seed.encode()).hexdigest()[:24]}",
        "object": "price",
        "live_mode": True,
        "location_id": location.id,
        "location_timezone": location.zone.key,
        "currency_code": location.currency,
        "tariff_direction": direction,
        "last_updated": _written(updates[0], zone),
        "next_update": _written(updates[1], zone),
        "request": body,
    }
    series = _rows_from(location, direction, start, publication.last_day)
    rows = tuple(takewhile(lambda row: row.start < end, series))
    last_end = rows[-1].end
    following = next(_rows_from(location, direction, last_end, publication.last_day))

    def json(row: Row) -> JsonObject:
        value, confidence = number(row.value, 5), number(row.confidence, 1)
        return {
            "valid_from": _written(row.start, zone),
            "valid_to": _written(row.end, zone),
            "price": {"value": value, "confidence": confidence},
        }

    answer = Answer(
        head=head,
        rows_key="data",
        rows=tuple(map(json, rows)),
        tail={
            "time_created": _written(publication.now),
            "account_id": FLATPEAK_ACCOUNT_ID,
        },
        time_key="valid_from",
        end_key="valid_to",
        price_keys=("value",),
        prices_in="price",
        following_row=json(following),
    )
    other = "EXPORT" if direction == "IMPORT" else "IMPORT"
    return replace(
        answer,
        variants={
            WrongKind.OTHER_TARIFF: lambda: _answer(location, body, other, publication),
            WrongKind.CURRENCY: lambda: replace(
                answer, head=head | {"currency_code": "DKK"}
            ),
        },
    )


def _basic() -> str:
    """Return what the login asks for."""
    pair = f"{FLATPEAK_ACCOUNT_ID}:{FLATPEAK_API_KEY}"
    return f"Basic {b64encode(pair.encode()).decode()}"


_ask_for_key = ask_for("Authorization", _basic)


def authorize(request: web.Request, now: datetime) -> None:
    """Ask for the account's key at the login and for a good token elsewhere."""
    if request.path == LOGIN:
        return _ask_for_key(request, now)
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer" or not request.app[CONTROL].tokens.is_good(token, now):
        message = "The bearer token is missing or has expired."
        raise RefusalError(401, "unauthorized", message)
    return None


def error_body(
    refusal: RefusalError, request: web.Request, now: datetime
) -> JsonObject:
    """Write a refusal as the vendor's error object.

    The form and its types are documented, and so are the codes `account_disabled`,
    `no_tariff_connected`, `pending_connect`, `no_price_data` and
    `tariff_direction_not_supported`. The other codes, the contexts and the statuses of
    invalid requests other than 422 are made up.
    """
    # A disabled account is answered 422 and counts as the service's own error.
    is_own = refusal.status >= 500 or refusal.code == "account_disabled"
    kind = "api_error" if is_own else "invalid_request"
    return {
        "object": "error",
        "live_mode": True,
        "context": "api.login" if request.path == LOGIN else "api.price_retrieve",
        "type": "rate_limit" if refusal.status == 429 else kind,
        "code": refusal.code,
        "message": refusal.message,
        "time_created": _written(now),
    }


FLATPEAK: Final = Vendor(
    name="flatpeak",
    routes=(Route("GET", LOGIN, login), Route("POST", "/prices/{id}", prices)),
    error_body=error_body,
    authorize=authorize,
    retry_after=False,
)
