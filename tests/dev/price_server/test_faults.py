"""Tests of the faults: each does what it says."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
import json
from math import inf, isnan
from typing import Any

from aiohttp import ServerDisconnectedError, web
import pytest

from dev.price_server import (
    Custom,
    Down,
    ErrorCode,
    Late,
    PriceServer,
    RateLimit,
    Slow,
    Status,
    Wrong,
    WrongKind,
)
from dev.price_server.answer import Answer, Document
from dev.price_server.spoil import HUGE_BYTES, spoil

from .conftest import Client, Reply

QUERY = {"start": "2026-05-20", "end": "2026-05-21", "turpe": "CU4"}
TOMORROW = {"start": "2026-05-22", "end": "2026-05-23", "turpe": "CU4"}

type Rows = list[dict[str, Any]]


def row(hour: int, price: float) -> dict[str, object]:
    """Return a row of an hour."""
    start, end = f"2026-05-21T{hour:02}:00:00Z", f"2026-05-21T{hour + 1:02}:00:00Z"
    return {"start": start, "end": end, "price": price}


LIST = Answer(
    head={"success": True, "count": 3},
    rows_key="data",
    rows=(row(1, 1.5), row(2, 2.5), row(3, 3.5)),
    tail={"units": {"price": "€/MWh"}},
    time_key="start",
    end_key="end",
    price_keys=("price",),
    following_row=row(4, 4.5),
)


def prices(rows: Rows) -> list[Any]:
    """Return the prices, where there is one."""
    return [it.get("price") for it in rows]


def hours(rows: Rows) -> list[int]:
    """Return the hours at which the rows begin."""
    return [int(it["start"][11:13]) for it in rows]


def text(answer: Answer | Document, kind: WrongKind) -> str:
    """Return what goes out."""
    return spoil(answer, kind).text or ""


@pytest.mark.parametrize(
    ("kind", "is_so"),
    [
        (WrongKind.NO_ROWS, lambda it: it == []),
        (WrongKind.MISSING_PRICE, lambda it: "price" not in it[1]),
        (WrongKind.NULL_PRICE, lambda it: prices(it) == [1.5, None, 3.5]),
        (WrongKind.NAN, lambda it: isnan(it[1]["price"])),
        (WrongKind.INFINITY, lambda it: it[1]["price"] == inf),
        (WrongKind.ABSURD, lambda it: it[1]["price"] == 1e300),
        (WrongKind.TEXT_PRICE, lambda it: prices(it) == ["1.5", "2.5", "3.5"]),
        (WrongKind.NO_OFFSET, lambda it: it[0]["end"] == "2026-05-21T02:00:00"),
        (WrongKind.DUPLICATE, lambda it: prices(it) == [1.5, 2.5, 2.5, 3.5]),
        (
            WrongKind.CONFLICTING_DUPLICATE,
            lambda it: prices(it) == [1.5, 2.5, 3.5, 3.5] and hours(it) == [1, 2, 2, 3],
        ),
        (WrongKind.UNORDERED, lambda it: hours(it) == [2, 1, 3]),
        (WrongKind.GAP, lambda it: hours(it) == [1]),
        (WrongKind.INCLUSIVE_END, lambda it: hours(it) == [1, 2, 3, 4]),
        (WrongKind.OVERLAP, lambda it: it[1]["end"] == it[2]["end"]),
        (WrongKind.REPEATED_PAGE, lambda it: hours(it) == [1, 2, 3, 1, 2, 3]),
    ],
)
def test_rows_are_spoilt(kind: WrongKind, is_so: Callable[[Rows], bool]) -> None:
    """In one way, and the count fits; an answer without rows has nothing to spoil."""
    body = json.loads(text(LIST, kind))
    assert body["count"] == len(body["data"])
    assert is_so(body["data"])
    empty = replace(LIST.with_rows([]), following_row=None)
    assert text(empty, kind) == empty.text()


def test_what_stands_around_the_rows_is_spoilt() -> None:
    """The flag of success, the currency, and whether there is more."""
    assert json.loads(text(LIST, WrongKind.SUCCESS_FALSE))["success"] is False
    body = json.loads(text(LIST, WrongKind.CURRENCY))
    assert body["currency"] == "DKK"
    for kind in (WrongKind.HAS_MORE, WrongKind.ENDLESS_PAGES):
        assert json.loads(text(LIST, kind))["pagination"]["has_more"] is True
    bare = replace(LIST, rows_key=None)
    assert json.loads(text(bare, WrongKind.CURRENCY))[0]["currency"] == "DKK"
    assert json.loads(text(bare, WrongKind.SUCCESS_FALSE))["success"] is False


def test_texts_are_spoilt() -> None:
    """What is no JSON, or more of it than there should be."""
    for kind in (WrongKind.HTML, WrongKind.NOT_JSON, WrongKind.TRUNCATED):
        with pytest.raises(json.JSONDecodeError):
            json.loads(text(LIST, kind))
    assert len(text(LIST, WrongKind.HUGE)) > HUGE_BYTES


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (WrongKind.NULL_PRICE, '{"a":null,"b":[{"c":null,"d":true}],"e":"x"}'),
        (WrongKind.TEXT_PRICE, '{"a":"1","b":[{"c":"2.5","d":true}],"e":"x"}'),
        (WrongKind.MISSING_PRICE, '{"b":[{"d":true}],"e":"x"}'),
        (WrongKind.NO_ROWS, '{"a":1,"b":[],"e":"x"}'),
        (WrongKind.UNORDERED, '{"a":1,"b":[{"c":2.5,"d":true}],"e":"x"}'),
    ],
)
def test_documents_are_spoilt(kind: WrongKind, expected: str) -> None:
    """In all their numbers and lists, or not at all."""
    document = Document({"a": 1, "b": [{"c": 2.5, "d": True}], "e": "x"})
    assert text(document, kind) == expected


def test_prices_inside_rows_are_spoilt() -> None:
    """In the last of several."""
    answer = replace(LIST, prices_in="slots")
    slots = [{"price": 1}, {"price": 2}]
    spoilt = text(answer.with_rows([{"slots": slots}]), WrongKind.NULL_PRICE)
    assert json.loads(spoilt)["data"] == [{"slots": [{"price": 1}, {"price": None}]}]


async def raw(client: Client, query: dict[str, str] | None = None) -> Reply:
    """Ask for Sobry's prices."""
    return await client.ask("sobry", "/api/prices/raw", **(query or QUERY))


