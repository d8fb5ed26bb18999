"""Min Strøm: spot prices of a region, full prices of a place, and their charges.

Amounts are in DKK with Danish VAT, per kWh or, for subscriptions, per day. That the
regions of Sweden and Norway have the same currency and VAT is made up, and so are the
thresholds of the colours and the bodies of errors beyond their one member.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from itertools import batched
import re
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from aiohttp import web

from .answer import Answer, Document, JsonObject, RefusalError
from .behaviour import WrongKind
from .control import CONTROL
from .credentials import MINSTROEM_TOKEN
from .market import QUARTER_HOUR, Publication, Quarter, midnight, quarters_from
from .vendor import Route, Vendor, ask_for

# Where the base URL of the vendor lies.
PREFIX: Final = "/thirdParty"
COPENHAGEN: Final = ZoneInfo("Europe/Copenhagen")
HOUR: Final = timedelta(hours=1)
VAT: Final = Decimal("1.25")
# Danish crowns per euro; the two are tied together closely enough for made-up prices.
CROWNS: Final = Decimal("7.46")
# The page's own prices have seven digits.
DIGIT: Final = Decimal("0.0000001")
# A client is known to ask for these. Only that of Copenhagen is dearer; made up.
REGIONS: Final = re.compile("DK[12]|SE[1-4]|NO[1-5]")
SHARES: Final = {"DK2": Decimal("1.1")}
# Around Denmark without the Faroes and Greenland, with some of its neighbours' land,
# and about where the belt runs that parts the two regions.
SOUTH, NORTH, WEST, EAST, BELT = 54.5, 57.8, 8.0, 15.2, 10.95
# DKK per kWh from which a price is yellow and red, for spot and for full prices.
SPOT_COLOURS: Final = Decimal("0.4"), Decimal("0.8")
FULL_COLOURS: Final = Decimal("1.0"), Decimal("1.6")
# One interval in so many has no colour, because the page says that it is optional.
COLOURLESS: Final = 11
# The same one everywhere: a client reads it, and cannot check it.
CHARGED_ADDRESS: Final = "Prøvevej 1B, 3. mf., 4180 Sorø"


def _plain(amount: Decimal) -> float:
    """Return an exact amount as a JSON number, without the point of a whole one."""
    # A float holds fifteen digits, and no amount here has that many.
    return int(amount) if amount == int(amount) else float(amount)


def _instant(moment: datetime) -> str:
    """Write a moment in UTC with whole seconds and a Z."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


class Rate(NamedTuple):
    """DKK per kWh with VAT from a moment on: one price, or one for each Danish hour."""

    since: datetime
    prices: tuple[Decimal, ...]

    def json(self) -> JsonObject:
        """Write the rate as one of the variants that the page leaves open.

        The page shows the static variant alone; the other one is made up.
        """
        prices = [*map(_plain, self.prices)]
        return {"hourly": {"prices": prices}} if prices[1:] else _static(prices[0])


class Tariff(NamedTuple):
    """One tariff with its rates, oldest first."""

    name: str
    owner: str
    rates: tuple[Rate, ...]

    def at(self, moment: datetime) -> Decimal:
        """Return DKK per kWh with VAT at a moment."""
        # Before the first rate that is known, the first one counts.
        known = [it for it in self.rates if it.since <= moment] or self.rates[:1]
        prices = known[-1].prices
        return prices[moment.astimezone(COPENHAGEN).hour % len(prices)]

    def between(self, start: datetime, end: datetime) -> Iterator[Rate]:
        """Return the rates that count between two moments."""
        # Each rate ends where the next one begins, and the last one has no end.
        ends = [*(it.since for it in self.rates[1:]), datetime.max.replace(tzinfo=UTC)]
        for rate, over in zip(self.rates, ends, strict=True):
            if rate.since < end and over > start:
                yield rate


def _static(amount: float) -> JsonObject:
    """Write an amount that does not change with the hour."""
    return {"static": {"price": amount}}


def _new_year(year: int) -> datetime:
    """Return the moment at which a Danish year begins."""
    return midnight(date(year, 1, 1), COPENHAGEN)


def _flat(name: str, rates: Mapping[int, str]) -> Tariff:
    """Return a tariff whose price without VAT changes with the year alone."""
    found = (Rate(_new_year(it), (Decimal(rates[it]) * VAT,)) for it in rates)
    return Tariff(name, "Energinet", tuple(found))


