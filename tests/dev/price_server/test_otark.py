"""Tests of Otark's routes."""

from typing import Any

import pytest

from dev.price_server import RateLimit, Switches
from dev.price_server.credentials import OTARK_API_KEY
from dev.price_server.otark import slots

from .conftest import AFTERNOON, Client, Reply

TODAY = {
    "delivery_start": "2026-05-20T22:00:00Z",
    "delivery_end": "2026-05-21T22:00:00Z",
}


async def ask(client: Client, path: str, **query: str) -> Reply:
    """Ask with the key."""
    client.headers["X-Api-Key"] = OTARK_API_KEY
    return await client.ask("otark", path, **query)


async def walk(client: Client, path: str, **query: str) -> list[dict[str, Any]]:
    """Return the records of all pages."""
    key = path.rpartition("/")[2]
    query = {"limit": "100", **query}
    found: list[dict[str, Any]] = []
    while True:
        body = (await ask(client, path, **query)).body
        assert list(body) == [key, "pagination"]
        found += body[key]
        page = body["pagination"]
        if not page["has_more"]:
            assert page.get("next_cursor") is None
            return found
        assert len(body[key]) == page["limit"] == int(query["limit"])
        query["after"] = page.get("next_cursor", found[-1]["id"])


@pytest.mark.parametrize("next_cursor", [False, True])
async def test_pages(client: Client, next_cursor: bool) -> None:
    """The page's example: 25 records by 10, told by the last id or by a cursor."""
    client.server.control.switches = Switches(otark_next_cursor=next_cursor)
    found = await walk(client, "/contracts/con_c1b2c3d4/transactions", limit="10")
    ids = [record["id"] for record in found]
    assert len(ids) == 25
    assert ids == sorted(set(ids))
    assert len(client.server.requests) == 3
    usual = (await ask(client, "/customers")).body["pagination"]
    assert (usual["limit"], usual["has_more"]) == (10, True)


@pytest.mark.parametrize(
    ("reference", "times", "volume"),
    [
        (False, ("period_from", "period_to"), "volume_mwh"),
        (True, ("delivery_start", "delivery_end"), "volume"),
    ],
)
async def test_nominations_are_the_sums_of_valid_transactions(
    client: Client, reference: bool, times: tuple[str, str], volume: str
) -> None:
    """Whichever names the fields of transactions have."""
    client.server.control.switches = Switches(otark_reference_fields=reference)
    transactions = await walk(client, "/transactions", **TODAY)
    statuses = [record["status"] for record in transactions]
    assert len(statuses) == 2 * 96 + 1
    assert (statuses.count("superseded"), statuses.count("invalid")) == (1, 1)
    assert transactions[0][times[0]] == TODAY["delivery_start"]
    assert transactions[-1][times[1]] == TODAY["delivery_end"]

    records = await walk(client, "/nominations", include_slots="true", **TODAY)
    superseded, park, buyer = records
    assert (superseded["status"], park["status"]) == ("superseded", "match")
    assert park["previous_nomination_id"] == superseded["id"]
    assert (park["direction"], buyer["direction"]) == ("out", "in")
    for slot in slots(AFTERNOON.date()):
        bought = buyer["slots"][slot.number - 1]
        assert bought["slot_number"] == slot.number
        valid = [
            record[volume]
            for record in transactions
            if record["slot_number"] == slot.number and record["status"] == "valid"
        ]
        assert bought["amount"] == pytest.approx(sum(valid))
    assert "slots" not in (await walk(client, "/nominations", **TODAY))[0]


async def test_contracts_and_customers(client: Client) -> None:
    """More than a page of each, with two sides and a balance group."""
    contracts = await walk(client, "/contracts")
    assert len(contracts) == 13
    assert {it["type"] for it in contracts} == {"ppa", "day_ahead", "intraday"}
    groups = [it["balance_group"]["eic"] for it in await walk(client, "/customers")]
    assert len(set(groups)) == len(groups) == 12
    assert {contracts[0]["seller"]["eic"], contracts[0]["buyer"]["eic"]} <= {*groups}


async def test_errors_have_two_forms(client: Client) -> None:
    """That of the page, and RFC 9457."""
    reply = await client.ask("otark", "/contracts")
    assert (reply.status, list(reply.body)) == (401, ["error"])
    assert list(reply.body["error"]) == ["code", "message", "details"]
    assert reply.body["error"]["code"] == "UNAUTHORIZED"
    client.server.control.switches = Switches(otark_problem=True)
    reply = await client.ask("otark", "/contracts")
    assert reply.headers["Content-Type"].startswith("application/problem+json")
    assert reply.body["type"] == "https://brp.otark.team/errors/unauthorized"
    assert reply.body["status"] == reply.status == 401


async def test_limit_is_told_in_headers(client: Client) -> None:
    """Three hundred a minute, or as many as the server is told."""
    reply = await ask(client, "/contracts")
    assert reply.headers["x-ratelimit-limit"] == "300"
    assert reply.headers["x-ratelimit-remaining"] == "299"
    client.server.control.behave(RateLimit(1))
    assert (await ask(client, "/contracts")).status == 200
    reply = await ask(client, "/contracts")
    assert reply.status == 429
    assert reply.headers["x-ratelimit-remaining"] == "0"
    assert reply.headers["x-ratelimit-reset"] == "60"
    assert "Retry-After" not in reply.headers
