"""Test who may call which action: whoever may do the same without it."""

from collections.abc import Callable
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.spot_planner.services import ACTIONS
from dev.price_server import PriceServer
from homeassistant.auth.const import GROUP_ID_ADMIN, GROUP_ID_READ_ONLY, GROUP_ID_USER
from homeassistant.auth.permissions.models import PermissionLookup
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import ServiceValidationError, Unauthorized, UnknownUser
from homeassistant.helpers import device_registry as dr, entity_registry as er

from ..conftest import DOMAIN, ENTRY_ID, entity_id, set_up
from ..planned import NAME, dishwasher_id, entry_with_dishwasher
from .test_runs import EVENING

FIELDS: dict[str, dict[str, Any]] = {
    "get_prices": {},
    "find_window": {"duration": 3600},
    "plan": {"appliances": [{"name": "washer", "duration": 3600}]},
    "request_run": {"appliance": NAME},
    "cancel_run": {"appliance": NAME},
    "compare_tariffs": {
        "energy_statistic": "sensor.meter",
        "start": "2026-04-14T00:00:00",
    },
}
READING = {"get_prices", "find_window", "plan", "compare_tariffs"}
CHANGING = {"request_run", "cancel_run"}
ALL = READING | CHANGING
BUTTONS = {"request_run": "plan_run", "cancel_run": "skip_run"}
OURS = READING - {"compare_tariffs"}
READ, CONTROL = {"read": True}, {"control": True}

type Policy = dict[str, Any]


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


async def member(hass: HomeAssistant, group: str, **known: Any) -> MockUser:
    """Return a user of one of Home Assistant's groups."""
    found = await hass.auth.async_get_group(group)
    assert found
    return MockUser(groups=[found], **known).add_to_hass(hass)


def limited(hass: HomeAssistant, entities: Policy) -> MockUser:
    """Return a user who may do only what a policy of entities allows."""
    user = MockUser().add_to_hass(hass)
    user.perm_lookup = PermissionLookup(er.async_get(hass), dr.async_get(hass))
    user.mock_policy({"entities": entities})
    return user


async def passed(hass: HomeAssistant, user_id: str | None) -> set[str]:
    """Return the actions that a user may call; the others are refused, and do nothing."""
    refused, unable, before = set(), set(), planned(hass)
    for action, fields in FIELDS.items():
        try:
            await hass.services.async_call(
                DOMAIN,
                action,
                fields,
                blocking=True,
                return_response=True,
                context=Context(user_id=user_id),
            )
        except Unauthorized:
            refused.add(action)
            continue
        except ServiceValidationError:
            # The permission was there; there is no recorder, or no run to cancel.
            unable.add(action)
    assert unable <= {"compare_tariffs", "cancel_run"}
    assert not refused >= CHANGING or planned(hass) == before
    return FIELDS.keys() - refused


def planned(hass: HomeAssistant) -> Any:
    """Return what the planner knows of runs."""
    entry = hass.config_entries.async_get_entry(ENTRY_ID)
    assert entry
    return entry.runtime_data.planner.runs


def device_of(hass: HomeAssistant) -> str:
    """Return the id of the device of the dishwasher."""
    button = dishwasher_id(hass, "button", "plan_run")
    found = er.async_get(hass).async_get(button)
    assert found
    assert found.device_id
    return found.device_id


def test_every_action_is_in_the_table() -> None:
    """No action is left out here."""
    assert FIELDS.keys() == {it.name for it in ACTIONS} == ALL


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        (GROUP_ID_ADMIN, ALL),
        (GROUP_ID_USER, ALL),
        (GROUP_ID_READ_ONLY, READING),
    ],
)
async def test_groups(
    hass: HomeAssistant, home: MockConfigEntry, group: str, expected: set[str]
) -> None:
    """Who may only look may ask for prices and plans, and change nothing."""
    user = await member(hass, group)
    assert await passed(hass, user.id) == expected


async def test_the_owner_may_do_everything(
    hass: HomeAssistant, home: MockConfigEntry
) -> None:
    """Whatever group the owner is in."""
    assert await passed(hass, MockUser(is_owner=True).add_to_hass(hass).id) == ALL
    owner = await member(hass, GROUP_ID_READ_ONLY, is_owner=True)
    assert await passed(hass, owner.id) == ALL


async def test_an_automation_may_do_everything(
    hass: HomeAssistant, home: MockConfigEntry
) -> None:
    """It has no user; who may write one is an administrator."""
    assert await passed(hass, None) == ALL


async def test_a_user_who_is_gone_may_do_nothing(
    hass: HomeAssistant, home: MockConfigEntry
) -> None:
    """An id that belongs to nobody is refused in the way of Home Assistant."""
    assert await passed(hass, "nobody") == set()
    with pytest.raises(UnknownUser):
        await hass.services.async_call(
            DOMAIN,
            "request_run",
            FIELDS["request_run"],
            blocking=True,
            context=Context(user_id="nobody"),
        )


async def test_a_user_without_any_permission_may_do_nothing(
    hass: HomeAssistant, home: MockConfigEntry
) -> None:
    """Who may not even look learns no price."""
    assert await passed(hass, limited(hass, {}).id) == set()
    assert await passed(hass, MockUser().add_to_hass(hass).id) == set()


