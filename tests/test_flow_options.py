"""Test which options each provider has, and what they do."""

from dataclasses import replace
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from dev.price_server import Down, PriceServer
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData

from .conftest import NOW, set_up, state
from .entries import make_entry
from .flows import open_page, shown, submit

FRENCH = ["tariff", "rates", "colours", "window", "home", "fallback"]
WITH_DIRECTIONS = [
    "tariff",
    "rates",
    "colours",
    "window",
    "home",
    "directions",
    "fallback",
]
LONDON = {"location_id": "loc_london_1", "time_zone": "Europe/London"}
NOTHING_ADDED = {
    "rate_hph": 0,
    "rate_hch": 0,
    "rate_hpb": 0,
    "rate_hcb": 0,
    "rate_excise": 0,
}


@pytest.fixture(autouse=True)
def moment(freezer: FrozenDateTimeFactory, paris: None) -> None:
    """Stop the clock, in France."""
    freezer.move_to(NOW)


@pytest.mark.parametrize(
    ("kind", "changed", "pages"),
    [
        ("sobry", {}, FRENCH),
        ("sobry_contract", {}, FRENCH),
        ("energysignal", {}, FRENCH),
        ("flatpeak", {}, WITH_DIRECTIONS),
        ("flatpeak", LONDON, ["colours", "window", "home", "directions"]),
        ("minstroem", {}, ["colours", "window", "home"]),
    ],
)
async def test_the_menu_has_the_pages_that_mean_something(
    hass: HomeAssistant,
    price_server: PriceServer,
    kind: str,
    changed: dict[str, str],
    pages: list[str],
) -> None:
    """Offer the French tariff in France only, and directions with Flatpeak only."""
    entry = make_entry(kind, price_server, **changed)
    await set_up(hass, entry)
    assert entry.supports_options
    result = await hass.config_entries.options.async_init(entry.entry_id)
    assert result["type"] is FlowResultType.MENU
    assert result["menu_options"] == pages
    for page in pages:
        await open_page(hass, entry, page)


async def test_volumes_have_no_options(
    hass: HomeAssistant, price_server: PriceServer
) -> None:
    """Offer none for Otark: they are all about prices."""
    entry = make_entry("otark", price_server)
    await set_up(hass, entry)
    assert not entry.supports_options


async def test_own_rates_replace_those_of_the_tables(
    hass: HomeAssistant, price_server: PriceServer
) -> None:
    """Take amounts per kWh, and VAT in percent."""
    entry = make_entry("energysignal", price_server)
    await set_up(hass, entry)
    spot = entry.runtime_data.prices.data.current.component("spot")
    form = await open_page(hass, entry, "rates")
    assert set(shown(form).values()) == {None}
    await submit(hass, form, NOTHING_ADDED | {"rate_vat": 0})
    assert float(state(hass, "current_price")) == pytest.approx(spot, abs=1e-5)

    form = await open_page(hass, entry, "rates")
    assert shown(form) == NOTHING_ADDED | {"rate_vat": 0}
    await submit(hass, form, NOTHING_ADDED | {"rate_vat": 5.5})
    assert float(state(hass, "current_price")) == pytest.approx(spot * 1.055, abs=1e-5)

    form = await open_page(hass, entry, "rates")
    await submit(hass, form, {})
    assert entry.options == {}


@pytest.mark.parametrize(
    ("values", "errors"),
    [
        ({"rate_vat": 300}, {"rate_vat": "vat_range"}),
        ({"rate_vat": 100.1}, {"rate_vat": "vat_range"}),
        ({"rate_vat": -20}, {"rate_vat": "vat_range"}),
        ({"rate_hph": 2}, {"rate_hph": "rate_too_large"}),
        ({"rate_hch": -2}, {"rate_hch": "rate_too_large"}),
        ({"rate_hpb": 3.97}, {"rate_hpb": "rate_too_large"}),
        ({"rate_hcb": 1.16}, {"rate_hcb": "rate_too_large"}),
        ({"rate_excise": 30.85}, {"rate_excise": "rate_too_large"}),
    ],
    ids=str,
)
async def test_a_rate_in_another_unit_is_an_error_at_its_field(
    hass: HomeAssistant,
    price_server: PriceServer,
    values: dict[str, float],
    errors: dict[str, str],
) -> None:
    """Keep what was typed, and change nothing."""
    entry = make_entry("sobry", price_server)
    await set_up(hass, entry)
    form = await open_page(hass, entry, "rates")
    result = await submit(hass, form, values)
    assert result["errors"] == errors
    assert shown(result) == dict.fromkeys(shown(form)) | values
    assert entry.options == {}
    result = await submit(hass, result, {"rate_vat": 20})
    assert entry.options == {"rate_vat": 20}


