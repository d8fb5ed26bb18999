"""Permissions: who may see or change what an action is about."""

from collections.abc import Iterable

from homeassistant.auth.permissions.const import POLICY_CONTROL, POLICY_READ
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.exceptions import Unauthorized, UnknownUser
from homeassistant.helpers import entity_registry as er

from ..const import DOMAIN
from .appliance import named_appliance
from .entry import priced_entry
from .fields import ATTR_ENERGY_STATISTIC


async def async_may_read_prices(call: ServiceCall) -> None:
    """Let those pass who may see the current price.

    Raises:
        Unauthorized: The caller may not.
        UnknownUser: The caller does not exist.
    """
    entry_id = priced_entry(call).entry.entry_id
    entities = _entities(
        call.hass, entry_id, Platform.SENSOR, f"{entry_id}_current_price"
    )
    await _async_check(call, POLICY_READ, entities)


async def async_may_compare(call: ServiceCall) -> None:
    """Let those pass who may see the prices, and what was consumed.

    Raises:
        Unauthorized: The caller may not.
        UnknownUser: The caller does not exist.
    """
    await async_may_read_prices(call)
    await _async_check(call, POLICY_READ, [call.data[ATTR_ENERGY_STATISTIC]])


async def async_may_plan_run(call: ServiceCall) -> None:
    """Let those pass who may press the button that plans a run of the appliance.

    Raises:
        Unauthorized: The caller may not.
        UnknownUser: The caller does not exist.
    """
    await _async_may_press(call, "plan_run")


async def async_may_skip_run(call: ServiceCall) -> None:
    """Let those pass who may press the button that skips a run of the appliance.

    Raises:
        Unauthorized: The caller may not.
        UnknownUser: The caller does not exist.
    """
    await _async_may_press(call, "skip_run")


async def _async_may_press(call: ServiceCall, button: str) -> None:
    named = named_appliance(call)
    entities = _entities(
        call.hass,
        named.found.entry.entry_id,
        Platform.BUTTON,
        f"{named.appliance}_{button}",
        named.appliance,
    )
    await _async_check(call, POLICY_CONTROL, entities)


def _entities(
    hass: HomeAssistant,
    entry_id: str,
    platform: Platform,
    unique_id: str,
    subentry_id: str | None = None,
) -> list[str]:
    """Return the entity that decides, or all of the same device where it is gone.

    A permission may be one for an area, a device or a domain, so an entity that is
    switched off decides as well as any other.
    """
    registry = er.async_get(hass)
    if found := registry.async_get_entity_id(platform, DOMAIN, unique_id):
        return [found]
    return [
        item.entity_id
        for item in er.async_entries_for_config_entry(registry, entry_id)
        if item.config_subentry_id == subentry_id
    ]


async def _async_check(call: ServiceCall, policy: str, entities: Iterable[str]) -> None:
    """Refuse a user without a permission for each of the entities, as Home Assistant does.

    Automations and the system itself call without a user, and may do everything; so
    may administrators. Where there is no entity, nobody else may.
    """
    user_id = call.context.user_id
    if not user_id:
        return
    user = await call.hass.auth.async_get_user(user_id)
    if user is None:
        raise UnknownUser(context=call.context, permission=policy, user_id=user_id)
    if user.is_admin:
        return
    refused = [it for it in entities if not user.permissions.check_entity(it, policy)]
    if refused or not entities:
        raise Unauthorized(
            context=call.context,
            user_id=user_id,
            entity_id=next(iter(refused), None),
            permission=policy,
        )
