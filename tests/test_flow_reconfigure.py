"""Test changing how a provider is reached and where the prices are for."""

from dataclasses import replace
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.spot_planner.engine.providers.vendors import VENDORS
from dev.price_server import ErrorCode, Normal, PriceServer, Status
from dev.price_server.behaviour import Behaviour
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

from .conftest import DOMAIN, NOW, set_up, state
from .entries import make_entry
from .flows import TARIFF, answer, connection, credentials, shown, typed

KINDS = ["sobry", "sobry_contract", "energysignal", "flatpeak", "minstroem", "otark"]
COPENHAGEN = {"latitude": 55.676, "longitude": 12.568}
AARHUS = {"latitude": 56.15, "longitude": 10.2}
HOME_ID = "0a3f50a0-3333-32b8-e044-0003ba298018"
HOME_TEXT = "Prøvevej 2B, 8000 Aarhus C"
# The forms that lead to a place, and what the entry keeps of it.
PLACES: dict[str, tuple[list[dict[str, Any]], dict[str, Any]]] = {
    "region": (
        [{"lookup": "region"}, {"region": "se3"}],
        {"lookup": "region", "region": "SE3"},
    ),
    "coordinates": (
        [{"lookup": "coordinates"}, {"location": AARHUS}],
        {"lookup": "coordinates", **AARHUS},
    ),
    "address": (
        [{"lookup": "address"}, {"address": "2B Aarhus"}, {"address_id": HOME_ID}],
        {"lookup": "address", "address_id": HOME_ID, "address": HOME_TEXT},
    ),
}


@pytest.fixture(autouse=True)
def moment(freezer: FrozenDateTimeFactory, paris: None) -> None:
    """Stop the clock, in France."""
    freezer.move_to(NOW)


def min_stroem(server: PriceServer, lookup: str) -> MockConfigEntry:
    """Return an entry of Min Strøm for one of the places."""
    url = server.vendor_url("minstroem")
    place = PLACES[lookup][1]
    data = {"provider": "minstroem", "base_url": url, **typed("minstroem"), **place}
    return MockConfigEntry(domain=DOMAIN, title="Min Strøm", data=data)


async def go_on(hass: HomeAssistant, result: Any, *forms: dict[str, Any]) -> Any:
    """Submit one form after another, and return what follows the last one."""
    for values in forms:
        result = await answer(hass, result, values)
    return result


def later_forms(kind: str) -> list[dict[str, Any]]:
    """Return the forms that follow the connection."""
    return PLACES["coordinates"][0] if kind == "minstroem" else []


@pytest.mark.parametrize("kind", KINDS)
async def test_each_provider_moves_to_another_address(
    hass: HomeAssistant, price_server: PriceServer, kind: str
) -> None:
    """Show what is set, try the new address, keep the old one on an error, move."""
    options = TARIFF | {"window_duration": 90}
    entry = make_entry(kind, price_server, options=options)
    await set_up(hass, entry)
    before = dict(entry.data)
    form = await entry.start_reconfigure_flow(hass)
    assert form["step_id"] == kind.partition("_")[0]
    filled = {field: value for field, value in shown(form).items() if value}
    assert filled == {**typed(kind), "base_url": before["base_url"]}

    values = connection(kind, price_server)
    values["advanced"] = {"base_url": "http://example.com"}
    result = await answer(hass, form, values)
    assert result["errors"] == {"base": "base_url_insecure"}
    async with PriceServer() as other:
        other.control.behave(Status(500))
        result = await answer(hass, result, connection(kind, other))
        assert result["errors"] == {"base": "server_error"}
        assert entry.data == before

        other.control.behave(Normal())
        result = await answer(hass, result, connection(kind, other))
        result = await go_on(hass, result, *later_forms(kind))
        assert result["type"] is FlowResultType.ABORT
        assert result["reason"] == "reconfigure_successful"
        place = AARHUS if kind == "minstroem" else {}
        url = other.vendor_url(kind.partition("_")[0])
        assert entry.data == before | {"base_url": url} | place
        assert entry.options == options
        assert entry.state is ConfigEntryState.LOADED
        await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize("kind", KINDS[1:])
async def test_right_credentials_mend_an_entry_that_was_refused(
    hass: HomeAssistant, price_server: PriceServer, kind: str
) -> None:
    """Load at once, without a reload by hand."""
    wrong = dict.fromkeys(credentials(kind), "refused")
    entry = make_entry(kind, price_server, options=TARIFF, **wrong)
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    form = await entry.start_reconfigure_flow(hass)
    result = await answer(hass, form, connection(kind, price_server))
    result = await go_on(hass, result, *later_forms(kind))
    assert result["reason"] == "reconfigure_successful"
    assert {**entry.data, **credentials(kind)} == entry.data
    assert entry.state is ConfigEntryState.LOADED


