"""Serve any answer, for tests of the one door to the network."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

from aiohttp import ClientSession, web
from aiohttp.test_utils import RawTestServer

from custom_components.spot_planner.engine.providers.network.http import HttpClient
from custom_components.spot_planner.engine.providers.network.pacer import Pacer

type Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def serving(
    session: ClientSession, handler: Handler, pacer: Pacer | None = None
) -> AsyncIterator[HttpClient]:
    """Return a client of a server with this handler."""
    server = RawTestServer(handler)
    await server.start_server(access_log=None)
    try:
        yield HttpClient(session, str(server.make_url("/")).rstrip("/"), pacer)
    finally:
        await server.close()


def answer(
    body: bytes | str, status: int = 200, headers: Mapping[str, str] | None = None
) -> Handler:
    """Return a handler that gives this answer."""
    content = body.encode() if isinstance(body, str) else body

    async def handle(_: web.BaseRequest) -> web.StreamResponse:
        return web.Response(status=status, body=content, headers=headers)

    return handle
