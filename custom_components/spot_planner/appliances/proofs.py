"""The proofs of appliances: which can prove nothing, and that the user is told so."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import (
    ATTR_DEVICE_CLASS,
    ATTR_UNIT_OF_MEASUREMENT,
    STATE_UNAVAILABLE,
)
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, State, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.start import async_at_started

from ..issues import Issue, async_set_issue
from .settings import appliances_of
from .state_meaning import can_prove


@callback
def async_known_state(hass: HomeAssistant, entity_id: str) -> State:
    """Return the state of an entity, with what is known of one that is away."""
    found = hass.states.get(entity_id)
    known = er.async_get(hass).async_get(entity_id)
    attributes = {}
    if known:
        attributes = {
            **(known.capabilities or {}),
            ATTR_DEVICE_CLASS: known.device_class or known.original_device_class,
            ATTR_UNIT_OF_MEASUREMENT: known.unit_of_measurement,
        }
    if found is None:
        return State(entity_id, STATE_UNAVAILABLE, attributes)
    return State(entity_id, found.state, {**attributes, **found.attributes})


@callback
def async_check_proofs(hass: HomeAssistant, entry: ConfigEntry) -> CALLBACK_TYPE:
    """Report useless proofs as soon as all entities are there."""

    @callback
    def check(_: HomeAssistant) -> None:
        async_report_proofs(hass, entry)

    return async_at_started(hass, check)


@callback
def async_report_proofs(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Raise an issue for each proof that can prove nothing, and end the others.

    The form refuses such a proof; an appliance that has one from before goes on as if
    it had none.
    """
    for key, settings in appliances_of(entry).items():
        proof = settings.control.proof
        async_set_issue(
            hass,
            entry,
            Issue.PROOF_USELESS,
            is_active=proof is not None
            and not can_prove(async_known_state(hass, proof)),
            part=key,
            appliance=settings.appliance.name,
            proof=str(proof),
        )