@pytest.mark.parametrize("kind", [it for it in KINDS if it != "otark"])
@pytest.mark.parametrize(
    ("behaviour", "error"),
    [
        (Status(401), "invalid_auth"),
        (Status(429), "rate_limited"),
        (Status(500), "server_error"),
    ],
    ids=str,
)
async def test_a_try_that_fails_keeps_the_entry_and_its_prices(
    hass: HomeAssistant,
    price_server: PriceServer,
    kind: str,
    behaviour: Behaviour,
    error: str,
) -> None:
    """Change nothing, and know the prices also after a restart without a network."""
    entry = make_entry(kind, price_server)
    await set_up(hass, entry)
    before, runtime = dict(entry.data), entry.runtime_data
    price = state(hass, "current_price")
    form = await entry.start_reconfigure_flow(hass)
    price_server.control.behave(behaviour)
    other = {field: f"{text}x" for field, text in credentials(kind).items()}
    values = connection(kind, price_server, **other)
    result = await answer(hass, form, values)
    if kind == "sobry" and error == "invalid_auth":
        # Public prices need no key, so none can be wrong.
        error = "refused"
    assert result["errors"] == {"base": error}
    assert entry.data == before
    assert entry.runtime_data is runtime

    hass.config_entries.flow.async_abort(form["flow_id"])
    price_server.control.forget()
    await hass.config_entries.async_reload(entry.entry_id)
    assert entry.state is ConfigEntryState.LOADED
    assert state(hass, "current_price") == price
    assert not price_server.requests


@pytest.mark.parametrize("before", PLACES)
@pytest.mark.parametrize("after", PLACES)
async def test_min_stroem_moves_from_one_kind_of_place_to_another(
    hass: HomeAssistant, price_server: PriceServer, before: str, after: str
) -> None:
    """Keep the new place, and nothing of the old one."""
    entry = min_stroem(price_server, before)
    await set_up(hass, entry)
    form = await entry.start_reconfigure_flow(hass)
    form = await answer(hass, form, connection("minstroem", price_server))
    assert shown(form) == {"lookup": before}
    forms, place = PLACES[after]
    result = await go_on(hass, form, *forms)
    assert result["reason"] == "reconfigure_successful"
    assert entry.data == {
        "provider": "minstroem",
        "base_url": price_server.vendor_url("minstroem"),
        **typed("minstroem"),
        **place,
    }
    assert entry.state is ConfigEntryState.LOADED


async def test_each_form_shows_the_place_of_the_entry(
    hass: HomeAssistant, price_server: PriceServer
) -> None:
    """Begin with the region, the point or the text that is set."""
    for lookup, expected in (
        ("region", {"region": "SE3"}),
        ("coordinates", {"location": AARHUS}),
        ("address", {"address": HOME_TEXT}),
    ):
        entry = min_stroem(price_server, lookup)
        entry.add_to_hass(hass)
        form = await entry.start_reconfigure_flow(hass)
        form = await answer(hass, form, connection("minstroem", price_server))
        form = await answer(hass, form, {"lookup": lookup})
        assert shown(form) == expected


@pytest.mark.parametrize("before", PLACES)
@pytest.mark.parametrize(
    ("forms", "errors"),
    [
        ([{"lookup": "region"}, {"region": "XX"}], {"region": "unknown_region"}),
        (
            [
                {"lookup": "coordinates"},
                {"location": {"latitude": 48.857, "longitude": 2.352}},
            ],
            {"location": "outside_area"},
        ),
        (
            [{"lookup": "address"}, {"address": "Nowhere 1"}],
            {"address": "no_suggestions"},
        ),
    ],
    ids=["region", "coordinates", "address"],
)
async def test_a_place_without_prices_keeps_the_old_one(
    hass: HomeAssistant,
    price_server: PriceServer,
    before: str,
    forms: list[dict[str, Any]],
    errors: dict[str, str],
) -> None:
    """Say at the field what is wrong with the new place, and change nothing."""
    entry = min_stroem(price_server, before)
    await set_up(hass, entry)
    data = dict(entry.data)
    form = await entry.start_reconfigure_flow(hass)
    form = await answer(hass, form, connection("minstroem", price_server))
    result = await go_on(hass, form, *forms)
    assert result["errors"] == errors
    assert entry.data == data


async def test_a_location_of_flatpeak_in_another_country(
    hass: HomeAssistant, price_server: PriceServer
) -> None:
    """Learn its time zone and its currency, and forget the old prices."""
    entry = make_entry("flatpeak", price_server)
    await set_up(hass, entry)
    assert entry.runtime_data.prices.data.currency == "EUR"
    form = await entry.start_reconfigure_flow(hass)
    values = connection("flatpeak", price_server, location_id="loc_london_1")
    result = await answer(hass, form, values)
    assert result["reason"] == "reconfigure_successful"
    assert entry.data["time_zone"] == "Europe/London"
    assert entry.state is ConfigEntryState.LOADED
    assert entry.runtime_data.prices.data.currency == "GBP"
    assert entry.runtime_data.prices.asked.failure is None


