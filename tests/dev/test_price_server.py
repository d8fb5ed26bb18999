"""Compare the price server with the vendor's page and with its own promises."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from itertools import pairwise
import json
import math
import os
from pathlib import Path
import signal
from statistics import fmean, median
import sys
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
from freezegun.api import FrozenDateTimeFactory
import pytest

from dev.price_server import (
    Down,
    Late,
    Normal,
    PriceServer,
    Slow,
    Status,
    Wrong,
    WrongKind,
)
from dev.price_server.market import spot_prices

ROOT = Path(__file__).parents[2]
PARIS = ZoneInfo("Europe/Paris")
TOMORROW = "/api/prices/tomorrow"
RAW = "/api/prices/raw"
CONTROL = "/control"
# Four in the afternoon in Paris: the prices of the 22nd are out.
AFTERNOON = datetime(2026, 5, 21, 14, tzinfo=UTC)
DAY = {"start": "2026-05-20", "end": "2026-05-21"}
CU4 = {**DAY, "turpe": "CU4"}

type Query = Mapping[str, str]


@dataclass
class SetClock:
    """Show the time that a test sets."""

    now: datetime

    def __call__(self) -> datetime:
        """Give the time."""
        return self.now


@dataclass(frozen=True)
class Reply:
    """Hold what the server answered."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def body(self) -> dict[str, Any]:
        """Read the JSON."""
        body = json.loads(self.text)
        assert isinstance(body, dict)
        return body

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Give the prices of either route."""
        body = self.body
        rows = body["data"] if "data" in body else body["prices"]
        assert isinstance(rows, list)
        return rows

    @property
    def times(self) -> list[str]:
        """Give the timestamps."""
        return [row["timestamp"] for row in self.rows]


@dataclass
class Client:
    """Ask one server."""

    server: PriceServer
    clock: SetClock
    session: aiohttp.ClientSession = field(repr=False)

    async def get(self, path: str, query: Query | None = None) -> Reply:
        """Ask for prices."""
        return await self.ask("GET", path, params=query)

    async def post(self, body: object) -> Reply:
        """Set the behaviour."""
        return await self.ask("POST", CONTROL, data=json.dumps(body).encode())

    async def ask(
        self,
        method: str,
        path: str,
        *,
        params: Query | None = None,
        data: bytes | None = None,
    ) -> Reply:
        """Send a request and read the whole answer."""
        async with self.session.request(
            method,
            self.server.url + path,
            allow_redirects=False,
            params=params,
            data=data,
        ) as response:
            return Reply(response.status, response.headers, await response.text())

    async def spoilt(self, kind: WrongKind, query: Query | None = None) -> Reply:
        """Ask once for a wrong answer."""
        self.server.control.behave(Wrong(kind), times=1)
        return await self.get(RAW, query or CU4)


@pytest.fixture
async def client(socket_enabled: None) -> AsyncGenerator[Client]:
    """Run a server whose clock stands still."""
    clock = SetClock(AFTERNOON)
    async with (
        PriceServer(clock=clock) as server,
        aiohttp.ClientSession() as session,
    ):
        yield Client(server, clock, session)


def day_after(day: str) -> str:
    """Give the next date."""
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()


def one_day(day: str, **more: str) -> dict[str, str]:
    """Ask for one day."""
    return {"start": day, "end": day_after(day), **more}


# --- the two routes -----------------------------------------------------------


async def test_tomorrow_without_contract_has_spot_prices_only(client: Client) -> None:
    """The page's plain sample of /tomorrow has these fields and no more."""
    reply = await client.get(TOMORROW)
    assert reply.status == HTTPStatus.OK
    assert reply.headers["Content-Type"].startswith("application/json")
    body = reply.body
    assert list(body) == [
        *("success", "date", "timezone", "count", "statistics", "prices"),
    ]
    assert body["success"] is True
    assert body["date"] == "2026-05-22"
    assert body["timezone"] == "Europe/Paris (CET)"
    assert body["count"] == len(body["prices"]) == 96
    assert all(list(row) == ["timestamp", "spot_price"] for row in body["prices"])
    assert reply.times[0] == "2026-05-22T00:00:00+02:00"
    assert reply.times[-1] == "2026-05-22T23:45:00+02:00"


async def test_tomorrow_sums_up_the_spot_prices(client: Client) -> None:
    """Statistics are on spot in €/MWh, with and without a contract."""
    for query in ({}, {"turpe": "CU4"}):
        reply = await client.get(TOMORROW, query)
        prices = [row["spot_price"] for row in reply.rows]
        assert reply.body["statistics"] == {
            "min": min(prices),
            "max": max(prices),
            "average": pytest.approx(fmean(prices), abs=0.005001),
            "median": pytest.approx(median(prices), abs=0.005001),
        }
        for value in reply.body["statistics"].values():
            assert value == round(value, 2)


async def test_raw_without_contract_has_spot_prices_only(client: Client) -> None:
    """The page's plain sample of /raw has these fields and no more."""
    reply = await client.get(RAW, DAY)
    body = reply.body
    assert list(body) == ["success", "params", "count", "data"]
    assert body["success"] is True
    assert body["params"] == {
        "start": "2026-05-20",
        "end": "2026-05-21",
        "country": "FR",
        "granularity": "quarter_hourly",
        "provider": "epex",
        "timezone": "CET",
    }
    assert body["count"] == len(body["data"]) == 96
    assert all(list(row) == ["timestamp", "spot_price"] for row in body["data"])
    assert all(row["spot_price"] == round(row["spot_price"], 2) for row in reply.rows)


