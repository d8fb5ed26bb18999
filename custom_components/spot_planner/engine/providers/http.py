"""The one door to the network."""

from collections.abc import Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from ipaddress import ip_address, ip_network
import json

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout
from yarl import URL

from ..errors import InputError
from .errors import (
    CannotConnectError,
    MalformedError,
    NotPublishedError,
    ProviderError,
    RateLimitedError,
    RefusedError,
    ServerError,
    TimedOutError,
)

TIMEOUT = ClientTimeout(total=30, connect=10)

# Two days of quarter-hours with all components are 50 kB. An answer of this size is
# a mistake, and reading on would fill a small machine's memory.
MAX_BYTES = 4 * 1024 * 1024

# A day is the longest that prices stay known, and so the longest wait that helps.
LONGEST_WAIT = timedelta(days=1)

# Where no stranger can listen: private and link-local networks (RFC 1918, 4193, 3927
# and 4291).
HOME_NETWORKS = tuple(
    ip_network(network)
    for network in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "169.254.0.0/16",
        "fc00::/7",
        "fe80::/10",
    )
)


def check_base_url(text: str) -> str:
    """Return a base URL without a slash at its end.

    Raises:
        InputError: It is neither https nor http to a loopback or private address,
            or it carries a user name, a query or a fragment.
    """
    try:
        url = URL(text.strip())
        # An address may be refused as late as when its parts are read.
        host, _ = url.host, url.port
    except ValueError as err:
        raise InputError("base_url", "base_url_invalid", text) from err
    if not host or url.user or url.password or url.query_string or url.fragment:
        raise InputError("base_url", "base_url_invalid", text)
    if url.scheme != "https" and not (url.scheme == "http" and _is_at_home(host)):
        raise InputError("base_url", "base_url_insecure", text)
    return str(url).rstrip("/")


def _is_at_home(host: str) -> bool:
    """Tell whether a host is this machine or lies in a private network."""
    if host == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or any(address in network for network in HOME_NETWORKS)


class HttpClient:
    """Ask one provider's API, and turn whatever happens into typed errors."""

    def __init__(self, session: ClientSession, base_url: str) -> None:
        """Use a session that somebody else opens and closes."""
        self._session = session
        self.base_url = base_url

    async def get_json(self, path: str, query: Mapping[str, str]) -> object:
        """Return the JSON document at a path.

        Raises:
            ProviderError: There is no such document to be had.
        """
        try:
            async with self._session.get(
                f"{self.base_url}{path}",
                params=query,
                headers={"Accept": "application/json"},
                timeout=TIMEOUT,
                # An API has no reason to send us elsewhere; a page that asks for a
                # log-in does, and its HTML would only hide the cause.
                allow_redirects=False,
            ) as response:
                if response.status != HTTPStatus.OK:
                    raise _error(response)
                body = await _read(response)
        except TimeoutError as err:
            raise TimedOutError("no answer in time") from err
        except (ClientError, OSError, ValueError) as err:
            raise CannotConnectError(type(err).__name__) from err
        return _parse(body)


async def _read(response: ClientResponse) -> bytes:
    """Return the body of an answer, up to the largest that makes sense."""
    body = bytearray()
    async for chunk in response.content.iter_chunked(64 * 1024):
        body += chunk
        if len(body) > MAX_BYTES:
            raise MalformedError(f"the answer is larger than {MAX_BYTES} bytes")
    return bytes(body)


def _parse(body: bytes) -> object:
    """Return a body as JSON, in which NaN and infinity do not exist."""

    def refuse(constant: str) -> float:
        raise ValueError(constant)

    try:
        document: object = json.loads(body, parse_constant=refuse)
    except (ValueError, RecursionError) as err:
        raise MalformedError("the answer is not JSON") from err
    return document


def _error(response: ClientResponse) -> ProviderError:
    """Return the error that a status code means."""
    status = response.status
    detail = f"HTTP status {status}"
    wait = _retry_after(response.headers)
    if status == HTTPStatus.NOT_FOUND:
        return NotPublishedError(detail, wait)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return RateLimitedError(detail, wait)
    if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return RefusedError(detail, wait)
    return ServerError(detail, wait)


def _retry_after(headers: Mapping[str, str]) -> timedelta | None:
    """Return how long to wait: the header holds seconds or a date.

    A date is read against the server's own clock, which its answer carries too.
    """
    try:
        header = headers["Retry-After"].strip()
        if header.isdecimal():
            wait = timedelta(seconds=int(header))
        else:
            until = parsedate_to_datetime(header)
            wait = until - parsedate_to_datetime(headers["Date"])
    except OverflowError:
        return LONGEST_WAIT
    except (KeyError, ValueError, TypeError):
        return None
    return min(max(wait, timedelta()), LONGEST_WAIT)
