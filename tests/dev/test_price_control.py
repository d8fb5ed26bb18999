"""Test steering the server, its log and its command line."""

import asyncio
from datetime import timedelta
from http import HTTPStatus
import math
import signal
import sys

import aiohttp
import pytest

from dev.price_server import Down, Normal, PriceServer, Slow, Status, WrongKind

from .helpers import CONTROL, CU4, DAY, RAW, ROOT, TOMORROW, Client


@pytest.mark.parametrize("status", [200, 302, 400, 404, 429, 500, 503])
async def test_any_status(client: Client, status: int) -> None:
    """The server answers the status it is told to."""
    client.server.control.behave(Status(status))
    for path in (TOMORROW, RAW):
        reply = await client.get(path, CU4)
        assert reply.status == status
        assert reply.body["success"] is False
        assert "Retry-After" not in reply.headers
        assert ("Location" in reply.headers) == (status == HTTPStatus.FOUND)


@pytest.mark.parametrize("pause", [120, "Thu, 21 May 2026 14:02:00 GMT"])
async def test_status_with_a_pause(client: Client, pause: int | str) -> None:
    """Retry-After is seconds or a date, whichever was given."""
    client.server.control.behave(Status(429, retry_after=pause))
    assert (await client.get(TOMORROW)).headers["Retry-After"] == str(pause)


async def test_slow_answers(client: Client) -> None:
    """A slow answer is right and comes after the given seconds."""
    client.server.control.behave(Slow(0.2), times=1)
    loop = asyncio.get_running_loop()
    before = loop.time()
    assert (await client.get(RAW, DAY)).rows
    assert loop.time() - before >= 0.19


async def test_slow_answers_do_not_hold_up_the_end(socket_enabled: None) -> None:
    """Who stops the server need not wait for its slow answers."""
    async with aiohttp.ClientSession() as session:
        async with PriceServer() as server:
            server.control.behave(Slow(600))
            asking = asyncio.create_task(session.get(server.url + TOMORROW))
            await asyncio.sleep(0.05)
        with pytest.raises(aiohttp.ClientError):
            await asking


async def test_down_gives_no_answer(client: Client) -> None:
    """The connection ends before a single byte."""
    # The client asks a second time by itself, so a single failure would not be seen.
    client.server.control.behave(Down())
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await client.get(TOMORROW)
    assert client.server.requests[-1].status is None
    client.server.control.behave(Normal())
    assert (await client.get(TOMORROW)).status == HTTPStatus.OK


async def test_behaviour_for_the_next_requests(client: Client) -> None:
    """A limited behaviour ends by itself, and control does not use it up."""
    client.server.control.behave(Status(500), times=2)
    await client.ask("GET", CONTROL)
    statuses = [(await client.get(TOMORROW)).status for _ in range(3)]
    assert statuses == [500, 500, 200]
    assert client.server.control.behaviour == Normal()
    assert client.server.control.times is None


@pytest.mark.parametrize(
    "order",
    [
        {"mode": "late", "minutes": 90},
        {"mode": "slow", "seconds": 0.5},
        *({"mode": "wrong", "kind": kind.value} for kind in WrongKind),
        {"mode": "status", "status": 429, "retry_after": 60},
        {
            "mode": "status",
            "status": 503,
            "retry_after": "Thu, 21 May 2026 14:02:00 GMT",
        },
        {"mode": "status", "status": 404, "retry_after": None},
        {"mode": "error", "status": 422, "code": "no_price_data", "retry_after": 900},
        {"mode": "error", "status": 403, "code": "FORBIDDEN", "retry_after": None},
        {"mode": "limit", "requests_per_minute": 3},
        {"mode": "down"},
        {"mode": "down", "path": "/api/prices/raw"},
        {"mode": "normal"},
    ],
)
async def test_control_over_http(client: Client, order: dict[str, object]) -> None:
    """What is posted is what the server does from then on, and what it tells."""
    for times in (None, 3):
        reply = await client.post({**order, "times": times})
        assert reply.status == HTTPStatus.OK
        state = (await client.ask("GET", CONTROL)).body
        assert state == {**order, "times": times, "requests": []}
    assert client.server.control.behaviour.mode == order["mode"]
    assert client.server.control.times == 3
    assert client.server.control.path == order.get("path")


async def test_posted_behaviour_is_obeyed(client: Client) -> None:
    """The route and the object steer the same server."""
    await client.post({"mode": "status", "status": 429, "retry_after": 60, "times": 1})
    reply = await client.get(TOMORROW)
    assert reply.status == HTTPStatus.TOO_MANY_REQUESTS
    assert reply.headers["Retry-After"] == "60"
    assert (await client.get(TOMORROW)).status == HTTPStatus.OK