async def test_both_routes_give_the_same_prices(client: Client) -> None:
    """Tomorrow is the same day whichever route gives it."""
    query = {"turpe": "MU4", "profil": "pro"}
    tomorrow = await client.get(TOMORROW, query)
    raw = await client.get(RAW, {**one_day("2026-05-22"), **query})
    assert tomorrow.rows == raw.rows


@pytest.mark.parametrize("path", [TOMORROW, RAW])
async def test_enriched_answer_has_every_term(client: Client, path: str) -> None:
    """A row of the current form has seven prices, and the metadata say how."""
    reply = await client.get(path, {**CU4, "profil": "particulier"})
    for row in reply.rows:
        assert list(row) == [
            *("timestamp", "spot_price", "spot_price_eur_kwh", "turpe_eur_kwh"),
            *("accise_eur_kwh", "offer_eur_kwh", "cee_capa_eur_kwh"),
            *("price_ht_eur_kwh", "price_ttc_eur_kwh"),
        ]
    assert reply.body["pricing_metadata"] == {
        "enabled": True,
        "segment": "C5",
        "turpe_option": "CU4",
        "profil": "particulier",
        "display": "TTC",
        "offre": "standard",
        "tva_rate": 0.2,
        "accise_eur_kwh": 0.03085,
        "offer_adder_eur_kwh": 0,
        "cee_capa_eur_kwh": 0.01,
        "turpe_source": "table interne Sobry C5 (c€/kWh → €/kWh)",
        "formula_ht": (
            "spot_price_eur_kwh + turpe_eur_kwh + accise_eur_kwh"
            " + offer_eur_kwh + cee_capa_eur_kwh"
        ),
        "formula_ttc": "price_ht_eur_kwh × (1 + TVA 20%)",
        "units": {"spot_price": "€/MWh", "all_other_prices": "€/kWh"},
    }


async def test_terms_add_up(client: Client) -> None:
    """HT is the sum of its terms, and TTC is HT and a fifth."""
    query = {"start": "2026-04-01", "end": "2026-05-01", "turpe": "CU4"}
    for row in (await client.get(RAW, query)).rows:
        assert row["spot_price_eur_kwh"] == round(row["spot_price"] / 1000, 5)
        assert row["offer_eur_kwh"] == 0
        assert row["cee_capa_eur_kwh"] == 0.01
        total = row["spot_price_eur_kwh"] + row["turpe_eur_kwh"] + row["accise_eur_kwh"]
        assert row["price_ht_eur_kwh"] == round(total + 0.01, 5)
        assert row["price_ttc_eur_kwh"] == round(row["price_ht_eur_kwh"] * 1.2, 5)


async def test_whole_numbers_have_no_point(client: Client) -> None:
    """A JavaScript server writes 20 where Python would write 20.0."""
    query = {"start": "2026-01-01", "end": "2026-04-01", "turpe": "CU4"}
    text = (await client.get(RAW, query)).text
    written = json.loads(text, parse_float=str)["data"]
    assert not [
        value for row in written for value in row.values() if str(value).endswith(".0")
    ]
    assert '"offer_eur_kwh":0,' in text
    assert any(
        isinstance(row["spot_price"], int) and row["spot_price"] != 0
        for row in json.loads(text)["data"]
    )


async def test_segment_alone_asks_for_the_customer_price(client: Client) -> None:
    """The page enriches when segment or turpe is given."""
    reply = await client.get(RAW, {**DAY, "segment": "C5"})
    assert "price_ttc_eur_kwh" in reply.rows[0]
    assert reply.body["pricing_metadata"]["segment"] == "C5"


async def test_profile_and_display_alone_change_nothing(client: Client) -> None:
    """Without segment and turpe the answer stays the plain one."""
    plain = await client.get(RAW, DAY)
    asked = await client.get(RAW, {**DAY, "profil": "pro", "display": "HT"})
    assert asked.text == plain.text


async def test_ht_has_no_vat(client: Client) -> None:
    """The page shows no TTC price and an empty VAT rate with display=HT."""
    with_vat = await client.get(RAW, CU4)
    reply = await client.get(RAW, {**CU4, "display": "HT"})
    assert all("price_ttc_eur_kwh" not in row for row in reply.rows)
    assert reply.body["pricing_metadata"]["tva_rate"] is None
    assert reply.body["pricing_metadata"]["display"] == "HT"
    for row, other in zip(reply.rows, with_vat.rows, strict=True):
        assert row["price_ht_eur_kwh"] == other["price_ht_eur_kwh"]


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"profil": "particulier", "display": "TTC"},
        {"profil": "ignored", "display": "ignored"},
    ],
)
async def test_c4_is_always_pro_without_vat(client: Client, more: Query) -> None:
    """The page forces pro and HT for C4 and ignores what was asked."""
    reply = await client.get(RAW, {**DAY, "segment": "C4", "turpe": "LU", **more})
    metadata = reply.body["pricing_metadata"]
    assert metadata["segment"] == "C4"
    assert metadata["profil"] == "pro"
    assert metadata["display"] == "HT"
    assert metadata["tva_rate"] is None
    assert all("price_ttc_eur_kwh" not in row for row in reply.rows)
    assert {row["accise_eur_kwh"] for row in reply.rows} == {0.02658}


