"""Load the blueprints as a user does, and look at what their automations do."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
import shutil
from time import sleep
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from homeassistant.core import CoreState, Event, HomeAssistant
from homeassistant.setup import async_setup_component

ROOT = Path(__file__).parent.parent.parent
BLUEPRINTS = ROOT / "blueprints" / "automation" / "spot_planner"
AUTOMATION = "automation.ours"
MINUTE = timedelta(minutes=1)
# 17:00 in Paris; the next night and noon are cheaper.
EVENING = "2026-04-15T15:00:00+00:00"


type Automate = Callable[..., Awaitable[None]]


@asynccontextmanager
async def blueprints(hass: HomeAssistant, folder: Path) -> AsyncIterator[Automate]:
    """Give a function that makes an automation of a blueprint with inputs."""
    shutil.copytree(BLUEPRINTS, folder / "blueprints" / "automation" / "spot_planner")

    async def make(blueprint: str, **inputs: Any) -> None:
        used = {"path": f"spot_planner/{blueprint}.yaml", "input": inputs}
        ours = {"alias": "Ours", "use_blueprint": used}
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(hass.config, "config_dir", str(folder))
            assert await async_setup_component(hass, "automation", {"automation": ours})
        # One that is not valid would be unavailable.
        assert hass.states.is_state(AUTOMATION, "on")

    yield make
    # It would go on to wait for what happens while Home Assistant stops.
    await hass.services.async_call(
        "automation", "turn_off", {"entity_id": AUTOMATION}, blocking=True
    )


def say(word: str) -> list[dict[str, Any]]:
    """Return actions that tests can hear."""
    return [{"event": "said", "event_data": {"word": word}}]


def words(heard: list[Event[Any]]) -> list[str]:
    """Return what was said, in order."""
    return [event.data["word"] for event in heard]


def not_running(hass: HomeAssistant) -> None:
    """Let Home Assistant be as before its start; `hass.async_start` ends that."""
    hass.set_state(CoreState.not_running)


async def tick(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, moment: Any
) -> None:
    """Move the clock while an automation waits, for which nobody may wait."""
    freezer.move_to(moment)
    async_fire_time_changed(hass)
    await spin(hass)


async def intervals(hass: HomeAssistant) -> list[dict[str, Any]]:
    """Return the known prices from this midnight on."""
    answer = await hass.services.async_call(
        "spot_planner", "get_prices", {}, blocking=True, return_response=True
    )
    assert answer
    found: Any = answer["prices"]
    return list(found)


async def spin(hass: HomeAssistant) -> None:
    """Let everything happen that needs no time and no network.

    What is read from a disk needs a thread, so there has to be time for those too.
    """
    for _ in range(25):
        await hass.loop.run_in_executor(None, sleep, 0)
