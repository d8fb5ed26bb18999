"""Repair flows: what one form under Repairs can mend."""

from typing import Any

import voluptuous as vol

from homeassistant.components.repairs import RepairsFlow
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResult

from .appliances.duties import KEEPER
from .coordinator import LAST_ASKED
from .engine.errors import EngineError
from .flows.connection import async_try, errors_of, with_key_date
from .flows.forms import credentials_data, credentials_form
from .issues import Issue, async_set_issue
from .prices.provider import vendor_of
from .prices.store import PriceStore


async def async_create_fix_flow(
    hass: HomeAssistant,  # noqa: ARG001 - the signature is Home Assistant's.
    issue_id: str,  # noqa: ARG001 - the data says it all.
    data: dict[str, str | int | float | None] | None,
) -> RepairsFlow:
    """Return the form that mends an issue."""
    data = data or {}
    entry_id = str(data.get("entry_id"))
    if data.get("kind") == Issue.RUN_NOT_STOPPED:
        return OffByHandFlow(str(data.get("entity")), str(data.get("appliance")))
    if data.get("kind") == Issue.KEY_ENDS:
        return NewKeyFlow(entry_id)
    return NewCurrencyFlow(entry_id)


class OffByHandFlow(RepairsFlow):
    """Take the user's word for it that something is off that cannot be turned off."""

    def __init__(self, entity: str, appliance: str) -> None:
        """Name the entity, and what the user calls the appliance."""
        self._entity = entity
        self._appliance = appliance

    async def async_step_init(
        self,
        user_input: dict[str, str] | None = None,  # noqa: ARG002 - it is the issue's id.
    ) -> FlowResult:
        """Begin."""
        return await self.async_step_confirm()

    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> FlowResult:
        """Ask once more, then try no longer."""
        if user_input is not None:
            self.hass.data[KEEPER].async_give_up(self._entity)
            return self.async_create_entry(data={})
        return self.async_show_form(
            step_id="confirm",
            data_schema=vol.Schema({}),
            description_placeholders={
                "entity": self._entity,
                "appliance": self._appliance,
            },
        )


class NewCurrencyFlow(RepairsFlow):
    """Forget the prices in the old currency, so that the new one can take over."""

    def __init__(self, entry_id: str) -> None:
        """Name the entry."""
        self._entry_id = entry_id

    async def async_step_init(
        self,
        user_input: dict[str, str] | None = None,  # noqa: ARG002 - it is the issue's id.
    ) -> FlowResult:
        """Begin."""
        return await self.async_step_confirm()

    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> FlowResult:
        """Ask once more, then begin anew without known prices."""
        entry = self.hass.config_entries.async_get_entry(self._entry_id)
        if entry is None:
            return self.async_abort(reason="entry_removed")
        form = vol.Schema({})
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                # Known prices are not given up for an answer that cannot be used.
                await async_try(self.hass, entry.data)
            except EngineError as err:
                errors = errors_of(err, entry.data, form)
            else:
                await self.hass.config_entries.async_unload(self._entry_id)
                self.hass.data.get(LAST_ASKED, {}).pop(self._entry_id, None)
                await PriceStore(self.hass, self._entry_id).async_remove()
                self.hass.config_entries.async_schedule_reload(self._entry_id)
                return self.async_create_entry(data={})
        return self.async_show_form(
            step_id="confirm",
            data_schema=form,
            errors=errors,
            description_placeholders={"entry": entry.title},
        )


class NewKeyFlow(RepairsFlow):
    """Take a new key before the old one ends."""

    def __init__(self, entry_id: str) -> None:
        """Name the entry."""
        self._entry_id = entry_id

    async def async_step_init(
        self,
        user_input: dict[str, str] | None = None,  # noqa: ARG002 - it is the issue's id.
    ) -> FlowResult:
        """Begin."""
        return await self.async_step_key()

    async def async_step_key(
        self, user_input: dict[str, Any] | None = None
    ) -> FlowResult:
        """Ask for the key, and try it."""
        entry = self.hass.config_entries.async_get_entry(self._entry_id)
        if entry is None:
            return self.async_abort(reason="entry_removed")
        vendor = vendor_of(entry.data)
        form = credentials_form(vendor)
        errors: dict[str, str] = {}
        if user_input is not None:
            data = {**entry.data, **credentials_data(vendor, user_input)}
            data = with_key_date(data, entry.data)
            try:
                data = await async_try(self.hass, data)
            except EngineError as err:
                errors = errors_of(err, data, form)
            else:
                self.hass.config_entries.async_update_entry(entry, data=data)
                async_set_issue(self.hass, entry, Issue.KEY_ENDS, is_active=False)
                return self.async_create_entry(data={})
        return self.async_show_form(
            step_id="key",
            data_schema=self.add_suggested_values_to_schema(form, user_input),
            errors=errors,
            description_placeholders={"entry": entry.title},
        )
