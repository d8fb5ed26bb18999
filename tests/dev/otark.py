"""Ask the routes of Otark, and read what they answer."""

from http import HTTPStatus
from typing import Any

from dev.price_server.credentials import OTARK_API_KEY

from .helpers import Client, Query, Reply

KEY = {"X-Api-Key": OTARK_API_KEY}


LISTS = ("contracts", "transactions", "nominations", "customers")


# The intraday contract, which has as many transactions as the page's example.
CHAIN = "/contracts/con_c1b2c3d4/transactions"


TODAY = "2026-05-21"


async def ask(client: Client, path: str, query: Query | None = None) -> Reply:
    """Ask a route with the key."""
    return await client.get(f"/v1{path}", query, KEY)


async def walk(
    client: Client, path: str, query: Query | None = None
) -> list[dict[str, Any]]:
    """Read all pages by the last id, and check their form on the way."""
    key = path.rpartition("/")[2]
    found: list[dict[str, Any]] = []
    query = {"limit": "100", **(query or {})}
    while True:
        reply = await ask(client, path, query)
        assert reply.status == HTTPStatus.OK
        body = reply.body
        assert list(body) == [key, "pagination"]
        found += body[key]
        if not body["pagination"]["has_more"]:
            return found
        assert len(body[key]) == int(query["limit"])
        query = {**query, "after": body[key][-1]["id"]}


def limit_of(reply: Reply) -> tuple[int, int, int]:
    """Read the three headers."""
    names = ("limit", "remaining", "reset")
    limit, remaining, reset = (
        int(reply.headers[f"x-ratelimit-{name}"]) for name in names
    )
    return limit, remaining, reset


def refuses(reply: Reply, status: int, code: str) -> None:
    """Expect an error in the form of the page."""
    assert reply.status == status
    assert reply.headers["Content-Type"].startswith("application/json")
    body = reply.body
    assert list(body) == ["error"]
    assert list(body["error"]) == ["code", "message", "details"]
    assert body["error"]["code"] == code
    assert body["error"]["message"]
    assert isinstance(body["error"]["details"], list)
    assert OTARK_API_KEY not in reply.text


def problem(reply: Reply, status: int, code: str) -> dict[str, Any]:
    """Expect an error as RFC 9457 writes it."""
    assert reply.status == status
    assert reply.headers["Content-Type"].startswith("application/problem+json")
    body = reply.body
    assert list(body)[:4] == ["type", "title", "status", "detail"]
    assert body["type"] == f"https://brp.otark.team/errors/{code}"
    assert body["status"] == status
    return body
