"""Test setting up an entry by clicking, and reaching the provider another way."""

from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from dev.price_server import Down, Normal, PriceServer, Status, Wrong, WrongKind
from homeassistant.config_entries import SOURCE_USER, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

from .conftest import DOMAIN, NOW, set_up

TARIFF = {
    "segment": "C5",
    "turpe_option": "CU4",
    "customer_profile": "particulier",
    "tax_display": "TTC",
}


@pytest.fixture(autouse=True)
def moment(freezer: FrozenDateTimeFactory, paris: None) -> None:
    """Stop the clock, in France."""
    freezer.move_to(NOW)


def provider(server: PriceServer, **values: Any) -> dict[str, Any]:
    """Return the answer to the first form."""
    return {"provider": "sobry", "advanced": {"base_url": server.url}} | values


async def start(hass: HomeAssistant) -> str:
    """Open the flow, and return its id."""
    result = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "user"
    assert result["data_schema"].schema["advanced"].options == {"collapsed": True}
    return result["flow_id"]


async def answer(hass: HomeAssistant, flow_id: str, values: dict[str, Any]) -> Any:
    """Submit a form."""
    result = await hass.config_entries.flow.async_configure(flow_id, values)
    await hass.async_block_till_done()
    return result


async def test_the_two_forms_make_an_entry_with_prices(
    hass: HomeAssistant, price_server: PriceServer
) -> None:
    """Choose Sobry and a TURPE option, and find a loaded entry."""
    flow_id = await start(hass)
    result = await answer(hass, flow_id, provider(price_server))
    assert result["step_id"] == "tariff"
    result = await answer(hass, flow_id, TARIFF)

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Sobry"
    assert result["data"] == {"provider": "sobry", "base_url": price_server.url}
    assert result["options"] == TARIFF
    assert result["result"].state is ConfigEntryState.LOADED


