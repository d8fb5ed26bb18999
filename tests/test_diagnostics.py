"""Test that diagnostics help without giving a secret away."""

import json
from typing import Any

from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.spot_planner.diagnostics import (
    TO_REDACT,
    async_get_config_entry_diagnostics,
)
from dev.price_server import PriceServer, Status
from homeassistant.core import HomeAssistant
from homeassistant.helpers.json import json_dumps

from .conftest import Clock


async def diagnostics(hass: HomeAssistant, entry: MockConfigEntry) -> Any:
    """Return the diagnostics as the file that a user downloads."""
    return json.loads(json_dumps(await async_get_config_entry_diagnostics(hass, entry)))


async def test_diagnostics_tell_what_is_known(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    advance: Clock,
    price_server: PriceServer,
) -> None:
    """Tell prices, questions and tables apart, and what failed."""
    found = await diagnostics(hass, loaded)
    assert found["prices"]["currency"] == "EUR"
    assert found["prices"]["intervals"] == 192
    assert found["prices"]["gaps"] == []
    assert found["prices"]["start"] == "2026-04-14T22:00:00+00:00"
    assert found["prices"]["end"] == "2026-04-16T22:00:00+00:00"
    assert found["provider"]["failure"] is None
    assert [row["valid_from"] for row in found["tariff"]] == [
        "2025-08-01",
        "2026-02-01",
        "2014-01-01",
    ]

    price_server.control.behave(Status(500))
    await advance("2026-04-16T11:30:00+00:00")
    found = await diagnostics(hass, loaded)
    assert found["provider"]["failure"] == "server_error"
    assert found["provider"]["failed_attempts"] == 1
    assert found["prices"]["gaps"] == [
        ["2026-04-16T22:00:00+00:00", "2026-04-17T22:00:00+00:00"]
    ]


async def test_diagnostics_hold_no_secret(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Redact every credential and every place, also in data of other providers."""
    secrets = {key: f"{key}" for key in TO_REDACT}
    hass.config_entries.async_update_entry(
        loaded, data=loaded.data | secrets | {"base_url": loaded.data["base_url"]}
    )
    await hass.async_block_till_done(wait_background_tasks=True)
    text = json.dumps(await diagnostics(hass, loaded))
    assert "hush" not in text
    assert loaded.data["base_url"] not in text
