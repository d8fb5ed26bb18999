"""Test that diagnostics help without giving a secret away."""

import json
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.spot_planner.diagnostics import (
    async_get_config_entry_diagnostics,
)
from dev.price_server import Down, ErrorCode, PriceServer, Status
from dev.price_server.credentials import FLATPEAK_LOCATION_ID, SECRETS
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers.json import json_dumps

from .conftest import NOW, Clock, set_up
from .entries import DATA, make_entry

# Where the household is, which is as private as a key.
ADDRESS_ID = "0a3f50a0-1111-32b8-e044-0003ba298018"
ADDRESS = "Prøvevej 11, 2630 Taastrup, 2. tv."
PLACES = (FLATPEAK_LOCATION_ID, ADDRESS_ID, ADDRESS, "55.676", "12.568")

# What is told of a charge; its owner would tell the region.
CHARGE = {"name", "valid_from", "amount", "is_subscription"}

LOADED = pytest.mark.parametrize("kind", [*DATA, "minstroem_address"])


async def diagnostics(hass: HomeAssistant, entry: MockConfigEntry) -> Any:
    """Return the diagnostics as the file that a user downloads."""
    return json.loads(json_dumps(await async_get_config_entry_diagnostics(hass, entry)))


def entry_of(kind: str, server: PriceServer) -> MockConfigEntry:
    """Return an entry of a provider, which may have an address."""
    if kind != "minstroem_address":
        return make_entry(kind, server)
    entry = make_entry("minstroem", server)
    data = {"lookup": "address", "address_id": ADDRESS_ID, "address": ADDRESS}
    kept = {
        key: value
        for key, value in entry.data.items()
        if key not in ("latitude", "longitude")
    }
    return MockConfigEntry(domain=entry.domain, title=entry.title, data=kept | data)


def private(entry: MockConfigEntry) -> list[str]:
    """Return what an entry holds and nobody else may read."""
    held = json.dumps(dict(entry.data), ensure_ascii=False)
    base_url: str = entry.data["base_url"]
    return [it for it in (*SECRETS, *PLACES, base_url) if it in held]


async def test_diagnostics_tell_what_is_known(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    advance: Clock,
    price_server: PriceServer,
) -> None:
    """Tell prices, questions and tables apart, and what failed."""
    found = await diagnostics(hass, loaded)
    assert found["prices"]["currency"] == "EUR"
    assert found["prices"]["intervals"] == 192
    assert found["prices"]["gaps"] == []
    assert found["prices"]["start"] == "2026-04-14T22:00:00+00:00"
    assert found["prices"]["end"] == "2026-04-16T22:00:00+00:00"
    assert found["prices"]["export"] is None
    assert found["provider"]["failure"] is None
    assert found["fallback"] == {"entries": 0, "source": None}
    assert [row["valid_from"] for row in found["tariff"]["rows"]] == [
        "2025-08-01",
        "2026-02-01",
        "2014-01-01",
    ]

    price_server.control.behave(Status(500))
    await advance("2026-04-16T11:30:00+00:00")
    found = await diagnostics(hass, loaded)
    assert found["provider"]["failure"] == "server_error"
    assert found["provider"]["failed_attempts"] == 1
    assert found["prices"]["gaps"] == [
        ["2026-04-16T22:00:00+00:00", "2026-04-17T22:00:00+00:00"]
    ]


async def test_diagnostics_of_flatpeak_tell_its_directions_and_its_next_update(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    price_server: PriceServer,
) -> None:
    """Tell import and export apart, and when the vendor wants to be asked."""
    freezer.move_to(NOW)
    entry = make_entry("flatpeak", price_server)
    await set_up(hass, entry)
    found = await diagnostics(hass, entry)
    assert found["provider"]["kind"] == "final"
    assert found["provider"]["next_update"] == "2026-04-16T11:00:00+00:00"
    assert found["prices"]["intervals"] == 192
    assert found["prices"]["export"]["intervals"] == 192
    assert found["prices"]["local"] is None