async def test_answer_for_another_contract(client: Client) -> None:
    """It is right in itself."""
    client.server.control.behave(Wrong(WrongKind.OTHER_TARIFF))
    assert (await raw(client)).body["pricing_metadata"]["turpe_option"] == "LU"


async def test_statuses_and_codes(client: Client) -> None:
    """They come in the vendor's form, for so many requests, on some paths."""
    control = client.server.control
    control.behave(Status(503, retry_after="soon"), times=1)
    reply = await raw(client)
    assert (reply.status, reply.headers["Retry-After"]) == (503, "soon")
    assert (await raw(client)).status == 200
    control.behave(ErrorCode(422, "odd", retry_after=60), path="/api")
    assert (await raw(client)).body["error"]["code"] == "odd"
    assert (await client.ask("otark", "/contracts")).status == 401
    control.behave(Status(302))
    assert (await raw(client)).headers["Location"] == "/moved"
    assert [it.status for it in client.server.requests] == [503, 200, 422, 401, 302]
    control.forget()
    assert client.server.requests == ()


async def test_late_publication(client: Client) -> None:
    """Tomorrow comes so much later."""
    client.server.control.behave(Late(181))
    assert (await raw(client, TOMORROW)).status == 404
    client.now += timedelta(minutes=1)
    assert (await raw(client, TOMORROW)).status == 200


async def test_limit(client: Client) -> None:
    """So many requests in a minute, counted from the order on."""
    await raw(client)
    client.server.control.behave(RateLimit(2))
    assert [(await raw(client)).status for _ in range(3)] == [200, 200, 429]
    assert (await raw(client)).headers["Retry-After"] == "60"
    client.now += timedelta(minutes=1)
    assert (await raw(client)).status == 200


async def test_slow_and_cut_and_custom_answers(client: Client) -> None:
    """An answer can take its time, not come at all, or be anything."""
    control = client.server.control
    control.behave(Slow(0.01))
    assert (await raw(client)).status == 200
    control.behave(Down())
    with pytest.raises(ServerDisconnectedError):
        await raw(client)
    assert client.server.requests[-1].status is None

    async def respond(_: web.Request, right: web.Response) -> web.Response:
        return web.Response(text=(right.text or "")[:1])

    control.behave(Custom(respond))
    assert (await raw(client)).text == "{"


async def test_two_servers_share_nothing(client: Client) -> None:
    """Each has its own behaviour and log."""
    client.server.control.behave(Status(500))
    async with PriceServer() as other:
        assert (await raw(replace(client, server=other))).status == 200
        assert client.server.requests == ()
