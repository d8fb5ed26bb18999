"""Test setting up an entry by clicking, with each provider."""

from dataclasses import replace
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.spot_planner.engine.providers.vendors import VENDORS
from dev.price_server import Down, Normal, PriceServer, Status, Wrong, WrongKind
from dev.price_server.credentials import SECRETS
from homeassistant.config_entries import SOURCE_USER, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

from .conftest import DOMAIN, NOW
from .flows import TARIFF, answer, choose, connect, connection, shown, typed


@pytest.fixture(autouse=True)
def moment(freezer: FrozenDateTimeFactory, paris: None) -> None:
    """Stop the clock, in France."""
    freezer.move_to(NOW)


@pytest.mark.parametrize(
    ("kind", "title", "learned", "later_forms"),
    [
        ("sobry", "Sobry", {}, [TARIFF]),
        ("sobry_contract", "Sobry", {"api_key_added": "2026-04-15"}, []),
        ("energysignal", "EnergySignal", {}, [TARIFF | {"turpe_option": "MU4"}]),
        ("flatpeak", "Flatpeak", {"time_zone": "Europe/Paris"}, []),
        (
            "minstroem",
            "Min Strøm DK2",
            {"lookup": "region", "region": "DK2"},
            [{"lookup": "region"}, {"region": "DK2"}],
        ),
        ("otark", "Otark", {}, []),
    ],
)
async def test_each_provider_from_the_choice_to_a_loaded_entry(
    hass: HomeAssistant,
    price_server: PriceServer,
    kind: str,
    title: str,
    learned: dict[str, str],
    later_forms: list[dict[str, Any]],
) -> None:
    """Keep what the contract names and no more, and put no secret into the title."""
    result = await connect(hass, kind, price_server)
    for values in later_forms:
        assert result["type"] is FlowResultType.FORM
        result = await answer(hass, result, values)
    assert result["type"] is FlowResultType.CREATE_ENTRY

    provider = kind.partition("_")[0]
    assert result["title"] == title
    assert not [secret for secret in SECRETS if secret in result["title"]]
    assert result["data"] == {
        "provider": provider,
        "base_url": price_server.vendor_url(provider),
        **typed(kind),
        **learned,
    }
    has_tariff = later_forms and "segment" in later_forms[-1]
    assert result["options"] == (later_forms[-1] if has_tariff else {})
    assert result["result"].state is ConfigEntryState.LOADED


async def test_the_address_of_the_api_is_out_of_the_way(
    hass: HomeAssistant, price_server: PriceServer
) -> None:
    """Fold the address away until it is what has to be mended."""
    form = await choose(hass, "sobry")
    assert form["data_schema"].schema["advanced"].options == {"collapsed": True}
    url = "http://example.com"
    result = await answer(hass, form, {"advanced": {"base_url": url}})
    assert result["data_schema"].schema["advanced"].options == {"collapsed": False}
    assert shown(result)["base_url"] == url


async def test_one_flow_does_not_show_what_was_typed_in_another(
    hass: HomeAssistant,
) -> None:
    """Begin each flow with empty fields."""
    form = await choose(hass, "sobry")
    typed = {"api_key": "mine", "advanced": {"base_url": "http://example.com"}}
    await answer(hass, form, typed)
    assert shown(await choose(hass, "sobry")) == {"api_key": None, "base_url": None}


