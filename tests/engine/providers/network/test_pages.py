"""Test lists that a vendor gives a page at a time."""

from collections.abc import Callable, Mapping, Sequence
import json
from typing import Any

from aiohttp import ClientSession, web
import pytest

from custom_components.spot_planner.engine.providers.errors import (
    ForbiddenError,
    MalformedError,
    ProviderError,
    RateLimitedError,
    ServerError,
)
from custom_components.spot_planner.engine.providers.network import pages
from custom_components.spot_planner.engine.providers.network.pacer import Pacer
from custom_components.spot_planner.engine.providers.network.pages import all_records

from ..fake_time import FakeTime
from .servers import serving

CREDENTIALS = {"X-Api-Key": "otark_key_2e6f8a0c4b1d4937"}

type Answer = Callable[[Mapping[str, str]], object]
type Query = dict[str, str]


class Vendor:
    """Answer pages, and remember what was asked."""

    def __init__(self, session: ClientSession, answer: Answer) -> None:
        """Answer in this way, with these headers, on a clock of our own."""
        self.queries: list[Query] = []
        self.headers: Callable[[int], Mapping[str, str]] = lambda _: {}
        self.time = FakeTime()
        self._session = session
        self._answer = answer

    async def records(self, **more: Any) -> list[Any]:
        """Return the ids of all records that the pages lead to."""
        pacer = Pacer(self.time.clock, self.time.sleep)
        async with serving(self._session, self._handle, pacer) as client:
            found = await all_records(
                client, "/transactions", "transactions", CREDENTIALS, **more
            )
        return [record.get("id") for record in found]

    async def failure(self, **more: Any) -> ProviderError:
        """Return the error that the pages lead to."""
        with pytest.raises(ProviderError) as failed:
            await self.records(**more)
        return failed.value

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        assert request.path == "/transactions"
        assert request.headers["X-Api-Key"] == CREDENTIALS["X-Api-Key"]
        self.queries.append(dict(request.query))
        answer = self._answer(request.query)
        headers = self.headers(len(self.queries))
        if isinstance(answer, int):
            return web.Response(status=answer, headers=headers)
        return web.Response(text=json.dumps(answer), headers=headers)


def page(
    ids: Sequence[Any], *, key: str = "transactions", **pagination: Any
) -> dict[str, Any]:
    """Return a page with these records."""
    return {key: [{"id": one} for one in ids], "pagination": pagination}


# As many as in the example of the vendor's page (Otark, API conventions).
IDS = [f"txn_{number:03}" for number in range(1, 26)]


def chain(query: Mapping[str, str], *, with_cursor: bool = False) -> object:
    """Answer as the vendor does: records after an id, in the order of the ids."""
    limit = int(query.get("limit", "10"))
    rest = [one for one in IDS if one > query.get("after", "")]
    more: dict[str, Any] = {"limit": limit, "has_more": len(rest) > limit}
    if with_cursor:
        more["next_cursor"] = rest[limit - 1] if len(rest) > limit else None
    return page(rest[:limit], **more)


@pytest.mark.parametrize("with_cursor", [False, True], ids=["last id", "next_cursor"])
async def test_25_records_by_10(session: ClientSession, with_cursor: bool) -> None:
    """Three requests, each from where the one before has ended."""
    vendor = Vendor(session, lambda query: chain(query, with_cursor=with_cursor))
    assert await vendor.records(page_size=10) == IDS
    assert vendor.queries == [
        {"limit": "10"},
        {"limit": "10", "after": "txn_010"},
        {"limit": "10", "after": "txn_020"},
    ]


async def test_pages_are_as_large_as_they_may_be(session: ClientSession) -> None:
    """One request does for up to a hundred records."""
    vendor = Vendor(session, chain)
    assert await vendor.records() == IDS
    assert vendor.queries == [{"limit": "100"}]


async def test_filters_stand_in_every_question(session: ClientSession) -> None:
    """The second page is one of the same list."""
    vendor = Vendor(session, chain)
    await vendor.records(query={"include_slots": "true"}, page_size=20)
    assert vendor.queries == [
        {"include_slots": "true", "limit": "20"},
        {"include_slots": "true", "limit": "20", "after": "txn_020"},
    ]


