"""Test a provider that takes its time; the clock runs here."""

import asyncio
from collections.abc import AsyncIterator

from aiohttp import ClientTimeout
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from dev.price_server import PriceServer, Slow
from homeassistant.config_entries import SOURCE_USER, ConfigEntryState
from homeassistant.core import HomeAssistant

from ..conftest import DOMAIN, set_up


@pytest.fixture(autouse=True)
async def impatient(
    monkeypatch: pytest.MonkeyPatch, price_server: PriceServer
) -> AsyncIterator[None]:
    """Wait for an answer much shorter than the server takes for it."""
    monkeypatch.setattr(
        "custom_components.spot_planner.engine.providers.network.http.TIMEOUT",
        ClientTimeout(total=0.1),
    )
    price_server.control.behave(Slow(0.5))
    yield
    # The server is still busy with answers that nobody waits for.
    await asyncio.sleep(0.6)


async def test_the_form_gives_up_and_says_so(
    hass: HomeAssistant, price_server: PriceServer
) -> None:
    """Say that the provider did not answer in time."""
    flow = await hass.config_entries.flow.async_init(
        DOMAIN,
        context={"source": SOURCE_USER},
        data={"provider": "sobry"},
    )
    result = await hass.config_entries.flow.async_configure(
        flow["flow_id"], {"advanced": {"base_url": price_server.url}}
    )
    assert result["errors"] == {"base": "timed_out"}


async def test_an_entry_without_prices_waits(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    """Try again later, with the reason in the user's language."""
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "timed_out"
    await hass.config_entries.async_unload(entry.entry_id)
