"""Test triggers and conditions in the words of prices and runs."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
)
import voluptuous as vol

from custom_components.spot_planner import condition, trigger
from custom_components.spot_planner.engine.runs.event import RunEvent, RunEventType
from dev.price_server import PriceServer
from homeassistant.const import MAJOR_VERSION
from homeassistant.core import Event, HomeAssistant
from homeassistant.helpers import (
    condition as conditions,
    config_validation as cv,
    entity_registry as er,
    trigger as triggers,
)
from homeassistant.setup import async_setup_component

from .appliances import (
    HEATER,
    add_switches,
    appliance_entity,
    appliance_entry,
    planner_of,
    run_of,
)
from .blueprints.automation import say, words
from .conftest import DOMAIN, MORNING, NOW, Clock, entity_id, set_up, state

MINUTE = timedelta(minutes=1)

# Before this version, there are no such triggers and conditions.
IS_NEW = MAJOR_VERSION >= 2026
TRIGGERS = {
    *("price_became", "window_started"),
    *("run_failed", "run_finished", "run_started"),
}
CONDITIONS = {"in_cheapest_window", "is_price_level"}

type Automate = Callable[..., Awaitable[list[Event[Any]]]]


@pytest.fixture
async def automate(hass: HomeAssistant) -> Automate:
    """Return a function that makes an automation that says "now"."""

    async def make(
        kind: str, conditions: list[dict[str, Any]] | None = None, **parts: Any
    ) -> list[Event[Any]]:
        heard = async_capture_events(hass, "said")
        ours = {
            "alias": "Ours",
            "triggers": [{"trigger": kind, **parts}],
            "conditions": conditions or [],
            "actions": say("now"),
        }
        assert await async_setup_component(hass, "automation", {"automation": ours})
        assert hass.states.is_state("automation.ours", "on")
        return heard

    return make


@pytest.fixture
async def evening(
    hass: HomeAssistant, paris: None, entry: MockConfigEntry, advance: Clock
) -> MockConfigEntry:
    """Return the entry, set up at 17:00 in Paris; the cheapest window is tomorrow."""
    await advance("2026-04-15T15:00:00+00:00")
    await set_up(hass, entry)
    return entry


def target(entity: str) -> dict[str, Any]:
    """Return the parts that choose an entity."""
    return {"target": {"entity_id": entity}}


def device_of(hass: HomeAssistant, entity: str) -> dict[str, Any]:
    """Return the parts that choose the whole device of an entity."""
    found = er.async_get(hass).async_get(entity)
    assert found
    return {"target": {"device_id": found.device_id}}


@pytest.fixture
async def heater(
    hass: HomeAssistant, paris: None, price_server: PriceServer, advance: Clock
) -> MockConfigEntry:
    """Return an entry with a heater that nobody has switched yet."""
    await advance(NOW)
    await add_switches(hass, "heater")
    entry = appliance_entry(price_server, heater=HEATER)
    await set_up(hass, entry)
    return entry


if IS_NEW:

    async def test_all_are_offered(hass: HomeAssistant) -> None:
        """The triggers and conditions are there, each with its description."""
        assert await async_setup_component(hass, DOMAIN, {})
        assert await async_setup_component(hass, "automation", {"automation": []})
        found = await triggers.async_get_all_descriptions(hass)
        assert {f"{DOMAIN}.{key}" for key in TRIGGERS} <= found.keys()
        assert all(found[f"{DOMAIN}.{key}"] for key in TRIGGERS)
        found = await conditions.async_get_all_descriptions(hass)
        assert {f"{DOMAIN}.{key}" for key in CONDITIONS} <= found.keys()
        assert all(found[f"{DOMAIN}.{key}"] for key in CONDITIONS)

    @pytest.mark.parametrize("by_device", [False, True])
    async def test_price_became(
        hass: HomeAssistant,
        morning: MockConfigEntry,
        automate: Automate,
        advance: Clock,
        by_device: bool,
    ) -> None:
        """It fires each time the price gets the colour, and with no other colour."""
        level = entity_id(hass, "sensor", "price_level")
        where = device_of(hass, level) if by_device else target(level)
        heard = await automate(
            "spot_planner.price_became", options={"level": "red"}, **where
        )
        before, expected = state(hass, "price_level"), 0
        moment = datetime.fromisoformat(MORNING)
        colours = set()
        for _ in range(60):
            moment += 15 * MINUTE
            await advance(moment)
            colour = state(hass, "price_level")
            expected += colour == "red" != before
            assert len(heard) == expected
            before = colour
            colours.add(colour)
        assert colours == {"green", "yellow", "red"}
        assert expected

    @pytest.mark.parametrize("by_device", [False, True])
    @pytest.mark.parametrize("minutes", [0, 30])
    async def test_window_started(
        hass: HomeAssistant,
        evening: MockConfigEntry,
        automate: Automate,
        advance: Clock,
        minutes: int,
        by_device: bool,
    ) -> None:
        """It fires once for a window, as long before its start as is wanted."""
        sensor = entity_id(hass, "sensor", "cheapest_window_start")
        where = device_of(hass, sensor) if by_device else target(sensor)
        options = {"before": {"minutes": minutes}} if minutes else {}
        heard = await automate("spot_planner.window_started", options=options, **where)
        start = datetime.fromisoformat(state(hass, "cheapest_window_start"))
        due = start - minutes * MINUTE
        await advance(due - MINUTE)
        assert heard == []
        await advance(due)
        assert len(heard) == 1
        await advance(start + MINUTE)
        assert len(heard) == 1

    async def test_window_moves(
        hass: HomeAssistant,
        evening: MockConfigEntry,
        automate: Automate,
        advance: Clock,
    ) -> None:
        """A window that has moved, or of which nothing is known, is not announced."""
        sensor = entity_id(hass, "sensor", "cheapest_window_start")
        start = datetime.fromisoformat(state(hass, "cheapest_window_start"))
        heard = await automate("spot_planner.window_started", **target(sensor))
        hass.states.async_set(sensor, (start + 60 * MINUTE).isoformat())
        await advance(start)
        # What is due now is the real sensor's word again.
        hass.states.async_set(sensor, "unavailable")
        await advance(start + 60 * MINUTE)
        assert heard == []

    @pytest.mark.parametrize("missing", ["none", "other"])
    async def test_other_entities(
        hass: HomeAssistant,
        evening: MockConfigEntry,
        automate: Automate,
        advance: Clock,
        missing: str,
    ) -> None:
        """An entity that is not ours, or of another kind, fires nothing."""
        start = datetime.fromisoformat(state(hass, "cheapest_window_start"))
        hass.states.async_set("sensor.none", start.isoformat())
        other = entity_id(hass, "sensor", "cheapest_window_end")
        heard = await automate(
            "spot_planner.window_started",
            **target({"none": "sensor.none", "other": other}[missing]),
        )
        end = datetime.fromisoformat(state(hass, "cheapest_window_end"))
        await advance(start)
        await advance(end)
        assert heard == []

    async def test_automation_ends(
        hass: HomeAssistant,
        evening: MockConfigEntry,
        automate: Automate,
        advance: Clock,
    ) -> None:
        """An automation that is turned off hears of no window."""
        sensor = entity_id(hass, "sensor", "cheapest_window_start")
        start = datetime.fromisoformat(state(hass, "cheapest_window_start"))
        heard = await automate("spot_planner.window_started", **target(sensor))
        await hass.services.async_call(
            "automation", "turn_off", {"entity_id": "automation.ours"}, blocking=True
        )
        await advance(start)
        assert heard == []

    async def test_run(
        hass: HomeAssistant, heater: MockConfigEntry, advance: Clock
    ) -> None:
        """The beginning and the end of a run fire their triggers, once each."""
        event = appliance_entity(hass, "run", "event")[0]
        heard = async_capture_events(hass, "said")
        ours = [
            {
                "alias": kind,
                "triggers": [{"trigger": f"spot_planner.{kind}", **target(event)}],
                "actions": say(kind),
            }
            for kind in ("run_started", "run_finished", "run_failed")
        ]
        assert await async_setup_component(hass, "automation", {"automation": ours})
        start, end = run_of(heater).start, run_of(heater).end
        assert start and end
        await advance(start - MINUTE)
        assert words(heard) == []
        await advance(start)
        await advance(start + MINUTE)
        assert words(heard) == ["run_started"]
        await advance(end)
        await advance(end + MINUTE)
        assert words(heard) == ["run_started", "run_finished"]

    async def test_run_failed(
        hass: HomeAssistant, heater: MockConfigEntry, automate: Automate
    ) -> None:
        """Each run that fails fires, also one right after another."""
        event = appliance_entity(hass, "run", "event")[0]
        heard = await automate("spot_planner.run_failed", **device_of(hass, event))
        planner = planner_of(heater)
        for times, kind in enumerate((RunEventType.RUN_FAILED,) * 2, start=1):
            planner._listeners.tell(RunEvent(kind, run_of(heater)))
            await hass.async_block_till_done()
            assert len(heard) == times

    @pytest.mark.parametrize("by_device", [False, True])
    async def test_is_price_level(
        hass: HomeAssistant,
        morning: MockConfigEntry,
        automate: Automate,
        advance: Clock,
        by_device: bool,
    ) -> None:
        """It holds with the wanted colours only."""
        level = entity_id(hass, "sensor", "price_level")
        where = device_of(hass, level) if by_device else target(level)
        heard = await automate(
            "event",
            [
                {
                    "condition": "spot_planner.is_price_level",
                    "options": {"level": ["green", "yellow"]},
                    **where,
                }
            ],
            event_type="ask",
        )
        moment, expected, colours = datetime.fromisoformat(MORNING), 0, set()
        for _ in range(60):
            moment += 15 * MINUTE
            await advance(moment)
            colours.add(colour := state(hass, "price_level"))
            expected += colour != "red"
            hass.bus.async_fire("ask")
            await hass.async_block_till_done()
            assert len(heard) == expected
        assert colours == {"green", "yellow", "red"}

    async def test_in_cheapest_window(
        hass: HomeAssistant,
        evening: MockConfigEntry,
        automate: Automate,
        advance: Clock,
    ) -> None:
        """It holds during the window only."""
        window = entity_id(hass, "binary_sensor", "cheapest_window")
        heard = await automate(
            "event",
            [{"condition": "spot_planner.in_cheapest_window", **target(window)}],
            event_type="ask",
        )
        start = datetime.fromisoformat(state(hass, "cheapest_window_start"))
        end = datetime.fromisoformat(state(hass, "cheapest_window_end"))
        seen = []
        for moment in (start - MINUTE, start, end - MINUTE, end):
            await advance(moment)
            hass.bus.async_fire("ask")
            await hass.async_block_till_done()
            seen.append(len(heard))
        assert seen == [0, 1, 2, 2]

    @pytest.mark.parametrize("level", [[], "blue"])
    async def test_no_such_colour(hass: HomeAssistant, level: Any) -> None:
        """A colour that does not exist is refused, and so is none at all."""
        config = {
            "platform": "spot_planner.price_became",
            "options": {"level": level},
            **target("sensor.level"),
        }
        with pytest.raises(vol.Invalid):
            await triggers.async_validate_trigger_config(hass, [config])

else:

    @pytest.mark.parametrize("kind", sorted(TRIGGERS))
    async def test_trigger_says_what_it_needs(hass: HomeAssistant, kind: str) -> None:
        """Where there are no such triggers, an automation with one says so."""
        config = cv.TRIGGER_SCHEMA({"trigger": f"spot_planner.{kind}"})
        with pytest.raises(
            vol.Invalid, match=rf"{kind}' needs Home Assistant 2026\.10"
        ):
            await triggers.async_validate_trigger_config(hass, config)

    @pytest.mark.parametrize("kind", sorted(CONDITIONS))
    def test_condition_is_refused(kind: str) -> None:
        """Where there are no such conditions, Home Assistant itself refuses them."""
        with pytest.raises(vol.Invalid, match="condition"):
            cv.CONDITION_SCHEMA(
                {"condition": f"spot_planner.{kind}", **target("sensor.level")}
            )

    async def test_no_harm(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
        """Everything else works, and nothing is offered."""
        assert state(hass, "price_level") in {"green", "yellow", "red"}
        assert await trigger.async_get_triggers(hass) == {}
        assert await condition.async_get_conditions(hass) == {}


async def test_offered(hass: HomeAssistant) -> None:
    """The contract: these triggers and conditions, or none."""
    assert set(await trigger.async_get_triggers(hass)) == (
        TRIGGERS if IS_NEW else set()
    )
    assert set(await condition.async_get_conditions(hass)) == (
        CONDITIONS if IS_NEW else set()
    )
    with pytest.raises(vol.Invalid):
        await trigger.async_validate_trigger_config(hass, {"platform": "spot_planner"})