async def test_diagnostics_of_otark_tell_what_was_read(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Count the records of each list, and say why there is nothing newer."""
    freezer.move_to(NOW)
    entry = make_entry("otark", price_server)
    await set_up(hass, entry)
    found = await diagnostics(hass, entry)
    assert "prices" not in found
    volumes = found["volumes"]
    assert volumes["known"] is True
    assert volumes["failure"] is None
    assert volumes["entities"] == ["contracted_volume"]
    # 13 contracts and 12 customers are more than the vendor's usual page of ten.
    assert (volumes["contracts"], volumes["customers"]) == (13, 12)
    assert volumes["slots"] == 192
    assert volumes["skipped"] == 0

    price_server.control.behave(Status(503))
    await advance("2026-04-15T13:00:01+00:00")
    volumes = (await diagnostics(hass, entry))["volumes"]
    assert volumes["known"] is True
    assert volumes["failure"] == "server_error"


async def test_diagnostics_tell_which_balancing_sensors_are_asked_for(
    hass: HomeAssistant,
    entity_registry_enabled_by_default: None,
    paris: None,
    freezer: FrozenDateTimeFactory,
    price_server: PriceServer,
) -> None:
    """List the entities that cause requests beside those for prices."""
    freezer.move_to(NOW)
    price_server.control.behave(Status(500), path="/api/balancing")
    entry = make_entry("energysignal", price_server)
    await set_up(hass, entry)
    found = (await diagnostics(hass, entry))["balancing"]
    assert found["known"] is False
    assert found["failure"] == "server_error"
    assert len(found["entities"]) == 9
    assert "fcr_capacity_price" in found["entities"]


@LOADED
@pytest.mark.usefixtures("entity_registry_enabled_by_default")
async def test_diagnostics_hold_no_secret(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    price_server: PriceServer,
    advance: Clock,
    kind: str,
) -> None:
    """Keep every credential and every place to ourselves, also after a failure."""
    freezer.move_to(NOW)
    entry = entry_of(kind, price_server)
    hidden = private(entry)
    assert len(hidden) >= (1 if kind == "sobry" else 2)
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.LOADED
    for behaviour in (ErrorCode(422, "account_disabled"), Status(401)):
        text = json.dumps(await diagnostics(hass, entry), ensure_ascii=False)
        assert not [it for it in hidden if it in text]
        price_server.control.behave(behaviour)
        await advance("2026-04-16T12:00:00+00:00")
    found = await diagnostics(hass, entry)
    text = json.dumps(found, ensure_ascii=False)
    assert not [it for it in hidden if it in text]
    assert found["entry"]["data"]["base_url"] == "**REDACTED**"


@LOADED
@pytest.mark.parametrize("behaviour", [Down(), Status(401), Status(422)], ids=str)
async def test_diagnostics_of_an_entry_that_does_not_load_hold_no_secret(
    hass: HomeAssistant,
    paris: None,
    freezer: FrozenDateTimeFactory,
    price_server: PriceServer,
    kind: str,
    behaviour: Down | Status,
) -> None:
    """Say why the entry does not load, and nothing that is private."""
    freezer.move_to(NOW)
    price_server.control.behave(behaviour)
    entry = entry_of(kind, price_server)
    await set_up(hass, entry)
    assert entry.state is not ConfigEntryState.LOADED
    found = await diagnostics(hass, entry)
    assert found["state"] in ("setup_retry", "setup_error")
    assert found["reason"] in ("cannot_connect", "invalid_auth", "refused")
    text = json.dumps(found, ensure_ascii=False)
    assert not [it for it in private(entry) if it in text]


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        ("sobry", "base_url", "http://example.org/of/my/own"),
        ("energysignal", "token", "two words"),
        ("minstroem", "latitude", 95.676),
    ],
)
async def test_a_setting_that_cannot_be_used_is_named_but_not_quoted(
    hass: HomeAssistant, price_server: PriceServer, kind: str, field: str, value: Any
) -> None:
    """Name the field, for what stands in it may be the private part."""
    entry = make_entry(kind, price_server, **{field: value})
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    found = await diagnostics(hass, entry)
    assert found["reason"] == "invalid_setting"
    # A point on the map is one field to the user.
    assert found["field"] == ("location" if field == "latitude" else field)
    text = json.dumps(found, ensure_ascii=False)
    assert str(value) not in text
    assert not [it for it in private(entry) if it in text]


async def test_diagnostics_tell_since_when_danish_charges_hold(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    price_server: PriceServer,
) -> None:
    """Help to find out why a price differs from a bill, without saying where it is."""
    freezer.move_to(NOW)
    entry = make_entry("minstroem", price_server)
    await set_up(hass, entry)
    found = await diagnostics(hass, entry)
    assert "Elafgift" in {charge["name"] for charge in found["charges"]}
    assert {charge["is_subscription"] for charge in found["charges"]} == {True, False}
    assert all(set(charge) == CHARGE for charge in found["charges"])

    price_server.control.behave(Status(500), path="/thirdParty/prices/charges")
    assert (await diagnostics(hass, entry))["charges"] == []