# With VAT, the flat ones of 2024 are those of the page's sample. The network's are one
# company's winter rates, here for the whole country and the whole year.
NIGHT, BY_DAY, EVENING = (Decimal(it) * VAT for it in ("0.1062", "0.3185", "0.9556"))
BY_HOUR: Final = (*[NIGHT] * 6, *[BY_DAY] * 11, *[EVENING] * 4, *[BY_DAY] * 3)
NETWORK: Final = "Radius Elnet A/S"
TARIFFS: Final = (
    _flat("Transmissions nettarif", {2024: "0.074", 2026: "0.043", 2027: "0.056"}),
    _flat("Systemtarif", {2024: "0.051", 2026: "0.072", 2027: "0.049"}),
    _flat("Elafgift", {2024: "0.761", 2025: "0.72", 2026: "0.008"}),
    Tariff("Nettarif C time", NETWORK, (Rate(_new_year(2024), BY_HOUR),)),
)
# Name, owner and DKK per day with VAT: the amounts of the page's sample.
SUBSCRIPTIONS: Final = (
    ("TSO - System Abonnement", "Energinet", Decimal("0.625")),
    ("Net abo C forbrug time", NETWORK, Decimal("2.19791")),
)
SUBSCRIBED_SINCE: Final = _new_year(2024)


def _address(
    index: int, street: str, number: str, zip_code: str, city: str, *home: str
) -> JsonObject:
    """Write an address as the page does; the home is its floor and door, if any."""
    parts = [f"{street} {number}", f"{zip_code} {city}"]
    if home:
        parts.append(f"{'. '.join(home)}.")
    return {
        "id": f"0a3f50a0-{index}-32b8-e044-0003ba298018",
        "suggestion": ", ".join(parts),
        "streetName": street,
        "streetNumber": number,
        **dict(zip(("floor", "door"), home, strict=False)),
        "zipCode": zip_code,
        "city": city,
    }


ADDRESSES: Final = (
    _address(1111, "Prøvevej", "11", "2630", "Taastrup", "2", "tv"),
    _address(2222, "Prøvevej", "11", "2630", "Taastrup", "st"),
    _address(3333, "Prøvevej", "2B", "8000", "Aarhus C"),
    _address(4444, "Strømgade", "7", "5000", "Odense C"),
)


