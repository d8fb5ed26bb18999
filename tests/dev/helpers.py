"""Ask a price server, and read what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp

from dev.price_server import PriceServer, Wrong, WrongKind

ROOT = Path(__file__).parents[2]
PARIS = ZoneInfo("Europe/Paris")
TOMORROW = "/api/prices/tomorrow"
RAW = "/api/prices/raw"
CONTROL = "/control"
# Four in the afternoon in Paris: the prices of the 22nd are out.
AFTERNOON = datetime(2026, 5, 21, 14, tzinfo=UTC)
DAY = {"start": "2026-05-20", "end": "2026-05-21"}
CU4 = {**DAY, "turpe": "CU4"}

type Query = Mapping[str, str]


@dataclass
class SetClock:
    """Show the time that a test sets."""

    now: datetime

    def __call__(self) -> datetime:
        """Give the time."""
        return self.now


@dataclass(frozen=True)
class Reply:
    """Hold what the server answered."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def body(self) -> dict[str, Any]:
        """Read the JSON."""
        body = json.loads(self.text)
        assert isinstance(body, dict)
        return body

    @property
    def json(self) -> Any:
        """Read the JSON, whatever it is."""
        return json.loads(self.text)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Give the prices of either route."""
        body = self.body
        rows = body["data"] if "data" in body else body["prices"]
        assert isinstance(rows, list)
        return rows

    @property
    def times(self) -> list[str]:
        """Give the timestamps."""
        return [row["timestamp"] for row in self.rows]


@dataclass
class Client:
    """Ask one server."""

    server: PriceServer
    clock: SetClock
    session: aiohttp.ClientSession = field(repr=False)

    async def get(
        self,
        path: str,
        query: Query | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Ask for prices."""
        return await self.ask("GET", path, params=query, headers=headers)

    async def post(self, body: object, path: str = CONTROL) -> Reply:
        """Set the behaviour."""
        return await self.ask("POST", path, data=json.dumps(body).encode())

    async def ask(
        self,
        method: str,
        path: str,
        *,
        params: Query | None = None,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send a request and read the whole answer."""
        async with self.session.request(
            method,
            self.server.url + path,
            allow_redirects=False,
            params=params,
            data=data,
            headers=headers,
        ) as response:
            return Reply(response.status, response.headers, await response.text())

    async def spoilt(self, kind: WrongKind, query: Query | None = None) -> Reply:
        """Ask once for a wrong answer."""
        self.server.control.behave(Wrong(kind), times=1)
        return await self.get(RAW, query or CU4)


def day_after(day: str) -> str:
    """Give the next date."""
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()


def one_day(day: str, **more: str) -> dict[str, str]:
    """Ask for one day."""
    return {"start": day, "end": day_after(day), **more}
