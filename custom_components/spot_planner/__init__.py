"""Know what electricity costs in each quarter-hour, and when it is cheapest."""

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ConfigEntryError

from .const import DOMAIN
from .coordinator import LAST_ASKED, SpotPlannerConfigEntry, SpotPlannerCoordinator
from .engine.errors import InputError
from .provider import async_create_provider, async_create_tariff
from .settings import Settings
from .store import PriceStore

PLATFORMS = [Platform.BINARY_SENSOR, Platform.SENSOR]


async def async_setup_entry(hass: HomeAssistant, entry: SpotPlannerConfigEntry) -> bool:
    """Set up the prices of a config entry."""
    try:
        settings = Settings.from_options(entry.options)
        provider = await async_create_provider(hass, entry.data, settings.contract)
        tariff = await async_create_tariff(hass, settings.contract)
    except InputError as err:
        raise ConfigEntryError(
            translation_domain=DOMAIN,
            translation_key="invalid_setting",
            translation_placeholders={"field": err.field, "value": err.value},
        ) from err
    coordinator = SpotPlannerCoordinator(hass, entry, provider, tariff, settings)
    await coordinator.async_first_refresh()
    entry.runtime_data = coordinator
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    coordinator.start()
    entry.async_on_unload(entry.add_update_listener(_async_reload))
    return True


async def async_unload_entry(
    hass: HomeAssistant, entry: SpotPlannerConfigEntry
) -> bool:
    """Unload a config entry."""
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)


async def async_remove_entry(
    hass: HomeAssistant, entry: SpotPlannerConfigEntry
) -> None:
    """Delete what a removed config entry has left behind."""
    hass.data.get(LAST_ASKED, {}).pop(entry.entry_id, None)
    await PriceStore(hass, entry.entry_id).async_remove()


async def _async_reload(hass: HomeAssistant, entry: SpotPlannerConfigEntry) -> None:
    """Begin anew with the options or the address that the user has changed."""
    await hass.config_entries.async_reload(entry.entry_id)
