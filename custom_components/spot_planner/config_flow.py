"""Set up an entry by clicking, and change it later."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, override

import voluptuous as vol

from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigFlow,
    ConfigFlowResult,
    ConfigSubentryFlow,
    OptionsFlow,
)
from homeassistant.core import callback
from homeassistant.data_entry_flow import AbortFlow
from homeassistant.util import dt as dt_util

from .const import (
    CONF_ADDRESS,
    CONF_ADDRESS_ID,
    CONF_API_KEY,
    CONF_API_KEY_ADDED,
    CONF_BASE_URL,
    CONF_LATITUDE,
    CONF_LOCATION,
    CONF_LONGITUDE,
    CONF_LOOKUP,
    CONF_PROVIDER,
    CONF_REGION,
    CONF_TURPE_OPTION,
    DOMAIN,
    SECTION_ADVANCED,
    SUBENTRY_APPLIANCE,
)
from .engine.errors import EngineError, InputError
from .engine.providers import ProviderKey
from .engine.providers.errors import NotFoundError, RefusedError
from .engine.providers.minstroem.provider import MinStroemProvider
from .flows.appliance import ApplianceFlow
from .flows.connection import async_try, errors_of, is_configured
from .flows.forms import (
    ADDRESS,
    COORDINATES,
    LOOKUP,
    PLACE,
    PROVIDER,
    REGION,
    TARIFF,
    connection_data,
    connection_form,
    connection_values,
    credentials_data,
    credentials_form,
    suggestion_form,
)
from .flows.options import SpotPlannerOptionsFlow, async_reload_if_deaf
from .options import Lookup, Settings, with_forced_values
from .prices.provider import async_create_provider, provider_key


class SpotPlannerConfigFlow(ConfigFlow, domain=DOMAIN):
    """Ask for the provider, its credentials, the place, and the tariff."""

    VERSION = 1

    def __init__(self) -> None:
        """Begin with nothing known."""
        self._data: dict[str, Any] = {}
        self._options: dict[str, Any] = {}
        self._suggestions: dict[str, str] = {}

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> OptionsFlow:
        """Return the flow that changes the options."""
        return SpotPlannerOptionsFlow()

    @classmethod
    @callback
    @override
    def async_supports_options_flow(cls, config_entry: ConfigEntry) -> bool:
        """Offer options where there are prices to choose them for."""
        return config_entry.data.get(CONF_PROVIDER) != ProviderKey.OTARK

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(
        cls, config_entry: ConfigEntry
    ) -> dict[str, type[ConfigSubentryFlow]]:
        """Offer appliances where there are prices to plan them by."""
        has_prices = cls.async_supports_options_flow(config_entry)
        return {SUBENTRY_APPLIANCE: ApplianceFlow} if has_prices else {}

    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the provider."""
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                provider_key(user_input)
            except InputError as err:
                errors = errors_of(err, user_input, PROVIDER)
            else:
                self._data = dict(user_input)
                return await self._async_connection(None)
        return self._form("user", PROVIDER, user_input, errors)

    async def async_step_sobry(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the key of a Sobry customer, if there is one."""
        return await self._async_connection(user_input)

    async def async_step_energysignal(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the token of EnergySignal."""
        return await self._async_connection(user_input)

    async def async_step_flatpeak(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the account, the key and the location of Flatpeak."""
        return await self._async_connection(user_input)

    async def async_step_minstroem(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the key and the secret of Min Strøm."""
        return await self._async_connection(user_input)

    async def async_step_otark(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the key of Otark."""
        return await self._async_connection(user_input)

    async def async_step_reconfigure(
        self,
        user_input: dict[str, Any] | None = None,  # noqa: ARG002 - not needed here.
    ) -> ConfigFlowResult:
        """Change how the provider is reached, and where the prices are for."""
        entry = self._get_reconfigure_entry()
        self._data, self._options = dict(entry.data), dict(entry.options)
        return await self._async_connection(None)

    async def _async_connection(
        self, user_input: dict[str, Any] | None
    ) -> ConfigFlowResult:
        """Ask how the provider is reached, and try it."""
        key = provider_key(self._data)
        errors: dict[str, str] = {}
        values: Mapping[str, Any] = connection_values(self._data)
        form = connection_form(key)
        if user_input is not None:
            values = user_input
            # What the form asks for is taken anew, also when it was left empty.
            asked = {*form.schema, CONF_BASE_URL}
            kept = {k: v for k, v in self._data.items() if k not in asked}
            data = kept | connection_data(user_input)
            untried = {k: v for k, v in data.items() if k not in PLACE}
            try:
                tried = await async_try(self.hass, untried)
            except EngineError as err:
                errors = errors_of(err, data, form)
            else:
                self._data = data | tried
                return await self._async_after_connection(key)
        is_typed = bool((values.get(SECTION_ADVANCED) or {}).get(CONF_BASE_URL))
        form = connection_form(key, opened=bool(errors) and is_typed)
        return self._form(key.value, form, values, errors)

    async def _async_after_connection(self, key: ProviderKey) -> ConfigFlowResult:
        """Go on to the place, to the tariff, or to the end."""
        if key is ProviderKey.MINSTROEM:
            return await self.async_step_lookup()
        has_contract = key is ProviderKey.SOBRY and CONF_API_KEY in self._data
        needs_tariff = (
            key in (ProviderKey.SOBRY, ProviderKey.ENERGYSIGNAL) and not has_contract
        )
        if needs_tariff and CONF_TURPE_OPTION not in self._options:
            return await self.async_step_tariff()
        return await self._async_finish()

    async def async_step_lookup(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask in which way the place is told."""
        errors: dict[str, str] = {}
        if user_input is not None:
            match user_input[CONF_LOOKUP]:
                case Lookup.REGION:
                    return await self.async_step_region()
                case Lookup.COORDINATES:
                    return await self.async_step_coordinates()
                case Lookup.ADDRESS:
                    return await self.async_step_address()
            errors = {CONF_LOOKUP: "unknown_value"}
        return self._form("lookup", LOOKUP, user_input or self._data, errors)

    async def async_step_region(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for a region of the market."""
        errors: dict[str, str] = {}
        if user_input is not None:
            code = user_input[CONF_REGION].strip().upper()
            place = {CONF_LOOKUP: Lookup.REGION.value, CONF_REGION: code}
            errors = {CONF_REGION: "unknown_region"}
            if code:
                errors = await self._async_try_place(place, REGION)
            if not errors:
                return await self._async_finish()
        return self._form("region", REGION, user_input or self._data, errors)

    async def async_step_coordinates(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for a point on the map, the home at first."""
        errors: dict[str, str] = {}
        if user_input is not None:
            place = {
                CONF_LOOKUP: Lookup.COORDINATES.value,
                CONF_LATITUDE: user_input[CONF_LOCATION][CONF_LATITUDE],
                CONF_LONGITUDE: user_input[CONF_LOCATION][CONF_LONGITUDE],
            }
            errors = await self._async_try_place(place, COORDINATES)
            if not errors:
                return await self._async_finish()
        home = {
            CONF_LATITUDE: self._data.get(CONF_LATITUDE, self.hass.config.latitude),
            CONF_LONGITUDE: self._data.get(CONF_LONGITUDE, self.hass.config.longitude),
        }
        values = user_input or {CONF_LOCATION: home}
        return self._form("coordinates", COORDINATES, values, errors)

    async def async_step_address(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for an address, and search it."""
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                found = await self._async_suggestions(user_input[CONF_ADDRESS])
            except EngineError as err:
                errors = errors_of(err, self._data, ADDRESS)
            else:
                self._suggestions = found
                if found:
                    return await self.async_step_suggestion()
                errors = {CONF_ADDRESS: "no_suggestions"}
        return self._form("address", ADDRESS, user_input or self._data, errors)

    async def async_step_suggestion(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask which of the addresses that were found it is."""
        form = suggestion_form(self._suggestions)
        errors: dict[str, str] = {}
        if user_input is not None:
            place = {
                CONF_LOOKUP: Lookup.ADDRESS.value,
                CONF_ADDRESS_ID: user_input[CONF_ADDRESS_ID],
                CONF_ADDRESS: self._suggestions[user_input[CONF_ADDRESS_ID]],
            }
            errors = await self._async_try_place(place, form)
            if not errors:
                return await self._async_finish()
        return self._form("suggestion", form, user_input, errors)

    async def async_step_tariff(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the tariff."""
        errors: dict[str, str] = {}
        if user_input is not None:
            user_input = with_forced_values(user_input)
            try:
                Settings.from_options(user_input)
            except InputError as err:
                errors = errors_of(err, self._data, TARIFF)
            else:
                self._options |= user_input
                return await self._async_finish()
        return self._form("tariff", TARIFF, user_input, errors, last_step=True)

    async def async_step_reauth(
        self, entry_data: Mapping[str, Any]
    ) -> ConfigFlowResult:
        """Begin to ask for other credentials, because these were refused."""
        self._data = dict(entry_data)
        self._options = dict(self._get_reauth_entry().options)
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for other credentials, and try them."""
        key = provider_key(self._data)
        form = credentials_form(key)
        errors: dict[str, str] = {}
        if user_input is not None:
            data = self._data | credentials_data(key, user_input)
            try:
                self._data = await async_try(self.hass, data)
            except EngineError as err:
                errors = errors_of(err, data, form)
            else:
                return await self._async_finish()
        return self.async_show_form(
            step_id="reauth_confirm",
            data_schema=self.add_suggested_values_to_schema(form, user_input),
            errors=errors,
            description_placeholders={"entry": self._get_reauth_entry().title},
        )

    async def _async_try_place(
        self, place: Mapping[str, Any], form: vol.Schema
    ) -> dict[str, str]:
        """Ask for the prices of a place, and keep it when there are some."""
        data = {k: v for k, v in self._data.items() if k not in PLACE} | dict(place)
        try:
            self._data = await async_try(self.hass, data)
        except EngineError as err:
            return errors_of(err, data, form)
        return {}

    async def _async_suggestions(self, text: str) -> dict[str, str]:
        """Return the addresses that a text may mean, by their id."""
        data = {k: v for k, v in self._data.items() if k not in PLACE}
        provider = await async_create_provider(self.hass, data)
        if TYPE_CHECKING:
            assert isinstance(provider, MinStroemProvider)
        try:
            found = await provider.suggestions(text)
        except (NotFoundError, RefusedError):
            # How the vendor says that it knows no such address is not documented.
            return {}
        return {it.identity: it.text for it in found}

    async def _async_finish(self) -> ConfigFlowResult:
        """Create the entry, or change the one that the flow is about."""
        entry = None
        if self.source == SOURCE_RECONFIGURE:
            entry = self._get_reconfigure_entry()
        elif self.source == SOURCE_REAUTH:
            entry = self._get_reauth_entry()
        self._note_new_key(entry)
        others = [it for it in self._async_current_entries() if it is not entry]
        if is_configured(others, self._data, self._options):
            raise AbortFlow("already_configured")
        if entry:
            if self.hass.config_entries.async_update_entry(
                entry, data=self._data, options=self._options
            ):
                async_reload_if_deaf(self.hass, entry)
            else:
                # The same credentials may be good again, and only a reload asks anew.
                self.hass.config_entries.async_schedule_reload(entry.entry_id)
            reason = (
                "reauth_successful"
                if self.source == SOURCE_REAUTH
                else "reconfigure_successful"
            )
            return self.async_abort(reason=reason)
        provider = await async_create_provider(self.hass, self._data)
        title = " ".join(filter(None, (provider.name, self._data.get(CONF_REGION))))
        return self.async_create_entry(
            title=title, data=self._data, options=self._options
        )

    def _note_new_key(self, entry: ConfigEntry | None) -> None:
        """Remember since when a key of Sobry is in use: it lives one year."""
        before = entry.data if entry else {}
        key = self._data.get(CONF_API_KEY)
        if self._data[CONF_PROVIDER] != ProviderKey.SOBRY or not key:
            self._data.pop(CONF_API_KEY_ADDED, None)
        elif key != before.get(CONF_API_KEY):
            self._data[CONF_API_KEY_ADDED] = dt_util.now().date().isoformat()

    def _form(
        self,
        step_id: str,
        form: vol.Schema,
        values: Mapping[str, Any] | None,
        errors: dict[str, str],
        last_step: bool | None = None,
    ) -> ConfigFlowResult:
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(form, values),
            errors=errors,
            last_step=last_step,
        )
