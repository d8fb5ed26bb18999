"""Test that the same prices are set up once only."""

from dataclasses import replace
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.spot_planner.engine.providers.vendors import VENDORS
from dev.price_server import PriceServer
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

from .conftest import DOMAIN, NOW, set_up
from .entries import make_entry
from .flows import (
    TARIFF,
    answer,
    choose,
    connect,
    connection,
    credentials,
    open_page,
    submit,
    typed,
)

OTHER_ID = "01JSPOTPLANNEROTHERENTRY00"
REGION = {"lookup": "region", "region": "DK1"}
HOME_ID = "0a3f50a0-2222-32b8-e044-0003ba298018"
ADDRESS = {"lookup": "address", "address_id": HOME_ID, "address": "as it was once"}
POINT = {"latitude": 55.676, "longitude": 12.568}
COORDINATES = {"lookup": "coordinates", **POINT}


@pytest.fixture(autouse=True)
def moment(freezer: FrozenDateTimeFactory, paris: None) -> None:
    """Stop the clock, in France."""
    freezer.move_to(NOW)


async def go_on(hass: HomeAssistant, result: Any, *forms: dict[str, Any]) -> Any:
    """Submit one form after another, and return what follows the last one."""
    for values in forms:
        result = await answer(hass, result, values)
    return result


@pytest.mark.parametrize(
    ("kind", "kept", "forms"),
    [
        ("sobry", {}, [TARIFF]),
        ("sobry_contract", {"api_key_added": "2025-12-01"}, []),
        ("energysignal", {}, [TARIFF]),
        ("flatpeak", {"time_zone": "Europe/Berlin"}, []),
        ("minstroem", COORDINATES, [{"lookup": "coordinates"}, {"location": POINT}]),
        ("minstroem", REGION, [{"lookup": "region"}, {"region": "dk1"}]),
        (
            "minstroem",
            ADDRESS,
            [{"lookup": "address"}, {"address": "11"}, {"address_id": HOME_ID}],
        ),
        ("otark", {}, []),
    ],
)
async def test_the_same_connection_is_refused(
    hass: HomeAssistant,
    price_server: PriceServer,
    kind: str,
    kept: dict[str, Any],
    forms: list[dict[str, Any]],
) -> None:
    """Abort, whatever the two entries remember beside their connection."""
    provider = kind.partition("_")[0]
    url = price_server.vendor_url(provider)
    data = {"provider": provider, "base_url": url, **typed(kind), **kept}
    MockConfigEntry(domain=DOMAIN, data=data).add_to_hass(hass)
    result = await go_on(hass, await connect(hass, kind, price_server), *forms)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"


@pytest.mark.parametrize(
    ("kind", "changed", "forms"),
    [
        ("sobry", {}, [TARIFF | {"turpe_option": "MU4"}]),
        ("sobry", {}, [TARIFF | {"off_peak_hours": "23:00-07:00"}]),
        ("sobry", credentials("sobry_contract"), []),
        ("energysignal", {}, [TARIFF | {"supplier_markup": 0.01}]),
        ("flatpeak", {"location_id": "loc_london_1"}, []),
        ("minstroem", {}, [{"lookup": "region"}, {"region": "DK2"}]),
        (
            "minstroem",
            {},
            [
                {"lookup": "coordinates"},
                {"location": {"latitude": 56.15, "longitude": 10.2}},
            ],
        ),
    ],
)
async def test_another_contract_or_place_is_welcome(
    hass: HomeAssistant,
    price_server: PriceServer,
    kind: str,
    changed: dict[str, Any],
    forms: list[dict[str, Any]],
) -> None:
    """Set up a second entry of the same provider."""
    make_entry(kind, price_server).add_to_hass(hass)
    form = await choose(hass, kind)
    result = await answer(hass, form, connection(kind, price_server, **changed))
    result = await go_on(hass, result, *forms)
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize("written", ["{}", " {}/ ", "{}//"])
@pytest.mark.parametrize("is_kept", [False, True], ids=["typed anew", "typed before"])
async def test_the_vendors_own_address_is_the_same_as_none(
    hass: HomeAssistant,
    price_server: PriceServer,
    monkeypatch: pytest.MonkeyPatch,
    written: str,
    is_kept: bool,
) -> None:
    """Refuse the same prices, whether the address was typed or not."""
    here = replace(VENDORS["sobry"], base_url=price_server.url)
    monkeypatch.setitem(VENDORS, "sobry", here)
    kept = {"base_url": price_server.url} if is_kept else {}
    MockConfigEntry(domain=DOMAIN, data={"provider": "sobry", **kept}).add_to_hass(hass)
    now_typed = {} if is_kept else {"base_url": written.format(price_server.url)}
    form = await choose(hass, "sobry")
    result = await go_on(hass, form, {"advanced": now_typed}, TARIFF)
    assert result["reason"] == "already_configured"


