"""A session without a network, which remembers what was asked and answered."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
import json
from typing import cast

from aiohttp import ClientSession, ClientTimeout
from multidict import CIMultiDict
from yarl import URL


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked for."""

    method: str
    url: URL
    headers: Mapping[str, str]
    document: object = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What comes back, or the error with which the connection ends instead.

    With both a body and an error, the connection ends while the body is read.
    """

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    error: Exception | None = None
    is_changed: bool = False


type Answering = Callable[[Question], Awaitable[Reply]]


class Wire:
    """Stand in for a session of aiohttp, as far as the one door uses it."""

    def __init__(self, answering: Answering) -> None:
        """Answer by a function; nothing was asked yet."""
        self.answering = answering
        self.exchanges: list[tuple[Question, Reply]] = []

    @property
    def session(self) -> ClientSession:
        """Return it as what it stands in for."""
        return cast("ClientSession", self)

    def request(
        self,
        method: str,
        url: URL,
        *,
        params: Mapping[str, str] | None,
        json: object,
        headers: Mapping[str, str],
        timeout: ClientTimeout,
        allow_redirects: bool,
    ) -> "_Exchange":
        """Return a context in which there is a response."""
        assert timeout.total
        assert not allow_redirects
        return _Exchange(self, Question(method, _url(url, params), headers, json))


@dataclass(slots=True)
class _Exchange:
    """A question and the response to it."""

    wire: Wire
    question: Question

    async def __aenter__(self) -> "_Response":
        """Send the question, which has to have a form that can be sent."""
        check_headers(self.question.headers)
        json.dumps(self.question.document).encode()
        reply = await self.wire.answering(self.question)
        self.wire.exchanges.append((self.question, reply))
        if reply.error and not reply.body:
            raise reply.error
        return _Response(reply)

    async def __aexit__(self, *_: object) -> None:
        """Close nothing."""


class _Response:
    """What the one door reads of a response."""

    def __init__(self, reply: Reply) -> None:
        """Take over the reply."""
        self.status = reply.status
        self.headers = CIMultiDict(reply.headers)
        self.content = _Content(reply)


@dataclass(frozen=True, slots=True)
class _Content:
    """The body of a response, in parts."""

    reply: Reply

    async def iter_chunked(self, size: int) -> AsyncIterator[bytes]:
        """Go through the parts, until the connection ends."""
        for start in range(0, len(self.reply.body), size):
            yield self.reply.body[start : start + size]
        if self.reply.error:
            raise self.reply.error


def check_headers(headers: Mapping[str, str]) -> None:
    """Refuse a header as aiohttp does when it writes one.

    Raises:
        ValueError: A header has a line break, or half a letter pair.
    """
    for name, value in headers.items():
        if {"\r", "\n"} & set(name + value):
            raise ValueError("a header has a line break")
        value.encode()


def _url(url: URL, params: Mapping[str, str] | None) -> URL:
    return url.extend_query(params) if params else url
