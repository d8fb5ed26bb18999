"""Fixtures for the tests of providers."""

from collections.abc import AsyncIterator
from datetime import datetime

from aiohttp import ClientSession
import pytest

from dev.price_server import PriceServer

from ..helpers import paris

# Tomorrow is out since an hour.
NOW = paris("2026-04-15T14:00")


def _now() -> datetime:
    return NOW


@pytest.fixture
async def price_server(socket_enabled: None) -> AsyncIterator[PriceServer]:
    """Run a price server on which it is always the same afternoon."""
    async with PriceServer(clock=_now) as server:
        yield server


@pytest.fixture
async def session(socket_enabled: None) -> AsyncIterator[ClientSession]:
    """Open a session, as Home Assistant would."""
    async with ClientSession() as opened:
        yield opened
