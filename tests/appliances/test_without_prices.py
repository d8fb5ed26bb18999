"""Appliances whose entry has no price at all: they run in their hours without prices."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.spot_planner.const import DOMAIN
from custom_components.spot_planner.engine.runs.run import RunStatus
from dev.price_server import Down, PriceServer, Status
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

from ..conftest import NOW, Clock, pass_time, set_up, state
from ..names import ENTRY_ID
from ..shown import issues
from . import (
    HEATER,
    MINUTE,
    MORNING,
    NIGHT,
    SWITCH,
    TWO_HOURS,
    add_switches,
    appliance_entry,
    capture_switching,
    planner_of,
    run_of,
    told,
)

type Trouble = Callable[[PriceServer, dict[str, Any]], dict[str, Any]]


def down(server: PriceServer, storage: dict[str, Any]) -> dict[str, Any]:
    """Let the provider be down, with nothing stored."""
    server.control.behave(Down())
    return {}


def damaged(server: PriceServer, storage: dict[str, Any]) -> dict[str, Any]:
    """Let the provider be down, and what is stored be no prices."""
    server.control.behave(Down())
    storage[f"spot_planner.{ENTRY_ID}"] = {"version": 1, "data": "nothing"}
    return {}


def refused(server: PriceServer, storage: dict[str, Any]) -> dict[str, Any]:
    """Let the provider refuse, with nothing stored."""
    server.control.behave(Status(401))
    return {}


def odd_option(server: PriceServer, storage: dict[str, Any]) -> dict[str, Any]:
    """Have an option that no form would save."""
    return {"turpe_option": "of the future"}


def clone(entry: MockConfigEntry, data: dict[str, Any]) -> MockConfigEntry:
    """Return the same entry with other data."""
    return MockConfigEntry(
        domain=DOMAIN,
        entry_id=entry.entry_id,
        title=entry.title,
        data=data,
        options=dict(entry.options),
        subentries_data=[it.as_dict() for it in entry.subentries.values()],
    )


TROUBLES: list[Trouble] = [down, damaged, refused, odd_option]


@pytest.fixture(params=TROUBLES, ids=lambda it: it.__name__)
async def entry(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    price_server: PriceServer,
    hass_storage: dict[str, Any],
    request: pytest.FixtureRequest,
) -> MockConfigEntry:
    """Return an entry with a heater that cannot have any price."""
    freezer.move_to(NOW)
    await add_switches(hass, "heater")
    options = request.param(price_server, hass_storage)
    entry = appliance_entry(price_server, options, heater=HEATER)
    if request.param is refused:
        # Only who has shown a key can be refused.
        key = {"api_key": "sk_refused"}
        entry = clone(entry, {**entry.data, **key})
    await set_up(hass, entry)
    return entry


async def test_it_runs_all_the_same(
    hass: HomeAssistant, entry: MockConfigEntry, advance: Clock
) -> None:
    """The heater runs once, late enough for a plan and early enough for its deadline."""
    assert entry.state is ConfigEntryState.LOADED
    assert state(hass, "current_price") == "unavailable"
    calls = capture_switching(hass)
    run = run_of(entry)
    assert run.start
    assert NIGHT <= run.start <= MORNING - TWO_HOURS
    await pass_time(
        advance, datetime.fromisoformat(NOW), MORNING + MINUTE, timedelta(minutes=10)
    )
    assert told(calls) == ["turn_on", "turn_off"]
    done = next(it for it in planner_of(entry).runs if it.key == "2026-04-16")
    assert done.status is RunStatus.DONE


async def test_a_restart_in_the_middle_of_a_run_goes_on(
    hass: HomeAssistant, entry: MockConfigEntry, advance: Clock
) -> None:
    """What has begun ends when it was to end."""
    start = run_of(entry).start
    assert start
    await advance(start)
    await advance(start + 30 * MINUTE)
    await hass.config_entries.async_unload(entry.entry_id)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert hass.states.is_state(SWITCH, "on")
    await advance(start + TWO_HOURS)
    assert hass.states.is_state(SWITCH, "off")


@pytest.mark.parametrize("entry", [odd_option], indirect=True)
async def test_an_odd_option_stands_under_repairs(
    hass: HomeAssistant, entry: MockConfigEntry, price_server: PriceServer
) -> None:
    """No price is asked for or shown that the option would have made wrong."""
    issue = issues(hass)["invalid_setting"]
    assert issue.severity is ir.IssueSeverity.ERROR
    assert issue.translation_placeholders == {
        "entry": "Sobry",
        "field": "turpe_option",
        "value": "of the future",
    }
    assert price_server.requests == ()
    hass.config_entries.async_update_entry(entry, options={})
    await hass.async_block_till_done(wait_background_tasks=True)
    assert "invalid_setting" not in issues(hass)
    assert float(state(hass, "current_price"))


@pytest.mark.parametrize("entry", [refused], indirect=True)
async def test_refused_credentials_are_asked_for(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    """That appliances run does not keep the user from being told."""
    flows = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert [it["context"]["source"] for it in flows] == ["reauth"]