@pytest.mark.parametrize("kind", ["sobry", "energysignal", "flatpeak"])
async def test_colours_of_a_provider_that_gives_none_are_an_error(
    hass: HomeAssistant, price_server: PriceServer, kind: str
) -> None:
    """Refuse them at the field."""
    entry = make_entry(kind, price_server)
    await set_up(hass, entry)
    form = await open_page(hass, entry, "colours")
    result = await submit(hass, form, {"level_method": "provider"})
    assert result["errors"] == {"level_method": "provider_without_colours"}
    assert entry.options == {}


@pytest.mark.parametrize("kind", ["sobry_contract", "minstroem"])
async def test_colours_of_a_provider_that_gives_some_are_shown(
    hass: HomeAssistant, price_server: PriceServer, kind: str
) -> None:
    """Show the provider's colour of this moment."""
    entry = make_entry(kind, price_server)
    await set_up(hass, entry)
    form = await open_page(hass, entry, "colours")
    result = await submit(hass, form, {"level_method": "provider"})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options == {"level_method": "provider"}
    current = entry.runtime_data.prices.data.current
    assert state(hass, "price_level") == current.provider_level


@pytest.mark.parametrize(
    ("kind", "changed", "unit"),
    [
        ("sobry", {}, "EUR/kWh"),
        ("flatpeak", LONDON, "GBP/kWh"),
        ("minstroem", {}, "DKK/kWh"),
    ],
)
async def test_thresholds_are_in_the_currency_of_the_prices(
    hass: HomeAssistant,
    price_server: PriceServer,
    kind: str,
    changed: dict[str, str],
    unit: str,
) -> None:
    """Name the unit beside the fields, the home's while no price is known."""
    hass.config.currency = "SEK"
    entry = make_entry(kind, price_server, **changed)
    await set_up(hass, entry)
    form = await open_page(hass, entry, "colours")
    field = form["data_schema"].schema["level_green_below"]
    assert field.config["unit_of_measurement"] == unit

    await hass.config_entries.async_unload(entry.entry_id)
    form = await open_page(hass, entry, "colours")
    field = form["data_schema"].schema["level_green_below"]
    assert field.config["unit_of_measurement"] == "SEK/kWh"


@pytest.mark.parametrize(
    ("chosen", "kept"),
    [
        ({}, {"export"}),
        ({"price_directions": []}, set()),
        ({"price_directions": ["local"]}, {"local"}),
        ({"price_directions": ["export", "local"]}, {"export", "local"}),
    ],
    ids=["default", "none", "local", "both"],
)
async def test_directions_decide_what_flatpeak_is_asked_for(
    hass: HomeAssistant,
    price_server: PriceServer,
    chosen: dict[str, list[str]],
    kept: set[str],
) -> None:
    """Ask for what is chosen beside the price of power from the grid."""
    switches = price_server.control.switches
    price_server.control.switches = replace(switches, flatpeak_local=True)
    entry = make_entry("flatpeak", price_server, options={"price_directions": []})
    await set_up(hass, entry)
    form = await open_page(hass, entry, "directions")
    assert shown(form) == {"price_directions": []}
    result = await submit(hass, form, chosen)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    known = entry.runtime_data.prices.known
    found = {"export": known.export, "local": known.local}
    assert {name for name, series in found.items() if series is not None} == kept


