"""Test changing the options, a page at a time."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from dev.price_server import PriceServer
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

from .conftest import state
from .flows import open_page, shown, submit

TARIFF = {
    "segment": "C5",
    "turpe_option": "LU",
    "customer_profile": "pro",
    "tax_display": "HT",
}


@pytest.mark.parametrize(
    "options", [{"window_duration": 60, "off_peak_hours": "23:00-07:00"}]
)
async def test_a_page_changes_its_own_options_only(
    hass: HomeAssistant, loaded: MockConfigEntry, price_server: PriceServer
) -> None:
    """Keep other pages' options, drop what was cleared, and ask for the new tariff."""
    form = await open_page(hass, loaded, "tariff")
    result = await submit(hass, form, TARIFF)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert loaded.options == TARIFF | {"window_duration": 60}
    assert loaded.state is ConfigEntryState.LOADED
    query = price_server.requests[-1].query
    assert "turpe=LU" in query
    assert "profil=pro" in query
    assert "display=HT" in query


async def test_the_pages_show_what_is_set(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Open a page with the values of the entry."""
    form = await open_page(hass, loaded, "window")
    await submit(hass, form, {"window_duration": 45, "price_lists": "generic"})
    form = await open_page(hass, loaded, "window")
    assert shown(form) == {"window_duration": 45, "price_lists": "generic"}


async def test_fixed_colours_follow_the_thresholds(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Colour a price by the thresholds as soon as they are saved."""
    price = float(state(hass, "current_price"))
    form = await open_page(hass, loaded, "colours")
    values = {
        "level_method": "fixed",
        "level_green_below": price - 0.02,
        "level_red_above": price - 0.01,
    }
    result = await submit(hass, form, values)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert state(hass, "price_level") == "red"


@pytest.mark.parametrize(
    ("page", "values", "errors"),
    [
        (
            "tariff",
            TARIFF | {"segment": "C4", "turpe_option": "MUDT"},
            {"turpe_option": "c4_option"},
        ),
        ("tariff", TARIFF | {"segment": "C9"}, {"segment": "unknown_value"}),
        (
            "tariff",
            TARIFF | {"off_peak_hours": "22-6"},
            {"off_peak_hours": "off_peak_not_a_time"},
        ),
        ("colours", {"level_method": "guess"}, {"level_method": "unknown_value"}),
        (
            "colours",
            {"level_method": "provider"},
            {"level_method": "provider_without_colours"},
        ),
        (
            "colours",
            {"level_method": "fixed"},
            {"level_green_below": "threshold_missing"},
        ),
        (
            "colours",
            {"level_method": "fixed", "level_green_below": 0.1},
            {"level_red_above": "threshold_missing"},
        ),
        (
            "colours",
            {
                "level_method": "fixed",
                "level_green_below": 0.2,
                "level_red_above": 0.1,
            },
            {"level_red_above": "thresholds_crossed"},
        ),
        (
            "window",
            {"window_duration": 0},
            {"window_duration": "window_duration_range"},
        ),
        (
            "window",
            {"window_duration": 1441},
            {"window_duration": "window_duration_range"},
        ),
        ("window", {"price_lists": "csv"}, {"price_lists": "unknown_value"}),
        ("home", {"power_limit": 0}, {"power_limit": "power_not_positive"}),
        ("home", {"base_load": -0.1}, {"base_load": "power_negative"}),
        (
            "home",
            {"power_limit": 3, "base_load": 3},
            {"base_load": "base_load_above_limit"},
        ),
        (
            "home",
            # 16 A at 230 V are 3.68 kW.
            {"power_limit": 16, "power_limit_unit": "ampere", "base_load": 3.7},
            {"base_load": "base_load_above_limit"},
        ),
        (
            "home",
            {"power_limit": 9, "power_limit_unit": "VA"},
            {"power_limit_unit": "unknown_value"},
        ),
        (
            "home",
            {"export_price": float("nan")},
            {"export_price": "not_a_number"},
        ),
        (
            "home",
            {"surplus_entity": "sensor.nowhere"},
            {"surplus_entity": "entity_missing"},
        ),
    ],
    ids=str,
)
async def test_an_option_that_makes_no_sense_is_an_error_at_the_field(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    page: str,
    values: dict[str, Any],
    errors: dict[str, str],
) -> None:
    """Name the field and the reason, and change nothing."""
    form = await open_page(hass, loaded, page)
    result = await submit(hass, form, values)
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == errors
    assert loaded.options == {}


@pytest.mark.parametrize("options", [{"turpe_option": "from the future"}])
async def test_an_option_that_stopped_the_entry_can_be_corrected(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Load as soon as the option makes sense, without a reload by hand."""
    assert loaded.state is ConfigEntryState.SETUP_ERROR
    form = await open_page(hass, loaded, "tariff")
    result = await submit(hass, form, TARIFF)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert loaded.state is ConfigEntryState.LOADED


@pytest.mark.parametrize("options", [{"turpe_option": "from the future"}])
async def test_an_error_on_another_page_stands_above_the_form(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    """Say that something is wrong when the field is not on this page."""
    entry.add_to_hass(hass)
    form = await open_page(hass, entry, "window")
    result = await submit(hass, form, {"window_duration": 60})
    assert result["errors"] == {"base": "unknown_value"}


async def test_what_the_home_shares_is_kept_and_cleared(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Save the limits of the home, show them again, and forget what is cleared."""
    hass.states.async_set("sensor.sun", "1.2")
    values = {
        "power_limit": 20,
        "power_limit_unit": "ampere_three_phase",
        "base_load": 0.4,
        "export_price": 0.04,
        "surplus_entity": "sensor.sun",
    }
    form = await open_page(hass, loaded, "home")
    units = {
        str(field): selector.config.get("unit_of_measurement")
        for field, selector in form["data_schema"].schema.items()
    }
    assert units["base_load"] == "kW"
    assert units["export_price"] == "EUR/kWh"
    result = await submit(hass, form, values)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert loaded.options == values
    form = await open_page(hass, loaded, "home")
    assert shown(form) == values
    await submit(hass, form, {"base_load": 0.4})
    assert loaded.options == {"base_load": 0.4, "power_limit_unit": "kva"}


@pytest.mark.parametrize("options", [{"surplus_entity": "sensor.gone"}])
async def test_a_forecast_that_is_gone_is_in_nobodys_way(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Save another page although the sensor does not exist any more."""
    form = await open_page(hass, loaded, "window")
    result = await submit(hass, form, {"window_duration": 60})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert loaded.options["surplus_entity"] == "sensor.gone"
