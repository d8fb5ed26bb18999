"""Faults below the content: connections, packings, headers and redirects."""

from collections.abc import Awaitable, Callable, Mapping
import gzip

from aiohttp import web

from dev.price_server.control import CONTROL

type Respond = Callable[[web.Request, web.Response], Awaitable[web.StreamResponse]]

# Larger than any answer that a client should be willing to unfold.
BOMB = 32 * 1024 * 1024

# Where redirects lead; whoever follows one is remembered by the path.
TRAP = "/trap"


def redirect(status: int) -> Respond:
    """Send the client elsewhere, where its credentials would be read."""

    async def respond(request: web.Request, _: web.Response) -> web.StreamResponse:
        location = str(request.url.origin().with_path(TRAP))
        return web.Response(status=status, headers={"Location": location})

    return respond


def _with_headers(headers: Mapping[str, str]) -> Respond:
    """Give the right answer with odd headers."""

    async def respond(_: web.Request, right: web.Response) -> web.StreamResponse:
        right.headers.update(headers)
        return right

    return respond


def _packed(body: bytes) -> Respond:
    """Give a body that says it is packed."""

    async def respond(_: web.Request, __: web.Response) -> web.StreamResponse:
        return web.Response(body=body, headers={"Content-Encoding": "gzip"})

    return respond


def _raw(text: bytes) -> Respond:
    """Write bytes instead of an HTTP answer, and hang up."""

    async def respond(request: web.Request, _: web.Response) -> web.StreamResponse:
        if request.transport is not None:
            request.transport.write(text)
            request.transport.close()
        return web.Response()

    return respond


async def _cut_body(request: web.Request, right: web.Response) -> web.StreamResponse:
    """Promise the whole answer, and hang up in its middle."""
    body = (right.text or "").encode()
    response = web.StreamResponse(headers={"Content-Length": str(len(body) + 1)})
    await response.prepare(request)
    await response.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.abort()
    return response


async def _drip(request: web.Request, right: web.Response) -> web.StreamResponse:
    """Give a byte a second."""
    response = web.StreamResponse()
    try:
        await response.prepare(request)
        for byte in (right.text or "[").encode():
            await response.write(bytes([byte]))
            await request.app[CONTROL].pause(1)
    except ConnectionError:
        # Whoever has waited long enough hangs up.
        pass
    return response


async def _silence(request: web.Request, __: web.Response) -> web.StreamResponse:
    """Take the question, and say nothing."""
    for _ in range(60):
        await request.app[CONTROL].pause(1)
    return web.Response()


WIRE: Mapping[str, Respond] = {
    "gzip bomb": _packed(gzip.compress(b"[" + b" " * BOMB + b"]")),
    "gzip that is none": _packed(b"no gzip at all"),
    "cut in the body": _cut_body,
    "drip": _drip,
    "silence": _silence,
    "no HTTP": _raw(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "endless header": _raw(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000 + b"\r\n\r\n"),
    "wrong chunks": _raw(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n[]\r\n"
    ),
}

LIMIT_HEADERS: Mapping[str, Respond] = {
    "limit used up": _with_headers(
        {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "60"}
    ),
    "limit used up for ever": _with_headers(
        {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "9" * 20}
    ),
    "limit that is garbage": _with_headers(
        {"x-ratelimit-remaining": "NaN", "x-ratelimit-reset": "-1"}
    ),
}
