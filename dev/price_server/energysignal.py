"""EnergySignal: day-ahead prices and the balancing streams, which NanoCorp publishes.

The page shows one sample of each stream and documents one status, 401 on the two
aggregated routes. Bodies of errors, and empty streams beyond their null dates, are made
up.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import batched
from statistics import fmean
from typing import Final, NamedTuple

from aiohttp import web

from .answer import Answer, Document, JsonObject, RefusalError, number
from .control import CONTROL
from .credentials import ENERGYSIGNAL_TOKEN
from .market import (
    PARIS,
    QUARTER_HOUR,
    Publication,
    Quarter,
    midnight,
    quarters_from,
    spot_prices,
)
from .vendor import Answering, Route, Vendor, ask_for

DAY: Final = timedelta(days=1)
HOUR: Final = timedelta(hours=1)
# The page's sample reaches from 20 March to 17 April.
WINDOW: Final = timedelta(days=28)
AFRR_ROW: Final = timedelta(seconds=4)
AFRR_BUCKET: Final = timedelta(minutes=5)
# How many rows the vendor calls recent is not known. The newest one comes first, which
# the page's one row leaves open.
RECENT_AFRR: Final = 15
RECENT_MFRR: Final = 8
VOLUMES: Final = {"requested_volume": 45, "satisfied_need": 42, "activated_volume": 42}


def _stamp(moment: datetime) -> str:
    """Write a moment in UTC with milliseconds and a Z."""
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def _stretch(start: datetime, length: timedelta, name: str) -> JsonObject:
    """Write when a stretch begins and ends, by the name that the vendor has for it."""
    end = start + length
    return {f"{name}_start_utc": _stamp(start), f"{name}_end_utc": _stamp(end)}


def _fetched_at(publication: Publication) -> str:
    """Write when the service last fetched its sources: at the last five minutes."""
    now = publication.now
    return _stamp(now.replace(minute=now.minute // 5 * 5, second=0, microsecond=0))


def day_ahead(publication: Publication) -> Answer:
    """Answer the quarter-hours of four weeks up to the last day that is out."""
    latest = publication.last_day
    earliest = latest - WINDOW
    end = midnight(latest + DAY)

    def row(quarter: Quarter) -> JsonObject:
        # A quarter-hour has the names of an hour, as the vendor writes it.
        price = number(quarter.price, 2)
        return _stretch(quarter.start, QUARTER_HOUR, "hour") | {"price_eur_mwh": price}

    return Answer(
        rows_key="rows",
        rows=tuple(map(row, publication.quarters(midnight(earliest), end))),
        tail={
            "latestDate": latest.isoformat(),
            "earliestDate": earliest.isoformat(),
        },
        time_key="hour_start_utc",
        end_key="hour_end_utc",
        price_keys=("price_eur_mwh",),
        following_row=row(quarters_from(end, QUARTER_HOUR)[0]),
    )


@dataclass(frozen=True, slots=True)
class Product:
    """A reserve product; its amounts are made up around the page's samples."""

    name: str
    # The share of the spot price that a megawatt is paid for standing by. The page does
    # not say for how long it does so, so the price has no unit.
    share: float
    contracted_mw: int
    # Up and down together; only then the page's rows have a volume.
    is_symmetric: bool = False

    def answer(self, publication: Publication) -> Answer:
        """Answer the hours of today and, once it is out, of tomorrow."""
        end = midnight(publication.last_day + DAY)
        quarters = publication.quarters(midnight(publication.today), end)
        hours = batched(quarters, HOUR // QUARTER_HOUR, strict=True)
        return Answer(
            rows_key="rows",
            rows=tuple(row for hour in hours for row in self._rows(hour)),
            tail={"latestFetchedAtUtc": _fetched_at(publication)},
            time_key="period_start_utc",
            end_key="period_end_utc",
            price_keys=("price",),
            following_row=self._rows(quarters_from(end, HOUR))[0],
        )

    def _rows(self, hour: Sequence[Quarter]) -> list[JsonObject]:
        """Write one hour, once in each direction."""
        directions = ("SYMMETRIC",) if self.is_symmetric else ("UPWARD", "DOWNWARD")
        return [self._row(hour, direction) for direction in directions]

    def _row(self, hour: Sequence[Quarter], direction: str) -> JsonObject:
        """Write one hour in the order of the page's fields."""
        start = hour[0].start
        contracted = self.contracted_mw + start.hour
        price = max(fmean(it.price for it in hour), 0) * self.share
        if direction == "DOWNWARD":
            price *= 0.5
        return {
            **_stretch(start, HOUR, "period"),
            **({"volume_mw": contracted + 6} if self.is_symmetric else {}),
            "contracted_volume_mw": contracted,
            "offered_volume_mw": contracted + 14,
            "price": number(price + 1, 1),
            "direction": direction,
            "product_type": self.name,
            "time_horizon": "DAILY",
        }


FCR: Final = Product("FCR", 0.2, 570, is_symmetric=True)
AFRR: Final = Product("aFRR", 0.15, 410)
MFRR: Final = Product("mFRR", 0.1, 300)


class Energy(NamedTuple):
    """The energy prices of a stretch in both directions, in €/MWh."""

    start: datetime
    upward: float
    downward: float

    def row(self, length: timedelta, name: str = "period") -> JsonObject:
        """Write the prices of a stretch, which some rows call by another name."""
        return {
            **_stretch(self.start, length, name),
            "upward_price_eur_mwh": self.upward,
            "downward_price_eur_mwh": self.downward,
        }


def _delivery_day(publication: Publication) -> date:
    """Return the day before today, or an earlier one when the market is late."""
    return (publication.now - publication.delay).astimezone(PARIS).date() - DAY


def _energy_head(
    publication: Publication,
    resolution: timedelta,
    rows_per_slot: int,
    prices: Sequence[Energy],
) -> JsonObject:
    """Write the delivery day and its averages."""
    day = _delivery_day(publication)
    start, end = midnight(day), midnight(day + DAY)
    return {
        "latestDeliveryDateParis": day.isoformat(),
        "latestFetchedAtUtc": _fetched_at(publication),
        "latestPeriodStartUtc": _stamp(end - resolution),
        "latestPeriodEndUtc": _stamp(end),
        "resolutionSeconds": int(resolution.total_seconds()),
        "rowCount": (end - start) // resolution * rows_per_slot,
        "averageUpwardPrice": number(fmean(it.upward for it in prices), 1),
        "averageDownwardPrice": number(fmean(it.downward for it in prices), 1),
    }


def afrr_energy(publication: Publication) -> Document:
    """Answer the last rows of the day before and its buckets of five minutes."""
    day = _delivery_day(publication)
    buckets = list(_buckets(day))
    last, end = buckets[-1], midnight(day + DAY)
    # Four seconds have the prices of their bucket here.
    recent = [
        {
            **last._replace(start=end - count * AFRR_ROW).row(AFRR_ROW),
            "pdemand_mw": 2150,
            "afrr_for_france_mw": 96,
            "afrr_in_france_mw": 84,
            "picasso_connection": True,
            "prorata_mode": False,
        }
        for count in range(1, RECENT_AFRR + 1)
    ]
    return Document(
        {
            **_energy_head(publication, AFRR_ROW, 1, buckets),
            "latestRow": recent[0],
            "recentRows": recent,
            "chartRows": [bucket.row(AFRR_BUCKET, "bucket") for bucket in buckets],
        }
    )


def _buckets(day: date) -> Iterator[Energy]:
    """Make up three buckets for every quarter-hour."""
    for quarter in spot_prices(day):
        for index in range(QUARTER_HOUR // AFRR_BUCKET):
            yield Energy(
                start=quarter.start + index * AFRR_BUCKET,
                upward=number(quarter.price * 1.2 + 2 * index, 1),
                downward=number(quarter.price * 0.4 - 25 - index, 1),
            )


def mfrr_energy(publication: Publication) -> Document:
    """Answer the quarter-hours of the day before."""
    prices = [_mfrr_price(it) for it in spot_prices(_delivery_day(publication))]
    rows = [price.row(QUARTER_HOUR) for price in prices]
    before, latest = prices[-2:]
    return Document(
        {
            # Both directions of a quarter-hour are counted.
            **_energy_head(publication, QUARTER_HOUR, 2, prices),
            "latestUpwardRow": _latest(latest, "UPWARD", latest.upward, before.upward),
            "latestDownwardRow": _latest(
                latest, "DOWNWARD", latest.downward, before.downward
            ),
            "recentRows": rows[: -RECENT_MFRR - 1 : -1],
            "chartRows": rows,
        }
    )


def _mfrr_price(quarter: Quarter) -> Energy:
    """Make up the prices of a quarter-hour."""
    # Downward energy is called for around noon only. Where none is, the page has zero.
    is_noon = quarter.start.astimezone(PARIS).hour in range(10, 16)
    return Energy(
        start=quarter.start,
        upward=number(quarter.price * 1.5, 1),
        downward=number(quarter.price * 0.5, 1) if is_noon else 0,
    )


def _latest(slot: Energy, direction: str, price: float, previous: float) -> JsonObject:
    """Write the last quarter-hour in one direction."""
    return {
        **_stretch(slot.start, QUARTER_HOUR, "period"),
        "direction": direction,
        "clearing_price_eur_mwh": price,
        "settlement_price_current_eur_mwh": price,
        "settlement_price_previous_eur_mwh": previous,
        **{
            f"total_{what}_{kind}_mw": amount if price and kind == "sa" else 0
            for what, amount in VOLUMES.items()
            for kind in ("sa", "da")
        },
        "total_volume_submitted_offers_mw": 310,
        "total_volume_filtered_offers_mw": 265,
    }


type _Stream = Callable[[Publication], Answer | Document]


def _together(**streams: _Stream) -> _Stream:
    """Return an aggregated route, which holds the answers of several streams."""

    def answer(publication: Publication) -> Document:
        body: JsonObject = {"latestFetchedAtUtc": _fetched_at(publication)}
        return Document(
            body | {name: _body(it(publication)) for name, it in streams.items()}
        )

    return answer


def _body(answer: Answer | Document) -> object:
    """Return the whole of an answer."""
    if isinstance(answer, Document):
        return answer.body
    return {"rows": answer.rows, **answer.tail}


def _emptied(body: object) -> object:
    """Return what a stream without data answers, or several of them together."""
    if isinstance(body, list | tuple):
        return []
    if not isinstance(body, dict) or not body.keys() & {
        "latestFetchedAtUtc",
        "latestDate",
    }:
        return None
    kept = {"rowCount": 0, "resolutionSeconds": body.get("resolutionSeconds")}
    return {key: kept.get(key, _emptied(it)) for key, it in body.items()}


def _route(path: str, stream: _Stream, *, is_paid: bool = False) -> Route:
    """Return a route, of which some ask for a subscription."""

    async def answer(
        request: web.Request, publication: Publication
    ) -> Answer | Document:
        switches = request.app[CONTROL].switches
        if is_paid and not switches.energysignal_subscription:
            raise RefusalError(401, "unauthorized", "A subscription is needed.")
        found = stream(publication)
        if switches.energysignal_empty:
            return Document(_emptied(_body(found)))
        return found

    answering: Answering = answer
    return Route("GET", f"/api/{path}", answering)


def error_body(refusal: RefusalError, *_: object) -> JsonObject:
    """Write a refusal as a small JSON object."""
    return {"error": refusal.message}


ENERGYSIGNAL: Final = Vendor(
    name="energysignal",
    routes=(
        _route("day-ahead-prices", day_ahead),
        _route(
            "balancing-capacity",
            _together(fcr=FCR.answer, afrr=AFRR.answer, mfrr=MFRR.answer),
            is_paid=True,
        ),
        _route(
            "balancing-energy",
            _together(afrr=afrr_energy, mfrr=mfrr_energy),
            is_paid=True,
        ),
        _route("fcr-capacity", FCR.answer),
        _route("afrr-capacity", AFRR.answer),
        _route("mfrr-capacity", MFRR.answer),
        _route("afrr-energy", afrr_energy),
        _route("mfrr-energy", mfrr_energy),
    ),
    error_body=error_body,
    authorize=ask_for("Authorization", lambda: f"Bearer {ENERGYSIGNAL_TOKEN}"),
)
