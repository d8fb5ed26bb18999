"""Test that refused credentials are asked for anew, once and quietly."""

from datetime import datetime, timedelta
import logging
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from dev.price_server import Normal, PriceServer, Status
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

from .conftest import DOMAIN, MORNING, NOW, Clock, pass_time, set_up, state
from .entries import make_entry
from .flows import answer, credentials, reauth_flows, shown

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
START = datetime.fromisoformat(MORNING)

# Each provider that asks for credentials, and one of them.
KINDS = {
    "sobry_contract": "api_key",
    "energysignal": "token",
    "flatpeak": "api_key",
    "minstroem": "api_secret",
    "otark": "api_key",
}
each_kind = pytest.mark.parametrize(("kind", "field"), KINDS.items())
each_price = pytest.mark.parametrize("kind", [it for it in KINDS if it != "otark"])


@pytest.fixture(autouse=True)
def moment(freezer: FrozenDateTimeFactory, paris: None) -> None:
    """Stop the clock before the publication of the next day."""
    freezer.move_to(MORNING)


def refuse(server: PriceServer) -> None:
    """Refuse everybody from now on."""
    server.control.tokens.revoke()
    server.control.behave(Status(401))


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what the log tells people about the integration."""
    names = (f"custom_components.{DOMAIN}", "homeassistant.config_entries")
    return [
        record.getMessage()
        for record in caplog.records
        if record.levelno >= logging.INFO and record.name in names
    ]


async def ask_for_credentials(hass: HomeAssistant, entry: MockConfigEntry) -> Any:
    """Return the one form that asks for other credentials of an entry."""
    (flow,) = reauth_flows(hass)
    assert flow["step_id"] == "reauth_confirm"
    assert flow["context"]["entry_id"] == entry.entry_id
    form = await hass.config_entries.flow.async_configure(flow["flow_id"])
    assert form["description_placeholders"]["entry"] == entry.title
    return form


@each_kind
async def test_a_key_that_is_revoked_is_asked_for_once_in_a_day(
    hass: HomeAssistant,
    price_server: PriceServer,
    advance: Clock,
    caplog: pytest.LogCaptureFixture,
    kind: str,
    field: str,
) -> None:
    """Begin one flow, write one line, and take a right key after a wrong one."""
    entry = make_entry(kind, price_server)
    await set_up(hass, entry)
    refuse(price_server)
    caplog.clear()
    price_server.control.forget()
    await pass_time(advance, START, START + DAY, HOUR)
    assert entry.state is ConfigEntryState.LOADED
    assert len(price_server.requests) == 1
    (line,) = lines(caplog)
    assert "does not accept the credentials" in line

    form = await ask_for_credentials(hass, entry)
    assert shown(form) == dict.fromkeys(credentials(kind))
    price_server.control.behave(Normal())
    before = dict(entry.data)
    typed = {**credentials(kind), field: "wrong-0815"}
    result = await answer(hass, form, typed)
    assert result["step_id"] == "reauth_confirm"
    assert result["errors"] == {"base": "invalid_auth"}
    assert shown(result) == typed
    assert entry.data == before

    price_server.control.forget()
    result = await answer(hass, result, credentials(kind))
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reauth_successful"
    assert not reauth_flows(hass)
    assert entry.state is ConfigEntryState.LOADED
    # Beside the try of the form, the entry has asked for what it has missed.
    assert len(price_server.requests) >= 2
    if runtime := entry.runtime_data.prices:
        assert runtime.asked.failure is None
        assert float(state(hass, "current_price")) != 0
    assert "wrong-0815" not in caplog.text


@each_kind
async def test_a_key_that_is_refused_at_the_start_is_asked_for_once_in_a_day(
    hass: HomeAssistant,
    price_server: PriceServer,
    advance: Clock,
    caplog: pytest.LogCaptureFixture,
    kind: str,
    field: str,
) -> None:
    """Begin one flow, write one line, and load as soon as the key is right."""
    entry = make_entry(kind, price_server, **{field: "refused"})
    await set_up(hass, entry)
    await pass_time(advance, START, START + DAY, HOUR)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert len(price_server.requests) == 1
    (line,) = lines(caplog)
    assert "does not accept the credentials" in line

    form = await ask_for_credentials(hass, entry)
    result = await answer(hass, form, credentials(kind))
    assert result["reason"] == "reauth_successful"
    assert entry.data[field] == credentials(kind)[field]
    assert entry.state is ConfigEntryState.LOADED
    assert not reauth_flows(hass)


@each_price
async def test_known_prices_are_shown_while_the_key_is_refused(
    hass: HomeAssistant, price_server: PriceServer, advance: Clock, kind: str
) -> None:
    """Show today's prices until they end, also after a restart."""
    entry = make_entry(kind, price_server)
    await set_up(hass, entry)
    refuse(price_server)
    await pass_time(advance, START, START + 14 * HOUR, HOUR)
    assert reauth_flows(hass)
    assert float(state(hass, "current_price")) != 0

    await hass.config_entries.async_unload(entry.entry_id)
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.LOADED
    assert float(state(hass, "current_price")) != 0
    assert len(reauth_flows(hass)) == 1


