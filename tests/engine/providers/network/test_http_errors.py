"""Test what the one door to the network makes of errors and of limits."""

import asyncio
from datetime import timedelta
import json

from aiohttp import ClientSession, ClientTimeout, web
import pytest

from custom_components.spot_planner.engine.providers.errors import (
    AuthenticationError,
    ForbiddenError,
    NotFoundError,
    ProviderError,
    RateLimitedError,
    RefusedError,
    ServerError,
)
from custom_components.spot_planner.engine.providers.network import http
from custom_components.spot_planner.engine.providers.network.credentials import bearer
from custom_components.spot_planner.engine.providers.network.pacer import Pacer

from ..fake_time import FakeTime
from .servers import Handler, answer, serving
from .test_error_body import FLATPEAK, OTARK, RFC_9457

CREDENTIALS = bearer("S3cret")


async def failure(session: ClientSession, handler: Handler) -> ProviderError:
    """Return the error of a question with credentials."""
    async with serving(session, handler) as client:
        with pytest.raises(ProviderError) as failed:
            await client.get_json("/api/prices", credentials=CREDENTIALS)
    return failed.value


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, RefusedError),
        (401, AuthenticationError),
        (403, ForbiddenError),
        (404, NotFoundError),
        (409, RefusedError),
        (422, RefusedError),
        (429, RateLimitedError),
        (500, ServerError),
        (503, ServerError),
    ],
)
async def test_status_of_a_question_with_credentials(
    session: ClientSession, status: int, kind: type[ProviderError]
) -> None:
    """401 and 403 are about the credentials, where there were any."""
    assert type(await failure(session, answer("", status))) is kind


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        (OTARK, "VALIDATION_ERROR", "volume_mwh"),
        (RFC_9457, "balance_group_tso_not_enabled", "slots[0].amount"),
        (FLATPEAK, "no_tariff_connected", ""),
    ],
    ids=["error object", "problem+json", "Flatpeak"],
)
async def test_code_and_fields_of_the_vendor(
    session: ClientSession, body: object, code: str, field: str
) -> None:
    """The code is kept, and the log names what is wrong with what."""
    error = await failure(session, answer(json.dumps(body), 422))
    assert type(error) is RefusedError
    assert error.code == code
    assert str(error).startswith(f"HTTP status 422, code {code}")
    assert field in str(error)


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        ("", {}),
        ("<h1>Bad Gateway</h1>", {}),
        ('{"error": {"code": ', {}),
        ("[" * 100_000, {}),
        (b"\xff\xfe\x00", {}),
        ("[" + " " * (9 * 1024 * 1024) + "]", {}),
        (b"no gzip at all", {"Content-Encoding": "gzip"}),
    ],
    ids=["nothing", "HTML", "cut", "deep", "no text", "too much", "no gzip"],
)
async def test_status_counts_whatever_the_body_is(
    session: ClientSession, body: bytes | str, headers: dict[str, str]
) -> None:
    """A key that was revoked is one, even if the error page is a mess."""
    error = await failure(session, answer(body, 401, {"Retry-After": "7", **headers}))
    assert type(error) is AuthenticationError
    assert str(error) == "HTTP status 401"
    assert error.retry_after == timedelta(seconds=7)
    assert error.code == ""


@pytest.mark.parametrize("is_cut", [True, False], ids=["cut off", "never ends"])
async def test_status_counts_when_the_body_does_not_arrive(
    session: ClientSession, monkeypatch: pytest.MonkeyPatch, is_cut: bool
) -> None:
    """The wait that a server asks for is not lost with its explanation."""
    monkeypatch.setattr(http, "TIMEOUT", ClientTimeout(total=0.2))

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse(
            status=429, headers={"Retry-After": "30", "Content-Length": "1000"}
        )
        await response.prepare(request)
        await response.write(b'{"error": ')
        if is_cut:
            assert request.transport
            request.transport.abort()
        else:
            await asyncio.sleep(0.5)
        return response

    error = await failure(session, handle)
    assert type(error) is RateLimitedError
    assert error.retry_after == timedelta(seconds=30)


async def test_limit_is_kept_before_it_is_hit(session: ClientSession) -> None:
    """After the last request of a window, the next one is not even sent."""
    served: list[str] = []

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        served.append(request.path)
        # The names of headers are the same in any case.
        headers = {"X-RateLimit-Remaining": "0", "X-RATELIMIT-RESET": "42"}
        return web.Response(text="[]", headers=headers)

    time = FakeTime()
    async with serving(session, handle, Pacer(time.clock, time.sleep)) as client:
        assert await client.get_json("/1") == []
        with pytest.raises(RateLimitedError) as failed:
            await client.get_json("/2")
        assert failed.value.retry_after == timedelta(seconds=42)
        with pytest.raises(RateLimitedError):
            await client.post_json("/3", {})
        assert await client.get("/4", patient=True) == b"[]"
    assert served == ["/1", "/4"]
    assert time.slept == [42]


async def test_clients_may_share_a_pacer(session: ClientSession) -> None:
    """Two entries with one account have one limit."""
    headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "42"}
    pacer = Pacer(FakeTime().clock)
    async with serving(session, answer("[]", headers=headers), pacer) as one:
        await one.get_json("/1")
    async with serving(session, answer("[]"), pacer) as other:
        with pytest.raises(RateLimitedError):
            await other.get_json("/1")


async def test_requests_in_ten_minutes_when_three_a_minute_are_allowed(
    session: ClientSession,
) -> None:
    """A list of a hundred pages keeps to the limit, and is never refused."""
    time = FakeTime()
    served: list[float] = []
    refused: list[float] = []

    async def handle(_: web.BaseRequest) -> web.StreamResponse:
        recent = [it for it in served if it > time.now - 60]
        if len(recent) >= 3:
            refused.append(time.now)
            return web.Response(status=429)
        served.append(time.now)
        oldest = (recent or [time.now])[0]
        headers = {
            "x-ratelimit-limit": "3",
            "x-ratelimit-remaining": str(2 - len(recent)),
            "x-ratelimit-reset": f"{oldest + 60 - time.now:.0f}",
        }
        return web.Response(text="[]", headers=headers)

    end = time.now + 600
    async with serving(session, handle, Pacer(time.clock, time.sleep)) as client:
        while time.now < end:
            await client.get("/page", patient=True)
            time.pass_by(seconds=1)
    in_ten_minutes = [it for it in served if it < end]
    assert refused == []
    assert 25 <= len(in_ten_minutes) <= 30
