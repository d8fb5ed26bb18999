"""Measure one tick, and what a day adds to the database; `scripts/bench` runs it."""

from datetime import datetime, timedelta
from statistics import median
from time import CLOCK_MONOTONIC, clock_gettime
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)
from sqlalchemy import text

from homeassistant.components.recorder import Recorder
from homeassistant.components.recorder.util import session_scope
from homeassistant.core import HomeAssistant

from .conftest import NOW, Clock

QUARTER = timedelta(minutes=15)

# 96 states of about 90 bytes, and their entries in two indexes.
MOST_BYTES_A_DAY = 20_000

STATES = "name LIKE '%states%' OR name LIKE '%state_attributes%'"


@pytest.mark.bench
@pytest.mark.usefixtures("entity_registry_enabled_by_default")
async def test_one_tick_with_all_entities(
    hass: HomeAssistant, loaded: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    """Take the time from the clock to the states of all entities."""
    entities = len(hass.states.async_entity_ids())
    assert entities
    took = []
    for _ in range(80):
        freezer.tick(QUARTER)
        before = clock_gettime(CLOCK_MONOTONIC)
        loaded.runtime_data.prices.start()
        took.append(clock_gettime(CLOCK_MONOTONIC) - before)
        await hass.async_block_till_done(wait_background_tasks=True)
    print(f"\ntick with all {entities} entities {median(took) * 1000:25.4f} ms")


@pytest.fixture
def recorder_config() -> dict[str, Any]:
    """Record the current price alone."""
    return {"include": {"entities": ["sensor.sobry_current_price"]}}


@pytest.mark.parametrize("days", [3, pytest.param(7, marks=pytest.mark.slow)])
async def test_a_day_of_prices_adds_little_to_the_database(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    advance: Clock,
    days: int,
) -> None:
    """Count the bytes in the tables and indexes of states, without free space."""

    def used() -> int:
        with session_scope(hass=hass, read_only=True) as session:
            query = f"SELECT sum(payload) FROM dbstat WHERE {STATES}"  # noqa: S608 - ours.
            return int(session.execute(text(query)).scalar_one())

    sizes = []
    for slot in range(1, days * 96 + 1):
        await advance(datetime.fromisoformat(NOW) + slot * QUARTER)
        if slot % 96 == 0:
            await async_wait_recording_done(hass)
            sizes.append(await recorder_mock.async_add_executor_job(used))
    a_day = (sizes[-1] - sizes[0]) / (days - 1)
    print(f"\na day of current_price adds {a_day:22.0f} bytes")
    assert 0 < a_day < MOST_BYTES_A_DAY
