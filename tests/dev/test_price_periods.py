"""Test periods, refusals and the publication."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from itertools import pairwise
from statistics import fmean

import aiohttp
from freezegun.api import FrozenDateTimeFactory
import pytest

from dev.price_server import Late, PriceServer

from .helpers import CONTROL, CU4, DAY, PARIS, RAW, TOMORROW, Client, Query, one_day


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