async def test_cursor_need_not_be_an_id(session: ClientSession) -> None:
    """Where the vendor gives one, it decides."""
    answers = {
        "": page(["a", "b"], has_more=True, next_cursor="b2Zmc2V0"),
        "b2Zmc2V0": page(["c"], has_more=True, next_cursor="=="),
        "==": page(["d"], has_more=False, next_cursor=None),
    }
    vendor = Vendor(session, lambda query: answers[query.get("after", "")])
    assert await vendor.records() == ["a", "b", "c", "d"]
    assert [query.get("after") for query in vendor.queries] == [
        *(None, "b2Zmc2V0", "==")
    ]


@pytest.mark.parametrize(
    "document",
    [
        {"transactions": [{"id": "a"}]},
        {"transactions": [{"id": "a"}], "pagination": None},
        {"transactions": [{"id": "a"}], "pagination": []},
        page(["a"]),
        page(["a"], has_more=False),
        page(["a"], has_more=None),
        page(["a"], has_more="true"),
        page(["a"], has_more=1),
        page(["a"], next_cursor=None),
        page(["a"], next_cursor=""),
        page(["a"], next_cursor=5),
        # What contradicts itself is believed when it says that this is all.
        page(["a"], has_more=False, next_cursor="b"),
    ],
)
async def test_last_page(session: ClientSession, document: object) -> None:
    """Only a clear word leads to another request."""
    vendor = Vendor(session, lambda _: document)
    assert await vendor.records() == ["a"]
    assert len(vendor.queries) == 1


async def test_empty_list(session: ClientSession) -> None:
    """A customer may have nothing at all."""
    vendor = Vendor(session, lambda _: page([], has_more=False))
    assert await vendor.records() == []


async def test_page_that_repeats_itself(session: ClientSession) -> None:
    """A vendor that ignores `after` is noticed at the second page."""
    vendor = Vendor(session, lambda _: page(["a", "b"], has_more=True))
    assert type(await vendor.failure()) is MalformedError
    assert len(vendor.queries) == 2


async def test_page_that_overlaps_another(session: ClientSession) -> None:
    """Nothing is counted twice."""
    answers = [page(["a", "b"], has_more=True), page(["b", "c"], has_more=False)]
    vendor = Vendor(session, lambda _: answers.pop(0))
    assert type(await vendor.failure()) is MalformedError


async def test_pages_that_lead_in_a_circle(session: ClientSession) -> None:
    """New records do not help when the cursor is an old one."""
    answers = iter(range(1000))
    vendor = Vendor(
        session,
        lambda _: page(
            [f"txn_{next(answers)}"],
            has_more=True,
            next_cursor="odd" if len(vendor.queries) % 2 else "even",
        ),
    )
    assert type(await vendor.failure()) is MalformedError
    assert len(vendor.queries) == 3


@pytest.mark.parametrize(
    "document",
    [
        page([], has_more=True),
        page([None], has_more=True),
        page([""], has_more=True),
        page([5], has_more=True),
        {"transactions": [{}], "pagination": {"has_more": True}},
    ],
    ids=["no records", "null", "empty", "number", "no id"],
)
async def test_more_pages_without_a_way_there(
    session: ClientSession, document: object
) -> None:
    """There is no progress, so there is no second request."""
    vendor = Vendor(session, lambda _: document)
    assert type(await vendor.failure()) is MalformedError
    assert len(vendor.queries) == 1


@pytest.mark.parametrize("has_records", [True, False])
async def test_has_more_for_ever(
    session: ClientSession, monkeypatch: pytest.MonkeyPatch, has_records: bool
) -> None:
    """The chain is cut after the most pages that make sense."""
    monkeypatch.setattr(pages, "MOST_PAGES", 7)

    def endless(_: Mapping[str, str]) -> object:
        name = f"txn_{len(vendor.queries)}"
        ids = [name] if has_records else []
        return page(ids, has_more=True, next_cursor=name)

    vendor = Vendor(session, endless)
    error = await vendor.failure()
    assert type(error) is MalformedError
    assert "7 pages" in str(error)
    assert len(vendor.queries) == 7


