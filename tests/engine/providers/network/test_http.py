"""Test the one door to the network against a server that answers anything."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
import gzip
from http import HTTPStatus

from aiohttp import ClientSession, ClientTimeout, web
import pytest

from custom_components.spot_planner.engine.providers.errors import (
    CannotConnectError,
    MalformedError,
    NotFoundError,
    ProviderError,
    RateLimitedError,
    RefusedError,
    ServerError,
    TimedOutError,
)
from custom_components.spot_planner.engine.providers.network import http
from custom_components.spot_planner.engine.providers.network.http import (
    LARGEST_ANSWER,
    HttpClient,
)

from .servers import Handler, answer, serving

QUERY = {"start": "2026-04-15", "api_key": "S3cret"}
DATE = "Wed, 15 Apr 2026 12:00:00 GMT"

type Ask = Callable[[Handler], Awaitable[object]]


@pytest.fixture
async def ask(session: ClientSession) -> Ask:
    """Return a function that asks a server with this handler once."""

    async def get(handler: Handler) -> object:
        async with serving(session, handler) as client:
            return await client.get_json("/api/prices", QUERY)

    return get


async def failure(ask: Ask, handler: Handler) -> ProviderError:
    """Return the error that an answer leads to; it tells nothing of the query."""
    with pytest.raises(ProviderError) as failed:
        await ask(handler)
    error: BaseException | None = failed.value
    while error is not None:
        assert "S3cret" not in f"{error} {error!r}"
        error = error.__cause__ or error.__context__
    return failed.value


async def test_question_carries_path_query_and_what_we_read(ask: Ask) -> None:
    """One GET request, to the path below the base URL, for JSON."""
    seen: list[web.BaseRequest] = []

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        seen.append(request)
        return web.Response(text='{"a": [1, -0.5, 1e-05, null, true, "é"]}')

    assert await ask(handle) == {"a": [1, -0.5, 1e-05, None, True, "é"]}
    (request,) = seen
    assert (request.method, request.path) == ("GET", "/api/prices")
    assert dict(request.query) == QUERY
    assert request.headers["Accept"] == "application/json"


async def test_path_comes_below_that_of_the_base_url(session: ClientSession) -> None:
    """A proxy may serve a provider in a folder."""
    paths: list[str] = []

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        paths.append(request.path)
        return web.Response(text="[]")

    async with serving(session, handle) as client:
        proxy = HttpClient(session, f"{client.base_url}/proxy")
        assert await proxy.get_json("/api/prices") == []
    assert paths == ["/proxy/api/prices"]


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, RefusedError),
        (401, RefusedError),
        (403, RefusedError),
        (405, RefusedError),
        (409, RefusedError),
        (422, RefusedError),
        (404, NotFoundError),
        (429, RateLimitedError),
        (500, ServerError),
        (502, ServerError),
        (503, ServerError),
        (504, ServerError),
        # Neither an answer nor our mistake.
        (202, ServerError),
        (204, ServerError),
        (302, ServerError),
        (304, ServerError),
    ],
)
async def test_status_has_its_error(
    ask: Ask, status: int, kind: type[ProviderError]
) -> None:
    """Each status leads to one kind of error, whatever the body says."""
    location = {"Location": "/log-in"} if status == HTTPStatus.FOUND else {}
    body = "" if status in {204, 304} else '{"success": true}'
    error = await failure(ask, answer(body, status, location))
    assert type(error) is kind
    assert error.retry_after is None
    assert str(status) in str(error)


async def test_redirect_is_not_followed(ask: Ask) -> None:
    """Whoever sends us elsewhere is not asked a second time."""
    paths: list[str] = []

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        paths.append(request.path)
        raise web.HTTPFound("/log-in")

    await failure(ask, handle)
    assert paths == ["/api/prices"]


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("120", timedelta(minutes=2)),
        (" 120 ", timedelta(minutes=2)),
        ("0", timedelta()),
        # Nothing stays known for longer than a day.
        ("90000", timedelta(days=1)),
        ("999999999", timedelta(days=1)),
        ("Wed, 15 Apr 2026 12:01:30 GMT", timedelta(seconds=90)),
        ("Wed, 15 Apr 2026 14:01:30 +0200", timedelta(seconds=90)),
        ("Wed, 15 Apr 2026 11:00:00 GMT", timedelta()),
        ("Fri, 15 May 2026 12:00:00 GMT", timedelta(days=1)),
        # What cannot be understood is no wish.
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("Wed, 15 Apr 2026 12:01:30 -0000", None),
        ("Wed, 99 Apr 2026 12:01:30 GMT", None),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
async def test_retry_after(
    ask: Ask, header: str, wait: timedelta | None, status: int
) -> None:
    """Seconds, or a date by the clock of the server."""
    headers = {"Retry-After": header, "Date": DATE}
    error = await failure(ask, answer("", status, headers))
    assert error.retry_after == wait


@pytest.mark.parametrize("header", ["9" * 30, "9" * 5000])
async def test_retry_after_beyond_counting(ask: Ask, header: str) -> None:
    """A number that no calendar holds does no harm."""
    error = await failure(ask, answer("", 429, {"Retry-After": header}))
    assert isinstance(error, RateLimitedError)
    assert error.retry_after in {None, timedelta(days=1)}


@pytest.mark.parametrize(
    "body",
    [
        "",
        " ",
        "<!doctype html><title>Maintenance</title>",
        "{'success': True}",
        '{"success": true, "data": [',
        '{"price": NaN}',
        '{"price": Infinity}',
        '{"price": -Infinity}',
        '{"a": 1} {"b": 2}',
        b"\xff\xfe\x00",
        b'{"a": "\xe9"}',
        "[" * 100_000,
        '{"a": ' * 100_000,
        "1" * 5000,
    ],
    ids=lambda body: repr(body[:12]),
)
async def test_body_that_is_not_json(ask: Ask, body: bytes | str) -> None:
    """JSON knows neither NaN nor infinity, and ends where it should."""
    assert type(await failure(ask, answer(body))) is MalformedError


async def test_media_type_does_not_matter(ask: Ask) -> None:
    """Many APIs name their JSON wrongly."""
    headers = {"Content-Type": "text/html; charset=latin-1"}
    assert await ask(answer('{"a": "é"}', headers=headers)) == {"a": "é"}


@pytest.mark.parametrize("most", [None, 100])
async def test_largest_answer(session: ClientSession, most: int | None) -> None:
    """One byte more than the most is too much, whoever says what the most is."""
    long = most or LARGEST_ANSWER
    async with serving(session, answer("[]" + " " * (long - 2))) as client:
        assert await client.get_json("/api/prices", largest=most) == []
    async with serving(session, answer("[]" + " " * (long - 1))) as client:
        with pytest.raises(MalformedError):
            await client.get_json("/api/prices", largest=most)


async def test_large_body_of_an_error_is_not_read(ask: Ask) -> None:
    """A status says enough where an error is as long as a book."""
    body = '{"error": {"code": "late"}}'
    assert "late" in str(await failure(ask, answer(body, 503)))
    error = await failure(ask, answer(body + " " * http.LARGEST_ERROR, 503))
    assert type(error) is ServerError
    assert str(error) == "HTTP status 503"


async def test_answer_that_unfolds_to_too_much(ask: Ask) -> None:
    """A small packed answer may be a large one."""
    body = gzip.compress(b"[" + b" " * (9 * 1024 * 1024) + b"]")
    error = await failure(ask, answer(body, headers={"Content-Encoding": "gzip"}))
    assert type(error) is MalformedError


async def test_answer_that_cannot_be_unpacked(ask: Ask) -> None:
    """A broken packing is a broken connection."""
    handler = answer(b"no gzip at all", headers={"Content-Encoding": "gzip"})
    assert type(await failure(ask, handler)) is CannotConnectError


async def test_connection_cut_within_the_answer(ask: Ask) -> None:
    """Half an answer is none."""

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b'{"success": true,')
        assert request.transport
        request.transport.abort()
        return response

    assert type(await failure(ask, handle)) is CannotConnectError


async def test_answer_that_never_ends(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time-out counts until the last byte, not until the first."""
    monkeypatch.setattr(http, "TIMEOUT", ClientTimeout(total=0.1))

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"[")
        await asyncio.sleep(0.5)
        return response

    assert type(await failure(ask, handle)) is TimedOutError


async def test_time_out_is_set() -> None:
    """Nobody waits for ever for a connection or for an answer."""
    assert http.TIMEOUT.total is not None
    assert http.TIMEOUT.total <= 60
    assert http.TIMEOUT.connect is not None
    assert http.TIMEOUT.connect <= http.TIMEOUT.total


async def test_address_that_cannot_be_asked(session: ClientSession) -> None:
    """What aiohttp refuses is an error of ours like the others."""
    with pytest.raises(CannotConnectError) as failed:
        await HttpClient(session, "http://localhost:1:2").get_json("/api", QUERY)
    assert "S3cret" not in str(failed.value)
