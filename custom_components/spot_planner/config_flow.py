"""Set up an entry by clicking, and change it later."""

from collections.abc import Mapping
from typing import Any, override

import voluptuous as vol

from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigEntryState,
    ConfigFlow,
    ConfigFlowResult,
    OptionsFlow,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.data_entry_flow import AbortFlow

from .const import (
    CONF_BASE_URL,
    CONF_CUSTOMER_PROFILE,
    CONF_LEVEL_METHOD,
    CONF_SEGMENT,
    CONF_TAX_DISPLAY,
    DOMAIN,
)
from .coordinator import SpotPlannerConfigEntry, async_ask_today
from .engine.errors import InputError
from .engine.levels import LevelMethod
from .engine.providers.errors import ProviderError
from .engine.tariffs.model import CustomerProfile, FrenchContract, Segment, TaxDisplay
from .forms import (
    COLOURS,
    TARIFF,
    WINDOW,
    connection_data,
    connection_form,
    connection_values,
    provider_form,
)
from .provider import async_create_provider
from .settings import Settings


class SpotPlannerConfigFlow(ConfigFlow, domain=DOMAIN):
    """Ask for the provider, then for the tariff."""

    VERSION = 1

    def __init__(self) -> None:
        """Begin with nothing known."""
        self._data: dict[str, Any] = {}

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: SpotPlannerConfigEntry) -> OptionsFlow:
        """Return the flow that changes the options."""
        return SpotPlannerOptionsFlow()

    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the provider, and try it."""
        errors: dict[str, str] = {}
        if user_input is not None:
            self._data = connection_data(user_input)
            errors = await _async_try(self.hass, self._data, provider_form())
            if not errors:
                return await self.async_step_tariff()
        return self.async_show_form(
            step_id="user",
            data_schema=self.add_suggested_values_to_schema(
                provider_form(opened=CONF_BASE_URL in self._data), user_input
            ),
            errors=errors,
        )

    async def async_step_tariff(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the tariff, and create the entry."""
        errors: dict[str, str] = {}
        if user_input is not None:
            user_input = _with_forced_values(user_input)
            try:
                contract = Settings.from_options(user_input).contract
            except InputError as err:
                errors = _field_error(err, TARIFF)
            else:
                self._abort_if_configured(self._data, user_input)
                provider = await async_create_provider(self.hass, self._data, contract)
                return self.async_create_entry(
                    title=provider.name, data=self._data, options=user_input
                )
        return self.async_show_form(
            step_id="tariff",
            data_schema=self.add_suggested_values_to_schema(TARIFF, user_input),
            errors=errors,
            last_step=True,
        )

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Change how the provider is reached, and try it."""
        entry: SpotPlannerConfigEntry = self._get_reconfigure_entry()
        errors: dict[str, str] = {}
        values: Mapping[str, Any] = connection_values(entry.data)
        if user_input is not None:
            values = user_input
            kept = {k: v for k, v in entry.data.items() if k != CONF_BASE_URL}
            data = kept | connection_data(user_input)
            errors = await _async_try(self.hass, data, connection_form())
            if not errors:
                self._abort_if_configured(data, entry.options)
                self.hass.config_entries.async_update_entry(entry, data=data)
                _reload_if_deaf(self.hass, entry)
                return self.async_abort(reason="reconfigure_successful")
        return self.async_show_form(
            step_id="reconfigure",
            data_schema=self.add_suggested_values_to_schema(
                connection_form(opened=bool(errors)), values
            ),
            errors=errors,
        )

    def _abort_if_configured(
        self, data: Mapping[str, Any], options: Mapping[str, Any]
    ) -> None:
        """Refuse the same prices twice; another contract is another entry."""
        contract = _contract(options)
        for entry in self._async_current_entries():
            if self.source == SOURCE_RECONFIGURE and (
                entry.entry_id == self._reconfigure_entry_id
            ):
                continue
            if contract and (entry.data, _contract(entry.options)) == (data, contract):
                raise AbortFlow("already_configured")


class SpotPlannerOptionsFlow(OptionsFlow):
    """Change the options, a page at a time; each page is saved on its own."""

    async def async_step_init(
        self,
        user_input: dict[str, Any] | None = None,  # noqa: ARG002 - not needed here.
    ) -> ConfigFlowResult:
        """Offer the pages."""
        return self.async_show_menu(
            step_id="init", menu_options=["tariff", "colours", "window"]
        )

    async def async_step_tariff(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Change what the contract and the meter say."""
        return await self._async_page("tariff", TARIFF, user_input)

    async def async_step_colours(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Change how prices get their colour."""
        return await self._async_page("colours", COLOURS, user_input)

    async def async_step_window(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Change the cheapest window and the lists for other tools."""
        return await self._async_page("window", WINDOW, user_input)

    async def _async_page(
        self, step_id: str, schema: vol.Schema, user_input: dict[str, Any] | None
    ) -> ConfigFlowResult:
        """Show a page; what the user clears on it is removed from the options."""
        errors: dict[str, str] = {}
        values: Mapping[str, Any] = self.config_entry.options
        if user_input is not None:
            others = {k: v for k, v in values.items() if k not in schema.schema}
            options = others | _with_forced_values(user_input)
            try:
                settings = Settings.from_options(options)
                await self._async_check_colours(settings)
            except InputError as err:
                errors = _field_error(err, schema)
                values = options
            else:
                # A reload reads the options at once, so they must be there before the
                # flow itself puts them there.
                self.hass.config_entries.async_update_entry(
                    self.config_entry, options=options
                )
                _reload_if_deaf(self.hass, self.config_entry)
                return self.async_create_entry(data=options)
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(schema, values),
            errors=errors,
        )

    async def _async_check_colours(self, settings: Settings) -> None:
        """Refuse the provider's colours where the provider has none."""
        provider = await async_create_provider(
            self.hass, self.config_entry.data, settings.contract
        )
        method = settings.level_rule.method
        if method is LevelMethod.PROVIDER and not provider.gives_levels:
            raise InputError(CONF_LEVEL_METHOD, "provider_without_colours")


