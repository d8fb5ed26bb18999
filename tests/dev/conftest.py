"""Fixtures of the price server's tests."""

from collections.abc import AsyncGenerator

import aiohttp
import pytest

from dev.price_server import PriceServer

from .helpers import AFTERNOON, Client, SetClock


@pytest.fixture
async def client(socket_enabled: None) -> AsyncGenerator[Client]:
    """Run a server whose clock stands still."""
    clock = SetClock(AFTERNOON)
    async with (
        PriceServer(clock=clock) as server,
        aiohttp.ClientSession() as session,
    ):
        yield Client(server, clock, session)