@pytest.mark.parametrize("kind", ["minstroem", "energysignal"])
async def test_what_is_asked_for_beside_prices_begins_no_other_flow(
    hass: HomeAssistant,
    entity_registry_enabled_by_default: None,
    price_server: PriceServer,
    advance: Clock,
    caplog: pytest.LogCaptureFixture,
    kind: str,
) -> None:
    """Begin one flow, and write one line for each kind of question."""
    entry = make_entry(kind, price_server)
    await set_up(hass, entry)
    refuse(price_server)
    caplog.clear()
    await pass_time(advance, START, START + DAY, HOUR)
    assert len(reauth_flows(hass)) == 1
    assert len(lines(caplog)) == len(set(lines(caplog))) == 2


async def test_a_key_that_is_good_again_is_asked_with_at_once(
    hass: HomeAssistant, price_server: PriceServer, advance: Clock
) -> None:
    """Ask anew although nothing was changed: an account may have been reopened."""
    entry = make_entry("energysignal", price_server)
    await set_up(hass, entry)
    refuse(price_server)
    await advance(NOW)
    form = await ask_for_credentials(hass, entry)
    price_server.control.behave(Normal())
    before = dict(entry.data)
    result = await answer(hass, form, credentials("energysignal"))
    assert result["reason"] == "reauth_successful"
    assert entry.data == before
    assert state(hass, "tomorrow_available", "binary_sensor") == "on"


async def test_what_is_not_asked_for_stays(
    hass: HomeAssistant, price_server: PriceServer
) -> None:
    """Keep the place, the address and the options."""
    options = {"window_duration": 90}
    entry = make_entry("minstroem", price_server, options=options, api_secret="refused")
    await set_up(hass, entry)
    before = dict(entry.data)
    form = await ask_for_credentials(hass, entry)
    await answer(hass, form, credentials("minstroem"))
    assert entry.data == before | credentials("minstroem")
    assert entry.options == options


async def test_a_key_that_cannot_be_one_is_an_error_at_its_field(
    hass: HomeAssistant, price_server: PriceServer
) -> None:
    """Ask nobody with a text that is no key."""
    entry = make_entry("otark", price_server, api_key="refused")
    await set_up(hass, entry)
    price_server.control.forget()
    form = await ask_for_credentials(hass, entry)
    result = await answer(hass, form, {"api_key": "clé"})
    assert result["errors"] == {"api_key": "credential_invalid"}
    assert not price_server.requests


async def test_a_provider_that_fails_meanwhile_does_not_take_the_key(
    hass: HomeAssistant, price_server: PriceServer
) -> None:
    """Say what is wrong, and let it be tried again."""
    entry = make_entry("flatpeak", price_server, api_key="refused")
    await set_up(hass, entry)
    form = await ask_for_credentials(hass, entry)
    price_server.control.behave(Status(500))
    result = await answer(hass, form, credentials("flatpeak"))
    assert result["errors"] == {"base": "server_error"}
    price_server.control.behave(Status(404), path="/prices")
    result = await answer(hass, form, credentials("flatpeak"))
    # The form does not ask for the location, so the sentence stands above it.
    assert result["errors"] == {"base": "unknown_location"}
    assert entry.data["api_key"] == "refused"


async def test_a_new_key_of_sobry_begins_a_new_year(
    hass: HomeAssistant, price_server: PriceServer
) -> None:
    """Remember since when the key is in use."""
    entry = make_entry("sobry_contract", price_server, api_key="refused")
    await set_up(hass, entry)
    form = await ask_for_credentials(hass, entry)
    await answer(hass, form, credentials("sobry_contract"))
    assert entry.data["api_key_added"] == "2026-04-15"


@each_kind
@pytest.mark.parametrize("text", ["", " \n"], ids=["empty", "blank"])
async def test_what_is_left_empty_is_an_error_at_its_field(
    hass: HomeAssistant, price_server: PriceServer, kind: str, field: str, text: str
) -> None:
    """Ask for a key, and make no customer's prices public ones by mistake."""
    entry = make_entry(kind, price_server, **{field: "refused"})
    await set_up(hass, entry)
    before = dict(entry.data)
    form = await ask_for_credentials(hass, entry)
    result = await answer(hass, form, {**credentials(kind), field: text})
    assert result["errors"] == {field: "credential_missing"}
    assert entry.data == before
