"""A client of a price server whose clock stands still."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
import json
from typing import Any

from aiohttp import ClientSession
import pytest

from dev.price_server import PriceServer

# Four in the afternoon in Paris: the prices of the 22nd are out.
AFTERNOON = datetime(2026, 5, 21, 14, tzinfo=UTC)
# Before they are.
MORNING = datetime(2026, 5, 21, 10, tzinfo=UTC)


@dataclass(frozen=True)
class Reply:
    """What the server answered."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def body(self) -> Any:
        """Return the JSON."""
        return json.loads(self.text)


@dataclass
class Client:
    """Ask one server."""

    server: PriceServer
    session: ClientSession
    now: datetime = AFTERNOON
    headers: dict[str, str] = field(default_factory=dict)

    async def ask(
        self,
        vendor: str,
        path: str,
        method: str = "GET",
        document: object = None,
        **query: str,
    ) -> Reply:
        """Send a request and read the whole answer."""
        async with self.session.request(
            method,
            self.server.vendor_url(vendor) + path,
            params=query,
            json=document,
            headers=self.headers,
            allow_redirects=False,
        ) as response:
            return Reply(response.status, response.headers, await response.text())


@pytest.fixture
async def client(socket_enabled: None) -> AsyncIterator[Client]:
    """Return a client; a test sets its time."""
    async with (
        PriceServer(clock=lambda: client.now) as server,
        ClientSession() as session,
    ):
        client = Client(server, session)
        yield client
