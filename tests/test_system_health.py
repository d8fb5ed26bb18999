"""Test what system information says of the providers."""

from collections.abc import Awaitable, Callable
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import get_system_health_info

from dev.price_server import Down, PriceServer, Status
from homeassistant.components import system_health
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

from .conftest import DOMAIN, ENTRY_ID, NOW, Clock, set_up
from .entries import make_entry

# Where the vendors' own pages say that their APIs are.
VENDORS = {
    "sobry": "https://api.sobry.co",
    "energysignal": "https://co-c8jb.nanocorp.app",
    "flatpeak": "https://api.flatpeak.com",
    "minstroem": "https://api.minstroem.app/thirdParty",
    "otark": "https://api.otark.energy/v1",
}


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the addresses that are tried, none of which is really asked."""
    addresses: list[str] = []

    def reach(_: HomeAssistant, url: str) -> Awaitable[str]:
        addresses.append(url)

        async def answer() -> str:
            return "ok"

        return answer()

    monkeypatch.setattr(system_health, "async_check_can_reach_url", reach)
    return addresses


@pytest.fixture
async def info(
    hass: HomeAssistant, paris: None, freezer: FrozenDateTimeFactory, tried: list[str]
) -> Callable[[], Awaitable[dict[str, Any]]]:
    """Return a function that gives the information, with every answer awaited."""
    freezer.move_to(NOW)

    async def ask() -> dict[str, Any]:
        assert await async_setup_component(hass, "system_health", {})
        await hass.async_block_till_done()
        found = await get_system_health_info(hass, DOMAIN)
        return {
            key: await value if isinstance(value, Awaitable) else value
            for key, value in found.items()
        }

    return ask


async def test_every_provider_in_use_is_tried_once_at_the_vendors_address(
    hass: HomeAssistant,
    price_server: PriceServer,
    info: Callable[[], Awaitable[dict[str, Any]]],
    tried: list[str],
) -> None:
    """Try each vendor once, however many entries it has, and never a private server."""
    kinds = (*VENDORS, "sobry_contract", "minstroem")
    for number, kind in enumerate(kinds):
        await set_up(hass, make_entry(kind, price_server, entry_id=f"ENTRY{number}"))
    found = await info()
    assert found == {
        "entries": "7/7",
        "failing_providers": 0,
        "entries_on_fallback": 0,
        **{f"can_reach_{key}": "ok" for key in VENDORS},
    }
    assert sorted(tried) == sorted(VENDORS.values())
    assert price_server.url not in str(found)


async def test_a_provider_that_nobody_uses_is_left_alone(
    hass: HomeAssistant,
    price_server: PriceServer,
    info: Callable[[], Awaitable[dict[str, Any]]],
    tried: list[str],
) -> None:
    """Tell nothing of a vendor that no entry names."""
    await set_up(hass, make_entry("flatpeak", price_server))
    assert set(await info()) == {
        "entries",
        "failing_providers",
        "entries_on_fallback",
        "can_reach_flatpeak",
    }
    assert tried == ["https://api.flatpeak.com"]


@pytest.mark.parametrize("kind", [*VENDORS, "sobry_contract"])
async def test_a_failing_provider_is_counted(
    hass: HomeAssistant,
    price_server: PriceServer,
    info: Callable[[], Awaitable[dict[str, Any]]],
    advance: Clock,
    kind: str,
) -> None:
    """Count an entry whose last question failed, though its entities have values."""
    await set_up(hass, make_entry(kind, price_server))
    price_server.control.behave(Status(500))
    await advance("2026-04-16T12:00:00+00:00")
    found = await info()
    assert found["entries"] == "1/1"
    assert found["failing_providers"] == 1


async def test_an_entry_that_does_not_load_is_counted_and_its_vendor_tried(
    hass: HomeAssistant,
    price_server: PriceServer,
    info: Callable[[], Awaitable[dict[str, Any]]],
) -> None:
    """Say that one of two entries is up, which is when people come to look."""
    await set_up(hass, make_entry("sobry", price_server))
    price_server.control.behave(Down())
    await set_up(hass, make_entry("otark", price_server, entry_id="DOWN"))
    nonsense = make_entry("sobry", price_server, entry_id="ODD", provider="nobody")
    await set_up(hass, nonsense)
    found = await info()
    assert found["entries"] == "1/3"
    assert found["can_reach_otark"] == "ok"
    assert "can_reach_nobody" not in found


async def test_an_entry_that_lives_on_another_is_counted(
    hass: HomeAssistant,
    price_server: PriceServer,
    info: Callable[[], Awaitable[dict[str, Any]]],
) -> None:
    """Say how many entries show estimates at the moment."""
    await set_up(hass, make_entry("energysignal", price_server, entry_id="BACKUP"))
    price_server.control.behave(Down())
    options = {"fallback": ["BACKUP"]}
    await set_up(hass, make_entry("sobry", price_server, options=options))
    assert hass.config_entries.async_get_entry(ENTRY_ID)
    found = await info()
    assert found["entries_on_fallback"] == 1
    assert found["failing_providers"] == 1