def _one_button(hass: HomeAssistant, key: str, right: Any) -> Policy:
    return {"entity_ids": {dishwasher_id(hass, "button", key): right}}


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (lambda hass: _one_button(hass, "plan_run", CONTROL), {"request_run"}),
        (lambda hass: _one_button(hass, "skip_run", CONTROL), {"cancel_run"}),
        (lambda hass: _one_button(hass, "plan_run", True), {"request_run"}),
        (lambda hass: _one_button(hass, "plan_run", READ), set()),
        (lambda hass: _one_button(hass, "start_now", CONTROL), set()),
        (lambda _: {"domains": {"button": CONTROL}}, CHANGING),
        (lambda _: {"domains": {"button": READ}}, set()),
        (lambda _: {"domains": {"switch": CONTROL}}, set()),
        (lambda hass: {"device_ids": {device_of(hass): CONTROL}}, CHANGING),
        (lambda _: {"domains": {"sensor": READ}}, READING),
        # To control is not to see.
        (lambda _: {"domains": {"sensor": CONTROL}}, set()),
        (
            lambda hass: {
                "entity_ids": {entity_id(hass, "sensor", "current_price"): READ}
            },
            OURS,
        ),
        # The consumption alone tells no price, and a price no consumption.
        (lambda _: {"entity_ids": {"sensor.meter": READ}}, set()),
        (lambda _: {"all": READ}, READING),
        (lambda _: {"all": CONTROL}, CHANGING),
        (lambda _: {"all": True}, ALL),
    ],
)
async def test_limited_users(
    hass: HomeAssistant,
    home: MockConfigEntry,
    policy: Callable[[HomeAssistant], Policy],
    expected: set[str],
) -> None:
    """Who may press the button may call the action, and nobody else may."""
    user = limited(hass, policy(hass))
    assert await passed(hass, user.id) == expected
    # The very same holds for the button itself.
    for action, button in BUTTONS.items():
        refused = False
        try:
            await hass.services.async_call(
                "button",
                "press",
                {"entity_id": dishwasher_id(hass, "button", button)},
                blocking=True,
                context=Context(user_id=user.id),
            )
        except Unauthorized:
            refused = True
        except ServiceValidationError:
            assert action == "cancel_run"
        assert refused is (action not in expected), action


async def test_a_button_that_is_disabled_decides_all_the_same(
    hass: HomeAssistant, home: MockConfigEntry
) -> None:
    """Nobody gains or loses a permission because a button is not shown."""
    user = limited(hass, _one_button(hass, "plan_run", CONTROL))
    er.async_get(hass).async_update_entity(
        dishwasher_id(hass, "button", "plan_run"),
        disabled_by=er.RegistryEntryDisabler.USER,
    )
    await hass.async_block_till_done(wait_background_tasks=True)
    assert await passed(hass, user.id) == {"request_run"}
    other = limited(hass, {"domains": {"switch": CONTROL}})
    assert await passed(hass, other.id) == set()


async def test_a_button_that_is_renamed_decides_by_its_new_name(
    hass: HomeAssistant, home: MockConfigEntry
) -> None:
    """The button counts, whatever its id is now."""
    user = limited(hass, {"entity_ids": {"button.mine": CONTROL}})
    er.async_get(hass).async_update_entity(
        dishwasher_id(hass, "button", "plan_run"), new_entity_id="button.mine"
    )
    await hass.async_block_till_done(wait_background_tasks=True)
    assert await passed(hass, user.id) == {"request_run"}


async def test_without_the_button_the_whole_device_decides(
    hass: HomeAssistant, home: MockConfigEntry
) -> None:
    """A permission for a part of it is not enough."""
    device = limited(hass, {"device_ids": {device_of(hass): CONTROL}})
    buttons = limited(hass, {"domains": {"button": CONTROL}})
    registry = er.async_get(hass)
    registry.async_remove(dishwasher_id(hass, "button", "plan_run"))
    assert await passed(hass, device.id) == CHANGING
    assert await passed(hass, buttons.id) == {"cancel_run"}


async def test_without_any_entity_only_administrators_may(
    hass: HomeAssistant, home: MockConfigEntry
) -> None:
    """Where nothing could allow it, it is not allowed."""
    registry = er.async_get(hass)
    for item in er.async_entries_for_config_entry(registry, ENTRY_ID):
        registry.async_remove(item.entity_id)
    user = await member(hass, GROUP_ID_USER)
    assert await passed(hass, user.id) == set()
    admin = await member(hass, GROUP_ID_ADMIN)
    assert await passed(hass, admin.id) == ALL
    assert await passed(hass, None) == ALL


async def test_without_the_sensor_all_of_the_prices_decide(
    hass: HomeAssistant, home: MockConfigEntry
) -> None:
    """The appliances do not belong to them."""
    price = entity_id(hass, "sensor", "current_price")
    registry = er.async_get(hass)
    rest = {
        item.entity_id: READ
        for item in er.async_entries_for_config_entry(registry, ENTRY_ID)
        if item.config_subentry_id is None and item.entity_id != price
    }
    assert len(rest) > 10
    everything = limited(hass, {"entity_ids": rest})
    sensors = limited(hass, {"domains": {"sensor": READ}})
    registry.async_remove(price)
    assert await passed(hass, everything.id) == OURS
    assert await passed(hass, sensors.id) == set()