# --- tariff -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("segment", "option", "hph", "hch", "hpb", "hcb"),
    [
        ("C5", "CU", 0.0484, 0.0484, 0.0484, 0.0484),
        ("C5", "CU4", 0.0749, 0.0397, 0.0166, 0.0116),
        ("C5", "MUDT", 0.0494, 0.035, 0.0494, 0.035),
        ("C5", "MU4", 0.07, 0.0373, 0.0161, 0.0111),
        ("C5", "LU", 0.0125, 0.0125, 0.0125, 0.0125),
        ("C4", "CU", 0.0691, 0.0421, 0.0213, 0.0152),
        ("C4", "LU", 0.0569, 0.0347, 0.0201, 0.0149),
    ],
)
async def test_grid_price_follows_season_and_hour(
    client: Client,
    segment: str,
    option: str,
    hph: float,
    hch: float,
    hpb: float,
    hcb: float,
) -> None:
    """Full hours are 06-22 in Paris, the high season is November to March."""
    expected = {
        "2026-01-14": (hch, hph),
        "2026-03-31": (hch, hph),
        "2026-04-01": (hcb, hpb),
        "2025-10-31": (hcb, hpb),
        "2025-11-01": (hch, hph),
    }
    for day, (off_peak, peak) in expected.items():
        query = one_day(day, segment=segment, turpe=option)
        grid = [row["turpe_eur_kwh"] for row in (await client.get(RAW, query)).rows]
        assert grid == [off_peak] * 24 + [peak] * 64 + [off_peak] * 8


@pytest.mark.parametrize(
    ("day", "household", "business"),
    [
        ("2025-08-01", 0.02998, 0.02579),
        ("2026-01-31", 0.02998, 0.02579),
        ("2026-02-01", 0.03085, 0.02658),
        ("2026-05-20", 0.03085, 0.02658),
    ],
)
async def test_excise_has_its_dates(
    client: Client, day: str, household: float, business: float
) -> None:
    """The accise changed on the first of February 2026."""
    for profile, excise in (("particulier", household), ("pro", business)):
        reply = await client.get(RAW, one_day(day, turpe="LU", profil=profile))
        assert {row["accise_eur_kwh"] for row in reply.rows} == {excise}
        assert reply.body["pricing_metadata"]["accise_eur_kwh"] == excise


# --- periods ------------------------------------------------------------------


async def test_end_is_exclusive(client: Client) -> None:
    """Two days are asked for with the third as their end."""
    reply = await client.get(RAW, {"start": "2026-05-20", "end": "2026-05-22"})
    assert reply.body["count"] == 192
    assert reply.times[-1] == "2026-05-21T23:45:00+02:00"


@pytest.mark.parametrize(("day", "count"), [("2026-03-29", 92), ("2025-10-26", 100)])
async def test_clock_change_days(client: Client, day: str, count: int) -> None:
    """A day of 23 or 25 hours has its real quarter-hours, a quarter apart."""
    reply = await client.get(RAW, one_day(day, turpe="CU4"))
    moments = [datetime.fromisoformat(text) for text in reply.times]
    utc = [moment.astimezone(UTC) for moment in moments]
    assert len(utc) == reply.body["count"] == count
    assert {b - a for a, b in pairwise(utc)} == {timedelta(minutes=15)}
    for moment in moments:
        assert moment.utcoffset() == moment.astimezone(PARIS).utcoffset()
    hourly = await client.get(RAW, one_day(day, granularity="hourly"))
    assert hourly.body["count"] == count // 4
    assert len(set(hourly.times)) == count // 4


@pytest.mark.parametrize(
    ("day", "clock", "count"),
    [
        ("2026-03-29", datetime(2026, 3, 28, 13, tzinfo=UTC), 92),
        ("2026-10-25", datetime(2026, 10, 24, 13, tzinfo=UTC), 100),
    ],
)
async def test_tomorrow_is_a_clock_change_day(
    client: Client, day: str, clock: datetime, count: int
) -> None:
    """The route for tomorrow counts real quarter-hours too."""
    client.clock.now = clock
    reply = await client.get(TOMORROW)
    assert reply.body["date"] == day
    assert reply.body["count"] == len(set(reply.times)) == count


async def test_hours_and_days_are_means(client: Client) -> None:
    """A longer row has the mean of its quarter-hours."""
    spot = [row["spot_price"] for row in (await client.get(RAW, DAY)).rows]
    hourly = await client.get(RAW, {**DAY, "granularity": "hourly"})
    assert hourly.body["params"]["granularity"] == "hourly"
    assert hourly.times[:2] == [
        "2026-05-20T00:00:00+02:00",
        "2026-05-20T01:00:00+02:00",
    ]
    for index, row in enumerate(hourly.rows):
        mean = fmean(spot[4 * index : 4 * index + 4])
        assert row["spot_price"] == pytest.approx(mean, abs=0.005001)
    daily = await client.get(RAW, {**DAY, "granularity": "daily"})
    assert daily.times == ["2026-05-20T00:00:00+02:00"]
    assert daily.rows[0]["spot_price"] == pytest.approx(fmean(spot), abs=0.005001)