def _prices(
    region: str, length: timedelta, publication: Publication, *, with_charges: bool
) -> Answer:
    """Answer the intervals from the current one on as one bare list."""
    # The market publishes at 13:00 in Paris, whose clock is that of Copenhagen.
    end = midnight(publication.last_day + timedelta(days=1), COPENHAGEN)
    now = publication.now.astimezone(UTC)
    start = now - (now - datetime.min.replace(tzinfo=UTC)) % length
    quarters = publication.quarters(start, end)
    groups = batched(quarters, length // QUARTER_HOUR, strict=True)
    row = partial(_row, region, with_charges=with_charges)
    rows = tuple(map(row, groups))
    other = "DK1" if region == "DK2" else "DK2"
    answer = Answer(
        rows_key=None,
        rows=rows,
        time_key="date",
        price_keys=("price", "charges"),
        following_row=row(quarters_from(end, length)),
        variants={
            WrongKind.OTHER_TARIFF: lambda: _prices(
                other, length, publication, with_charges=with_charges
            ),
            WrongKind.CURRENCY: lambda: answer.with_rows(
                [{**row, "currency": "EUR"} for row in rows]
            ),
        },
    )
    return answer


def _row(region: str, quarters: Sequence[Quarter], *, with_charges: bool) -> JsonObject:
    """Write one interval, with charges in the places that have them."""
    start = quarters[0].start
    total = sum((Decimal(str(it.price)) for it in quarters), Decimal(0))
    mean = total / len(quarters) * SHARES.get(region, 1)
    price = (mean * CROWNS * VAT / 1000).quantize(DIGIT)
    if not with_charges:
        colour = _colour(start, price, SPOT_COLOURS)
        return {"date": _instant(start), "price": _plain(price), **colour}
    charges = sum((tariff.at(start) for tariff in TARIFFS), Decimal(0))
    return {
        "date": _instant(start),
        "price": _plain(price + charges),
        "charges": _plain(charges),
        **_colour(start, price + charges, FULL_COLOURS),
    }


def _colour(
    start: datetime, price: Decimal, bounds: tuple[Decimal, Decimal]
) -> JsonObject:
    """Return the colour of a price, or none now and then."""
    hours = (start - datetime(2000, 1, 1, tzinfo=UTC)) // HOUR
    if hours % COLOURLESS == 0:
        return {}
    if price < bounds[0]:
        return {"color": "green"}
    return {"color": "yellow" if price < bounds[1] else "red"}


def _length(request: web.Request) -> timedelta:
    """Return the length of an interval."""
    switches = request.app[CONTROL].switches
    return QUARTER_HOUR if switches.minstroem_quarter_hours else HOUR


def _unknown(message: str) -> RefusalError:
    """Refuse what the vendor has no prices for."""
    return RefusalError(404, "not_found", message)


def _place(request: web.Request) -> str:
    """Return the region of the coordinates of a request, or refuse them."""
    latitude, longitude = (float(request.query[it]) for it in ("latitude", "longitude"))
    if not (SOUTH <= latitude <= NORTH and WEST <= longitude <= EAST):
        raise _unknown("There are no charges for this location.")
    return "DK1" if longitude < BELT else "DK2"


def _moment(request: web.Request, name: str) -> datetime:
    """Return a moment of a request."""
    return datetime.fromisoformat(request.query[name])


async def by_region(request: web.Request, publication: Publication) -> Answer:
    """Answer the spot prices of a region."""
    region = request.match_info["region"]
    if not REGIONS.fullmatch(region):
        raise _unknown("There is no such region.")
    return _prices(region, _length(request), publication, with_charges=False)


async def by_location(request: web.Request, publication: Publication) -> Answer:
    """Answer the full prices at some coordinates."""
    region, length = _place(request), _length(request)
    return _prices(region, length, publication, with_charges=True)


async def by_address(request: web.Request, publication: Publication) -> Answer:
    """Answer the full prices at an address."""
    for address in ADDRESSES:
        if address["id"] == request.match_info["address_id"]:
            # Post codes below 5000 lie east of the belt.
            region = "DK2" if str(address["zipCode"]) < "5000" else "DK1"
            return _prices(region, _length(request), publication, with_charges=True)
    raise _unknown("There is no such address.")


async def suggestions(request: web.Request, _: Publication) -> Document:
    """Answer the addresses that have every word of a text."""
    words = request.match_info["query"].casefold().replace(",", " ").split()
    return Document(
        [
            it
            for it in ADDRESSES
            if words and all(word in str(it["suggestion"]).casefold() for word in words)
        ]
    )


async def charges_at(request: web.Request, _: Publication) -> Document:
    """Answer everything that is charged at one moment."""
    _place(request)
    moment = _moment(request, "date")

    def row(name: str, owner: str, amount: Decimal) -> JsonObject:
        return {"name": name, "ownerName": owner, "price": _plain(amount)}

    return Document(
        {
            "date": _instant(moment),
            "address": CHARGED_ADDRESS,
            "subscriptions": [row(*it) for it in SUBSCRIPTIONS],
            "tariffs": [row(it.name, it.owner, it.at(moment)) for it in TARIFFS],
        }
    )


async def charges_between(request: web.Request, _: Publication) -> Document:
    """Answer how the charges changed from one moment up to another."""
    _place(request)
    start, end = _moment(request, "fromDate"), _moment(request, "toDate")
    if start >= end:
        raise ValueError("fromDate must be before toDate")
    tariffs = [
        {
            "price": rate.json(),
            "ownerName": tariff.owner,
            "name": tariff.name,
            "from": _instant(rate.since),
        }
        for tariff in TARIFFS
        for rate in tariff.between(start, end)
    ]
    # Per month of thirty days and without VAT, as the sample's amounts are.
    subscriptions = [
        {
            "name": name,
            "price": _static(_plain(daily * 30 / VAT)),
            "ownerName": owner,
            "from": _instant(SUBSCRIBED_SINCE),
        }
        for name, owner, daily in SUBSCRIPTIONS
        if end > SUBSCRIBED_SINCE
    ]
    return Document(
        {
            "from": _instant(start),
            "to": _instant(end),
            "tariffs": tariffs,
            "subscriptions": subscriptions,
        }
    )


async def request_count(request: web.Request, publication: Publication) -> Document:
    """Answer how many requests came before this one, by Danish day."""
    served = request.app[CONTROL].requests
    moments = [it.time for it in served if it.path.startswith(f"{PREFIX}/")]
    days = Counter(it.astimezone(COPENHAGEN).date() for it in moments)
    # A day that has just begun has its row too.
    days.setdefault(publication.now.astimezone(COPENHAGEN).date(), 0)
    return Document(
        [
            {"date": _instant(midnight(day, COPENHAGEN)), "requestCount": count}
            for day, count in sorted(days.items())
        ]
    )


def error_body(refusal: RefusalError, *_: object) -> JsonObject:
    """Write a refusal as JSON with the one member that a client is known to read."""
    return {"error": refusal.message}


# No limit of this vendor is known, though it counts the requests of every day. The
# region comes last, because its path fits other routes as well.
MINSTROEM: Final = Vendor(
    name="minstroem",
    prefix=PREFIX,
    routes=(
        Route("GET", "/currentRequestCount", request_count),
        Route("GET", "/prices/charges/location", charges_at),
        Route("GET", "/prices/charges/location/history", charges_between),
        Route("GET", "/prices/addresses/suggestions/{query}", suggestions),
        Route("GET", "/prices/addresses/{address_id}", by_address),
        Route("GET", "/prices/location", by_location),
        Route("GET", "/prices/{region}", by_region),
    ),
    error_body=error_body,
    authorize=ask_for("Authorization", lambda: f"Bearer {MINSTROEM_TOKEN}"),
)
