"""Test how a form learns where the prices are for."""

from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest

from dev.price_server import ErrorCode, Normal, PriceServer, Status
from dev.price_server.behaviour import Behaviour
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData

from .conftest import NOW
from .flows import answer, choose, connect, connection, credentials, shown

COPENHAGEN = {"latitude": 55.676, "longitude": 12.568}
PARIS = {"latitude": 48.857, "longitude": 2.352}
TEXT = "Prøvevej 11"
HOME_ID = "0a3f50a0-2222-32b8-e044-0003ba298018"


@pytest.fixture(autouse=True)
def moment(freezer: FrozenDateTimeFactory, paris: None) -> None:
    """Stop the clock."""
    freezer.move_to(NOW)


async def look_up(hass: HomeAssistant, server: PriceServer, lookup: str) -> Any:
    """Enter the credentials of Min Strøm and a way to name the place."""
    form = await connect(hass, "minstroem", server)
    assert form["step_id"] == "lookup"
    form = await answer(hass, form, {"lookup": lookup})
    assert form["step_id"] == lookup
    assert not form["errors"]
    return form


def data(server: PriceServer, **place: Any) -> dict[str, Any]:
    """Return the data of an entry for a place."""
    return {
        "provider": "minstroem",
        "base_url": server.vendor_url("minstroem"),
        **credentials("minstroem"),
        **place,
    }


async def test_a_way_to_name_the_place_that_does_not_exist_is_an_error(
    hass: HomeAssistant, price_server: PriceServer
) -> None:
    """Refuse it at the field, and go on with one that does."""
    form = await connect(hass, "minstroem", price_server)
    result = await answer(hass, form, {"lookup": "planet"})
    assert result["step_id"] == "lookup"
    assert result["errors"] == {"lookup": "unknown_value"}
    result = await answer(hass, result, {"lookup": "region"})
    assert result["step_id"] == "region"


@pytest.mark.parametrize("typed", ["DK1", "dk1", " Dk1 "])
async def test_a_region_is_known_however_it_is_written(
    hass: HomeAssistant, price_server: PriceServer, typed: str
) -> None:
    """Keep the code as the provider writes it, and put it into the title."""
    form = await look_up(hass, price_server, "region")
    result = await answer(hass, form, {"region": typed})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Min Strøm DK1"
    assert result["data"] == data(price_server, lookup="region", region="DK1")
    assert result["result"].state is ConfigEntryState.LOADED


@pytest.mark.parametrize("typed", ["DK9", "fi", "x", "../..", "Danmark øst", "  "])
async def test_an_unknown_region_is_an_error_at_its_field(
    hass: HomeAssistant, price_server: PriceServer, typed: str
) -> None:
    """Keep what was typed, and go on with a region that exists."""
    form = await look_up(hass, price_server, "region")
    result = await answer(hass, form, {"region": typed})
    assert result["step_id"] == "region"
    assert result["errors"] == {"region": "unknown_region"}
    assert shown(result) == {"region": typed}
    result = await answer(hass, result, {"region": "NO2"})
    assert result["data"] == data(price_server, lookup="region", region="NO2")


async def test_the_map_begins_at_home(
    hass: HomeAssistant, price_server: PriceServer
) -> None:
    """Show the home, and take the point that is chosen."""
    hass.config.latitude, hass.config.longitude = 56.15, 10.2
    form = await look_up(hass, price_server, "coordinates")
    assert shown(form) == {"location": {"latitude": 56.15, "longitude": 10.2}}
    result = await answer(hass, form, {"location": COPENHAGEN})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Min Strøm"
    assert result["data"] == data(price_server, lookup="coordinates", **COPENHAGEN)
    assert result["result"].state is ConfigEntryState.LOADED


@pytest.mark.parametrize(
    "point",
    [PARIS, {"latitude": 91.0, "longitude": 12.0}],
    ids=["another country", "not on Earth"],
)
async def test_a_point_outside_the_area_is_an_error_at_the_map(
    hass: HomeAssistant, price_server: PriceServer, point: dict[str, float]
) -> None:
    """Keep the point, and go on with one that has prices."""
    form = await look_up(hass, price_server, "coordinates")
    result = await answer(hass, form, {"location": point})
    assert result["step_id"] == "coordinates"
    assert result["errors"] == {"location": "outside_area"}
    assert shown(result) == {"location": point}
    result = await answer(hass, result, {"location": COPENHAGEN})
    assert result["data"] == data(price_server, lookup="coordinates", **COPENHAGEN)


async def test_an_address_is_typed_then_chosen_and_kept_by_its_id(
    hass: HomeAssistant, price_server: PriceServer
) -> None:
    """Offer what the provider suggests, and keep the id and the text."""
    form = await look_up(hass, price_server, "address")
    form = await answer(hass, form, {"address": TEXT})
    assert form["step_id"] == "suggestion"
    offered = form["data_schema"].schema["address_id"].config["options"]
    assert [(it["value"], it["label"]) for it in offered] == [
        (
            "0a3f50a0-1111-32b8-e044-0003ba298018",
            "Prøvevej 11, 2630 Taastrup, 2. tv.",
        ),
        (HOME_ID, "Prøvevej 11, 2630 Taastrup, st."),
    ]
    result = await answer(hass, form, {"address_id": HOME_ID})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Min Strøm"
    assert result["data"] == data(
        price_server,
        lookup="address",
        address_id=HOME_ID,
        address="Prøvevej 11, 2630 Taastrup, st.",
    )
    assert result["result"].state is ConfigEntryState.LOADED


