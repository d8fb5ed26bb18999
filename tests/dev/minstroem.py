"""Ask the routes of Min Strøm, and read what they answer."""

from datetime import datetime
from decimal import Decimal
from http import HTTPStatus
import json
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from dev.price_server.credentials import MINSTROEM_TOKEN

from .helpers import Client, Query, Reply

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
EAST = {"latitude": "55.65", "longitude": "12.3"}
WEST = {"latitude": "56.15", "longitude": "10.2"}
LOCATION = "/prices/location"
CHARGES = "/prices/charges/location"
HISTORY = "/prices/charges/location/history"
COUNT = "/currentRequestCount"


async def ask(
    client: Client,
    path: str,
    query: Query | None = None,
    token: str | None = MINSTROEM_TOKEN,
) -> Reply:
    """Ask one route."""
    async with client.session.get(
        client.server.vendor_url("minstroem") + path,
        params=query,
        headers={} if token is None else {"Authorization": f"Bearer {token}"},
    ) as response:
        return Reply(response.status, response.headers, await response.text())


async def read(client: Client, path: str, query: Query | None = None) -> Any:
    """Read a right answer, its amounts to the last digit."""
    reply = await ask(client, path, query)
    assert reply.status == HTTPStatus.OK
    return json.loads(reply.text, parse_float=Decimal)


async def suggest(client: Client, text: str) -> Any:
    """Read the addresses that fit a text."""
    return await read(client, f"/prices/addresses/suggestions/{quote(text, safe='')}")


def moments(rows: list[dict[str, Any]]) -> list[datetime]:
    """Read the starts, which are in UTC with a Z."""
    assert all(row["date"].endswith("Z") for row in rows)
    return [datetime.fromisoformat(row["date"]) for row in rows]
