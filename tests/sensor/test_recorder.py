"""Test what the recorder keeps: states, and nothing long or fleeting."""

from datetime import datetime, timedelta

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)

from homeassistant.components.recorder import Recorder, history
from homeassistant.components.recorder.db_schema import StateAttributes, States
from homeassistant.components.recorder.util import session_scope
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..conftest import Clock, entity_id

LISTS = ("prices_", "raw_", "today", "tomorrow")


@pytest.mark.parametrize(
    "options", [{"price_lists": kind} for kind in ("none", "generic", "nordpool")]
)
async def test_no_list_and_no_fleeting_attribute_is_recorded(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    advance: Clock,
) -> None:
    """Record a day of quarter-hours with attributes that never change."""
    start = dt_util.utcnow()
    for slot in range(1, 96):
        await advance(start + slot * timedelta(minutes=15))
    await async_wait_recording_done(hass)
    price = entity_id(hass, "sensor", "current_price")

    def recorded() -> list[str]:
        with session_scope(hass=hass, read_only=True) as session:
            rows = session.query(StateAttributes.shared_attrs).all()
            return [attributes for (attributes,) in rows]

    attributes = await recorder_mock.async_add_executor_job(recorded)
    ours = [text for text in attributes if '"source":"sobry"' in text]
    assert len(ours) == 1
    assert not any(f'"{name}' in ours[0] for name in LISTS)
    assert '"start"' not in ours[0]
    assert '"estimated":false' in ours[0]

    states = await recorder_mock.async_add_executor_job(
        history.state_changes_during_period, hass, start, dt_util.utcnow(), price
    )
    assert len(states[price]) >= 90
    assert all(float(state.state) for state in states[price])


async def test_what_does_not_change_is_not_recorded_again(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    advance: Clock,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Write one row for an average that holds all day."""
    for slot in range(1, 9):
        await advance(
            datetime.fromisoformat("2026-04-15T12:00:00+00:00")
            + slot * timedelta(minutes=15)
        )
    await async_wait_recording_done(hass)
    average = entity_id(hass, "sensor", "average_price_today")

    def rows() -> int:
        with session_scope(hass=hass, read_only=True) as session:
            query = session.query(States).join(States.states_meta_rel)
            return query.filter_by(entity_id=average).count()

    assert await recorder_mock.async_add_executor_job(rows) == 1
