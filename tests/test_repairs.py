"""Test what the user is told under Repairs, and what a form there mends."""

from datetime import datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.spot_planner.issues import Issue
from dev.price_server import ErrorCode, Normal, PriceServer, Status, Wrong, WrongKind
from homeassistant.components.repairs import repairs_flow_manager
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, UnknownStep
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component

from .conftest import DOMAIN, DUE, ENTRY_ID, MORNING, Clock, entity_id, set_up, state
from .entries import make_entry
from .flows import credentials, shown

HOUR = timedelta(hours=1)
OWN_GRID = dict.fromkeys(("rate_hph", "rate_hch", "rate_hpb", "rate_hcb"), 0.04)


@pytest.fixture(autouse=True)
def moment(freezer: FrozenDateTimeFactory, paris: None) -> None:
    """Stop the clock before the publication of the next day."""
    freezer.move_to(MORNING)


def issue(hass: HomeAssistant, kind: str) -> ir.IssueEntry | None:
    """Return an issue of the entry."""
    return ir.async_get(hass).async_get_issue(DOMAIN, f"{kind}_{ENTRY_ID}")


def issues(hass: HomeAssistant) -> set[str]:
    """Return the kinds of all issues of the integration."""
    found = ir.async_get(hass).issues.values()
    return {it.translation_key or "" for it in found if it.domain == DOMAIN}


async def open_form(hass: HomeAssistant, kind: str) -> Any:
    """Open the form of an issue, as who clicks on it does."""
    assert await async_setup_component(hass, "repairs", {})
    manager = repairs_flow_manager(hass)
    assert manager
    data = {"issue_id": f"{kind}_{ENTRY_ID}"}
    form = await manager.async_init(DOMAIN, data=data)
    assert form["type"] is FlowResultType.FORM
    assert not form["errors"]
    return form


async def submit(hass: HomeAssistant, form: Any, values: dict[str, Any]) -> Any:
    """Submit a form, and wait until all that follows from it is done."""
    manager = repairs_flow_manager(hass)
    assert manager
    result = await manager.async_configure(form["flow_id"], values)
    await hass.async_block_till_done(wait_background_tasks=True)
    return result


async def test_a_key_that_ends_is_told_a_month_before(
    hass: HomeAssistant, price_server: PriceServer, advance: Clock
) -> None:
    """Say when the year is over, and not before it is time to."""
    entry = make_entry("sobry_contract", price_server, api_key_added="2026-01-15")
    await set_up(hass, entry)
    await advance("2026-12-15T13:00:00+00:00")
    assert not issues(hass)
    await advance("2026-12-16T13:00:00+00:00")
    found = issue(hass, "key_ends")
    assert found
    assert found.is_fixable
    assert found.severity is ir.IssueSeverity.WARNING
    assert found.translation_placeholders == {"entry": "Sobry", "end": "2027-01-15"}