async def test_without_an_address_the_entry_names_none(
    hass: HomeAssistant, price_server: PriceServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Leave the vendor's own address out of the entry, so that it can change."""
    here = replace(VENDORS["sobry"], base_url=price_server.url)
    monkeypatch.setitem(VENDORS, "sobry", here)
    form = await answer(hass, await choose(hass, "sobry"), {})
    assert form["step_id"] == "tariff"
    result = await answer(hass, form, TARIFF)
    assert result["data"] == {"provider": "sobry"}


async def test_an_address_is_kept_without_blanks_and_the_slash_at_its_end(
    hass: HomeAssistant, price_server: PriceServer
) -> None:
    """Write the same address in one way only."""
    values = {"advanced": {"base_url": f" {price_server.url}/ "}}
    form = await answer(hass, await choose(hass, "sobry"), values)
    result = await answer(hass, form, TARIFF)
    assert result["data"]["base_url"] == price_server.url


@pytest.mark.parametrize(
    ("behaviour", "error"),
    [
        (Down(), "cannot_connect"),
        (Status(400), "refused"),
        (Status(403), "refused"),
        (Status(404), "not_published"),
        (Status(429), "rate_limited"),
        (Status(429, retry_after=60), "rate_limited"),
        (Status(500), "server_error"),
        (Status(302), "server_error"),
        (Wrong(WrongKind.HTML), "malformed"),
        (Wrong(WrongKind.NOT_JSON), "malformed"),
        (Wrong(WrongKind.TRUNCATED), "malformed"),
        (Wrong(WrongKind.MISSING_PRICE), "malformed"),
        (Wrong(WrongKind.NAN), "malformed"),
        (Wrong(WrongKind.NO_OFFSET), "malformed"),
        (Wrong(WrongKind.HUGE), "malformed"),
        (Wrong(WrongKind.CURRENCY), "wrong_currency"),
        (Wrong(WrongKind.SUCCESS_FALSE), "not_published"),
        (Wrong(WrongKind.NO_ROWS), "not_published"),
    ],
    ids=str,
)
async def test_a_provider_that_fails_is_an_error_and_can_be_tried_again(
    hass: HomeAssistant, price_server: PriceServer, behaviour: Any, error: str
) -> None:
    """Say what is wrong, keep what was typed, and go on once it works."""
    price_server.control.behave(behaviour)
    result = await connect(hass, "sobry", price_server)
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "sobry"
    assert result["errors"] == {"base": error}
    assert shown(result)["base_url"] == price_server.url

    price_server.control.behave(Normal())
    result = await answer(hass, result, connection("sobry", price_server))
    assert result["step_id"] == "tariff"
    result = await answer(hass, result, TARIFF)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_a_refused_connection_is_an_error(
    hass: HomeAssistant, socket_enabled: None
) -> None:
    """Say that nobody listens at an address."""
    async with PriceServer() as server:
        url = server.url
    values = {"advanced": {"base_url": url}}
    result = await answer(hass, await choose(hass, "sobry"), values)
    assert result["errors"] == {"base": "cannot_connect"}


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("http://example.com", "base_url_insecure"),
        ("http://8.8.8.8", "base_url_insecure"),
        ("ftp://192.168.1.2", "base_url_insecure"),
        ("api.sobry.co", "base_url_invalid"),
        ("https://user:secret@example.com", "base_url_invalid"),
        ("https://", "base_url_invalid"),
    ],
)
async def test_an_address_that_cannot_be_used_is_an_error(
    hass: HomeAssistant, price_server: PriceServer, url: str, error: str
) -> None:
    """Refuse an address without asking it anything."""
    form = await choose(hass, "sobry")
    result = await answer(hass, form, {"advanced": {"base_url": url}})
    assert result["errors"] == {"base": error}
    result = await answer(hass, result, connection("sobry", price_server))
    assert result["step_id"] == "tariff"


async def test_an_unknown_provider_is_an_error_at_the_field(
    hass: HomeAssistant,
) -> None:
    """Refuse a provider that is not offered."""
    form = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    result = await answer(hass, form, {"provider": "acme"})
    assert result["errors"] == {"provider": "unknown_value"}
    result = await answer(hass, form, {"provider": "sobry"})
    assert result["step_id"] == "sobry"


@pytest.mark.parametrize(
    ("values", "errors"),
    [
        ({"segment": "C4"}, {"turpe_option": "c4_option"}),
        ({"segment": "C6"}, {"segment": "unknown_value"}),
        ({"turpe_option": "CU5"}, {"turpe_option": "unknown_value"}),
        ({"customer_profile": "vip"}, {"customer_profile": "unknown_value"}),
        ({"tax_display": "TVA"}, {"tax_display": "unknown_value"}),
        ({"off_peak_hours": ""}, {"off_peak_hours": "off_peak_empty"}),
        ({"off_peak_hours": "06:00-06:00"}, {"off_peak_hours": "off_peak_empty"}),
        ({"off_peak_hours": "night"}, {"off_peak_hours": "off_peak_not_a_time"}),
        ({"off_peak_hours": "22:00-25:00"}, {"off_peak_hours": "off_peak_not_a_time"}),
        (
            {"off_peak_hours": "22:00-06:00,05:00-07:00"},
            {"off_peak_hours": "off_peak_overlap"},
        ),
        (
            {"off_peak_hours_summer": "12:00-17:00"},
            {"off_peak_hours": "off_peak_winter_missing"},
        ),
        (
            {"off_peak_hours": "22:00-06:00", "off_peak_hours_summer": "x"},
            {"off_peak_hours_summer": "off_peak_not_a_time"},
        ),
        ({"supplier_markup": 12}, {"supplier_markup": "markup_too_large"}),
    ],
    ids=str,
)
async def test_a_tariff_that_does_not_exist_is_an_error_at_the_field(
    hass: HomeAssistant,
    price_server: PriceServer,
    values: dict[str, Any],
    errors: dict[str, str],
) -> None:
    """Name the field and the reason, and go on once it is right."""
    form = await connect(hass, "sobry", price_server)
    result = await answer(hass, form, TARIFF | values)
    assert result["step_id"] == "tariff"
    assert result["errors"] == errors
    result = await answer(hass, form, TARIFF)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_the_form_shows_what_c4_forces(
    hass: HomeAssistant, price_server: PriceServer
) -> None:
    """Show the profile `pro` and HT beside the error, and keep them in the entry."""
    form = await connect(hass, "sobry", price_server)
    result = await answer(hass, form, TARIFF | {"segment": "C4"})
    assert shown(result)["segment"] == "C4"
    assert shown(result)["customer_profile"] == "pro"
    assert shown(result)["tax_display"] == "HT"

    values = TARIFF | {"segment": "C4", "turpe_option": "LU"}
    result = await answer(hass, form, values)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["options"] == {
        "segment": "C4",
        "turpe_option": "LU",
        "customer_profile": "pro",
        "tax_display": "HT",
    }
