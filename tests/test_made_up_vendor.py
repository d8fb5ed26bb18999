"""Test that one description is all that a vendor needs, from the form to the price."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.spot_planner.config_flow import SpotPlannerConfigFlow
from custom_components.spot_planner.diagnostics import (
    async_get_config_entry_diagnostics,
)
from custom_components.spot_planner.engine.providers.vendors import VENDORS
from custom_components.spot_planner.system_health import async_info
from homeassistant.components import system_health
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr

from .conftest import NOW
from .flows import answer, choose, reauth_flows
from .made_up_vendor import VENDOR, with_texts
from .repository.files import english
from .repository.flows import flow
from .repository.test_flow_texts import check_steps

PASS = "open_sesame_4711"
TOLD = {"pass_phrase": PASS}


@pytest.fixture(autouse=True)
def listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """List the vendor beside the others."""
    monkeypatch.setitem(VENDORS, VENDOR.key, VENDOR)


@pytest.fixture
async def api(
    freezer: FrozenDateTimeFactory, paris: None, socket_enabled: None
) -> AsyncIterator[str]:
    """Run its API, which tells the prices of SE3 only, and return the address."""
    freezer.move_to(NOW)

    async def prices(request: web.Request) -> web.Response:
        if request.headers["Authorization"] != f"Bearer {PASS}":
            raise web.HTTPUnauthorized
        if request.match_info["region"] not in ("SE1", "SE3"):
            raise web.HTTPNotFound
        start = datetime.fromisoformat(f"{request.query['from']}T00:00+02:00")
        end = datetime.fromisoformat(f"{request.query['to']}T00:00+02:00")
        quarter = timedelta(minutes=15)
        rows = [
            {"at": (start + n * quarter).isoformat(), "sek": n / 100}
            for n in range((end - start) // quarter)
        ]
        return web.json_response({"prices": rows})

    app = web.Application()
    app.router.add_get("/prices/{region}", prices)
    async with TestServer(app) as server:
        yield str(server.make_url("/")).rstrip("/")


@pytest.fixture
async def region_form(hass: HomeAssistant, api: str) -> Any:
    """Return the form that follows the right credentials."""
    form = await choose(hass, VENDOR.key)
    wrong = {"pass_phrase": "another_one_4711", "advanced": {"base_url": api}}
    form = await answer(hass, form, wrong)
    assert form["errors"] == {"base": "invalid_auth"}
    form = await answer(hass, form, {**TOLD, "advanced": {"base_url": api}})
    assert (form["step_id"], form["errors"]) == ("region", {})
    return form


@pytest.fixture
async def made(hass: HomeAssistant, region_form: Any) -> MockConfigEntry:
    """Return the entry that the forms have made."""
    form = await answer(hass, region_form, {"region": "SE9"})
    assert form["errors"] == {"region": "unknown_region"}
    result = await answer(hass, form, {"region": "se3"})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Made Up SE3"
    entry: MockConfigEntry = result["result"]
    return entry


async def test_from_the_form_to_the_current_price(
    hass: HomeAssistant, made: MockConfigEntry, api: str
) -> None:
    """The entry has what was asked for, and the price is the one of the API."""
    assert made.state is ConfigEntryState.LOADED
    assert made.data == {
        **TOLD,
        "provider": "made_up",
        "base_url": api,
        "lookup": "region",
        "region": "SE3",
    }
    price = hass.states.get("sensor.made_up_se3_current_price")
    assert price
    # The quarter-hour at two in the afternoon is the 57th of the day.
    assert price.state == "0.56000"
    assert price.attributes["unit_of_measurement"] == "SEK/kWh"
    assert price.attributes["source"] == "made_up"
    (device,) = dr.async_entries_for_config_entry(dr.async_get(hass), made.entry_id)
    assert device.manufacturer == "Made Up"
    assert device.configuration_url == "https://made-up.test"


async def test_same_place_is_a_double(
    hass: HomeAssistant, made: MockConfigEntry, api: str
) -> None:
    """Two entries for one region would tell the same."""
    form = await choose(hass, VENDOR.key)
    form = await answer(hass, form, {**TOLD, "advanced": {"base_url": api}})
    result = await answer(hass, form, {"region": "SE3"})
    assert result["reason"] == "already_configured"


async def test_other_credentials(hass: HomeAssistant, made: MockConfigEntry) -> None:
    """They are asked for by the same description."""
    made.async_start_reauth(hass)
    await hass.async_block_till_done()
    (form,) = reauth_flows(hass)
    result = await answer(hass, form, TOLD)
    assert result["reason"] == "reauth_successful"


async def test_options(hass: HomeAssistant, made: MockConfigEntry) -> None:
    """A price that is final has no page for a tariff."""
    menu = await hass.config_entries.options.async_init(made.entry_id)
    assert menu["menu_options"] == ["colours", "window", "home"]


async def test_what_others_may_see(
    hass: HomeAssistant, made: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Diagnostics hide the credentials; system information tries the vendor itself."""
    monkeypatch.setattr(
        system_health, "async_check_can_reach_url", lambda _, url: f"tried {url}"
    )
    told = await async_get_config_entry_diagnostics(hass, made)
    assert PASS not in str(told)
    assert told["entry"]["data"]["region"] == "SE3"
    info = await async_info(hass)
    assert info["can_reach_made_up"] == "tried https://api.made-up.test"


def test_only_vendors_have_a_step() -> None:
    """Home Assistant learns from a missing method that there is no such step."""
    made = SpotPlannerConfigFlow()
    assert hasattr(made, "async_step_made_up")
    assert not hasattr(made, "async_step_nobody")
    assert not hasattr(made, "made_up")


def test_its_texts_are_all_that_it_takes() -> None:
    """The steps with this vendor are the ones of the translations with its texts."""
    check_steps(with_texts(english())["config"], flow("ConfigFlow"))
