"""Measure reading one answer of two days."""

from collections.abc import Iterator
from datetime import UTC, datetime
import json
from zoneinfo import ZoneInfo

from aiohttp import ClientSession

from custom_components.spot_planner.engine.providers.sobry.public import read_prices
from custom_components.spot_planner.engine.tariffs.model import FrenchContract
from dev.price_server import PriceServer

from .stopwatch import row, seconds

ZONE = ZoneInfo("Europe/Paris")
QUERY = {"start": "2026-05-01", "end": "2026-05-03", "turpe": "CU4"}


async def measure() -> list[str]:
    """Return the time that an answer of 192 rows takes, with and without JSON."""
    clock = datetime(2026, 5, 2, 12, tzinfo=UTC)
    async with PriceServer(clock=lambda: clock) as server, ClientSession() as session:
        url = f"{server.url}/api/prices/raw"
        async with session.get(url, params=QUERY) as response:
            body = await response.read()
    return list(_figures(body))


def _figures(body: bytes) -> Iterator[str]:
    """Go through the figures of one answer."""
    contract = FrenchContract()
    document = json.loads(body)
    rows = len(document["data"])
    parsing = seconds(lambda: json.loads(body), 20)
    reading = seconds(lambda: read_prices(document, contract, ZONE), 20)
    yield row(f"answer of {rows} rows, {len(body)} bytes: JSON", parsing)
    yield row("  rows to a price series", reading)