async def test_an_unknown_location_of_flatpeak_keeps_the_old_one(
    hass: HomeAssistant, price_server: PriceServer
) -> None:
    """Say so at the field, and change nothing."""
    entry = make_entry("flatpeak", price_server)
    await set_up(hass, entry)
    before = dict(entry.data)
    form = await entry.start_reconfigure_flow(hass)
    values = connection("flatpeak", price_server, location_id="loc_nowhere")
    result = await answer(hass, form, values)
    assert result["errors"] == {"location_id": "unknown_location"}
    price_server.control.behave(ErrorCode(422, "no_tariff_connected"), path="/prices")
    result = await answer(hass, form, connection("flatpeak", price_server))
    assert result["errors"] == {"base": "no_tariff_connected"}
    assert entry.data == before


async def test_a_customer_of_sobry_adds_changes_and_removes_the_key(
    hass: HomeAssistant,
    price_server: PriceServer,
    freezer: FrozenDateTimeFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Switch between public and own prices, and count each key's year anew."""
    public = {"provider": "sobry", "base_url": price_server.url}
    entry = make_entry("sobry", price_server, options={"turpe_option": "LU"})
    await set_up(hass, entry)
    form = await entry.start_reconfigure_flow(hass)
    await answer(hass, form, connection("sobry_contract", price_server))
    key = credentials("sobry_contract")["api_key"]
    added = {"api_key": key, "api_key_added": "2026-04-15"}
    assert entry.data == public | added

    # The key that is in use already is no new one.
    freezer.move_to("2026-05-20T06:00:00+00:00")
    form = await entry.start_reconfigure_flow(hass)
    await answer(hass, form, connection("sobry_contract", price_server))
    assert entry.data == public | added

    monkeypatch.setattr("dev.price_server.sobry.SOBRY_API_KEY", "another-key")
    form = await entry.start_reconfigure_flow(hass)
    values = connection("sobry_contract", price_server, api_key="another-key")
    await answer(hass, form, values)
    added = {"api_key": "another-key", "api_key_added": "2026-05-20"}
    assert entry.data == public | added
    assert entry.state is ConfigEntryState.LOADED

    form = await entry.start_reconfigure_flow(hass)
    await answer(hass, form, connection("sobry", price_server))
    assert entry.data == public
    assert entry.options == {"turpe_option": "LU"}
    assert entry.state is ConfigEntryState.LOADED


async def test_reconfigure_mends_an_entry_that_waits(
    hass: HomeAssistant, price_server: PriceServer
) -> None:
    """Load at once with an address that works."""
    wrong = f"{price_server.url}/wrong"
    entry = make_entry("sobry", price_server, options=TARIFF, base_url=wrong)
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    form = await entry.start_reconfigure_flow(hass)
    result = await answer(hass, form, connection("sobry", price_server))
    assert result["reason"] == "reconfigure_successful"
    assert entry.state is ConfigEntryState.LOADED


async def test_reconfigure_to_the_vendors_own_address(
    hass: HomeAssistant, price_server: PriceServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Remove the address from the entry where the field is cleared."""
    here = replace(VENDORS["sobry"], base_url=price_server.url)
    monkeypatch.setitem(VENDORS, "sobry", here)
    async with PriceServer() as other:
        entry = make_entry("sobry", other, options=TARIFF)
        await set_up(hass, entry)
        form = await entry.start_reconfigure_flow(hass)
        result = await answer(hass, form, {})
        assert result["reason"] == "reconfigure_successful"
        assert entry.data == {"provider": "sobry"}
        form = await entry.start_reconfigure_flow(hass)
        assert shown(form)["base_url"] is None


async def test_public_prices_need_the_tariff_that_a_contract_does_not(
    hass: HomeAssistant, price_server: PriceServer
) -> None:
    """Ask for it when the key is removed, and keep the other options."""
    entry = make_entry("sobry_contract", price_server, options={"window_duration": 90})
    await set_up(hass, entry)
    before = dict(entry.data)
    form = await entry.start_reconfigure_flow(hass)
    form = await answer(hass, form, connection("sobry", price_server))
    assert form["step_id"] == "tariff"
    assert entry.data == before
    wrong = TARIFF | {"turpe_option": "CU5"}
    form = await answer(hass, form, wrong)
    assert form["errors"] == {"turpe_option": "unknown_value"}
    result = await answer(hass, form, TARIFF)
    assert result["reason"] == "reconfigure_successful"
    assert entry.data == {"provider": "sobry", "base_url": price_server.url}
    assert entry.options == TARIFF | {"window_duration": 90}
    assert entry.state is ConfigEntryState.LOADED