async def test_hourly_grid_prices_are_those_of_the_hour(client: Client) -> None:
    """The bands begin on full hours, so an hour has one grid price."""
    reply = await client.get(RAW, {**CU4, "granularity": "hourly"})
    grid = [row["turpe_eur_kwh"] for row in reply.rows]
    assert grid == [0.0116] * 6 + [0.0166] * 16 + [0.0116] * 2


async def test_timezone_moves_the_days(client: Client) -> None:
    """Days and offsets are those of the time zone; the moments keep their price."""
    two_days = await client.get(RAW, {"start": "2026-05-20", "end": "2026-05-22"})
    prices = {
        datetime.fromisoformat(row["timestamp"]): row["spot_price"]
        for row in two_days.rows
    }
    reply = await client.get(RAW, {**DAY, "timezone": "UTC"})
    assert reply.body["params"]["timezone"] == "UTC"
    assert reply.times[0] == "2026-05-20T00:00:00+00:00"
    assert reply.body["count"] == 96
    for row in reply.rows:
        assert prices[datetime.fromisoformat(row["timestamp"])] == row["spot_price"]
    paris = await client.get(RAW, {**DAY, "timezone": "Europe/Paris"})
    assert paris.rows == (await client.get(RAW, DAY)).rows


# --- errors -------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"start": "2026-05-20"},
        {"end": "2026-05-21"},
        {"start": "2026-5-20", "end": "2026-05-21"},
        {"start": "20260520", "end": "2026-05-21"},
        {"start": "2026-02-30", "end": "2026-05-21"},
        {"start": "yesterday", "end": "2026-05-21"},
        {"start": "2026-05-20T00:00:00", "end": "2026-05-21"},
        {"start": "2026-05-20", "end": "2026-05-20"},
        {"start": "2026-05-21", "end": "2026-05-20"},
        {**DAY, "granularity": "minutely"},
        {**DAY, "timezone": "Europe/Atlantis"},
        {**DAY, "timezone": "../secrets"},
        {**DAY, "timezone": ""},
        {**DAY, "country": "France"},
    ],
)
async def test_wrong_periods_are_refused(client: Client, query: Query) -> None:
    """The page gives 400 to missing and invalid parameters."""
    await refuses(client, RAW, query, HTTPStatus.BAD_REQUEST)


@pytest.mark.parametrize("path", [TOMORROW, RAW])
@pytest.mark.parametrize(
    "query",
    [
        {"segment": "C6"},
        {"segment": "c5"},
        {"segment": ""},
        {"turpe": "CU5"},
        {"turpe": "CU4", "profil": "expert"},
        {"turpe": "CU4", "display": "ttc"},
        {"segment": "C4", "turpe": "CU4"},
        {"segment": "C4", "turpe": "MU4"},
        {"segment": "C4", "turpe": "MUDT"},
    ],
)
async def test_wrong_contracts_are_refused(
    client: Client, path: str, query: Query
) -> None:
    """Both routes know the same contracts."""
    await refuses(client, path, {**DAY, **query}, HTTPStatus.BAD_REQUEST)


@pytest.mark.parametrize(
    "query",
    [
        {"start": "2026-05-23", "end": "2026-05-24"},
        {"start": "2999-01-01", "end": "9999-12-31"},
        {"start": "0001-01-01", "end": "0001-01-02"},
        {**DAY, "country": "DE"},
        {**DAY, "provider": "nordpool"},
    ],
)
async def test_period_without_data_is_not_found(client: Client, query: Query) -> None:
    """The page gives 404 when there is nothing for the period."""
    await refuses(client, RAW, query, HTTPStatus.NOT_FOUND)


async def refuses(client: Client, path: str, query: Query, status: int) -> None:
    """Expect a refusal that says why."""
    reply = await client.get(path, query)
    assert reply.status == status
    assert reply.body["success"] is False
    assert set(reply.body["error"]) == {"code", "message"}
    assert all(reply.body["error"].values())


async def test_published_part_is_answered(client: Client) -> None:
    """A period that is partly out gets the part that is."""
    reply = await client.get(RAW, {"start": "2026-05-21", "end": "2026-05-28"})
    assert reply.status == HTTPStatus.OK
    assert reply.body["count"] == 192
    assert reply.times[-1] == "2026-05-22T23:45:00+02:00"
    assert reply.body["params"]["end"] == "2026-05-28"


async def test_more_than_a_hundred_requests_a_minute(client: Client) -> None:
    """The page limits a client to 100 requests a minute, over both routes."""
    for index in range(100):
        path = RAW if index % 2 else TOMORROW
        assert (await client.get(path, DAY)).status == HTTPStatus.OK
    client.clock.now += timedelta(seconds=20)
    reply = await client.get(TOMORROW)
    assert reply.status == HTTPStatus.TOO_MANY_REQUESTS
    assert reply.headers["Retry-After"] == "40"
    assert reply.body["success"] is False
    client.clock.now += timedelta(seconds=40)
    assert (await client.get(TOMORROW)).status == HTTPStatus.OK


async def test_refused_requests_count_and_control_does_not(client: Client) -> None:
    """A wrong request is a request; steering the server is none."""
    for _ in range(99):
        await client.get(RAW)
    for _ in range(5):
        await client.ask("GET", CONTROL)
    assert (await client.get(TOMORROW)).status == HTTPStatus.OK
    assert (await client.get(TOMORROW)).status == HTTPStatus.TOO_MANY_REQUESTS


# --- publication --------------------------------------------------------------


