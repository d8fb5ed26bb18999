"""Compare Flatpeak's prices with its page."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from dev.price_server import Late
from dev.price_server.credentials import FLATPEAK_ACCOUNT_ID, FLATPEAK_LOCATION_ID

from .flatpeak import END, START, WINDOW, ask, series
from .helpers import PARIS, Client


async def test_answer_has_the_fields_of_the_page(client: Client) -> None:
    """The sample of the page has these fields, and no others."""
    request = {**WINDOW, "tariff_direction": "IMPORT"}
    reply = await ask(client, request)
    assert reply.status == HTTPStatus.OK
    body = reply.body
    assert list(body) == [
        *("id", "object", "live_mode", "location_id", "location_timezone"),
        *("currency_code", "tariff_direction", "last_updated", "next_update"),
        *("request", "data", "time_created", "account_id"),
    ]
    assert body["id"].startswith("prs_")
    assert body["object"] == "price"
    assert body["live_mode"] is True
    assert body["location_id"] == FLATPEAK_LOCATION_ID
    assert body["location_timezone"] == "Europe/Paris"
    assert body["currency_code"] == "EUR"
    assert body["tariff_direction"] == "IMPORT"
    assert body["last_updated"] == "2026-05-21T11:00:00Z"
    assert body["next_update"] == "2026-05-22T11:00:00Z"
    assert body["request"] == request
    assert body["time_created"] == "2026-05-21T14:00:00Z"
    assert body["account_id"] == FLATPEAK_ACCOUNT_ID
    for row in body["data"]:
        assert list(row) == ["valid_from", "valid_to", "price"]
        assert list(row["price"]) == ["value", "confidence"]
        assert row["price"]["value"] == round(row["price"]["value"], 5)
        assert row["price"]["confidence"] == 1


async def test_rows_are_quarter_hours(client: Client) -> None:
    """The usual location has one row for each quarter-hour, without a gap."""
    rows = series(await ask(client))
    assert len(rows) == 192
    assert rows[0][0] == datetime.fromisoformat(START)
    assert rows[-1][1] == datetime.fromisoformat(END)
    assert {end - start for start, end, _, _ in rows} == {timedelta(minutes=15)}
    assert all(before[1] == after[0] for before, after in pairwise(rows))


@pytest.mark.parametrize(("day", "count"), [("2026-03-29", 92), ("2025-10-26", 100)])
async def test_clock_change_days(client: Client, day: str, count: int) -> None:
    """A local day of 23 or 25 hours has its real quarter-hours."""
    start = datetime.fromisoformat(day).replace(tzinfo=PARIS).astimezone(UTC)
    end = start + count * timedelta(minutes=15)
    window = {"start_time": start.isoformat(), "end_time": end.isoformat()}
    rows = series(await ask(client, window))
    assert len(rows) == count
    flat = series(await ask(client, window, location="loc_flat_1"))
    assert [(row[0], row[1]) for row in flat] == [(start, end)]
    mixed = series(await ask(client, window, location="loc_mixed_1"))
    assert (mixed[0][0], mixed[-1][1]) == (start, end)
    assert all(before[1] == after[0] for before, after in pairwise(mixed))


async def test_flat_location_has_one_row_a_day(client: Client) -> None:
    """A fixed price is one row of 24 hours, and whole even where part is asked."""
    midday = {"start_time": "2026-05-20T10:00:00Z", "end_time": "2026-05-21T10:00:00Z"}
    rows = series(await ask(client, midday, location="loc_flat_1"))
    first = datetime(2026, 5, 19, 22, tzinfo=UTC)
    day = timedelta(days=1)
    assert [row[:2] for row in rows] == [
        (first, first + day),
        (first + day, first + 2 * day),
    ]
    assert len({row[2] for row in rows}) == 1


async def test_mixed_location_has_rows_of_three_lengths(client: Client) -> None:
    """Half an hour, an hour and an hour and a half follow each other."""
    rows = series(await ask(client, location="loc_mixed_1"))
    minutes = [(end - start) // timedelta(minutes=1) for start, end, _, _ in rows]
    assert minutes == [30, 60, 90] * 16
    quarters = series(await ask(client))
    for start, end, value, _ in rows:
        inside = [row[2] for row in quarters if start <= row[0] < end]
        assert value == pytest.approx(sum(inside) / len(inside), abs=0.00002)


async def test_london(client: Client) -> None:
    """A location elsewhere has its own clock and currency."""
    reply = await ask(client, location="loc_london_1")
    assert reply.body["location_timezone"] == "Europe/London"
    assert reply.body["currency_code"] == "GBP"
    window = {
        "start_time": "2026-05-19T23:00:00Z",
        "end_time": "2026-05-20T23:00:00Z",
    }
    assert len(series(await ask(client, window, location="loc_london_1"))) == 96
    midnight = datetime(2026, 5, 20, tzinfo=ZoneInfo("Europe/London"))
    assert series(await ask(client, window))[0][0] == midnight


async def test_export_pays_less_than_import_costs(client: Client) -> None:
    """Whoever sells gets less than whoever buys, in every row of a year's spring."""
    window = {"start_time": "2026-03-20T00:00:00Z", "end_time": "2026-05-20T00:00:00Z"}
    for location in (FLATPEAK_LOCATION_ID, "loc_flat_1"):
        buys = await ask(client, window, location=location)
        sells = await ask(
            client, {**window, "tariff_direction": "EXPORT"}, location=location
        )
        assert sells.body["tariff_direction"] == "EXPORT"
        pairs = zip(series(buys), series(sells), strict=True)
        assert all(bought[2] > sold[2] for bought, sold in pairs)


