"""Follow entities that are given another id."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from ..const import CONF_ENTITY, CONF_PROOF
from .settings import ApplianceSettings

type Renamed = Callable[[str, str], None]
"""Called with the old and the new id of an entity."""


@callback
def async_follow_renames(
    hass: HomeAssistant, entry: ConfigEntry, renamed: Renamed
) -> CALLBACK_TYPE:
    """Write new ids into the appliances of an entry; return how to end that."""

    @callback
    def changed(event: Event[er.EventEntityRegistryUpdatedData]) -> None:
        data = event.data
        if data["action"] != "update" or "old_entity_id" not in data:
            return
        old, new = data["old_entity_id"], data["entity_id"]
        # It is the same switch: whoever is told of the change has to know that first.
        renamed(old, new)
        async_rename(hass, entry, old, new)

    return hass.bus.async_listen(er.EVENT_ENTITY_REGISTRY_UPDATED, changed)


@callback
def async_rename(hass: HomeAssistant, entry: ConfigEntry, old: str, new: str) -> None:
    """Write a new id into the appliances of an entry that have the old one."""
    for subentry in tuple(entry.subentries.values()):
        found = {
            key: new
            for key in (CONF_ENTITY, CONF_PROOF)
            if subentry.data.get(key) == old
        }
        if found:
            hass.config_entries.async_update_subentry(
                entry, subentry, data={**subentry.data, **found}
            )


def with_new_id(
    appliances: Mapping[str, ApplianceSettings], old: str, new: str
) -> dict[str, ApplianceSettings]:
    """Return appliances that know an entity by its new id."""
    found = {}
    for key, settings in appliances.items():
        control = settings.control
        found[key] = replace(
            settings,
            control=replace(
                control,
                entity=new if control.entity == old else control.entity,
                proof=new if control.proof == old else control.proof,
            ),
        )
    return found
