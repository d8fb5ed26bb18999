"""Test Otark's pages, right and wrong."""

from http import HTTPStatus

import pytest

from dev.price_server import Switches, Wrong, WrongKind

from .helpers import Client
from .otark import CHAIN, LISTS, ask, walk


async def test_chain_of_25_by_10(client: Client) -> None:
    """The page's example: 1 to 10, 11 to 20, 21 to 25, and no more."""
    pages: list[list[str]] = []
    after: dict[str, str] = {}
    for _ in range(3):
        body = (await ask(client, CHAIN, after)).body
        assert body["pagination"] == {"limit": 10, "has_more": len(pages) < 2}
        pages.append([row["id"] for row in body["transactions"]])
        after = {"after": pages[-1][-1]}
    assert [len(page) for page in pages] == [10, 10, 5]
    together = [name for page in pages for name in page]
    assert together == sorted(set(together))
    body = (await ask(client, CHAIN, after)).body
    assert body == {
        "transactions": [],
        "pagination": {"limit": 10, "has_more": False},
    }


async def test_next_cursor(client: Client) -> None:
    """The newer convention names the cursor, and null at the end."""
    client.server.control.switches = Switches(otark_next_cursor=True)
    cursors = []
    query: dict[str, str] = {}
    while True:
        body = (await ask(client, CHAIN, query)).body
        assert list(body["pagination"]) == ["limit", "has_more", "next_cursor"]
        cursors.append(body["pagination"]["next_cursor"])
        if not body["pagination"]["has_more"]:
            break
        assert cursors[-1] == body["transactions"][-1]["id"]
        query = {"after": cursors[-1]}
    assert len(cursors) == 3
    assert cursors[-1] is None


@pytest.mark.parametrize("key", LISTS)
async def test_lists_have_more_than_a_page(client: Client, key: str) -> None:
    """Every list is in the order of its ids, whatever the size of its pages."""
    whole = await walk(client, f"/{key}")
    assert len(whole) > 10
    ids = [record["id"] for record in whole]
    assert ids == sorted(set(ids))
    assert await walk(client, f"/{key}", {"limit": "7"}) == whole
    assert len((await ask(client, f"/{key}")).body[key]) == 10


@pytest.mark.parametrize("has_cursor", [False, True])
async def test_repeated_page(client: Client, has_cursor: bool) -> None:
    """Whatever is asked after, the first page comes, and promises more."""
    client.server.control.switches = Switches(otark_next_cursor=has_cursor)
    first = (await ask(client, CHAIN)).body
    client.server.control.behave(Wrong(WrongKind.REPEATED_PAGE))
    after = {"after": first["transactions"][-1]["id"]}
    for query in ({}, after, {"after": "txn_zzz"}):
        assert (await ask(client, CHAIN, query)).body == first


@pytest.mark.parametrize("has_cursor", [False, True])
async def test_has_more_for_ever(client: Client, has_cursor: bool) -> None:
    """The last page promises another one, and the empty pages behind it as well."""
    client.server.control.switches = Switches(otark_next_cursor=has_cursor)
    client.server.control.behave(Wrong(WrongKind.HAS_MORE))
    after, sizes = "", []
    for _ in range(5):
        body = (await ask(client, CHAIN, {"after": after})).body
        assert body["pagination"]["has_more"] is True
        sizes.append(len(body["transactions"]))
        after = body["transactions"][-1]["id"] if body["transactions"] else after
        assert body["pagination"].get("next_cursor", after) == after
    assert sizes == [10, 10, 5, 0, 0]


async def test_endless_pages(client: Client) -> None:
    """Every page is full of records that were never there before."""
    client.server.control.behave(Wrong(WrongKind.ENDLESS_PAGES))
    seen: set[str] = set()
    after = ""
    for _ in range(12):
        body = (await ask(client, CHAIN, {"after": after})).body
        assert body["pagination"]["has_more"] is True
        ids = [record["id"] for record in body["transactions"]]
        assert ids == sorted(ids)
        assert all(after < name for name in ids)
        seen |= set(ids)
        after = ids[-1]
    assert len(seen) == 120


@pytest.mark.parametrize("kind", WrongKind)
@pytest.mark.parametrize("path", [*LISTS, "customers/cust_a1b2c3d4"])
async def test_wrong_answers(client: Client, kind: WrongKind, path: str) -> None:
    """A fault that means nothing here is ignored, and none of them lasts."""
    right = await ask(client, f"/{path}")
    client.server.control.behave(Wrong(kind), times=1)
    reply = await ask(client, f"/{path}")
    assert reply.status == HTTPStatus.OK
    assert "x-ratelimit-remaining" in reply.headers
    always = {WrongKind.HTML, WrongKind.NOT_JSON, WrongKind.TRUNCATED, WrongKind.HUGE}
    if kind in always:
        assert reply.text != right.text
    assert (await ask(client, f"/{path}")).text == right.text


@pytest.mark.parametrize(
    ("kind", "volume"), [(WrongKind.ABSURD, 1e300), (WrongKind.NULL_PRICE, None)]
)
async def test_wrong_volumes(client: Client, kind: WrongKind, volume: object) -> None:
    """One volume of a transaction, and one amount of a nomination, is nonsense."""
    client.server.control.behave(Wrong(kind))
    rows = (await ask(client, CHAIN)).body["transactions"]
    assert [row["volume_mwh"] for row in rows].count(volume) == 1
    query = {"include_slots": "true", "status": "match"}
    records = (await ask(client, "/nominations", query)).body["nominations"]
    amounts = [slot["amount"] for record in records for slot in record["slots"]]
    assert amounts.count(volume) == 1
