"""Check that diagnostics hide whatever an entry keeps that nobody else should see."""

from custom_components.spot_planner import const
from custom_components.spot_planner.diagnostics import to_redact
from custom_components.spot_planner.engine.providers.vendors import VENDORS
from custom_components.spot_planner.flows.connection import REMEMBERED
from custom_components.spot_planner.flows.forms import PLACE, TARIFF

from .flows import flat_fields, flow

# What may be seen: which company is asked, in what way, and for which part of a
# country.
HARMLESS = {
    const.CONF_API_KEY_ADDED,
    const.CONF_LOOKUP,
    const.CONF_PROVIDER,
    const.CONF_REGION,
    const.CONF_TIME_ZONE,
}


def asked() -> set[str]:
    """Return the fields of the set-up, apart from those that become options."""
    found = set()
    for form in flow("ConfigFlow").forms.values():
        found |= flat_fields(form.schema)
    found -= flat_fields(TARIFF)
    # A point on the map is kept as two numbers.
    found -= {const.CONF_LOCATION}
    return found | {const.CONF_LATITUDE, const.CONF_LONGITUDE}


def test_everything_else_is_hidden() -> None:
    """All that an entry keeps is either harmless or hidden, and nothing else is."""
    kept = asked() | PLACE | set(REMEMBERED)
    assert kept >= HARMLESS
    assert kept - HARMLESS == to_redact()


def test_every_credential_is_hidden() -> None:
    """No credential of any provider counts as harmless."""
    vendors = VENDORS.values()
    assert {it.field for one in vendors for it in one.credentials} <= to_redact()
