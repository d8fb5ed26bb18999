"""Test that what opens the door to the network does not get out of it."""

from collections.abc import Awaitable, Callable, Iterator
import logging

from aiohttp import ClientSession, web
import pytest

from custom_components.spot_planner.engine.providers.errors import (
    CannotConnectError,
    ProviderError,
    ServerError,
)
from custom_components.spot_planner.engine.providers.network.credentials import (
    basic,
    bearer,
)
from custom_components.spot_planner.engine.providers.network.http import HttpClient

from .servers import Handler, answer, serving

LOGGER = logging.getLogger(__name__)

KEY = "otark_key_2e6f8a0c4b1d4937"
CREDENTIALS = {"X-Api-Key": KEY}

type Question = Callable[[HttpClient], Awaitable[object]]


async def get(client: HttpClient) -> object:
    """Ask with the key."""
    return await client.get_json("/prices", {"key": KEY}, CREDENTIALS)


async def post(client: HttpClient) -> object:
    """Ask with the key, and with a document that holds it."""
    return await client.post_json("/prices", {"key": KEY}, CREDENTIALS)


@pytest.fixture(params=[get, post])
def question(request: pytest.FixtureRequest) -> Question:
    """Return each way to ask."""
    asked: Question = request.param
    return asked


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """Write down everything that anybody logs, and look for the key in it."""
    caplog.set_level(logging.DEBUG)
    yield caplog
    records = caplog.get_records("call")
    assert records
    for record in records:
        assert KEY not in f"{record.getMessage()} {record.exc_text}"


def check(error: BaseException) -> None:
    """Look for the key in an error and in all that led to it, and log it."""
    LOGGER.warning("%s", error, exc_info=error)
    cause: BaseException | None = error
    while cause is not None:
        assert KEY not in f"{cause} {cause!r} {cause.args}"
        cause = cause.__cause__ or (
            None if cause.__suppress_context__ else cause.__context__
        )


async def test_credentials_are_headers(session: ClientSession) -> None:
    """They stand beside what is asked for, whatever the vendor's form is."""
    seen: list[web.BaseRequest] = []

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        seen.append(request)
        return web.Response(text="{}")

    async with serving(session, handle) as client:
        await client.get_json("/a", credentials=bearer("abc"))
        await client.get_json("/b", credentials=basic("Aladdin", "open sesame"))
        await client.post_json("/c", {}, CREDENTIALS)
        await client.get_json("/d")
    assert [request.headers.get("Authorization") for request in seen] == [
        "Bearer abc",
        "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
        None,
        None,
    ]
    assert [request.headers.get("X-Api-Key") for request in seen] == [
        *(None, None, KEY, None)
    ]
    assert {request.headers["Accept"] for request in seen} == {"application/json"}


async def test_post_sends_a_document(session: ClientSession) -> None:
    """It is JSON, and so is the answer, which may be about something new."""
    seen: list[tuple[str, str, str, str]] = []

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        body = await request.text()
        seen.append((request.method, request.path_qs, request.content_type, body))
        return web.Response(status=201 if len(seen) > 1 else 200, text='{"a": [1]}')

    document = {"start_time": "2026-04-15T00:00:00Z", "n": 1.5, "é": None}
    async with serving(session, handle) as client:
        for _ in range(2):
            assert await client.post_json("/prices/loc_1", document) == {"a": [1]}
    assert seen == 2 * [
        (
            "POST",
            "/prices/loc_1",
            "application/json",
            '{"start_time": "2026-04-15T00:00:00Z", "n": 1.5, "\\u00e9": null}',
        )
    ]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_credentials_go_to_no_other_host(
    session: ClientSession,
    question: Question,
    log: pytest.LogCaptureFixture,
    status: int,
) -> None:
    """Whoever sends us elsewhere is not obeyed, neither here nor there."""
    asked: list[str] = []

    async def elsewhere(request: web.BaseRequest) -> web.StreamResponse:
        asked.append(f"elsewhere {request.path}")
        return web.Response(text="{}")

    async with serving(session, elsewhere) as other:
        # Another name for this machine is another host to every client.
        target = other.base_url.replace("127.0.0.1", "localhost")

        async def handle(request: web.BaseRequest) -> web.StreamResponse:
            asked.append(request.path)
            headers = {"Location": f"{target}/prices?key={KEY}"}
            return web.Response(status=status, headers=headers)

        async with serving(session, handle) as client:
            with pytest.raises(ServerError) as failed:
                await question(client)
    check(failed.value)
    assert asked == ["/prices"]


def quoting() -> list[Handler]:
    """Return answers that repeat the key in every place that there is."""
    quotes = [
        f'{{"code": "{KEY}", "message": "{KEY}", "{KEY}": 1}}',
        f'{{"error": {{"code": "{KEY}", "details": [{{"field": "{KEY}"}}]}}}}',
        f'{{"type": "https://example.com/{KEY}", "title": "The key {KEY} is gone"}}',
        f"<p>{KEY}</p>",
        KEY,
    ]
    return [
        answer(quote, status, {"X-Key": KEY, "Retry-After": KEY, "Location": KEY})
        for quote in quotes
        for status in (302, 400, 401, 403, 404, 422, 429, 500)
    ] + [answer(KEY), answer(f'{{"{KEY}": NaN}}'), answer(f'["{KEY}"'.encode("utf-16"))]


async def test_key_is_repeated_in_no_error_and_no_log_line(
    session: ClientSession, question: Question, log: pytest.LogCaptureFixture
) -> None:
    """Even a vendor that quotes it everywhere does not bring it into the log."""
    for handler in quoting():
        async with serving(session, handler) as client:
            with pytest.raises(ProviderError) as failed:
                await question(client)
        check(failed.value)
        assert failed.value.code == ""


@pytest.mark.parametrize(
    "base_url",
    ["http://localhost:1:2", "http://127.0.0.1:1", "http://[::1", f"http://{KEY}:x"],
)
async def test_address_that_cannot_be_asked(
    session: ClientSession,
    question: Question,
    log: pytest.LogCaptureFixture,
    base_url: str,
) -> None:
    """The address that failed is not repeated either."""
    with pytest.raises(CannotConnectError) as failed:
        await question(HttpClient(session, base_url))
    check(failed.value)


@pytest.mark.parametrize("tail", ["\n", "\r\nX-Other: 1"])
async def test_key_that_no_header_can_hold(
    session: ClientSession, log: pytest.LogCaptureFixture, tail: str
) -> None:
    """It is not sent in pieces, and not told."""
    seen: list[web.BaseRequest] = []

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        seen.append(request)
        return web.Response(text="{}")

    async with serving(session, handle) as client:
        with pytest.raises(ProviderError) as failed:
            await client.get_json("/prices", credentials={"X-Api-Key": KEY + tail})
    check(failed.value)
    assert seen == []


def test_client_does_not_show_what_it_sends() -> None:
    """It holds no credentials that it could show."""
    client = HttpClient(None, "https://example.com")  # type: ignore[arg-type]
    assert KEY not in repr(client)
    assert not any("credential" in name for name in vars(client))
