"""Test what can be changed of an appliance from a dashboard, and its buttons."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from dev.price_server import PriceServer
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er

from ..conftest import DOMAIN, set_up
from ..planned import (
    DATA,
    DISHWASHER,
    START,
    dishwasher,
    dishwasher_id,
    entry_with_dishwasher,
)
from ..table import table

HOUR = timedelta(hours=1)


@pytest.fixture
def data() -> dict[str, Any]:
    """Return what the appliance has beside, or instead of, what it has always."""
    return {}


@pytest.fixture
def entry(
    price_server: PriceServer, options: dict[str, Any], data: dict[str, Any]
) -> MockConfigEntry:
    """Return an entry with a dishwasher."""
    return entry_with_dishwasher(price_server, options, **data)


async def call(hass: HomeAssistant, action: str, key: str, **values: Any) -> None:
    """Do something with an entity of the dishwasher, and wait for what follows."""
    platform, _, name = action.partition(".")
    target = {"entity_id": dishwasher_id(hass, platform, key)}
    await hass.services.async_call(platform, name, {**target, **values}, blocking=True)
    await hass.async_block_till_done(wait_background_tasks=True)


def saved(entry: MockConfigEntry) -> dict[str, Any]:
    """Return the data of the dishwasher's subentry."""
    return dict(entry.subentries[DISHWASHER].data)


