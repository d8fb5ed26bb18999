"""Test prices on disk: a restart needs no network, and damage is set aside."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
import json
from pathlib import Path
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.spot_planner.engine.planning.windows import Window
from custom_components.spot_planner.engine.prices import Prices
from custom_components.spot_planner.engine.series import (
    Component,
    Level,
    PriceInterval,
    PriceSeries,
)
from custom_components.spot_planner.prices.store import PriceStore, StoredPrices
from dev.price_server import Down, PriceServer
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant

from ..conftest import ENTRY_ID, Clock, set_up, state
from ..stored import files, real_files, write

KEY = f"spot_planner.{ENTRY_ID}"

START = datetime(2026, 3, 29, tzinfo=UTC)
STORED = StoredPrices(
    question="a question",
    prices=Prices(
        PriceSeries(
            "DKK",
            (
                PriceInterval(
                    START,
                    START + timedelta(minutes=15),
                    -0.00001,
                    (Component("spot", -1e-05), Component("grid", 0.0)),
                    estimated=True,
                    provider_level=Level.RED,
                ),
                PriceInterval(
                    START + timedelta(hours=2), START + timedelta(hours=3), 0.5
                ),
            ),
        ),
        export=PriceSeries(
            "DKK", (PriceInterval(START, START + timedelta(days=1), 0.0),)
        ),
        next_update=START + timedelta(hours=9),
    ),
    fetched_at=START,
    window=Window(START, START + timedelta(hours=2), 0.25),
)


@pytest.fixture
def folder(hass: HomeAssistant, tmp_path: Path) -> Iterator[Path]:
    """Return the folder in which files are really stored."""
    with real_files(hass, tmp_path) as folder:
        yield folder


async def test_what_is_saved_is_loaded(hass: HomeAssistant, folder: Path) -> None:
    """Give back every price with all that belongs to it."""
    await PriceStore(hass, ENTRY_ID).async_save(STORED)
    assert len(files(folder, KEY)) == 1
    assert await PriceStore(hass, ENTRY_ID).async_load() == STORED


async def test_nothing_is_loaded_where_nothing_was_saved(
    hass: HomeAssistant, folder: Path
) -> None:
    """Begin without prices on a first start."""
    assert await PriceStore(hass, ENTRY_ID).async_load() is None


async def test_what_is_removed_is_gone(hass: HomeAssistant, folder: Path) -> None:
    """Leave no file behind, not even one that was damaged and set aside."""
    write(folder / KEY, damaged(window=[1]))
    store = PriceStore(hass, ENTRY_ID)
    assert await store.async_load() is None
    await store.async_save(STORED)
    assert len(files(folder, f"{KEY}*")) == 2
    await store.async_remove()
    assert files(folder, f"{KEY}*") == []


def damaged(**changes: Any) -> str:
    """Return a file that is JSON, but not ours."""
    interval = [START.timestamp(), START.timestamp() + 900, 0.1, False, None, [0.1]]
    document = {
        "question": "q",
        "currency": "EUR",
        "fetched_at": None,
        "window": None,
        "components": ["spot"],
        "intervals": [interval],
    } | changes
    return json.dumps({"version": 1, "minor_version": 1, "key": KEY, "data": document})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        '{"version": 1, "data"',
        json.dumps({"version": 1, "minor_version": 1, "key": KEY, "data": []}),
        json.dumps({"version": 1, "minor_version": 1, "key": KEY, "data": {}}),
        json.dumps({"version": 99, "minor_version": 1, "key": KEY, "data": {}}),
        json.dumps({"version": 0, "minor_version": 1, "key": KEY, "data": {}}),
        json.dumps({"no": "version"}),
        damaged(intervals=[[1, 2]]),
        damaged(intervals=[["x", 2, 0.1, False, None, [0.1]]]),
        damaged(intervals=[[0, 900, None, False, None, [0.1]]]),
        damaged(intervals=[[900, 0, 0.1, False, None, [0.1]]]),
        damaged(intervals=[[1e300, 1e301, 0.1, False, None, [0.1]]]),
        damaged(intervals=[[0, 900, 0.1, False, "purple", [0.1]]]),
        damaged(intervals=[[0, 900, 0.1, False, None, [0.1, 0.2]]]),
        damaged(window=[1]),
        damaged(fetched_at="yesterday"),
        damaged(fetched_at=1e18),
        damaged(next_update=START.timestamp() + 900 + 3 * 86400),
        damaged(currency="euro"),
        damaged(export={"currency": "SEK", "components": [], "intervals": []}),
        damaged(window=[START.timestamp(), START.timestamp(), 0.1]),
        damaged(window=[START.timestamp(), START.timestamp() + 60, 1e7]),
        damaged(
            intervals=[[START.timestamp(), 1774745999, 0.1, False, None, [1e6]]],
        ),
        damaged(
            intervals=[[START.timestamp(), 7258118400, 0.1, False, None, [0.1]]],
        ),
    ],
)
async def test_a_damaged_file_is_set_aside(
    hass: HomeAssistant, folder: Path, caplog: pytest.LogCaptureFixture, text: str
) -> None:
    """Keep the file under another name, say so in the log, and begin anew."""
    write(folder / KEY, text)
    assert await PriceStore(hass, ENTRY_ID).async_load() is None
    assert files(folder, f"{KEY}*") == [text]
    assert KEY in caplog.text

    await PriceStore(hass, ENTRY_ID).async_save(STORED)
    assert await PriceStore(hass, ENTRY_ID).async_load() == STORED


async def test_everything_still_shows_after_a_restart_without_network(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Start from the disk, ask nothing, and know the same as before."""
    await advance("2026-04-15T13:07:00+00:00")
    await hass.config_entries.async_unload(loaded.entry_id)
    before = len(price_server.requests)
    price_server.control.behave(Down())
    await set_up(hass, loaded)
    assert loaded.state is ConfigEntryState.LOADED
    assert float(state(hass, "current_price")) > 0
    assert state(hass, "price_level") in ("green", "yellow", "red")
    assert float(state(hass, "average_price_tomorrow")) > 0
    assert state(hass, "prices_known_until") == "2026-04-16T22:00:00+00:00"
    assert len(price_server.requests) == before


async def test_prices_of_another_tariff_are_not_shown(
    hass: HomeAssistant, loaded: MockConfigEntry, price_server: PriceServer
) -> None:
    """Rather have no price than the price of the tariff before."""
    await hass.config_entries.async_unload(loaded.entry_id)
    price_server.control.behave(Down())
    hass.config_entries.async_update_entry(loaded, options={"turpe_option": "LU"})
    await set_up(hass, loaded)
    assert loaded.state is ConfigEntryState.SETUP_RETRY

    hass.config_entries.async_update_entry(loaded, options={})
    await hass.config_entries.async_reload(loaded.entry_id)
    assert loaded.state is ConfigEntryState.LOADED


async def test_a_removed_entry_leaves_nothing_on_disk(
    hass: HomeAssistant, loaded: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    """Delete the prices with the entry."""
    assert KEY in hass_storage
    await hass.config_entries.async_remove(loaded.entry_id)
    assert KEY not in hass_storage
