"""Know what electricity costs in each quarter-hour, and when it is cheapest."""

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ConfigEntryError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.typing import ConfigType

from .const import DOMAIN
from .engine.errors import InputError
from .issues import async_forget_appliances, async_forget_issues
from .questions import async_forget_questions
from .run_store import RunStore
from .runtime import SpotPlannerConfigEntry, async_create_runtime
from .services import async_setup_services
from .store import PriceStore
from .volume_feed import VolumeStore

PLATFORMS = [
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.CALENDAR,
    Platform.EVENT,
    Platform.NUMBER,
    Platform.SENSOR,
    Platform.SWITCH,
    Platform.TIME,
]

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(
    hass: HomeAssistant,
    config: ConfigType,  # noqa: ARG001 - the signature is Home Assistant's.
) -> bool:
    """Set up the actions, which are there without an entry, too."""
    async_setup_services(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: SpotPlannerConfigEntry) -> bool:
    """Set up what the provider of a config entry has."""
    try:
        runtime = await async_create_runtime(hass, entry)
    except InputError as err:
        raise ConfigEntryError(
            translation_domain=DOMAIN,
            translation_key="invalid_setting",
            # What is secret is never part of the error.
            translation_placeholders={"field": err.field, "value": err.value or "-"},
        ) from err
    await runtime.async_first_refresh()
    entry.runtime_data = runtime
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    if runtime.prices:
        runtime.prices.start()
    if runtime.planner:
        async_forget_appliances(hass, entry)
        runtime.planner.start()
    entry.async_on_unload(entry.add_update_listener(_async_entry_changed))
    return True


async def async_unload_entry(
    hass: HomeAssistant, entry: SpotPlannerConfigEntry
) -> bool:
    """Unload a config entry."""
    if planner := entry.runtime_data.planner:
        await planner.async_stop()
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)


async def async_remove_entry(
    hass: HomeAssistant, entry: SpotPlannerConfigEntry
) -> None:
    """Delete what a removed config entry has left behind."""
    await async_forget_questions(hass, entry.entry_id)
    async_forget_issues(hass, entry)
    await PriceStore(hass, entry.entry_id).async_remove()
    await VolumeStore(hass, entry.entry_id).async_remove()
    await RunStore(hass, entry.entry_id).async_remove()


async def _async_entry_changed(
    hass: HomeAssistant, entry: SpotPlannerConfigEntry
) -> None:
    """Take over a change of appliances as it is, and begin anew with any other."""
    planner = entry.runtime_data.planner
    if planner and planner.async_take_over():
        return
    await hass.config_entries.async_reload(entry.entry_id)
