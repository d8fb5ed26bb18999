"""Add an appliance to an entry, and change it later: one form for both."""

from typing import Any

from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    ConfigSubentry,
    ConfigSubentryFlow,
    SubentryFlowResult,
)
from homeassistant.const import CONF_NAME
from homeassistant.core import split_entity_id
from homeassistant.helpers import entity_registry as er

from ..appliances.check import check_appliance
from ..appliances.proofs import async_known_state, async_report_proofs
from ..appliances.settings import MOST_PHASES, ApplianceSettings, Control
from ..appliances.state_meaning import can_prove
from ..const import (
    CONF_AFTER,
    CONF_AUTOMATIC,
    CONF_DURATION,
    CONF_ENTITY,
    CONF_NEVER_WITH,
    CONF_PAUSED,
    CONF_POWER,
    CONF_PROFILE,
    CONF_PROOF,
    DOMAIN,
    SUBENTRY_APPLIANCE,
)
from ..engine.errors import InputError
from ..engine.planning.home import Home
from ..engine.runs.appliance import Appliance
from ..options import Settings
from .appliance_forms import (
    SWITCHABLE,
    appliance_data,
    appliance_form,
    appliance_values,
    place_of,
)
from .options import async_currency, async_has_entity, async_reload_if_deaf

# What the form does not ask for: switches change it.
KEPT = (CONF_AUTOMATIC, CONF_PAUSED)

# It names a device, and ids of entities are made of it.
LONGEST_NAME = 100


class ApplianceFlow(ConfigSubentryFlow):
    """Ask for everything about an appliance, on one form."""

    async def async_step_appliance(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask, check, and save."""
        currency = async_currency(self.hass, self._get_entry())
        form = appliance_form(currency, self._names)
        errors: dict[str, str] = {}
        if user_input is None:
            values = appliance_values(self._known, form)
        else:
            values = user_input
            data = appliance_data(user_input)
            name = data.pop(CONF_NAME, "")
            try:
                self._check(name, data)
            except InputError as err:
                place = place_of(_field(err, data), form)
                errors = {place: err.reason}
                form = appliance_form(currency, self._names, opened=place)
            else:
                return self._finish(name, data)
        return self.async_show_form(
            step_id="appliance",
            data_schema=self.add_suggested_values_to_schema(form, values),
            errors=errors,
        )

    async_step_user = async_step_reconfigure = async_step_appliance

    @property
    def _appliance(self) -> ConfigSubentry | None:
        """Return the appliance that is changed, or None for a new one."""
        if self.source == SOURCE_RECONFIGURE:
            return self._get_reconfigure_subentry()
        return None

    @property
    def _others(self) -> dict[str, ConfigSubentry]:
        """Return the entry's other appliances by their id."""
        ours = self._appliance
        return {
            subentry_id: subentry
            for subentry_id, subentry in self._get_entry().subentries.items()
            if subentry.subentry_type == SUBENTRY_APPLIANCE and subentry is not ours
        }

    @property
    def _names(self) -> dict[str, str]:
        return {it.subentry_id: it.title for it in self._others.values()}

    @property
    def _known(self) -> dict[str, Any]:
        """Return what is saved, without appliances that have been removed since."""
        if not (ours := self._appliance):
            return {}
        known = {CONF_NAME: ours.title, **ours.data}
        if known.get(CONF_AFTER) not in self._others:
            known.pop(CONF_AFTER, None)
        never_with = known.get(CONF_NEVER_WITH) or ()
        return known | {
            CONF_NEVER_WITH: [it for it in never_with if it in self._others]
        }

    def _check(self, name: str, data: dict[str, Any]) -> None:
        """Refuse what could never run.

        Raises:
            InputError: Naming the field.
        """
        if not name:
            raise InputError(CONF_NAME, "name_missing")
        if len(name) > LONGEST_NAME:
            raise InputError(CONF_NAME, "name_too_long")
        if name.casefold() in (it.casefold() for it in self._names.values()):
            raise InputError(CONF_NAME, "name_taken", name)
        ours = self._appliance
        settings = ApplianceSettings.from_data(
            ours.subentry_id if ours else "", name, data
        )
        if len(settings.appliance.profile.phases) > MOST_PHASES:
            raise InputError(CONF_PROFILE, "profile_too_long")
        self._check_entities(settings.control)
        check_appliance(settings.appliance, self._home)
        self._check_others(settings.appliance)

    def _check_entities(self, control: Control) -> None:
        """Refuse what cannot be switched, and what proves nothing."""
        if control.entity is not None:
            self._check_entity(CONF_ENTITY, control.entity)
            if split_entity_id(control.entity)[0] not in SWITCHABLE:
                raise InputError(CONF_ENTITY, "entity_not_switchable", control.entity)
        if control.proof is not None:
            self._check_entity(CONF_PROOF, control.proof)
            if not can_prove(async_known_state(self.hass, control.proof)):
                raise InputError(CONF_PROOF, "entity_proves_nothing", control.proof)

    def _check_entity(self, field: str, entity_id: str) -> None:
        """Refuse an entity that is not there, or that this integration made itself."""
        if not async_has_entity(self.hass, entity_id):
            raise InputError(field, "entity_missing", entity_id)
        known = er.async_get(self.hass).async_get(entity_id)
        if known and known.platform == DOMAIN:
            raise InputError(field, "entity_is_ours", entity_id)

    @property
    def _home(self) -> Home:
        """Return what all appliances share."""
        try:
            return Settings.from_options(self._get_entry().options).home
        except InputError:
            # Such an entry cannot be set up, and says why in its own place.
            return Home()

    def _check_others(self, appliance: Appliance) -> None:
        """Refuse appliances that are gone, and an order that is a circle."""
        after = appliance.after
        if after and after not in self._others and after != appliance.id:
            raise InputError(CONF_AFTER, "appliance_gone", after)
        if not appliance.never_with <= self._others.keys():
            raise InputError(CONF_NEVER_WITH, "appliance_gone")
        before: set[str] = set()
        while after and after not in before:
            if after == appliance.id:
                raise InputError(CONF_AFTER, "order_is_circle", after)
            before.add(after)
            other = self._others.get(after)
            after = other.data.get(CONF_AFTER) if other else None

    def _finish(self, name: str, data: dict[str, Any]) -> SubentryFlowResult:
        """Create the appliance, or change the one that the flow is about."""
        if not (ours := self._appliance):
            return self.async_create_entry(title=name, data=data)
        kept = {key: ours.data[key] for key in KEPT if key in ours.data}
        entry = self._get_entry()
        result = self.async_update_and_abort(
            entry, ours, title=name, data={**data, **kept}
        )
        async_report_proofs(self.hass, entry)
        async_reload_if_deaf(self.hass, entry)
        return result


def _field(err: InputError, data: dict[str, Any]) -> str:
    """Return the field that an error is about: a profile tells duration and power."""
    if CONF_PROFILE in data and err.field in (CONF_DURATION, CONF_POWER):
        return CONF_PROFILE
    return err.field
