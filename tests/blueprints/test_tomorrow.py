"""Test the blueprint that tells when tomorrow is cheapest."""

from datetime import timedelta
from typing import Any

from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_mock_service,
)

from homeassistant.core import HomeAssistant

from ..conftest import DUE, ENTRY_ID, Clock, entity_id
from .automation import MINUTE, Automate, intervals


async def make(hass: HomeAssistant, automate: Automate, **inputs: Any) -> None:
    """Make the automation."""
    await automate(
        "tomorrow_notify",
        tomorrow=entity_id(hass, "binary_sensor", "tomorrow_available"),
        **inputs,
    )


async def test_message(
    hass: HomeAssistant,
    morning: MockConfigEntry,
    automate: Automate,
    advance: Clock,
) -> None:
    """The message names the cheapest hours of tomorrow and what they cost."""
    sent = async_mock_service(hass, "notify", "phone")
    await make(
        hass,
        automate,
        hours=1,
        send="notify.phone",
        title="Demain",
        message="{start}/{end}/{price}/{average}/{unit}",
    )
    await advance(DUE - MINUTE)
    assert sent == []
    await advance(DUE)
    (call,) = sent
    tomorrow = [it for it in await intervals(hass) if it["start"] >= "2026-04-16"]
    assert len(tomorrow) == 96
    prices = [it["price"] for it in tomorrow]
    hours = [sum(prices[at : at + 4]) / 4 for at in range(93)]
    best = hours.index(min(hours))
    assert call.data == {
        "title": "Demain",
        "message": "/".join(
            (
                tomorrow[best]["start"][11:16],
                tomorrow[best + 3]["end"][11:16],
                f"{min(hours):.4f}",
                f"{sum(prices) / 96:.4f}",
                "EUR/kWh",
            )
        ),
    }


async def test_defaults(
    hass: HomeAssistant,
    morning: MockConfigEntry,
    automate: Automate,
    advance: Clock,
) -> None:
    """Without any choice, Home Assistant itself shows a whole sentence."""
    sent = async_mock_service(hass, "persistent_notification", "create")
    await make(hass, automate)
    await advance(DUE)
    assert sent[0].data["title"] == "Electricity tomorrow"
    assert sent[0].data["message"].startswith("Cheapest from ")
    assert "{" not in sent[0].data["message"]


async def test_no_news(
    hass: HomeAssistant,
    morning: MockConfigEntry,
    automate: Automate,
    advance: Clock,
) -> None:
    """It is told once, whatever happens until the next day."""
    sent = async_mock_service(hass, "persistent_notification", "create")
    await make(hass, automate)
    await advance(DUE)
    await hass.config_entries.async_reload(ENTRY_ID)
    await advance(DUE + timedelta(hours=1))
    await advance("2026-04-15T22:00:00+00:00")
    assert len(sent) == 1
    await advance(DUE + timedelta(days=1))
    assert len(sent) == 2
