"""Test that wrong answers are wrong in one way only."""

from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus
import json
import math

import pytest

from dev.price_server import Wrong, WrongKind

from .helpers import CU4, DAY, RAW, TOMORROW, Client, Query, day_after, one_day


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
