"""Compare Otark's door, limit and errors with its conventions."""

from datetime import timedelta
from http import HTTPStatus

import pytest

from dev.price_server import ErrorCode, RateLimit, Switches
from dev.price_server.credentials import OTARK_API_KEY

from .helpers import Client, Query
from .otark import LISTS, ask, limit_of, problem, refuses


@pytest.mark.parametrize("path", [*LISTS, "customers/cust_a1b2c3d4"])
async def test_key_is_needed(client: Client, path: str) -> None:
    """A missing or wrong key is refused everywhere, and still gets the headers."""
    for headers in (
        {},
        {"X-Api-Key": "x"},
        {"Authorization": f"Bearer {OTARK_API_KEY}"},
    ):
        reply = await client.get(f"/v1/{path}", headers=headers)
        refuses(reply, 401, "UNAUTHORIZED")
        assert "x-ratelimit-remaining" in reply.headers
    assert (await ask(client, f"/{path}")).status == HTTPStatus.OK


async def test_base_url(client: Client) -> None:
    """The paths of the reference lie below /v1."""
    assert client.server.vendor_url("otark") == f"{client.server.url}/v1"


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ({"limit": "0"}, "limit", "value_too_small"),
        ({"limit": "-1"}, "limit", "value_too_small"),
        ({"limit": "101"}, "limit", "value_too_large"),
        ({"limit": "ten"}, "limit", "invalid_type"),
        ({"slot_number_from": "0"}, "slot_number_from", "value_too_small"),
        ({"slot_number_to": "101"}, "slot_number_to", "value_too_large"),
        ({"status": "done"}, "status", "invalid_enum_value"),
        ({"delivery_date": "today"}, "delivery_date", "invalid_format"),
        ({"delivery_start": "2026-05-21"}, "delivery_start", "invalid_format"),
        ({"delivery_end": "noon"}, "delivery_end", "invalid_format"),
    ],
)
async def test_wrong_parameters(
    client: Client, query: Query, field: str, code: str
) -> None:
    """The field is named in both forms: 422 on the page, 400 in the newer one."""
    for path in ("/transactions", "/nominations"):
        client.server.control.switches = Switches()
        reply = await ask(client, path, query)
        refuses(reply, 422, "VALIDATION_ERROR")
        (detail,) = reply.body["error"]["details"]
        assert list(detail) == ["field", "issue"]
        assert detail["field"] == field
        client.server.control.switches = Switches(otark_problem=True)
        reply = await ask(client, path, query)
        body = problem(reply, 400, "validation_error")
        (error,) = body["errors"]
        assert (error["field"], error["code"]) == (field, code)


async def test_wrong_flag(client: Client) -> None:
    """Whether slots are wanted is true or false."""
    reply = await ask(client, "/nominations", {"include_slots": "maybe"})
    refuses(reply, 422, "VALIDATION_ERROR")
    assert reply.body["error"]["details"][0]["field"] == "include_slots"


@pytest.mark.parametrize(
    "path",
    [
        "/customers/cust_nobody",
        "/contracts/con_nothing/transactions",
        "/transactions/txn_nothing/history",
    ],
)
async def test_unknown_ids(client: Client, path: str) -> None:
    """What does not exist is not found, in both forms."""
    refuses(await ask(client, path), 404, "NOT_FOUND")
    client.server.control.switches = Switches(otark_problem=True)
    assert "errors" not in problem(await ask(client, path), 404, "not_found")


async def test_problem_form_of_a_missing_key(client: Client) -> None:
    """All errors change their form with the switch."""
    client.server.control.switches = Switches(otark_problem=True)
    problem(await client.get("/v1/contracts"), 401, "unauthorized")


@pytest.mark.parametrize(
    ("status", "code"),
    [(400, "BAD_REQUEST"), (403, "FORBIDDEN"), (500, "INTERNAL_ERROR")],
)
async def test_told_errors(client: Client, status: int, code: str) -> None:
    """The page's other statuses come in its form when told."""
    client.server.control.behave(ErrorCode(status, code), path="/v1/contracts")
    refuses(await ask(client, "/contracts"), status, code)
    assert (await ask(client, "/transactions")).status == HTTPStatus.OK


async def test_limit_headers(client: Client) -> None:
    """Every response tells the limit, what remains and when the window ends."""
    first = await ask(client, "/contracts")
    assert limit_of(first) == (300, 299, 60)
    client.clock.now += timedelta(seconds=20)
    assert limit_of(await ask(client, "/customers")) == (300, 298, 40)
    assert limit_of(await ask(client, "/customers/x")) == (300, 297, 40)
    client.clock.now += timedelta(seconds=40)
    assert limit_of(await ask(client, "/contracts")) == (300, 299, 60)


async def test_more_than_the_limit(client: Client) -> None:
    """Request 301 in a window is refused until the window ends, all at once."""
    for _ in range(300):
        client.clock.now += timedelta(seconds=0.1)
        assert (await ask(client, "/customers/cust_a1b2c3d4")).status == HTTPStatus.OK
    reply = await ask(client, "/contracts")
    refuses(reply, 429, "TOO_MANY_REQUESTS")
    assert limit_of(reply) == (300, 0, 31)
    assert "Retry-After" not in reply.headers
    # Another vendor's limit is another one.
    assert (await client.get("/api/prices/tomorrow")).status == HTTPStatus.OK
    client.clock.now += timedelta(seconds=31)
    assert limit_of(await ask(client, "/contracts")) == (300, 299, 60)


async def test_told_limit(client: Client) -> None:
    """A smaller limit shows in the headers and counts from when it was told."""
    for _ in range(5):
        await ask(client, "/customers")
    client.server.control.behave(RateLimit(3))
    replies = [await ask(client, "/customers") for _ in range(4)]
    assert [limit_of(reply) for reply in replies] == [
        *((3, 2, 60), (3, 1, 60), (3, 0, 60), (3, 0, 60)),
    ]
    assert [reply.status for reply in replies] == [200, 200, 200, 429]
