"""Find the appliance that an action is about."""

from dataclasses import dataclass
from typing import final

from homeassistant.core import ServiceCall
from homeassistant.helpers import device_registry as dr

from ..appliances.planner import Planner
from ..const import DOMAIN
from .entry import PricedEntry, priced_entry
from .errors import refusal
from .fields import ATTR_APPLIANCE


@final
@dataclass(frozen=True, slots=True)
class NamedAppliance:
    """An appliance of a loaded config entry, with what plans its runs."""

    found: PricedEntry
    planner: Planner
    appliance: str
    """The id of the appliance's subentry."""


def named_appliance(call: ServiceCall) -> NamedAppliance:
    """Return the appliance that a call names: by its name, its id or its device's.

    Raises:
        ServiceValidationError: None is meant, or more than one.
    """
    found = priced_entry(call)
    wanted = call.data[ATTR_APPLIANCE]
    planner = found.entry.runtime_data.planner
    if planner is None:
        raise refusal("entry_without_prices", entry=found.entry.title)
    device = dr.async_get(call.hass).async_get(wanted)
    ids = [
        appliance
        for appliance, settings in planner.appliances.items()
        if appliance == wanted
        or (device and (DOMAIN, appliance) in device.identifiers)
        or settings.appliance.name == wanted
    ]
    if not ids:
        raise refusal("appliance_unknown", appliance=wanted)
    if len(ids) > 1:
        raise refusal("appliance_not_unique", appliance=wanted)
    return NamedAppliance(found, planner, ids[0])