@pytest.mark.parametrize(
    ("clock", "status"),
    [
        (datetime(2026, 5, 20, 22, 0, tzinfo=UTC), HTTPStatus.NOT_FOUND),
        (datetime(2026, 5, 21, 10, 59, 59, tzinfo=UTC), HTTPStatus.NOT_FOUND),
        (datetime(2026, 5, 21, 11, 0, tzinfo=UTC), HTTPStatus.OK),
        (datetime(2026, 5, 21, 21, 59, tzinfo=UTC), HTTPStatus.OK),
        (datetime(2026, 1, 14, 11, 59, 59, tzinfo=UTC), HTTPStatus.NOT_FOUND),
        (datetime(2026, 1, 14, 12, 0, tzinfo=UTC), HTTPStatus.OK),
    ],
)
async def test_tomorrow_is_out_at_thirteen_in_paris(
    client: Client, clock: datetime, status: int
) -> None:
    """Summer or winter, the day's turn comes at 13:00 on the clock of Paris."""
    client.clock.now = clock
    assert (await client.get(TOMORROW)).status == status
    tomorrow = clock.astimezone(PARIS).date() + timedelta(days=1)
    reply = await client.get(RAW, one_day(tomorrow.isoformat()))
    assert reply.status == status
    today = await client.get(RAW, one_day((tomorrow - timedelta(1)).isoformat()))
    assert today.status == HTTPStatus.OK


async def test_late_publication(client: Client) -> None:
    """A late market publishes the given minutes after 13:00."""
    client.server.control.behave(Late(90))
    client.clock.now = datetime(2026, 5, 21, 12, 29, tzinfo=UTC)
    assert (await client.get(TOMORROW)).status == HTTPStatus.NOT_FOUND
    assert (await client.get(RAW, one_day("2026-05-21"))).status == HTTPStatus.OK
    client.clock.now += timedelta(minutes=1)
    reply = await client.get(TOMORROW)
    assert reply.status == HTTPStatus.OK
    assert reply.body["date"] == "2026-05-22"


async def test_default_clock_obeys_frozen_time(
    socket_enabled: None, freezer: FrozenDateTimeFactory
) -> None:
    """A server without a clock of its own sees the time a test freezes."""
    async with PriceServer() as server, aiohttp.ClientSession() as session:
        for moment, status in (("10:59:59", 404), ("11:00:00", 200)):
            freezer.move_to(f"2026-05-21T{moment}+00:00")
            async with session.get(server.url + TOMORROW) as response:
                assert response.status == status
        assert server.requests[-1].time == datetime(2026, 5, 21, 11, tzinfo=UTC)


# --- made-up prices -----------------------------------------------------------