@pytest.mark.parametrize("typed", ["Nowhere 1", "   ", ".", "?"])
async def test_an_address_without_suggestions_is_an_error_at_its_field(
    hass: HomeAssistant, price_server: PriceServer, typed: str
) -> None:
    """Keep what was typed, and search again."""
    form = await look_up(hass, price_server, "address")
    result = await answer(hass, form, {"address": typed})
    assert result["step_id"] == "address"
    assert result["errors"] == {"address": "no_suggestions"}
    assert shown(result) == {"address": typed}
    result = await answer(hass, result, {"address": TEXT})
    assert result["step_id"] == "suggestion"


@pytest.mark.parametrize("status", [400, 404, 422])
async def test_a_search_that_is_refused_is_an_error_at_its_field(
    hass: HomeAssistant, price_server: PriceServer, status: int
) -> None:
    """Say that nothing was found: how the provider says so is not known."""
    form = await look_up(hass, price_server, "address")
    price_server.control.behave(Status(status))
    result = await answer(hass, form, {"address": TEXT})
    assert result["step_id"] == "address"
    assert result["errors"] == {"address": "no_suggestions"}
    price_server.control.behave(Normal())
    result = await answer(hass, result, {"address": TEXT})
    assert result["step_id"] == "suggestion"


async def test_a_search_that_fails_is_an_error_above_the_form(
    hass: HomeAssistant, price_server: PriceServer
) -> None:
    """Blame the provider, not the address."""
    form = await look_up(hass, price_server, "address")
    price_server.control.behave(Status(500))
    result = await answer(hass, form, {"address": TEXT})
    assert result["errors"] == {"base": "server_error"}
    assert shown(result) == {"address": TEXT}


@pytest.mark.parametrize("status", [400, 404])
async def test_an_address_without_prices_is_an_error_at_the_choice(
    hass: HomeAssistant, price_server: PriceServer, status: int
) -> None:
    """Let another one be chosen where the provider does not know its own id."""
    form = await look_up(hass, price_server, "address")
    form = await answer(hass, form, {"address": TEXT})
    price_server.control.behave(Status(status))
    result = await answer(hass, form, {"address_id": HOME_ID})
    assert result["step_id"] == "suggestion"
    assert result["errors"] == {"address_id": "unknown_address"}
    assert shown(result) == {"address_id": HOME_ID}
    price_server.control.behave(Normal())
    result = await answer(hass, result, {"address_id": HOME_ID})
    assert result["data"]["address_id"] == HOME_ID


async def test_an_address_that_was_not_offered_is_refused(
    hass: HomeAssistant, price_server: PriceServer
) -> None:
    """Take no id from elsewhere, and let the offer stand."""
    form = await look_up(hass, price_server, "address")
    form = await answer(hass, form, {"address": TEXT})
    with pytest.raises(InvalidData):
        await answer(hass, form, {"address_id": "0a3f50a0-9999"})
    result = await answer(hass, form, {"address_id": HOME_ID})
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("lookup", "values"),
    [("region", {"region": "DK1"}), ("coordinates", {"location": COPENHAGEN})],
)
@pytest.mark.parametrize(
    ("behaviour", "error"),
    [
        (Status(401), "invalid_auth"),
        (Status(429), "rate_limited"),
        (Status(500), "server_error"),
    ],
    ids=str,
)
async def test_a_place_is_not_blamed_for_another_failure(
    hass: HomeAssistant,
    price_server: PriceServer,
    lookup: str,
    values: dict[str, Any],
    behaviour: Behaviour,
    error: str,
) -> None:
    """Say above the form what has nothing to do with the place."""
    form = await look_up(hass, price_server, lookup)
    price_server.control.behave(behaviour)
    result = await answer(hass, form, values)
    assert result["errors"] == {"base": error}
    price_server.control.behave(Normal())
    result = await answer(hass, result, values)
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("location_id", "time_zone"),
    [
        ("loc_london_1", "Europe/London"),
        ("loc_flat_1", "Europe/Paris"),
        (" loc_mixed_1 ", "Europe/Paris"),
    ],
)
async def test_flatpeak_tells_the_time_zone_of_the_location(
    hass: HomeAssistant, price_server: PriceServer, location_id: str, time_zone: str
) -> None:
    """Ask for the location's id only, and learn where it lies."""
    form = await choose(hass, "flatpeak")
    values = connection("flatpeak", price_server, location_id=location_id)
    result = await answer(hass, form, values)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"]["location_id"] == location_id.strip()
    assert result["data"]["time_zone"] == time_zone
    assert result["result"].state is ConfigEntryState.LOADED


@pytest.mark.parametrize(
    ("location_id", "error"),
    [
        ("loc_nowhere", "unknown_location"),
        ("../login", "unknown_location"),
        ("straße", "credential_invalid"),
        ("loc a", "credential_invalid"),
        ("  ", "credential_missing"),
    ],
)
async def test_an_unknown_location_is_an_error_at_its_field(
    hass: HomeAssistant, price_server: PriceServer, location_id: str, error: str
) -> None:
    """Keep what was typed, and go on with a location that exists."""
    form = await choose(hass, "flatpeak")
    values = connection("flatpeak", price_server, location_id=location_id)
    result = await answer(hass, form, values)
    assert result["errors"] == {"location_id": error}
    assert shown(result)["location_id"] == location_id
    result = await answer(hass, result, connection("flatpeak", price_server))
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize("status", [400, 404, 422])
async def test_a_location_may_be_refused_in_several_ways(
    hass: HomeAssistant, price_server: PriceServer, status: int
) -> None:
    """Point at the location, as how the provider says so is not known."""
    form = await choose(hass, "flatpeak")
    price_server.control.behave(ErrorCode(status, "made_up"), path="/prices")
    result = await answer(hass, form, connection("flatpeak", price_server))
    assert result["errors"] == {"location_id": "unknown_location"}
