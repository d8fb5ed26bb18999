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