async def test_as_many_pages_as_allowed(
    session: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last page that is allowed may be the last one that there is."""
    monkeypatch.setattr(pages, "MOST_PAGES", 3)
    vendor = Vendor(session, chain)
    assert await vendor.records(page_size=10) == IDS


def test_caps_are_sensible() -> None:
    """Thousands of records, and no more than a small machine can hold."""
    assert pages.PAGE_SIZE * pages.MOST_PAGES >= 10_000
    assert pages.MOST_PAGES <= 100
    assert pages.MOST_BYTES <= 32 * 1024 * 1024


async def test_bytes_of_all_pages_together(
    session: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each page may be small enough, and the list too large all the same."""
    size = len(json.dumps(chain({"limit": "10"})))
    monkeypatch.setattr(pages, "MOST_BYTES", 2 * size)
    vendor = Vendor(session, chain)
    error = await vendor.failure(page_size=10)
    assert type(error) is MalformedError
    assert "larger" in str(error)
    assert len(vendor.queries) == 3


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        "transactions",
        {},
        {"transactions": None},
        {"transactions": {"id": "a"}},
        {"contracts": []},
        {"transactions": [{"id": "a"}, None]},
        {"transactions": [["a"]]},
    ],
)
async def test_page_without_a_list_of_objects(
    session: ClientSession, document: object
) -> None:
    """It is no answer of this vendor."""
    vendor = Vendor(session, lambda _: document)
    assert type(await vendor.failure()) is MalformedError


@pytest.mark.parametrize(
    ("status", "kind"),
    [(403, ForbiddenError), (429, RateLimitedError), (500, ServerError)],
)
async def test_failure_in_the_middle(
    session: ClientSession, status: int, kind: type[ProviderError]
) -> None:
    """Half a list is none."""
    vendor = Vendor(session, lambda query: status if "after" in query else chain(query))
    assert type(await vendor.failure(page_size=10)) is kind
    assert len(vendor.queries) == 2


async def test_wait_between_pages_when_the_limit_is_used_up(
    session: ClientSession,
) -> None:
    """Reading goes on as soon as the vendor's window has ended."""
    vendor = Vendor(session, chain)
    vendor.headers = lambda count: {
        "x-ratelimit-limit": "300",
        "x-ratelimit-remaining": "0" if count == 2 else "299",
        "x-ratelimit-reset": "37",
    }
    assert await vendor.records(page_size=10) == IDS
    assert vendor.time.slept == [37]


async def test_wait_that_is_too_long(session: ClientSession) -> None:
    """Whoever would have to sleep for an hour stops instead, and says until when."""
    vendor = Vendor(session, chain)
    vendor.headers = lambda _: {
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": "3600",
    }
    error = await vendor.failure(page_size=10)
    assert type(error) is RateLimitedError
    assert error.retry_after is not None
    assert error.retry_after.total_seconds() == 3600
    assert len(vendor.queries) == 1
    assert vendor.time.slept == []


async def test_long_list_with_three_requests_a_minute(session: ClientSession) -> None:
    """25 records by one take eight minutes, and no request is refused."""
    vendor = Vendor(session, chain)
    start = vendor.time.now
    sent: list[float] = []

    def headers(_: int) -> Mapping[str, str]:
        sent.append(vendor.time.now - start)
        in_window = (len(sent) - 1) % 3
        return {
            "x-ratelimit-limit": "3",
            "x-ratelimit-remaining": str(2 - in_window),
            "x-ratelimit-reset": "60",
        }

    vendor.headers = headers
    assert await vendor.records(page_size=1) == IDS
    assert vendor.time.slept == [60] * 8
    for moment in sent:
        assert len([it for it in sent if moment <= it < moment + 60]) <= 3
    assert len([it for it in sent if it < 600]) <= 30