async def test_import_is_the_usual_direction(client: Client) -> None:
    """The page defaults to IMPORT."""
    named = await ask(client, {**WINDOW, "tariff_direction": "IMPORT"})
    plain = await ask(client)
    assert plain.body["data"] == named.body["data"]
    assert plain.body["request"] == WINDOW


async def test_ninety_days_are_allowed(client: Client) -> None:
    """The page's longest range is answered in full."""
    window = {"start_time": START, "end_time": "2026-08-18T22:00:00Z"}
    assert len(series(await ask(client, window))) == 90 * 96


async def test_start_may_be_left_out(client: Client) -> None:
    """Without a start the series begins with the row that is running."""
    client.clock.now += timedelta(minutes=7)
    rows = series(await ask(client, {"end_time": END}))
    assert rows[0][0] == datetime(2026, 5, 21, 14, tzinfo=UTC)


async def test_answer_keeps_the_offset_of_the_request(client: Client) -> None:
    """The page answers in UTC or with the offset asked for, and the end decides."""
    window = {
        "start_time": "2026-05-20T23:00:00+01:00",
        "end_time": "2026-05-23T00:00:00+02:00",
    }
    reply = await ask(client, window)
    assert series(reply) == series(await ask(client))
    body = reply.body
    assert body["data"][0]["valid_from"] == "2026-05-21T00:00:00+02:00"
    assert body["next_update"] == "2026-05-22T13:00:00+02:00"
    assert body["request"] == window
    assert body["time_created"] == "2026-05-21T14:00:00Z"


@pytest.mark.parametrize(
    ("location", "confidence"),
    [
        (FLATPEAK_LOCATION_ID, 0.6),
        ("loc_mixed_1", 0.6),
        ("loc_flat_1", 0.8),
        ("loc_unknown_market_1", 0),
    ],
)
async def test_future_beyond_publication(
    client: Client, location: str, confidence: float
) -> None:
    """What is not published is less sure, and unknown prices are zero for certain."""
    window = {"start_time": START, "end_time": "2026-05-23T22:00:00Z"}
    rows = series(await ask(client, window, location=location))
    published = datetime.fromisoformat(END)
    assert {row[3] for row in rows if row[0] < published} == {1}
    future = [row for row in rows if row[0] >= published]
    assert {row[3] for row in future} == {confidence}
    assert all((row[2] == 0) == (confidence == 0) for row in future)


@pytest.mark.parametrize(
    ("now", "last", "following"),
    [
        ("2026-05-21T10:59:59Z", "2026-05-20T11:00:00Z", "2026-05-21T11:00:00Z"),
        ("2026-05-21T11:00:00Z", "2026-05-21T11:00:00Z", "2026-05-22T11:00:00Z"),
        ("2026-03-28T20:00:00Z", "2026-03-28T12:00:00Z", "2026-03-29T11:00:00Z"),
    ],
)
async def test_next_update_is_the_next_publication(
    client: Client, now: str, last: str, following: str
) -> None:
    """Prices come out at 13:00 in Paris, and forecasts become sure then."""
    client.clock.now = datetime.fromisoformat(now)
    body = (await ask(client)).body
    assert (body["last_updated"], body["next_update"]) == (last, following)


async def test_late_publication(client: Client) -> None:
    """A late market moves the next update and keeps the forecast until then."""
    client.server.control.behave(Late(90))
    client.clock.now = datetime(2026, 5, 21, 12, 29, tzinfo=UTC)
    reply = await ask(client)
    assert reply.body["next_update"] == "2026-05-21T12:30:00Z"
    assert {row[3] for row in series(reply)} == {1, 0.6}
    client.clock.now += timedelta(minutes=1)
    assert {row[3] for row in series(await ask(client))} == {1}