async def test_the_settings_are_those_of_the_form(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Show what the subentry says, each in its unit and within its limits."""
    duration = dishwasher(hass, "number", "duration")
    assert float(duration.state) == 120
    assert duration.attributes["unit_of_measurement"] == "min"
    limits = ("min", "max", "step")
    assert [duration.attributes[key] for key in limits] == [1, 1440, 1]
    power = dishwasher(hass, "number", "power")
    assert float(power.state) == 2
    assert power.attributes["unit_of_measurement"] == "kW"
    assert [power.attributes[key] for key in limits] == [0.01, 50, 0.01]
    assert dishwasher(hass, "time", "earliest_start").state == "20:00:00"
    assert dishwasher(hass, "time", "ready_by").state == "07:00:00"
    assert dishwasher(hass, "switch", "automatic").state == "off"
    assert dishwasher(hass, "switch", "paused").state == "off"


@pytest.mark.parametrize(
    ("action", "key", "values", "expected", "shown"),
    [
        ("number.set_value", "duration", {"value": 90}, 90, "90.0"),
        ("number.set_value", "power", {"value": 1.25}, 1.25, "1.25"),
        ("time.set_value", "earliest_start", {"time": "21:15"}, "21:15:00", "21:15:00"),
        ("time.set_value", "ready_by", {"time": "06:30:00"}, "06:30:00", "06:30:00"),
        ("switch.turn_on", "automatic", {}, True, "on"),
        ("switch.turn_on", "paused", {}, True, "on"),
        ("switch.turn_off", "automatic", {}, False, "off"),
        ("switch.turn_off", "paused", {}, False, "off"),
    ],
)
async def test_a_change_is_written_and_planned_at_once(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    action: str,
    key: str,
    values: dict[str, Any],
    expected: float | str | bool,
    shown: str,
) -> None:
    """Keep everything else, and do not begin anew for it."""
    planner = loaded.runtime_data.planner
    await call(hass, action, key, **values)
    assert saved(loaded) == {**DATA, key: expected}
    assert dishwasher(hass, action.partition(".")[0], key).state == shown
    assert loaded.runtime_data.planner is planner


async def test_a_switch_is_turned_off_again(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Take back what was handed over."""
    await call(hass, "switch.turn_on", "automatic")
    await call(hass, "switch.turn_off", "automatic")
    assert saved(loaded)["automatic"] is False
    assert dishwasher(hass, "switch", "automatic").state == "off"


@pytest.mark.parametrize("data", [{"automatic": True, "power": 7}])
@pytest.mark.parametrize("options", [{"power_limit": 6, "power_limit_unit": "kva"}])
@pytest.mark.parametrize(
    ("action", "key", "expected"),
    [
        ("switch.turn_off", "automatic", False),
        ("switch.turn_on", "paused", True),
    ],
)
async def test_what_the_home_cannot_take_is_handed_back_all_the_same(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    action: str,
    key: str,
    expected: bool,
) -> None:
    """Let nothing that is wrong with an appliance keep it switched."""
    await call(hass, action, key)
    assert saved(loaded)[key] is expected
    assert dishwasher(hass, "switch", key).state == ("on" if expected else "off")


@table("key", ["duration", "power"])
async def test_what_is_no_number_is_refused(
    hass: HomeAssistant, loaded: MockConfigEntry, key: str
) -> None:
    """Home Assistant lets it pass, for it is neither too small nor too large."""
    with pytest.raises(ServiceValidationError) as err:
        await call(hass, "number.set_value", key, value=float("nan"))
    assert err.value.translation_key == "not_a_number"
    assert saved(loaded) == DATA


async def test_a_longer_run_is_planned_as_such(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Let the planner see what was changed on the dashboard."""
    await call(hass, "number.set_value", "duration", value=180)
    start = datetime.fromisoformat(dishwasher(hass, "sensor", "planned_start").state)
    end = datetime.fromisoformat(dishwasher(hass, "sensor", "planned_end").state)
    assert end - start == 3 * HOUR


@pytest.mark.parametrize("options", [{"power_limit": 6, "power_limit_unit": "kva"}])
@pytest.mark.parametrize(
    ("action", "key", "values", "reason"),
    [
        ("number.set_value", "duration", {"value": 661}, "duration_longer_than_window"),
        (
            "time.set_value",
            "ready_by",
            {"time": "21:30"},
            "duration_longer_than_window",
        ),
        (
            "time.set_value",
            "earliest_start",
            {"time": "05:01"},
            "duration_longer_than_window",
        ),
        ("number.set_value", "power", {"value": 6.1}, "load_above_limit"),
    ],
)
async def test_what_the_form_refuses_is_refused_here_too(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    action: str,
    key: str,
    values: dict[str, Any],
    reason: str,
) -> None:
    """Say why, and change nothing."""
    before = dishwasher(hass, action.partition(".")[0], key).state
    with pytest.raises(ServiceValidationError) as err:
        await call(hass, action, key, **values)
    assert err.value.translation_domain == DOMAIN
    assert err.value.translation_key == reason
    # The sentence is there, in the language of whoever asks.
    assert str(err.value) != reason
    assert saved(loaded) == DATA
    assert dishwasher(hass, action.partition(".")[0], key).state == before


@pytest.mark.parametrize(
    "options",
    [
        {"power_limit": 6, "power_limit_unit": "kva"},
        {"power_limit": 9, "power_limit_unit": "kva", "base_load": 3},
    ],
)
async def test_the_limit_itself_is_allowed(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Let a load take all that the home has beside its base load."""
    await call(hass, "number.set_value", "power", value=6)
    assert saved(loaded)["power"] == 6


PROFILE = {"duration": None, "power": None, "profile": "15 min 2 kW, 1 h 300 W"}


@pytest.mark.parametrize("data", [PROFILE])
async def test_a_profile_has_no_numbers(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Leave duration and power to the profile; all else can be changed."""
    registry = er.async_get(hass)
    for key in ("duration", "power"):
        unique_id = f"{DISHWASHER}_{key}"
        assert registry.async_get_entity_id("number", DOMAIN, unique_id) is None
    await call(hass, "time.set_value", "ready_by", time="06:00")
    assert saved(loaded)["ready_by"] == "06:00:00"


async def test_the_numbers_go_when_a_profile_comes(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Leave nothing behind that nobody provides any more."""
    dishwasher_id(hass, "number", "power")
    hass.config_entries.async_update_subentry(
        loaded,
        loaded.subentries[DISHWASHER],
        data={**{k: v for k, v in DATA.items() if k not in PROFILE}, **PROFILE},
    )
    await hass.async_block_till_done(wait_background_tasks=True)
    registry = er.async_get(hass)
    assert not registry.async_get_entity_id("number", DOMAIN, f"{DISHWASHER}_power")
    assert not registry.async_get_entity_id("number", DOMAIN, f"{DISHWASHER}_duration")


async def test_start_now_starts_now(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Let a run begin this minute, for as long as the appliance takes."""
    await call(hass, "button.press", "start_now")
    assert dishwasher(hass, "sensor", "run_status").state == "running"
    assert dishwasher(hass, "binary_sensor", "run").state == "on"
    start = dishwasher(hass, "sensor", "planned_start")
    assert datetime.fromisoformat(start.state) == START
    assert start.attributes["rule"] == "by_hand"
    end = datetime.fromisoformat(dishwasher(hass, "sensor", "planned_end").state)
    assert end == START + 2 * HOUR


async def test_skip_run_gives_way_to_the_next_one(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Skip the run of tonight, and no other."""
    tonight = loaded.runtime_data.planner.view(DISHWASHER).next_run
    await call(hass, "button.press", "skip_run")
    runs = {run.key: run for run in loaded.runtime_data.planner.runs}
    assert runs[tonight.key].status == "skipped"
    start = dishwasher(hass, "sensor", "planned_start").state
    assert start == "unknown" or datetime.fromisoformat(start) >= tonight.latest_end


@pytest.mark.parametrize("data", [{"schedule": "on_demand"}])
async def test_plan_run_plans_a_run_on_demand(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Plan nothing before it is asked for, then the best time until it is due."""
    assert dishwasher(hass, "sensor", "run_status").state == "idle"
    await call(hass, "button.press", "plan_run")
    assert dishwasher(hass, "sensor", "run_status").state != "idle"
    assert dishwasher(hass, "sensor", "planned_start").attributes["rule"] == "cheapest"
    end = datetime.fromisoformat(dishwasher(hass, "sensor", "planned_end").state)
    assert end <= datetime.fromisoformat("2026-04-16T05:00:00+00:00")


@pytest.mark.parametrize("data", [{"schedule": "on_demand"}])
async def test_a_button_says_why_it_does_nothing(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Tell that there is no run to skip."""
    with pytest.raises(ServiceValidationError) as err:
        await call(hass, "button.press", "skip_run")
    assert err.value.translation_domain == DOMAIN
    assert err.value.translation_key == "no_run"
    assert str(err.value) != "no_run"


async def test_the_settings_survive_a_reload(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Find what was changed in the entry itself."""
    await call(hass, "number.set_value", "power", value=1.5)
    await call(hass, "switch.turn_on", "paused")
    await hass.config_entries.async_unload(loaded.entry_id)
    await set_up(hass, loaded)
    assert dishwasher(hass, "number", "power").state == "1.5"
    assert dishwasher(hass, "switch", "paused").state == "on"