async def test_a_new_key_is_taken_before_the_old_one_ends(
    hass: HomeAssistant, price_server: PriceServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refuse a wrong key, take a right one, and count its year from today."""
    entry = make_entry("sobry_contract", price_server, api_key_added="2025-05-10")
    await set_up(hass, entry)
    before = dict(entry.data)
    form = await open_form(hass, "key_ends")
    assert form["step_id"] == "key"
    assert form["description_placeholders"] == {"entry": "Sobry"}
    for text, errors in (
        ("wrong-0815", {"base": "invalid_auth"}),
        ("clé", {"api_key": "credential_invalid"}),
        ("  ", {"api_key": "credential_missing"}),
        ("", {"api_key": "credential_missing"}),
    ):
        form = await submit(hass, form, {"api_key": text})
        assert form["errors"] == errors
        assert shown(form) == {"api_key": text}
        assert entry.data == before
        assert issue(hass, "key_ends")

    monkeypatch.setattr("dev.price_server.sobry.SOBRY_API_KEY", "another-key")
    result = await submit(hass, form, {"api_key": " another-key\n"})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    changed = {"api_key": "another-key", "api_key_added": "2026-04-15"}
    assert entry.data == before | changed
    assert entry.state is ConfigEntryState.LOADED
    assert not issues(hass)


async def test_the_old_key_is_no_new_one(
    hass: HomeAssistant, price_server: PriceServer, advance: Clock
) -> None:
    """Go on to warn of the end of a key that was entered once more."""
    entry = make_entry("sobry_contract", price_server, api_key_added="2025-05-10")
    await set_up(hass, entry)
    form = await open_form(hass, "key_ends")
    await submit(hass, form, credentials("sobry_contract"))
    assert entry.data["api_key_added"] == "2025-05-10"
    await advance("2026-04-15T13:00:00+00:00")
    assert issue(hass, "key_ends")


async def test_a_key_that_is_removed_does_not_end(
    hass: HomeAssistant, price_server: PriceServer
) -> None:
    """Forget the end of the key with the key."""
    entry = make_entry("sobry_contract", price_server, api_key_added="2025-05-10")
    await set_up(hass, entry)
    assert issue(hass, "key_ends")
    data = {"provider": "sobry", "base_url": price_server.url}
    hass.config_entries.async_update_entry(entry, data=data)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert not issues(hass)


async def test_another_currency_takes_over_when_the_user_says_so(
    hass: HomeAssistant, price_server: PriceServer, advance: Clock
) -> None:
    """Keep the old prices until the form is submitted, and never mix the two."""
    entry = make_entry("flatpeak", price_server)
    await set_up(hass, entry)
    price = state(hass, "current_price")
    price_server.control.behave(Wrong(WrongKind.CURRENCY))
    await advance(DUE)
    found = issue(hass, "wrong_currency")
    assert found
    assert found.is_fixable
    assert found.severity is ir.IssueSeverity.ERROR
    prices = entry.runtime_data.prices
    assert prices.known.series.currency == "EUR"

    form = await open_form(hass, "wrong_currency")
    assert form["step_id"] == "confirm"
    assert form["description_placeholders"] == {"entry": "Flatpeak"}
    assert entry.runtime_data.prices is prices
    result = await submit(hass, form, {})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.state is ConfigEntryState.LOADED
    assert entry.runtime_data.prices.known.series.currency == "DKK"
    assert not issues(hass)
    shown_price = hass.states.get(entity_id(hass, "sensor", "current_price"))
    assert shown_price
    assert shown_price.attributes["unit_of_measurement"] == "DKK/kWh"
    assert float(price) != 0


async def test_a_currency_that_changed_back_ends_the_issue(
    hass: HomeAssistant, price_server: PriceServer, advance: Clock
) -> None:
    """Take it back with the next right answer."""
    entry = make_entry("flatpeak", price_server)
    await set_up(hass, entry)
    price_server.control.behave(Wrong(WrongKind.CURRENCY))
    await advance(DUE)
    assert issues(hass) == {"wrong_currency"}
    price_server.control.behave(Normal())
    await advance(DUE + HOUR)
    assert not issues(hass)
    assert entry.runtime_data.prices.known.series.currency == "EUR"


async def test_known_prices_are_not_forgotten_for_nothing(
    hass: HomeAssistant, price_server: PriceServer, advance: Clock
) -> None:
    """Keep them while the provider answers what cannot be used."""
    entry = make_entry("sobry", price_server)
    await set_up(hass, entry)
    price_server.control.behave(Wrong(WrongKind.CURRENCY))
    await advance(DUE)
    known = entry.runtime_data.prices.known
    form = await open_form(hass, "wrong_currency")
    form = await submit(hass, form, {})
    assert form["errors"] == {"base": "wrong_currency"}
    price_server.control.behave(Status(500))
    form = await submit(hass, form, {})
    assert form["errors"] == {"base": "server_error"}
    assert entry.state is ConfigEntryState.LOADED
    assert entry.runtime_data.prices.known == known
    assert issues(hass) == {"wrong_currency"}

    price_server.control.behave(Normal())
    result = await submit(hass, form, {})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert state(hass, "tomorrow_available", "binary_sensor") == "on"
    assert not issues(hass)


@pytest.mark.parametrize(
    ("kind", "provider", "changed"),
    [
        ("key_ends", "sobry_contract", {"api_key_added": "2025-05-10"}),
        ("wrong_currency", "flatpeak", {}),
    ],
)
async def test_a_form_of_an_entry_that_is_gone_ends(
    hass: HomeAssistant,
    price_server: PriceServer,
    advance: Clock,
    kind: str,
    provider: str,
    changed: dict[str, str],
) -> None:
    """Say so to who left the form open and removed the entry."""
    entry = make_entry(provider, price_server, **changed)
    await set_up(hass, entry)
    price_server.control.behave(Wrong(WrongKind.CURRENCY))
    await advance(DUE)
    form = await open_form(hass, kind)
    await hass.config_entries.async_remove(ENTRY_ID)
    typed = {"api_key": "x"} if kind == "key_ends" else {}
    result = await submit(hass, form, typed)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "entry_removed"
    assert not issues(hass)


@pytest.mark.parametrize(
    "code", ["no_tariff_connected", "pending_connect", "account_disabled"]
)
async def test_what_only_the_customer_can_end_is_told_until_it_is_over(
    hass: HomeAssistant, price_server: PriceServer, advance: Clock, code: str
) -> None:
    """Go on with the known prices, and take the issue back with the next ones."""
    await set_up(hass, make_entry("flatpeak", price_server))
    price_server.control.behave(ErrorCode(422, code), path="/prices")
    await advance(DUE)
    found = issue(hass, code)
    assert found
    assert not found.is_fixable
    assert found.severity is ir.IssueSeverity.ERROR
    assert issues(hass) == {code}
    assert float(state(hass, "current_price")) != 0
    with pytest.raises(UnknownStep):
        await open_form(hass, code)

    price_server.control.behave(Normal())
    await advance(DUE + 7 * HOUR)
    assert not issues(hass)


async def test_one_cause_takes_the_place_of_another(
    hass: HomeAssistant, price_server: PriceServer, advance: Clock
) -> None:
    """Tell what holds now, and only that; prices that are late are no issue."""
    await set_up(hass, make_entry("flatpeak", price_server))
    later = DUE
    for code, expected in (
        ("no_tariff_connected", {"no_tariff_connected"}),
        ("pending_connect", {"pending_connect"}),
        ("no_price_data", set()),
    ):
        price_server.control.behave(ErrorCode(422, code), path="/prices")
        await advance(later)
        assert issues(hass) == expected
        later += 2 * HOUR


@pytest.mark.parametrize(
    ("kind", "code", "changed"),
    [
        ("flatpeak", "no_tariff_connected", {}),
        ("flatpeak", "account_disabled", {}),
        ("sobry_contract", "key_ends", {"api_key_added": "2025-05-10"}),
    ],
)
async def test_a_removed_entry_leaves_no_issue(
    hass: HomeAssistant,
    price_server: PriceServer,
    kind: str,
    code: str,
    changed: dict[str, str],
) -> None:
    """Tell it at the start already, and forget it with the entry."""
    if kind == "flatpeak":
        price_server.control.behave(ErrorCode(422, code), path="/prices")
    await set_up(hass, make_entry(kind, price_server, **changed))
    assert issues(hass) == {code}
    await hass.config_entries.async_remove(ENTRY_ID)
    assert not issues(hass)


@pytest.mark.parametrize(
    ("kind", "is_told"),
    [("energysignal", True), ("sobry", False), ("flatpeak", False)],
)
async def test_tables_are_told_to_be_old_after_the_first_of_august(
    hass: HomeAssistant,
    price_server: PriceServer,
    freezer: FrozenDateTimeFactory,
    advance: Clock,
    kind: str,
    is_told: bool,
) -> None:
    """Warn who pays by them, until an update or own numbers replace them."""
    freezer.move_to("2026-07-31T12:00:00+00:00")
    await set_up(hass, make_entry(kind, price_server))
    assert not issues(hass)
    await advance("2026-08-01T12:00:00+00:00")
    assert issues(hass) == ({"tables_outdated"} if is_told else set())


async def test_own_numbers_end_the_warning_of_old_tables(
    hass: HomeAssistant, price_server: PriceServer, freezer: FrozenDateTimeFactory
) -> None:
    """Warn as long as one number of the tables counts."""
    freezer.move_to("2026-08-02T12:00:00+00:00")
    entry = make_entry("energysignal", price_server)
    await set_up(hass, entry)
    found = issue(hass, "tables_outdated")
    assert found
    assert not found.is_fixable
    assert found.severity is ir.IssueSeverity.WARNING
    for options, is_told in (
        (OWN_GRID, True),
        (OWN_GRID | {"rate_excise": 0.03}, False),
        ({"rate_excise": 0.03}, True),
        (OWN_GRID | {"rate_excise": 0.03, "rate_vat": 20}, False),
    ):
        hass.config_entries.async_update_entry(entry, options=options)
        await hass.async_block_till_done(wait_background_tasks=True)
        assert bool(issue(hass, "tables_outdated")) is is_told


async def test_a_subscription_that_is_missing_is_told_until_it_is_there(
    hass: HomeAssistant,
    entity_registry_enabled_by_default: None,
    price_server: PriceServer,
    advance: Clock,
) -> None:
    """Warn, and show the prices all the same."""
    price_server.control.behave(Status(401), path="/api/fcr-capacity")
    price_server.control.switches = type(price_server.control.switches)(
        energysignal_subscription=False
    )
    await set_up(hass, make_entry("energysignal", price_server))
    found = issue(hass, "no_subscription")
    assert found
    assert found.severity is ir.IssueSeverity.WARNING
    assert float(state(hass, "current_price")) != 0
    price_server.control.behave(Normal())
    start = datetime.fromisoformat(MORNING)
    await advance(start + 2 * HOUR)
    assert Issue.NO_SUBSCRIPTION not in issues(hass)
