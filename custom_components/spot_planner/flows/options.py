"""Options flow: the options of an entry, changed a page at a time."""

from collections.abc import Mapping
from typing import Any

import voluptuous as vol

from homeassistant.config_entries import (
    ConfigEntry,
    ConfigEntryState,
    ConfigFlowResult,
    OptionsFlow,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from ..const import CONF_FALLBACK, CONF_LEVEL_METHOD, CONF_SURPLUS_ENTITY, DOMAIN
from ..engine.errors import InputError
from ..engine.levels import LevelMethod
from ..options import Settings, with_forced_values
from ..prices.provider import async_create_offer, needs_tariff, vendor_of
from .connection import errors_of, is_configured
from .forms import (
    RATES,
    TARIFF,
    WINDOW,
    colours_form,
    directions_form,
    fallback_form,
    home_form,
)


class SpotPlannerOptionsFlow(OptionsFlow):
    """Change the options, a page at a time; each page is saved on its own."""

    async def async_step_init(
        self,
        user_input: dict[str, Any] | None = None,  # noqa: ARG002 - not needed here.
    ) -> ConfigFlowResult:
        """Offer the pages that mean something for this entry."""
        data = self.config_entry.data
        pages = ["colours", "window", "home"]
        vendor = vendor_of(data)
        if vendor.directions:
            pages.append("directions")
        if vendor.has_tariff(data):
            pages = ["tariff", "rates", *pages, "fallback"]
        return self.async_show_menu(step_id="init", menu_options=pages)

    async def async_step_tariff(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Change what the contract and the meter say."""
        return await self._async_page("tariff", TARIFF, user_input)

    async def async_step_rates(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Change the numbers that the customer knows better than the tables."""
        return await self._async_page("rates", RATES, user_input)

    async def async_step_colours(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Change how prices get their colour."""
        form = colours_form(async_currency(self.hass, self.config_entry))
        return await self._async_page("colours", form, user_input)

    async def async_step_window(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Change the cheapest window and the lists for other tools."""
        return await self._async_page("window", WINDOW, user_input)

    async def async_step_home(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Change what all appliances of the home share."""
        form = home_form(async_currency(self.hass, self.config_entry))
        return await self._async_page("home", form, user_input)

    async def async_step_directions(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Change which prices are asked for beside that of power from the grid."""
        form = directions_form(vendor_of(self.config_entry.data))
        return await self._async_page("directions", form, user_input)

    async def async_step_fallback(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Change which entries stand in when the provider fails."""
        form = fallback_form(self._stand_ins)
        return await self._async_page("fallback", form, user_input)

    @property
    def _stand_ins(self) -> dict[str, str]:
        """Return the other entries that have spot prices of the same market."""
        return {
            entry.entry_id: entry.title
            for entry in self.hass.config_entries.async_entries(DOMAIN)
            if entry is not self.config_entry and needs_tariff(entry.data)
        }

    async def _async_page(
        self, step_id: str, form: vol.Schema, user_input: dict[str, Any] | None
    ) -> ConfigFlowResult:
        """Show a page; what the user clears on it is removed from the options."""
        errors: dict[str, str] = {}
        values: Mapping[str, Any] = self.config_entry.options
        if user_input is not None:
            others = {k: v for k, v in values.items() if k not in form.schema}
            options = others | with_forced_values(user_input)
            values = options
            try:
                await self._async_check(options)
            except InputError as err:
                errors = errors_of(err, self.config_entry.data, form)
            else:
                # A reload reads the options at once, so they must be there before the
                # flow itself puts them there.
                self.hass.config_entries.async_update_entry(
                    self.config_entry, options=options
                )
                async_reload_if_deaf(self.hass, self.config_entry)
                return self.async_create_entry(data=options)
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(
                form, self._offered(values)
            ),
            errors=errors,
        )

    def _offered(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the options without entries that have been removed since."""
        known = self._stand_ins
        stand_ins = [it for it in values.get(CONF_FALLBACK) or () if it in known]
        return {**values, CONF_FALLBACK: stand_ins}

    async def _async_check(self, options: Mapping[str, Any]) -> None:
        """Refuse what cannot work together.

        Raises:
            InputError: Naming the field.
        """
        data = self.config_entry.data
        settings = Settings.from_options(options)
        others = [
            entry
            for entry in self.hass.config_entries.async_entries(DOMAIN)
            if entry is not self.config_entry
        ]
        if is_configured(others, data, options):
            raise InputError("base", "already_configured")
        offer = await async_create_offer(self.hass, data, settings)
        gives_levels = bool(offer.prices and offer.prices.product.gives_levels)
        if settings.level_rule.method is LevelMethod.PROVIDER and not gives_levels:
            raise InputError(CONF_LEVEL_METHOD, "provider_without_colours")
        chosen = settings.surplus_entity
        # One that is gone again must not stand in the way of another page.
        is_new = chosen != self.config_entry.options.get(CONF_SURPLUS_ENTITY)
        if chosen and is_new and not async_has_entity(self.hass, chosen):
            raise InputError(CONF_SURPLUS_ENTITY, "entity_missing")


@callback
def async_has_entity(hass: HomeAssistant, entity_id: str) -> bool:
    """Tell whether there is an entity, even if it is not available just now."""
    known = er.async_get(hass).async_get(entity_id)
    return bool(known or hass.states.get(entity_id))


@callback
def async_currency(hass: HomeAssistant, entry: ConfigEntry) -> str:
    """Return the currency of the known prices, else the one of the home."""
    if entry.state is ConfigEntryState.LOADED:
        coordinator = entry.runtime_data.prices
        if coordinator and coordinator.data:
            return str(coordinator.data.currency)
    return hass.config.currency


@callback
def async_reload_if_deaf(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Let a changed entry begin anew that does not listen for changes itself yet."""
    if entry.state in (
        ConfigEntryState.SETUP_ERROR,
        ConfigEntryState.SETUP_IN_PROGRESS,
        ConfigEntryState.SETUP_RETRY,
    ):
        hass.config_entries.async_schedule_reload(entry.entry_id)