def prices_between(first: date, last: date) -> list[tuple[datetime, float]]:
    """Give the spot prices of some days with their local time."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [
        (quarter.start.astimezone(PARIS), quarter.price)
        for day in days
        for quarter in spot_prices(day)
    ]


def test_prices_look_like_a_year() -> None:
    """Two peaks, a dip at noon, cheap weekends and dear winters."""
    year = prices_between(date(2026, 1, 1), date(2026, 12, 31))

    def mean(**wanted: set[int]) -> float:
        return fmean(
            price
            for local, price in year
            if local.hour in wanted.get("hour", {local.hour})
            and local.month in wanted.get("month", {local.month})
            and local.weekday() in wanted.get("weekday", {local.weekday()})
        )

    assert mean(hour={8}) > mean(hour={13})
    assert mean(hour={8}) > mean(hour={3})
    assert mean(hour={19}) > mean(hour={13})
    assert mean(hour={13}, month={6}) < mean(hour={3}, month={6})
    assert mean(weekday={5, 6}) < 0.9 * mean(weekday={0, 1, 2, 3, 4})
    assert mean(month={12, 1, 2}) > 1.5 * mean(month={6, 7, 8})
    assert all(-500 <= price <= 4000 for _, price in year)
    assert all(price == round(price, 2) for _, price in year)


def test_spring_has_negative_hours_and_winter_has_none() -> None:
    """Some days of April and May go below zero, and by no means all."""
    spring = prices_between(date(2026, 4, 1), date(2026, 5, 31))
    days = {local.date() for local, price in spring if price < 0}
    assert 6 <= len(days) <= 50
    assert {local.hour for local, price in spring if price < 0} <= set(range(9, 19))
    winter = prices_between(date(2025, 12, 1), date(2026, 1, 31))
    assert min(price for _, price in winter) > 0


def test_days_differ() -> None:
    """No two days of a year have the same prices."""
    days = {
        tuple(quarter.price for quarter in spot_prices(date(2026, 1, 1) + timedelta(n)))
        for n in range(365)
    }
    assert len(days) == 365


async def test_other_processes_make_up_the_same_prices() -> None:
    """The prices hang on the date alone, not on the process."""
    code = (
        "from datetime import date; from dev.price_server.market import spot_prices;"
        "print([it.price for it in spot_prices(date(2026, 10, 25))])"
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", code),
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"},
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    here = [quarter.price for quarter in spot_prices(date(2026, 10, 25))]
    assert json.loads(output) == here
    assert len(here) == 100


# --- wrong answers ------------------------------------------------------------


@pytest.mark.parametrize("kind", WrongKind)
async def test_wrong_answers_are_complete_answers(
    client: Client, kind: WrongKind
) -> None:
    """A fault spoils what is said, not that it is said, and on every form."""
    right = await client.get(RAW, CU4)
    for path in (RAW, TOMORROW):
        for query in (DAY, CU4, {**CU4, "granularity": "daily"}):
            client.server.control.behave(Wrong(kind), times=1)
            reply = await client.get(path, query)
            assert reply.status == HTTPStatus.OK
    assert (await client.spoilt(kind)).text != right.text
    assert (await client.get(RAW, CU4)).text == right.text


@pytest.mark.parametrize("kind", WrongKind)
async def test_refusals_stay_right(client: Client, kind: WrongKind) -> None:
    """There is nothing to spoil where there is no answer."""
    reply = await client.spoilt(kind, {"start": "2026-05-21", "end": "2026-05-20"})
    assert reply.status == HTTPStatus.BAD_REQUEST


async def test_answer_is_a_page(client: Client) -> None:
    """A maintenance page comes with a good status."""
    reply = await client.spoilt(WrongKind.HTML)
    assert reply.headers["Content-Type"].startswith("text/html")
    assert reply.text.startswith("<!doctype html>")


@pytest.mark.parametrize("kind", [WrongKind.NOT_JSON, WrongKind.TRUNCATED])
async def test_answer_is_no_json(client: Client, kind: WrongKind) -> None:
    """The text says it is JSON and is not."""
    reply = await client.spoilt(kind)
    assert reply.headers["Content-Type"].startswith("application/json")
    with pytest.raises(json.JSONDecodeError):
        json.loads(reply.text)
    right = await client.get(RAW, CU4)
    assert right.text.startswith(reply.text) == (kind is WrongKind.TRUNCATED)


async def test_answer_denies_success(client: Client) -> None:
    """The flag alone is wrong."""
    right = (await client.get(RAW, CU4)).body
    body = (await client.spoilt(WrongKind.SUCCESS_FALSE)).body
    assert body == {**right, "success": False}


async def test_answer_has_no_rows(client: Client) -> None:
    """The list is there and empty."""
    body = (await client.spoilt(WrongKind.NO_ROWS)).body
    assert body["success"] is True
    assert body["count"] == 0
    assert body["data"] == []


async def test_answer_lacks_a_price(client: Client) -> None:
    """One row has a time and nothing to pay."""
    rows = (await client.spoilt(WrongKind.MISSING_PRICE)).rows
    poor = [row for row in rows if "price_ttc_eur_kwh" not in row]
    assert len(rows) == 96
    assert len(poor) == 1
    assert "timestamp" in poor[0]
    assert not poor[0].keys() & {"spot_price", "spot_price_eur_kwh", "price_ht_eur_kwh"}


@pytest.mark.parametrize(
    ("kind", "literal", "is_odd"),
    [
        (WrongKind.NAN, "NaN", math.isnan),
        (WrongKind.INFINITY, "Infinity", math.isinf),
    ],
)
async def test_answer_has_a_number_that_is_none(
    client: Client, kind: WrongKind, literal: str, is_odd: Callable[[float], bool]
) -> None:
    """One row has prices that JSON does not know and Python reads."""
    reply = await client.spoilt(kind)
    assert f'"price_ttc_eur_kwh":{literal}' in reply.text
    odd = [row for row in reply.rows if is_odd(row["price_ttc_eur_kwh"])]
    assert len(odd) == 1
    assert is_odd(odd[0]["spot_price"])


async def test_answer_has_no_offsets(client: Client) -> None:
    """The times are local and do not say where."""
    right = await client.get(RAW, CU4)
    reply = await client.spoilt(WrongKind.NO_OFFSET)
    assert all(datetime.fromisoformat(time).tzinfo is None for time in reply.times)
    assert [f"{time}+02:00" for time in reply.times] == right.times


async def test_answer_is_in_another_currency(client: Client) -> None:
    """The units and a field of their own say crowns."""
    body = (await client.spoilt(WrongKind.CURRENCY)).body
    assert body["currency"] == "DKK"
    assert body["pricing_metadata"]["units"] == {
        "spot_price": "DKK/MWh",
        "all_other_prices": "DKK/kWh",
    }


async def test_answer_repeats_a_row(client: Client) -> None:
    """One quarter-hour comes twice, word for word."""
    right = await client.get(RAW, CU4)
    reply = await client.spoilt(WrongKind.DUPLICATE)
    assert reply.body["count"] == len(reply.rows) == 97
    assert [row for n, row in enumerate(reply.rows) if row not in reply.rows[:n]] == (
        right.rows
    )


async def test_answer_contradicts_itself(client: Client) -> None:
    """One quarter-hour comes twice, with two prices."""
    reply = await client.spoilt(WrongKind.CONFLICTING_DUPLICATE)
    assert len(reply.rows) == 97
    twice = [row for row in reply.rows if reply.times.count(row["timestamp"]) == 2]
    assert len(twice) == 2
    assert twice[0]["price_ttc_eur_kwh"] != twice[1]["price_ttc_eur_kwh"]
    assert twice[0]["spot_price"] != twice[1]["spot_price"]


async def test_answer_is_out_of_order(client: Client) -> None:
    """All rows are there, and not one after the other."""
    right = await client.get(RAW, CU4)
    reply = await client.spoilt(WrongKind.UNORDERED)
    assert reply.times not in (right.times, right.times[::-1])
    assert sorted(reply.rows, key=lambda row: row["timestamp"]) == right.rows


async def test_answer_has_a_gap(client: Client) -> None:
    """An hour is missing in the middle."""
    right = await client.get(RAW, CU4)
    reply = await client.spoilt(WrongKind.GAP)
    assert reply.body["count"] == len(reply.rows) == 92
    missing = [index for index, row in enumerate(right.rows) if row not in reply.rows]
    assert missing == list(range(missing[0], missing[0] + 4))
    assert 0 < missing[0] < 92


@pytest.mark.parametrize("day", ["2026-05-20", "2026-05-22", "2026-03-28"])
async def test_answer_includes_its_end(client: Client, day: str) -> None:
    """The first quarter-hour of the next day comes along, with its own price."""
    reply = await client.spoilt(WrongKind.INCLUSIVE_END, one_day(day, turpe="CU4"))
    assert reply.body["count"] == len(reply.rows) == 97
    client.clock.now += timedelta(days=7)
    following = await client.get(RAW, one_day(day_after(day), turpe="CU4"))
    assert reply.rows[-1] == following.rows[0]


async def test_answer_writes_prices_as_text(client: Client) -> None:
    """Every price is the right number in quotes."""
    right = await client.get(RAW, CU4)
    reply = await client.spoilt(WrongKind.TEXT_PRICE)
    for row, other in zip(reply.rows, right.rows, strict=True):
        for key in ("spot_price", "price_ht_eur_kwh", "price_ttc_eur_kwh"):
            assert isinstance(row[key], str)
            assert float(row[key]) == other[key]


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ({"turpe": "CU4"}, {"turpe": "LU"}),
        ({"turpe": "LU", "display": "HT"}, {"turpe": "CU", "display": "HT"}),
        ({"segment": "C4", "turpe": "CU"}, {"segment": "C4", "turpe": "LU"}),
    ],
)
async def test_answer_is_for_another_tariff(
    client: Client, asked: Query, given: Query
) -> None:
    """The answer is right, for somebody else."""
    reply = await client.spoilt(WrongKind.OTHER_TARIFF, {**DAY, **asked})
    assert reply.text == (await client.get(RAW, {**DAY, **given})).text


async def test_plain_answer_is_for_some_tariff(client: Client) -> None:
    """Who asked for spot prices only gets a tariff all the same."""
    reply = await client.spoilt(WrongKind.OTHER_TARIFF, DAY)
    assert reply.body["pricing_metadata"]["enabled"] is True


async def test_answer_is_huge(client: Client) -> None:
    """The right prices come in a body of many megabytes."""
    right = await client.get(RAW, CU4)
    reply = await client.spoilt(WrongKind.HUGE)
    assert len(reply.text) > 30_000_000
    assert reply.body == right.body


# --- control ------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 302, 400, 404, 429, 500, 503])
async def test_any_status(client: Client, status: int) -> None:
    """The server answers the status it is told to."""
    client.server.control.behave(Status(status))
    for path in (TOMORROW, RAW):
        reply = await client.get(path, CU4)
        assert reply.status == status
        assert reply.body["success"] is False
        assert "Retry-After" not in reply.headers
        assert ("Location" in reply.headers) == (status == HTTPStatus.FOUND)


@pytest.mark.parametrize("pause", [120, "Thu, 21 May 2026 14:02:00 GMT"])
async def test_status_with_a_pause(client: Client, pause: int | str) -> None:
    """Retry-After is seconds or a date, whichever was given."""
    client.server.control.behave(Status(429, retry_after=pause))
    assert (await client.get(TOMORROW)).headers["Retry-After"] == str(pause)


async def test_slow_answers(client: Client) -> None:
    """A slow answer is right and comes after the given seconds."""
    client.server.control.behave(Slow(0.2), times=1)
    loop = asyncio.get_running_loop()
    before = loop.time()
    assert (await client.get(RAW, DAY)).rows
    assert loop.time() - before >= 0.19


async def test_slow_answers_do_not_hold_up_the_end(socket_enabled: None) -> None:
    """Who stops the server need not wait for its slow answers."""
    async with aiohttp.ClientSession() as session:
        async with PriceServer() as server:
            server.control.behave(Slow(600))
            asking = asyncio.create_task(session.get(server.url + TOMORROW))
            await asyncio.sleep(0.05)
        with pytest.raises(aiohttp.ClientError):
            await asking


async def test_down_gives_no_answer(client: Client) -> None:
    """The connection ends before a single byte."""
    # The client asks a second time by itself, so a single failure would not be seen.
    client.server.control.behave(Down())
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await client.get(TOMORROW)
    assert client.server.requests[-1].status is None
    client.server.control.behave(Normal())
    assert (await client.get(TOMORROW)).status == HTTPStatus.OK


async def test_behaviour_for_the_next_requests(client: Client) -> None:
    """A limited behaviour ends by itself, and control does not use it up."""
    client.server.control.behave(Status(500), times=2)
    await client.ask("GET", CONTROL)
    statuses = [(await client.get(TOMORROW)).status for _ in range(3)]
    assert statuses == [500, 500, 200]
    assert client.server.control.behaviour == Normal()
    assert client.server.control.times is None


@pytest.mark.parametrize(
    "order",
    [
        {"mode": "late", "minutes": 90},
        {"mode": "slow", "seconds": 0.5},
        *({"mode": "wrong", "kind": kind.value} for kind in WrongKind),
        {"mode": "status", "status": 429, "retry_after": 60},
        {
            "mode": "status",
            "status": 503,
            "retry_after": "Thu, 21 May 2026 14:02:00 GMT",
        },
        {"mode": "status", "status": 404, "retry_after": None},
        {"mode": "down"},
        {"mode": "normal"},
    ],
)
async def test_control_over_http(client: Client, order: dict[str, object]) -> None:
    """What is posted is what the server does from then on, and what it tells."""
    for times in (None, 3):
        reply = await client.post({**order, "times": times})
        assert reply.status == HTTPStatus.OK
        state = (await client.ask("GET", CONTROL)).body
        assert state == {**order, "times": times, "requests": []}
    assert client.server.control.behaviour.mode == order["mode"]
    assert client.server.control.times == 3


async def test_posted_behaviour_is_obeyed(client: Client) -> None:
    """The route and the object steer the same server."""
    await client.post({"mode": "status", "status": 429, "retry_after": 60, "times": 1})
    reply = await client.get(TOMORROW)
    assert reply.status == HTTPStatus.TOO_MANY_REQUESTS
    assert reply.headers["Retry-After"] == "60"
    assert (await client.get(TOMORROW)).status == HTTPStatus.OK


@pytest.mark.parametrize(
    "order",
    [
        [],
        None,
        {},
        {"mode": "broken"},
        {"mode": []},
        {"mode": "late"},
        {"mode": "late", "minutes": "ten"},
        {"mode": "late", "minutes": -1},
        {"mode": "late", "minutes": True},
        {"mode": "slow", "seconds": 1e9},
        {"mode": "slow", "seconds": math.nan},
        {"mode": "slow", "seconds": 10**400},
        {"mode": "wrong"},
        {"mode": "wrong", "kind": "upside_down"},
        {"mode": "status"},
        {"mode": "status", "status": 42},
        {"mode": "status", "status": "500"},
        {"mode": "status", "status": 429, "retry_after": "soon"},
        {"mode": "status", "status": 429, "retry_after": -1},
        {"mode": "status", "status": 429, "retry_after": 1.5},
        {"mode": "down", "times": 0},
        {"mode": "down", "times": "once"},
        {"mode": "down", "seconds": 1},
        {"mode": "normal", "colour": "green"},
    ],
)
async def test_wrong_control_is_refused(client: Client, order: object) -> None:
    """A mistake gets a sentence and changes nothing."""
    reply = await client.post(order)
    assert reply.status == HTTPStatus.BAD_REQUEST
    assert reply.body["error"].endswith(".")
    assert client.server.control.behaviour == Normal()


@pytest.mark.parametrize("data", [b"", b"normal", b"\xff\xfe\xfa"])
async def test_control_that_is_no_json_is_refused(client: Client, data: bytes) -> None:
    """A body that cannot be read is a mistake like any other."""
    reply = await client.ask("POST", CONTROL, data=data)
    assert reply.status == HTTPStatus.BAD_REQUEST
    assert reply.body["error"].endswith(".")


# --- log, server and command line ---------------------------------------------


async def test_requests_are_remembered(client: Client) -> None:
    """The log tells what was asked, when, and what became of it."""
    await client.get(RAW, CU4)
    client.clock.now += timedelta(minutes=1)
    await client.get(RAW)
    await client.get("/nowhere")
    state = (await client.ask("GET", CONTROL)).body
    common = {"method": "GET", "time": "2026-05-21T14:01:00+00:00"}
    assert state["requests"] == [
        {
            "method": "GET",
            "path": RAW,
            "query": "start=2026-05-20&end=2026-05-21&turpe=CU4",
            "status": 200,
            "time": "2026-05-21T14:00:00+00:00",
        },
        {**common, "path": RAW, "query": "", "status": 400},
        {**common, "path": "/nowhere", "query": "", "status": 404},
    ]
    assert [request.status for request in client.server.requests] == [200, 400, 404]
    client.server.control.forget()
    assert client.server.requests == ()


async def test_two_servers_are_two(client: Client) -> None:
    """Servers share neither port nor behaviour."""
    async with PriceServer(clock=client.clock) as other:
        assert other.url != client.server.url
        assert other.url.startswith("http://127.0.0.1:")
        other.control.behave(Status(500))
        assert (await client.get(TOMORROW)).status == HTTPStatus.OK
        assert other.requests == ()


async def test_taken_port(client: Client) -> None:
    """A server that cannot listen says so at once."""
    port = int(client.server.url.rpartition(":")[2])
    with pytest.raises(OSError, match="address already in use"):
        await PriceServer(port=port).__aenter__()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_command_line(socket_enabled: None, number: signal.Signals) -> None:
    """The command tells its address in one line and ends cleanly when asked."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "dev.price_server", "--host", "127.0.0.1"),
        *("--port", "0"),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    line = (await asyncio.wait_for(process.stdout.readline(), 20)).decode()
    assert line.startswith("Price server: http://127.0.0.1:")
    url = line.removeprefix("Price server: ").strip()
    async with (
        aiohttp.ClientSession() as session,
        session.get(url + RAW, params=DAY) as response,
    ):
        assert response.status == HTTPStatus.OK
    process.send_signal(number)
    output, errors = await asyncio.wait_for(process.communicate(), 20)
    assert (process.returncode, output, errors) == (0, b"", b"")