async def test_an_address_in_capitals_is_the_same_address(
    hass: HomeAssistant, price_server: PriceServer
) -> None:
    """Refuse the same prices at an address that is only written otherwise."""
    url = price_server.url
    MockConfigEntry(
        domain=DOMAIN, data={"provider": "sobry", "base_url": url}
    ).add_to_hass(hass)
    form = await choose(hass, "sobry")
    written = {"base_url": url.replace("http:", "HTTP:") + "/"}
    result = await go_on(hass, form, {"advanced": written}, TARIFF)
    assert result["reason"] == "already_configured"


async def test_an_entry_that_cannot_be_used_is_nobodys_double(
    hass: HomeAssistant, price_server: PriceServer
) -> None:
    """Set up an entry beside ones from other versions of the integration."""
    options = {"turpe_option": "no longer known"}
    make_entry("sobry", price_server, options=options).add_to_hass(hass)
    MockConfigEntry(domain=DOMAIN, data={"provider": "acme"}).add_to_hass(hass)
    result = await go_on(hass, await connect(hass, "sobry", price_server), TARIFF)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_reconfigure_does_not_make_two_entries_alike(
    hass: HomeAssistant, price_server: PriceServer
) -> None:
    """Refuse the location of another entry, and leave the entry as it was."""
    make_entry(
        "flatpeak", price_server, entry_id=OTHER_ID, location_id="loc_london_1"
    ).add_to_hass(hass)
    entry = make_entry("flatpeak", price_server)
    await set_up(hass, entry)
    before = dict(entry.data)
    form = await entry.start_reconfigure_flow(hass)
    values = connection("flatpeak", price_server, location_id="loc_london_1")
    result = await answer(hass, form, values)
    assert result["reason"] == "already_configured"
    assert entry.data == before


async def test_an_entry_is_not_its_own_double(
    hass: HomeAssistant, price_server: PriceServer
) -> None:
    """Let a form be submitted as it is."""
    entry = make_entry("flatpeak", price_server)
    await set_up(hass, entry)
    form = await entry.start_reconfigure_flow(hass)
    result = await answer(hass, form, connection("flatpeak", price_server))
    assert result["reason"] == "reconfigure_successful"


async def test_reauthentication_does_not_make_two_entries_alike(
    hass: HomeAssistant, price_server: PriceServer
) -> None:
    """Refuse the key of another entry, and leave the entry as it was."""
    make_entry("sobry_contract", price_server, entry_id=OTHER_ID).add_to_hass(hass)
    entry = make_entry("sobry_contract", price_server, api_key="refused")
    await set_up(hass, entry)
    (form,) = hass.config_entries.flow.async_progress()
    result = await answer(hass, form, credentials("sobry_contract"))
    assert result["reason"] == "already_configured"
    assert entry.data["api_key"] == "refused"


@pytest.mark.parametrize("kind", ["sobry", "energysignal"])
async def test_the_options_do_not_make_two_entries_alike(
    hass: HomeAssistant, price_server: PriceServer, kind: str
) -> None:
    """Say above the form that this contract is set up, and save nothing."""
    other = make_entry(kind, price_server, entry_id=OTHER_ID, options=TARIFF)
    other.add_to_hass(hass)
    options = TARIFF | {"turpe_option": "MU4"}
    entry = make_entry(kind, price_server, options=options)
    await set_up(hass, entry)
    form = await open_page(hass, entry, "tariff")
    result = await submit(hass, form, TARIFF)
    assert result["errors"] == {"base": "already_configured"}
    assert entry.options == options
    result = await submit(hass, form, TARIFF | {"turpe_option": "LU"})
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_an_entry_with_an_unknown_option_can_still_move(
    hass: HomeAssistant, price_server: PriceServer
) -> None:
    """Change the address of an entry whose options nobody can compare."""
    options = {"turpe_option": "from the future"}
    make_entry("sobry", price_server, entry_id=OTHER_ID).add_to_hass(hass)
    entry = make_entry("sobry", price_server, options=options, base_url="http://[::1]")
    entry.add_to_hass(hass)
    form = await entry.start_reconfigure_flow(hass)
    result = await answer(hass, form, connection("sobry", price_server))
    assert result["reason"] == "reconfigure_successful"
    assert entry.data["base_url"] == price_server.url