@pytest.mark.parametrize(
    "order",
    [
        [],
        None,
        {},
        {"mode": "broken"},
        {"mode": []},
        {"mode": "late"},
        {"mode": "late", "minutes": "ten"},
        {"mode": "late", "minutes": -1},
        {"mode": "late", "minutes": True},
        {"mode": "slow", "seconds": 1e9},
        {"mode": "slow", "seconds": math.nan},
        {"mode": "slow", "seconds": 10**400},
        {"mode": "wrong"},
        {"mode": "wrong", "kind": "upside_down"},
        {"mode": "status"},
        {"mode": "status", "status": 42},
        {"mode": "status", "status": "500"},
        {"mode": "status", "status": 429, "retry_after": "soon"},
        {"mode": "status", "status": 429, "retry_after": -1},
        {"mode": "status", "status": 429, "retry_after": 1.5},
        {"mode": "error", "status": 422},
        {"mode": "error", "status": 422, "code": ""},
        {"mode": "error", "status": 422, "code": 7},
        {"mode": "error", "status": 200, "code": "fine"},
        {"mode": "error", "code": "no_price_data"},
        {"mode": "limit"},
        {"mode": "limit", "requests_per_minute": 0},
        {"mode": "limit", "requests_per_minute": "three"},
        {"mode": "down", "path": "api"},
        {"mode": "down", "path": 7},
        {"mode": "down", "times": 0},
        {"mode": "down", "times": "once"},
        {"mode": "down", "seconds": 1},
        {"mode": "normal", "colour": "green"},
    ],
)
async def test_wrong_control_is_refused(client: Client, order: object) -> None:
    """A mistake gets a sentence and changes nothing."""
    reply = await client.post(order)
    assert reply.status == HTTPStatus.BAD_REQUEST
    assert reply.body["error"].endswith(".")
    assert client.server.control.behaviour == Normal()


@pytest.mark.parametrize("data", [b"", b"normal", b"\xff\xfe\xfa"])
async def test_control_that_is_no_json_is_refused(client: Client, data: bytes) -> None:
    """A body that cannot be read is a mistake like any other."""
    reply = await client.ask("POST", CONTROL, data=data)
    assert reply.status == HTTPStatus.BAD_REQUEST
    assert reply.body["error"].endswith(".")


async def test_requests_are_remembered(client: Client) -> None:
    """The log tells what was asked, when, and what became of it."""
    await client.get(RAW, CU4)
    client.clock.now += timedelta(minutes=1)
    await client.get(RAW)
    await client.get("/nowhere")
    state = (await client.ask("GET", CONTROL)).body
    common = {"method": "GET", "time": "2026-05-21T14:01:00+00:00"}
    assert state["requests"] == [
        {
            "method": "GET",
            "path": RAW,
            "query": "start=2026-05-20&end=2026-05-21&turpe=CU4",
            "status": 200,
            "time": "2026-05-21T14:00:00+00:00",
        },
        {**common, "path": RAW, "query": "", "status": 400},
        {**common, "path": "/nowhere", "query": "", "status": 404},
    ]
    assert [request.status for request in client.server.requests] == [200, 400, 404]
    client.server.control.forget()
    assert client.server.requests == ()


async def test_two_servers_are_two(client: Client) -> None:
    """Servers share neither port nor behaviour."""
    async with PriceServer(clock=client.clock) as other:
        assert other.url != client.server.url
        assert other.url.startswith("http://127.0.0.1:")
        other.control.behave(Status(500))
        assert (await client.get(TOMORROW)).status == HTTPStatus.OK
        assert other.requests == ()


async def test_taken_port(client: Client) -> None:
    """A server that cannot listen says so at once."""
    port = int(client.server.url.rpartition(":")[2])
    with pytest.raises(OSError, match="address already in use"):
        await PriceServer(port=port).__aenter__()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_command_line(socket_enabled: None, number: signal.Signals) -> None:
    """The command tells its address in one line and ends cleanly when asked."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "dev.price_server", "--host", "127.0.0.1"),
        *("--port", "0"),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    line = (await asyncio.wait_for(process.stdout.readline(), 20)).decode()
    assert line.startswith("Price server: http://127.0.0.1:")
    url = line.removeprefix("Price server: ").strip()
    async with (
        aiohttp.ClientSession() as session,
        session.get(url + RAW, params=DAY) as response,
    ):
        assert response.status == HTTPStatus.OK
    process.send_signal(number)
    output, errors = await asyncio.wait_for(process.communicate(), 20)
    assert (process.returncode, output, errors) == (0, b"", b"")
