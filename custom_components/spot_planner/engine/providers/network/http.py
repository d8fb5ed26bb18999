"""HTTP client: the only code that sends anything."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from functools import partial
from http import HTTPStatus
from typing import Any

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientOSError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    ServerDisconnectedError,
)
from yarl import URL

from ..errors import (
    AuthenticationError,
    CannotConnectError,
    ForbiddenError,
    MalformedError,
    NotFoundError,
    ProviderError,
    RateLimitedError,
    RefusedError,
    ServerError,
    TimedOutError,
)
from .error_body import ErrorBody
from .json_body import LARGE, parse
from .pacer import Pacer

TIMEOUT = ClientTimeout(total=30, connect=10)

# The longest honest answers of most providers: two days of quarter-hours with all
# components are 50 kB (Sobry), a week of forecasts in quarter-hours is 90 kB (Min
# Strøm). Five times as much is surely a mistake. Who has longer answers says so.
LARGEST_ANSWER = 512 * 1024

# The longest answer of any provider is 5.5 MB: a day in steps of four seconds. A larger
# one would fill a small machine's memory, whatever a provider thinks of it.
MAX_BYTES = 8 * 1024 * 1024

# An error is a sentence or two; of a longer one, the status says enough.
LARGEST_ERROR = 64 * 1024

type Executor = Callable[[Callable[[], Any]], Awaitable[Any]]


class HttpClient:
    """Ask one provider's API, and turn whatever happens into typed errors."""

    largest = LARGEST_ANSWER
    """The most bytes of an answer; a provider with longer ones says so."""
    sent = 0
    """How many requests were sent so far."""
    _executor: Executor | None = None

    def __init__(
        self,
        session: ClientSession,
        base_url: str,
        pacer: Pacer | None = None,
        executor: Executor | None = None,
    ) -> None:
        """Use a session that somebody else opens and closes.

        The executor does work beside the event loop.
        """
        self._session = session
        self._pacer = pacer or Pacer()
        self._executor = executor
        self.base_url = base_url

    async def get_json(
        self,
        path: str,
        query: Mapping[str, str] | None = None,
        credentials: Mapping[str, str] | None = None,
        *,
        largest: int | None = None,
    ) -> object:
        """Return the JSON document at a path; the credentials are headers.

        Raises:
            ProviderError: There is no such document to be had, or it is larger than
                `largest` bytes.
        """
        body = await self._ask(
            "GET", path, query, None, credentials, False, largest or self.largest
        )
        return await self.parse(body)

    async def get(
        self,
        path: str,
        query: Mapping[str, str] | None = None,
        credentials: Mapping[str, str] | None = None,
        *,
        patient: bool = False,
    ) -> bytes:
        """Return the document at a path; the patient wait where a limit is used up.

        Raises:
            ProviderError: There is no such document to be had.
        """
        return await self._ask(
            "GET", path, query, None, credentials, patient, self.largest
        )

    async def post_json(
        self,
        path: str,
        document: object,
        credentials: Mapping[str, str] | None = None,
    ) -> object:
        """Return the JSON document that answers another one.

        Raises:
            ProviderError: There is no answer to be had.
        """
        body = await self._ask(
            "POST", path, None, document, credentials, False, self.largest
        )
        return await self.parse(body)

    async def parse(self, body: bytes) -> object:
        """Return a body as JSON; a large one is parsed beside the event loop.

        Raises:
            MalformedError: It is no JSON.
        """
        if len(body) < LARGE:
            return parse(body)
        return await self.work(partial(parse, body))

    async def work[T](self, work: Callable[[], T]) -> T:
        """Do something beside the event loop, and return its result."""
        if self._executor is None:
            return work()
        result: T = await self._executor(work)
        return result

    async def _ask(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None,
        document: object,
        credentials: Mapping[str, str] | None,
        patient: bool,
        largest: int,
    ) -> bytes:
        """Return the body of a right answer."""
        await self._pacer.wait(patient=patient)
        self.sent += 1
        try:
            async with self._session.request(
                method,
                # Otherwise a quoted dot would be read as a dot, and climb out.
                URL(f"{self.base_url}{path}", encoded=True),
                params=query,
                json=document,
                headers={"Accept": "application/json", **(credentials or {})},
                timeout=TIMEOUT,
                # An API has no reason to send us elsewhere: the credentials would go
                # along, and a page to log in at would only hide the cause.
                allow_redirects=False,
            ) as response:
                wait = self._pacer.learn(response.status, response.headers)
                if response.status not in (HTTPStatus.OK, HTTPStatus.CREATED):
                    problem = await _error_body(response)
                    raise _error(
                        response.status, problem, wait, authorized=bool(credentials)
                    )
                return await _read(response, largest)
        # The text of such an error may hold the address with all that is in it.
        except TimeoutError:
            raise TimedOutError("no answer in time") from None
        except (ClientOSError, ServerDisconnectedError) as err:
            if method == "GET" and not isinstance(err, ClientConnectorError):
                # The library has asked once more by itself.
                self.sent += 1
            raise CannotConnectError(type(err).__name__) from None
        # A session that closes while Home Assistant stops raises a RuntimeError.
        except (ClientError, OSError, RuntimeError, ValueError) as err:
            raise CannotConnectError(type(err).__name__) from None


async def _read(response: ClientResponse, largest: int) -> bytes:
    """Return the body of an answer, up to the largest that makes sense."""
    body = bytearray()
    largest = min(largest, MAX_BYTES)
    async for chunk in response.content.iter_chunked(64 * 1024):
        body += chunk
        if len(body) > largest:
            raise MalformedError(f"the answer is larger than {largest} bytes")
    return bytes(body)


async def _error_body(response: ClientResponse) -> ErrorBody:
    """Return what an error says of itself; without it, the status still counts."""
    try:
        return ErrorBody.read(parse(await _read(response, LARGEST_ERROR)))
    except (MalformedError, ClientError, OSError, ValueError):
        return ErrorBody()


def _error(
    status: int, problem: ErrorBody, wait: timedelta | None, *, authorized: bool
) -> ProviderError:
    """Return the error that a status code means."""
    kind: type[ProviderError]
    match status:
        # A route without credentials that demands some is not what we know it to be.
        case HTTPStatus.UNAUTHORIZED if authorized:
            kind = AuthenticationError
        case HTTPStatus.FORBIDDEN if authorized:
            kind = ForbiddenError
        case HTTPStatus.NOT_FOUND:
            kind = NotFoundError
        case HTTPStatus.TOO_MANY_REQUESTS:
            kind = RateLimitedError
        case _ if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
            kind = RefusedError
        case _:
            kind = ServerError
    return kind(f"HTTP status {status}{problem}", wait, problem.code)
