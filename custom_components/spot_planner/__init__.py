"""Know what electricity costs in each quarter-hour, and when it is cheapest."""

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ConfigEntryError, ConfigEntryNotReady
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.typing import ConfigType

from .appliances.duties import async_setup_duties
from .appliances.proofs import async_check_proofs
from .appliances.run_store import RunStore
from .appliances.settings import appliances_of
from .const import DOMAIN
from .engine.errors import InputError
from .issues import Issue, async_forget_appliances, async_forget_issues, async_set_issue
from .prices.questions import async_forget_questions
from .prices.store import PriceStore
from .prices.volume_feed import VolumeStore
from .runtime import (
    SpotPlannerConfigEntry,
    async_create_runtime,
    create_runtime_without_prices,
)
from .services import async_setup_services
from .storage.safe_store import StorageError

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
    """Take up the duties, and set up the actions; both are there without an entry."""
    await async_setup_duties(hass)
    async_setup_services(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: SpotPlannerConfigEntry) -> bool:
    """Set up what the provider of a config entry has."""
    async_set_issue(hass, entry, Issue.INVALID_SETTING, is_active=False)
    try:
        runtime = await async_create_runtime(hass, entry)
    except InputError as err:
        # What is secret is never part of the error.
        field, value = err.field, str(err.value or "-")
        if not appliances_of(entry):
            raise ConfigEntryError(
                translation_domain=DOMAIN,
                translation_key="invalid_setting",
                translation_placeholders={"field": field, "value": value},
            ) from err
        # A wrong setting leaves no home without hot water.
        async_set_issue(hass, entry, Issue.INVALID_SETTING, field=field, value=value)
        runtime = create_runtime_without_prices(hass, entry, err)
    try:
        await runtime.async_first_refresh()
    except StorageError as err:
        # What lies there must neither be forgotten nor written over.
        raise ConfigEntryNotReady(
            translation_domain=DOMAIN,
            translation_key="not_read",
            translation_placeholders={"error": str(err)},
        ) from err
    entry.runtime_data = runtime
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    if runtime.prices:
        runtime.prices.start()
    if runtime.planner:
        async_forget_appliances(hass, entry)
        runtime.planner.start()
        entry.async_on_unload(async_check_proofs(hass, entry))
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
