"""Plans of runs that have too little time, and of actions that are asked beside them."""

from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.spot_planner.appliances import plan_inputs
from custom_components.spot_planner.engine.runs.replan import replan
from dev.price_server import PriceServer
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback

from ..actions.test_prices import call
from ..conftest import DUE, NOW, Clock, entity_id, set_up
from . import HEATER, TWO_HOURS, add_switches, appliance_entry

SUN = "sensor.sun"


@pytest.mark.parametrize("options", [{"surplus_entity": SUN, "export_price": 0.01}])
async def test_actions_count_the_surplus_as_the_planner_does(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    price_server: PriceServer,
    options: dict[str, Any],
) -> None:
    """What a window costs, and when it is, is the same for actions and for runs."""
    freezer.move_to(NOW)
    sunny = datetime(2026, 4, 16, 10, tzinfo=UTC)
    row = {"start": sunny, "end": sunny + TWO_HOURS, "power": 5.0}
    hass.states.async_set(SUN, "5", {"forecast": [row]})
    await set_up(hass, appliance_entry(price_server, options, heater=HEATER))
    washer = {"duration": "02:00:00", "power": 2.0}
    window = await call(hass, "find_window", **washer)
    plan = await call(hass, "plan", appliances=[{"name": "washer", **washer}])
    for found in (window, plan["runs"][0]):
        assert datetime.fromisoformat(found["start"]) == sunny
        assert found["cost"] == pytest.approx(4 * 0.01)


@pytest.mark.timeout(30)
async def test_a_run_that_the_clocks_leave_too_little_time_is_not_tried_for_ever(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    price_server: PriceServer,
) -> None:
    """Four hours do not fit between 2:00 and 6:00 when the clocks are put forward."""
    freezer.move_to("2026-03-28T12:00:00+00:00")
    await add_switches(hass, "heater")
    hours = {"duration": 240, "earliest_start": "02:00:00", "ready_by": "06:00:00"}
    entry = appliance_entry(price_server, heater={**HEATER, **hours})
    plans: list[object] = []

    def count(*args: Any) -> Any:
        plans.append(args)
        # More would never end.
        return replan(*args) if len(plans) < 20 else ()

    with patch.object(plan_inputs, "replan", count):
        await set_up(hass, entry)
    assert len(plans) < 5


async def test_who_hears_first_of_new_prices_finds_windows_among_them(
    hass: HomeAssistant, morning: MockConfigEntry, advance: Clock
) -> None:
    """Tomorrow's cheapest hour is there for an automation that waits for tomorrow."""
    answers: list[dict[str, Any]] = []
    tomorrow = entity_id(hass, "binary_sensor", "tomorrow_available")

    async def ask() -> None:
        start, end = "2026-04-16T00:00:00", "2026-04-17T00:00:00"
        hour = {"duration": "01:00:00", "earliest_start": start, "latest_end": end}
        answers.append(await call(hass, "find_window", **hour))

    @callback
    def changed(event: Event[EventStateChangedData]) -> None:
        state = event.data["new_state"]
        if event.data["entity_id"] == tomorrow and state and state.state == "on":
            hass.async_create_task(ask(), eager_start=True)

    hass.bus.async_listen(EVENT_STATE_CHANGED, changed)
    await advance(DUE)
    assert [it["start"][:10] for it in answers] == ["2026-04-16"]