@pytest.fixture
async def others(
    hass: HomeAssistant, price_server: PriceServer
) -> dict[str, MockConfigEntry]:
    """Return an entry of each provider and market, by its id."""
    changed: dict[str, tuple[str, dict[str, Any]]] = {
        "SIGNAL": ("energysignal", {}),
        "PUBLIC": ("sobry", {}),
        "FLAT": ("flatpeak", {}),
        "LONDON": ("flatpeak", LONDON),
        "DENMARK": ("minstroem", {}),
        "GERMANY": ("otark", {}),
        "CUSTOMER": ("sobry_contract", {}),
    }
    entries = {
        entry_id: make_entry(
            kind,
            price_server,
            entry_id=entry_id,
            options={"turpe_option": "LU"},
            **data,
        )
        for entry_id, (kind, data) in changed.items()
    }
    for entry in entries.values():
        entry.add_to_hass(hass)
    return entries


def offered(form: Any) -> dict[str, str]:
    """Return the entries that a form offers, by their id."""
    options = form["data_schema"].schema["fallback"].config["options"]
    return {option["value"]: option["label"] for option in options}


async def test_entries_with_french_spot_prices_can_stand_in(
    hass: HomeAssistant, price_server: PriceServer, others: dict[str, MockConfigEntry]
) -> None:
    """Offer the others by their titles, and keep them in the order chosen."""
    entry = make_entry("sobry", price_server)
    entry.add_to_hass(hass)
    form = await open_page(hass, entry, "fallback")
    assert offered(form) == {"SIGNAL": "Energysignal", "PUBLIC": "Sobry"}
    result = await submit(hass, form, {"fallback": ["PUBLIC", "SIGNAL"]})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options == {"fallback": ["PUBLIC", "SIGNAL"]}
    form = await open_page(hass, entry, "fallback")
    assert shown(form) == {"fallback": ["PUBLIC", "SIGNAL"]}


@pytest.mark.parametrize(
    "stranger", ["FLAT", "CUSTOMER", "LONDON", "DENMARK", "GERMANY", "NOBODY"]
)
async def test_entries_without_french_spot_prices_cannot_stand_in(
    hass: HomeAssistant,
    price_server: PriceServer,
    others: dict[str, MockConfigEntry],
    stranger: str,
) -> None:
    """Refuse what was not offered."""
    entry = make_entry("sobry", price_server)
    entry.add_to_hass(hass)
    form = await open_page(hass, entry, "fallback")
    with pytest.raises(InvalidData):
        await submit(hass, form, {"fallback": [stranger]})
    assert entry.options == {}


async def test_a_removed_entry_disappears_from_the_page(
    hass: HomeAssistant, price_server: PriceServer, others: dict[str, MockConfigEntry]
) -> None:
    """Show who is left, so that the page can be saved as it is."""
    options = {"fallback": ["PUBLIC", "SIGNAL"], "window_duration": 60}
    entry = make_entry("sobry", price_server, options=options)
    entry.add_to_hass(hass)
    await hass.config_entries.async_remove("PUBLIC")
    form = await open_page(hass, entry, "fallback")
    assert offered(form).keys() == {"SIGNAL"}
    assert shown(form) == {"fallback": ["SIGNAL"]}
    await submit(hass, form, shown(form))
    assert entry.options == {"fallback": ["SIGNAL"], "window_duration": 60}

    form = await open_page(hass, entry, "fallback")
    await submit(hass, form, {})
    assert entry.options == {"window_duration": 60}


async def test_the_only_entry_has_nobody_to_stand_in(
    hass: HomeAssistant, price_server: PriceServer
) -> None:
    """Show a page without a choice."""
    entry = make_entry("sobry", price_server)
    entry.add_to_hass(hass)
    form = await open_page(hass, entry, "fallback")
    assert offered(form) == {}
    result = await submit(hass, form, {})
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_an_option_is_saved_while_the_provider_fails(
    hass: HomeAssistant, price_server: PriceServer, others: dict[str, MockConfigEntry]
) -> None:
    """Load an entry that waits as soon as somebody can stand in for it."""
    await set_up(hass, others["SIGNAL"])
    price_server.control.behave(Down(), path="/api/prices")
    entry = make_entry("sobry", price_server)
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    form = await open_page(hass, entry, "fallback")
    await submit(hass, form, {"fallback": ["SIGNAL"]})
    assert entry.state is ConfigEntryState.LOADED
