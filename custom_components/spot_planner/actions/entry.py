"""Find the config entry that an action is about."""

from dataclasses import dataclass
from typing import final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, ServiceCall

from ..const import DOMAIN
from ..coordinator import SpotPlannerCoordinator
from ..engine.series import PriceSeries
from ..runtime import SpotPlannerConfigEntry
from .errors import refusal
from .fields import ATTR_CONFIG_ENTRY_ID


@final
@dataclass(frozen=True, slots=True)
class PricedEntry:
    """A loaded config entry whose provider has prices."""

    entry: SpotPlannerConfigEntry
    coordinator: SpotPlannerCoordinator
    series: PriceSeries
    """The prices that are shown, from yesterday on."""


def priced_entry(call: ServiceCall) -> PricedEntry:
    """Return the entry that a call names, or the only one with prices.

    Raises:
        ServiceValidationError: There is no such entry, it cannot be used, or the call
            names none where several could be meant.
    """
    entry_id = call.data.get(ATTR_CONFIG_ENTRY_ID)
    if entry_id is not None:
        return _named(call.hass, entry_id)
    loaded: list[SpotPlannerConfigEntry] = (
        call.hass.config_entries.async_loaded_entries(DOMAIN)
    )
    found = [priced for entry in loaded if (priced := _priced(entry))]
    if not found:
        raise refusal("no_entry_loaded")
    if len(found) > 1:
        raise refusal("entry_not_chosen")
    return found[0]


def _named(hass: HomeAssistant, entry_id: str) -> PricedEntry:
    entry = hass.config_entries.async_get_entry(entry_id)
    if entry is None:
        raise refusal("entry_unknown")
    if entry.domain != DOMAIN:
        raise refusal("entry_not_ours", entry=entry.title)
    if entry.state is not ConfigEntryState.LOADED:
        raise refusal("entry_not_loaded", entry=entry.title)
    if (priced := _priced(entry)) is None:
        raise refusal("entry_without_prices", entry=entry.title)
    return priced


def _priced(entry: SpotPlannerConfigEntry) -> PricedEntry | None:
    """Return a loaded entry with its prices, or None where its provider has none."""
    coordinator = entry.runtime_data.prices
    if coordinator is None or coordinator.series is None:
        return None
    return PricedEntry(entry, coordinator, coordinator.series)
