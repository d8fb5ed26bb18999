"""Config flow: an entry set up by clicking, and changed later."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, override

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

from .const import (
    CONF_ADDRESS,
    CONF_ADDRESS_ID,
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
from .engine.providers.errors import NotFoundError, RefusedError
from .engine.providers.place_question import Lookup
from .engine.providers.vendor import Vendor
from .engine.providers.vendors import VENDORS
from .flows.appliance import ApplianceFlow
from .flows.connection import async_try, errors_of, is_configured, with_key_date
from .flows.forms import (
    ADDRESS,
    COORDINATES,
    PLACE,
    TARIFF,
    connection_data,
    connection_form,
    connection_values,
    credentials_data,
    credentials_form,
    lookup_form,
    provider_form,
    region_form,
    suggestion_form,
)
from .flows.options import SpotPlannerOptionsFlow, async_reload_if_deaf
from .options import Settings, with_forced_values
from .prices.provider import async_create_offer, vendor_of

type Step = Callable[[dict[str, Any] | None], Awaitable[ConfigFlowResult]]


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
        vendor = VENDORS.get(config_entry.data.get(CONF_PROVIDER, ""))
        return vendor is None or bool(vendor.products)

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
        form = provider_form()
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                vendor_of(user_input)
            except InputError as err:
                errors = errors_of(err, user_input, form)
            else:
                self._data = dict(user_input)
                return await self._async_connection(None)
        return self._form("user", form, user_input, errors)

    def __getattr__(self, name: str) -> Step:
        """Return the step of a vendor, which asks how it is reached.

        Home Assistant looks for a method by the name of each step.
        """
        prefix, _, key = name.partition("async_step_")
        if prefix or key not in VENDORS:
            raise AttributeError(name)
        return self._async_connection

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
        vendor = vendor_of(self._data)
        errors: dict[str, str] = {}
        values: Mapping[str, Any] = connection_values(self._data)
        form = connection_form(vendor)
        if user_input is not None:
            values = user_input
            # What the form asks for is taken anew, also when it was left empty.
            asked = {*form.schema, CONF_BASE_URL}
            kept = {k: v for k, v in self._data.items() if k not in asked}
            data = kept | connection_data(user_input)
            untried = _without_place(data)
            try:
                tried = await async_try(self.hass, untried)
            except EngineError as err:
                errors = errors_of(err, data, form)
            else:
                self._data = data | tried
                return await self._async_after_connection(vendor)
        is_typed = bool((values.get(SECTION_ADVANCED) or {}).get(CONF_BASE_URL))
        form = connection_form(vendor, opened=bool(errors) and is_typed)
        return self._form(vendor.key, form, values, errors)

    async def _async_after_connection(self, vendor: Vendor) -> ConfigFlowResult:
        """Go on to the place, to the tariff, or to the end."""
        if vendor.lookups:
            return await self.async_step_lookup()
        return await self._async_after_place()

    async def _async_after_place(self) -> ConfigFlowResult:
        """Go on to the tariff where the price depends on it, or to the end."""
        needs_tariff = vendor_of(self._data).needs_tariff(self._data)
        if needs_tariff and CONF_TURPE_OPTION not in self._options:
            return await self.async_step_tariff()
        return await self._async_finish()

    async def async_step_lookup(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask in which way the place is told, where there are several."""
        vendor = vendor_of(self._data)
        form = lookup_form(vendor)
        errors: dict[str, str] = {}
        offered = [it.lookup for it in vendor.lookups]
        if len(offered) == 1:
            user_input = {CONF_LOOKUP: offered[0]}
        if user_input is not None:
            chosen = user_input[CONF_LOOKUP]
            match chosen if chosen in offered else None:
                case Lookup.REGION:
                    return await self.async_step_region()
                case Lookup.COORDINATES:
                    return await self.async_step_coordinates()
                case Lookup.ADDRESS:
                    return await self.async_step_address()
            errors = {CONF_LOOKUP: "unknown_value"}
        return self._form("lookup", form, user_input or self._data, errors)

    async def async_step_region(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for a region of the market."""
        form = region_form(vendor_of(self._data))
        errors: dict[str, str] = {}
        if user_input is not None:
            code = user_input[CONF_REGION].strip().upper()
            place = {CONF_LOOKUP: Lookup.REGION.value, CONF_REGION: code}
            errors = {CONF_REGION: "unknown_region"}
            if code:
                errors = await self._async_try_place(place, form)
            if not errors:
                return await self._async_after_place()
        return self._form("region", form, user_input or self._data, errors)

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
                return await self._async_after_place()
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
                return await self._async_after_place()
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
        vendor = vendor_of(self._data)
        form = credentials_form(vendor)
        errors: dict[str, str] = {}
        if user_input is not None:
            data = self._data | credentials_data(vendor, user_input)
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
        data = _without_place(self._data) | dict(place)
        try:
            self._data = await async_try(self.hass, data)
        except EngineError as err:
            return errors_of(err, data, form)
        return {}

    async def _async_suggestions(self, text: str) -> dict[str, str]:
        """Return the addresses that a text may mean, by their id."""
        data = _without_place(self._data)
        offer = await async_create_offer(self.hass, data)
        if not offer.addresses:
            return {}
        try:
            return dict(await offer.addresses(text))
        except (NotFoundError, RefusedError):
            # How the vendor says that it knows no such address is not documented.
            return {}

    async def _async_finish(self) -> ConfigFlowResult:
        """Create the entry, or change the one that the flow is about."""
        entry = None
        if self.source == SOURCE_RECONFIGURE:
            entry = self._get_reconfigure_entry()
        elif self.source == SOURCE_REAUTH:
            entry = self._get_reauth_entry()
        self._data = with_key_date(self._data, entry.data if entry else {})
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
        name = vendor_of(self._data).name
        title = " ".join(filter(None, (name, self._data.get(CONF_REGION))))
        return self.async_create_entry(
            title=title, data=self._data, options=self._options
        )

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


def _without_place(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data of an entry without where its prices are for."""
    return {key: value for key, value in data.items() if key not in PLACE}
