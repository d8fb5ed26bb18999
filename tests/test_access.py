"""Test that nobody changes anything by another way than the actions."""

from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    WebSocketGenerator,
)

from dev.price_server import PriceServer
from homeassistant.auth.const import GROUP_ID_READ_ONLY
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, Unauthorized
from homeassistant.setup import async_setup_component

from .actions.test_access import FIELDS, member, planned
from .actions.test_runs import EVENING
from .conftest import DOMAIN, ENTRY_ID, entity_id, set_up
from .planned import DISHWASHER, dishwasher_id, entry_with_dishwasher


@pytest.fixture
async def home(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    price_server: PriceServer,
) -> MockConfigEntry:
    """Return an entry with a dishwasher that is asked for."""
    freezer.move_to(EVENING)
    entry = entry_with_dishwasher(price_server, schedule="on_demand")
    await set_up(hass, entry)
    return entry


ENTITY_ACTIONS = [
    ("button.press", "plan_run", {}),
    ("button.press", "start_now", {}),
    ("button.press", "skip_run", {}),
    ("switch.turn_on", "automatic", {}),
    ("switch.turn_off", "automatic", {}),
    ("switch.turn_on", "paused", {}),
    ("number.set_value", "duration", {"value": 60}),
    ("number.set_value", "power", {"value": 1}),
    ("time.set_value", "earliest_start", {"time": "21:00:00"}),
    ("time.set_value", "ready_by", {"time": "06:00:00"}),
]


@pytest.mark.parametrize(("action", "key", "values"), ENTITY_ACTIONS)
async def test_who_may_only_look_changes_no_entity(
    hass: HomeAssistant,
    home: MockConfigEntry,
    action: str,
    key: str,
    values: dict[str, Any],
) -> None:
    """Home Assistant sees to the entities itself."""
    user = await member(hass, GROUP_ID_READ_ONLY)
    platform, _, name = action.partition(".")
    data, runs = dict(home.subentries[DISHWASHER].data), planned(hass)
    with pytest.raises(Unauthorized):
        await hass.services.async_call(
            platform,
            name,
            {"entity_id": dishwasher_id(hass, platform, key), **values},
            blocking=True,
            context=Context(user_id=user.id),
        )
    assert dict(home.subentries[DISHWASHER].data) == data
    assert planned(hass) == runs


FLOW = "/api/config/config_entries"
REQUESTS: list[tuple[str, str, dict[str, Any]]] = [
    ("post", f"{FLOW}/flow", {"handler": DOMAIN}),
    ("post", f"{FLOW}/options/flow", {"handler": ENTRY_ID}),
    ("post", f"{FLOW}/subentries/flow", {"handler": [ENTRY_ID, "appliance"]}),
    ("delete", f"{FLOW}/entry/{ENTRY_ID}", {}),
    ("post", f"{FLOW}/entry/{ENTRY_ID}/reload", {}),
    (
        "post",
        "/api/repairs/issues/fix",
        {"handler": DOMAIN, "issue_id": f"key_ends_{ENTRY_ID}"},
    ),
]


@pytest.mark.parametrize(("method", "path", "data"), REQUESTS)
async def test_flows_and_repairs_are_for_administrators(
    hass: HomeAssistant,
    home: MockConfigEntry,
    hass_client: ClientSessionGenerator,
    hass_read_only_access_token: str,
    method: str,
    path: str,
    data: dict[str, Any],
) -> None:
    """Home Assistant opens no form to anybody else, and removes nothing for them."""
    for component in ("config", "repairs"):
        assert await async_setup_component(hass, component, {})
    client = await hass_client(hass_read_only_access_token)
    answer = await client.request(method, path, json=data or None)
    assert answer.status == 401
    assert hass.config_entries.async_get_entry(ENTRY_ID) is home


@pytest.mark.parametrize(
    ("command", "data"),
    [
        (
            "config_entries/subentries/delete",
            {"entry_id": ENTRY_ID, "subentry_id": DISHWASHER},
        ),
        ("config_entries/update", {"entry_id": ENTRY_ID, "title": "Mine"}),
        ("config_entries/disable", {"entry_id": ENTRY_ID, "disabled_by": "user"}),
    ],
)
async def test_the_front_end_is_told_that_it_may_not(
    hass: HomeAssistant,
    home: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    hass_read_only_access_token: str,
    command: str,
    data: dict[str, Any],
) -> None:
    """The answer says `unauthorized`, as for anything else that is not allowed."""
    assert await async_setup_component(hass, "config", {})
    client = await hass_ws_client(hass, hass_read_only_access_token)
    await client.send_json_auto_id({"type": command, **data})
    answer = await client.receive_json()
    assert answer["success"] is False
    assert answer["error"]["code"] == "unauthorized"
    assert home.subentries.keys() == {DISHWASHER}
    assert home.title == "Sobry"
    assert planned(hass) == ()


async def test_an_action_is_refused_as_its_button_is(
    hass: HomeAssistant,
    home: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    hass_read_only_access_token: str,
) -> None:
    """The front end tells the same of both."""
    client = await hass_ws_client(hass, hass_read_only_access_token)
    told = []
    for action, data in (
        ((DOMAIN, "request_run"), FIELDS["request_run"]),
        (
            ("button", "press"),
            {"entity_id": dishwasher_id(hass, "button", "plan_run")},
        ),
    ):
        domain, name = action
        await client.send_json_auto_id(
            {
                "type": "call_service",
                "domain": domain,
                "service": name,
                "service_data": data,
            }
        )
        answer = await client.receive_json()
        assert answer["success"] is False
        told.append(answer["error"])
    assert told[0] == told[1]
    assert told[0]["message"] == "Unauthorized"
    assert planned(hass) == ()


async def test_nobody_writes_into_the_calendar(
    hass: HomeAssistant, home: MockConfigEntry
) -> None:
    """It only shows what is planned."""
    with pytest.raises(HomeAssistantError):
        await hass.services.async_call(
            "calendar",
            "create_event",
            {
                "entity_id": entity_id(hass, "calendar", "calendar"),
                "summary": "Run",
                "start_date_time": "2026-04-16 01:00:00",
                "end_date_time": "2026-04-16 02:00:00",
            },
            blocking=True,
        )
    assert planned(hass) == ()