async def test_without_an_address_the_entry_names_none(
    hass: HomeAssistant, price_server: PriceServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Leave the vendor's own address out of the entry, so that it can change."""
    monkeypatch.setattr(
        "custom_components.spot_planner.engine.providers.BASE_URL", price_server.url
    )
    flow_id = await start(hass)
    result = await answer(hass, flow_id, {"provider": "sobry"})
    assert result["step_id"] == "tariff"
    result = await answer(hass, flow_id, TARIFF)
    assert result["data"] == {"provider": "sobry"}


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
    flow_id = await start(hass)
    price_server.control.behave(behaviour)
    result = await answer(hass, flow_id, provider(price_server))
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "user"
    assert result["errors"] == {"base": error}
    assert result["data_schema"].schema["advanced"].options == {"collapsed": False}
    typed = result["data_schema"].schema["advanced"].schema.schema
    assert [key.description for key in typed] == [{"suggested_value": price_server.url}]

    price_server.control.behave(Normal())
    result = await answer(hass, flow_id, provider(price_server))
    assert result["step_id"] == "tariff"
    result = await answer(hass, flow_id, TARIFF)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_a_refused_connection_is_an_error(
    hass: HomeAssistant, socket_enabled: None
) -> None:
    """Say that nobody listens at an address."""
    async with PriceServer() as server:
        url = server.url
    values = {"provider": "sobry", "advanced": {"base_url": url}}
    result = await answer(hass, await start(hass), values)
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
    flow_id = await start(hass)
    values = {"provider": "sobry", "advanced": {"base_url": url}}
    result = await answer(hass, flow_id, values)
    assert result["errors"] == {"base": error}
    result = await answer(hass, flow_id, provider(price_server))
    assert result["step_id"] == "tariff"


async def test_an_unknown_provider_is_an_error_at_the_field(
    hass: HomeAssistant, price_server: PriceServer
) -> None:
    """Refuse a provider that is not offered."""
    flow_id = await start(hass)
    result = await answer(hass, flow_id, provider(price_server, provider="acme"))
    assert result["errors"] == {"provider": "unknown_value"}
    result = await answer(hass, flow_id, provider(price_server))
    assert result["step_id"] == "tariff"


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
    flow_id = await start(hass)
    await answer(hass, flow_id, provider(price_server))
    result = await answer(hass, flow_id, TARIFF | values)
    assert result["step_id"] == "tariff"
    assert result["errors"] == errors
    result = await answer(hass, flow_id, TARIFF)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_the_form_shows_what_c4_forces(
    hass: HomeAssistant, price_server: PriceServer
) -> None:
    """Show the profile `pro` and HT beside the error, and keep them in the entry."""
    flow_id = await start(hass)
    await answer(hass, flow_id, provider(price_server))
    result = await answer(hass, flow_id, TARIFF | {"segment": "C4"})
    shown = {
        str(key): (key.description or {}).get("suggested_value")
        for key in result["data_schema"].schema
    }
    assert shown["segment"] == "C4"
    assert shown["customer_profile"] == "pro"
    assert shown["tax_display"] == "HT"

    values = TARIFF | {"segment": "C4", "turpe_option": "LU"}
    result = await answer(hass, flow_id, values)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["options"] == {
        "segment": "C4",
        "turpe_option": "LU",
        "customer_profile": "pro",
        "tax_display": "HT",
    }


async def test_the_same_prices_are_set_up_once_only(
    hass: HomeAssistant, price_server: PriceServer
) -> None:
    """Refuse the same provider and tariff twice; another tariff is welcome."""
    MockConfigEntry(
        domain=DOMAIN,
        data={"provider": "sobry", "base_url": price_server.url},
        options={"turpe_option": "no longer known"},
    ).add_to_hass(hass)
    MockConfigEntry(
        domain=DOMAIN,
        data={"provider": "sobry", "base_url": price_server.url},
        options=TARIFF,
    ).add_to_hass(hass)
    flow_id = await start(hass)
    await answer(hass, flow_id, provider(price_server))
    result = await answer(hass, flow_id, TARIFF)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"

    flow_id = await start(hass)
    await answer(hass, flow_id, provider(price_server))
    result = await answer(hass, flow_id, TARIFF | {"turpe_option": "MU4"})
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_reconfigure_moves_the_entry_to_another_address(
    hass: HomeAssistant, price_server: PriceServer, entry: MockConfigEntry
) -> None:
    """Try the new address first, keep the old one on an error, then reload."""
    await set_up(hass, entry)
    result = await entry.start_reconfigure_flow(hass)
    assert result["step_id"] == "reconfigure"
    nested = result["data_schema"].schema["advanced"].schema.schema
    assert [key.description for key in nested] == [
        {"suggested_value": price_server.url}
    ]

    result = await answer(
        hass, result["flow_id"], {"advanced": {"base_url": "http://example.com"}}
    )
    assert result["errors"] == {"base": "base_url_insecure"}
    assert entry.data["base_url"] == price_server.url

    async with PriceServer() as other:
        other.control.behave(Status(500), times=1)
        values = {"advanced": {"base_url": other.url}}
        result = await answer(hass, result["flow_id"], values)
        assert result["errors"] == {"base": "server_error"}

        result = await answer(hass, result["flow_id"], values)
        assert result["type"] is FlowResultType.ABORT
        assert result["reason"] == "reconfigure_successful"
        assert entry.data == {"provider": "sobry", "base_url": other.url}
        assert entry.state is ConfigEntryState.LOADED
        # One refused question, one try, and the reloaded entry's own.
        assert [request.status for request in other.requests] == [500, 200, 200]


async def test_reconfigure_keeps_what_it_does_not_ask_for(
    hass: HomeAssistant, entry: MockConfigEntry, price_server: PriceServer
) -> None:
    """Change the address alone; a key that the entry holds stays."""
    await set_up(hass, entry)
    hass.config_entries.async_update_entry(entry, data=entry.data | {"api_key": "k"})
    await hass.async_block_till_done(wait_background_tasks=True)
    result = await entry.start_reconfigure_flow(hass)
    result = await answer(
        hass, result["flow_id"], {"advanced": {"base_url": f"{price_server.url}/"}}
    )
    assert result["reason"] == "reconfigure_successful"
    assert entry.data["api_key"] == "k"


async def test_reconfigure_mends_an_entry_that_waits(
    hass: HomeAssistant, entry: MockConfigEntry, price_server: PriceServer
) -> None:
    """Load at once with an address that works, or without one of its own."""
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(
        entry, data={"provider": "sobry", "base_url": f"{price_server.url}/wrong"}
    )
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    result = await entry.start_reconfigure_flow(hass)
    values = {"advanced": {"base_url": price_server.url}}
    result = await answer(hass, result["flow_id"], values)
    assert result["reason"] == "reconfigure_successful"
    await hass.async_block_till_done(wait_background_tasks=True)
    assert entry.state is ConfigEntryState.LOADED


async def test_reconfigure_to_the_vendors_own_address(
    hass: HomeAssistant,
    price_server: PriceServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Begin with an empty field where the entry names no address."""
    monkeypatch.setattr(
        "custom_components.spot_planner.engine.providers.BASE_URL", price_server.url
    )
    entry = MockConfigEntry(domain=DOMAIN, data={"provider": "sobry"})
    await set_up(hass, entry)
    result = await entry.start_reconfigure_flow(hass)
    nested = result["data_schema"].schema["advanced"].schema.schema
    assert [key.description for key in nested] == [None]
    result = await answer(hass, result["flow_id"], {})
    assert result["reason"] == "reconfigure_successful"
    assert entry.data == {"provider": "sobry"}


async def test_reconfigure_does_not_make_two_entries_alike(
    hass: HomeAssistant, entry: MockConfigEntry, price_server: PriceServer
) -> None:
    """Refuse an address that another entry of the same tariff has already."""
    await set_up(hass, entry)
    async with PriceServer() as other:
        twin = MockConfigEntry(
            domain=DOMAIN, data={"provider": "sobry", "base_url": other.url}
        )
        await set_up(hass, twin)
        result = await twin.start_reconfigure_flow(hass)
        result = await answer(
            hass, result["flow_id"], {"advanced": {"base_url": price_server.url}}
        )
        assert result["reason"] == "already_configured"
        assert twin.data["base_url"] == other.url
        await hass.config_entries.async_unload(twin.entry_id)