async def _async_try(
    hass: HomeAssistant, data: Mapping[str, Any], schema: vol.Schema
) -> dict[str, str]:
    """Ask the provider for today's prices; return what is wrong, if anything."""
    try:
        provider = await async_create_provider(hass, data, FrenchContract())
        await async_ask_today(provider)
    except InputError as err:
        return _field_error(err, schema)
    except ProviderError as err:
        return {"base": err.reason}
    return {}


@callback
def _reload_if_deaf(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Let a changed entry begin anew that does not listen for changes itself yet."""
    if entry.state in (
        ConfigEntryState.SETUP_ERROR,
        ConfigEntryState.SETUP_IN_PROGRESS,
        ConfigEntryState.SETUP_RETRY,
    ):
        hass.config_entries.async_schedule_reload(entry.entry_id)


def _contract(options: Mapping[str, Any]) -> FrenchContract | None:
    """Return the contract that options describe, or None when they cannot be used."""
    try:
        return Settings.from_options(options).contract
    except InputError:
        return None


def _field_error(err: InputError, schema: vol.Schema) -> dict[str, str]:
    """Return an error beside its field, or above a form that lacks the field."""
    return {err.field if err.field in schema.schema else "base": err.reason}


def _with_forced_values(user_input: dict[str, Any]) -> dict[str, Any]:
    """Return the input with what C4 forces, so that the form and the entry show it."""
    if user_input.get(CONF_SEGMENT) != Segment.C4:
        return user_input
    return user_input | {
        CONF_CUSTOMER_PROFILE: CustomerProfile.PRO.value,
        CONF_TAX_DISPLAY: TaxDisplay.HT.value,
    }
