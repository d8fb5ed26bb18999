"""Test what a form says of keys, tokens and accounts."""

from dataclasses import replace

from freezegun.api import FrozenDateTimeFactory
import pytest

from dev.price_server import ErrorCode, Normal, PriceServer, Status
from dev.price_server.behaviour import Behaviour
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

from .conftest import NOW
from .flows import TARIFF, answer, choose, connect, connection, credentials, shown

# Each field that opens a door, by the provider's kind, and the step that follows it.
FIELDS = [
    ("sobry_contract", "api_key", None),
    ("energysignal", "token", "tariff"),
    ("flatpeak", "account_id", None),
    ("flatpeak", "api_key", None),
    ("minstroem", "api_key", "lookup"),
    ("minstroem", "api_secret", "lookup"),
    ("otark", "api_key", None),
]
each_field = pytest.mark.parametrize(("kind", "field", "following"), FIELDS)


@pytest.fixture(autouse=True)
def moment(freezer: FrozenDateTimeFactory, paris: None) -> None:
    """Stop the clock, in France."""
    freezer.move_to(NOW)


@each_field
async def test_wrong_credentials_are_an_error_and_can_be_mended(
    hass: HomeAssistant,
    price_server: PriceServer,
    caplog: pytest.LogCaptureFixture,
    kind: str,
    field: str,
    following: str | None,
) -> None:
    """Say that they are wrong, keep what was typed, and go on with the right ones."""
    form = await choose(hass, kind.partition("_")[0])
    typed = connection(kind, price_server, **{field: "wrong-0815"})
    result = await answer(hass, form, typed)
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == form["step_id"]
    assert result["errors"] == {"base": "invalid_auth"}
    address = typed.pop("advanced")
    assert shown(result) == {**typed, **address}
    assert "wrong-0815" not in caplog.text

    result = await answer(hass, result, connection(kind, price_server))
    assert result.get("step_id") == following
    if following is None:
        assert result["type"] is FlowResultType.CREATE_ENTRY


@each_field
async def test_blanks_around_a_pasted_key_are_cut(
    hass: HomeAssistant,
    price_server: PriceServer,
    kind: str,
    field: str,
    following: str | None,
) -> None:
    """Take a key as it was meant, also with the line break that came along."""
    form = await choose(hass, kind.partition("_")[0])
    pasted = f"\t {credentials(kind)[field]} \r\n"
    result = await answer(hass, form, connection(kind, price_server, **{field: pasted}))
    assert not result.get("errors")
    if following is None:
        assert result["data"][field] == credentials(kind)[field]
    else:
        assert result["step_id"] == following


@each_field
@pytest.mark.parametrize(
    "text",
    ["two\nlines", "two\r\nlines", "two words", "clé", "nøgle", "x" * 5000],
    ids=["lf", "crlf", "blank", "accent", "danish", "long"],
)
async def test_a_text_that_is_no_key_is_an_error_at_its_field(
    hass: HomeAssistant,
    price_server: PriceServer,
    kind: str,
    field: str,
    following: str | None,
    text: str,
) -> None:
    """Point at the field without asking the provider, and go on once it is right."""
    form = await choose(hass, kind.partition("_")[0])
    result = await answer(hass, form, connection(kind, price_server, **{field: text}))
    assert result["errors"] == {field: "credential_invalid"}
    assert shown(result)[field] == text
    assert not price_server.requests
    result = await answer(hass, result, connection(kind, price_server))
    assert result.get("step_id") == following


@pytest.mark.parametrize(
    ("kind", "field"), [(kind, field) for kind, field, _ in FIELDS[1:]]
)
async def test_a_key_that_is_only_blanks_is_missing(
    hass: HomeAssistant, price_server: PriceServer, kind: str, field: str
) -> None:
    """Ask for the key of a provider that answers nobody without one."""
    form = await choose(hass, kind)
    result = await answer(hass, form, connection(kind, price_server, **{field: "  "}))
    assert result["errors"] == {field: "credential_missing"}
    assert not price_server.requests


@pytest.mark.parametrize("typed", [{}, {"api_key": ""}, {"api_key": " \n"}], ids=str)
async def test_sobry_without_a_key_has_public_prices(
    hass: HomeAssistant, price_server: PriceServer, typed: dict[str, str]
) -> None:
    """Go on to the tariff, and keep no empty key."""
    form = await choose(hass, "sobry")
    form = await answer(hass, form, connection("sobry", price_server, **typed))
    assert form["step_id"] == "tariff"
    result = await answer(hass, form, TARIFF)
    assert result["data"] == {"provider": "sobry", "base_url": price_server.url}
    assert {request.path for request in price_server.requests} == {"/api/prices/raw"}


async def test_sobry_with_a_key_has_the_prices_of_the_contract(
    hass: HomeAssistant, price_server: PriceServer
) -> None:
    """Ask the customers' route alone, and nothing about a tariff."""
    result = await connect(hass, "sobry_contract", price_server)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    paths = {request.path for request in price_server.requests}
    assert paths == {"/v2/user/daily-prices"}


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        # The vendor's own client takes both statuses for a key that is no good.
        ("sobry_contract", "invalid_auth"),
        ("energysignal", "forbidden"),
        ("flatpeak", "forbidden"),
        ("minstroem", "forbidden"),
        ("otark", "forbidden"),
    ],
)
async def test_credentials_without_the_right_to_ask_are_an_error(
    hass: HomeAssistant, price_server: PriceServer, kind: str, error: str
) -> None:
    """Tell a key that is wrong from one that may not do this."""
    price_server.control.behave(Status(403))
    result = await connect(hass, kind, price_server)
    assert result["errors"] == {"base": error}
    price_server.control.behave(Normal())
    result = await answer(hass, result, connection(kind, price_server))
    assert not result.get("errors")


async def test_a_key_of_otark_needs_the_right_to_one_list_only(
    hass: HomeAssistant, price_server: PriceServer
) -> None:
    """Accept a key that may not read the customers."""
    price_server.control.behave(Status(403), path="/v1/customers")
    result = await connect(hass, "otark", price_server)
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("kind", "behaviour", "error"),
    [
        ("flatpeak", ErrorCode(422, "no_tariff_connected"), "no_tariff_connected"),
        ("flatpeak", ErrorCode(422, "pending_connect"), "pending_connect"),
        ("flatpeak", ErrorCode(422, "no_price_data"), "not_published"),
        ("flatpeak", ErrorCode(422, "account_disabled"), "account_disabled"),
        ("flatpeak", Status(429), "rate_limited"),
        ("energysignal", Status(429, retry_after=60), "rate_limited"),
        ("energysignal", Status(400), "refused"),
        ("minstroem", Status(404), "not_found"),
        ("minstroem", Status(500), "server_error"),
        ("otark", Status(422), "refused"),
        ("otark", Status(503), "server_error"),
    ],
    ids=str,
)
async def test_what_else_a_provider_answers_has_its_own_sentence(
    hass: HomeAssistant,
    price_server: PriceServer,
    kind: str,
    behaviour: Behaviour,
    error: str,
) -> None:
    """Say what is wrong above the form, and go on once it is over."""
    path = "/prices" if kind == "flatpeak" else None
    price_server.control.behave(behaviour, path=path)
    result = await connect(hass, kind, price_server)
    assert result["errors"] == {"base": error}
    price_server.control.behave(Normal())
    result = await answer(hass, result, connection(kind, price_server))
    assert not result.get("errors")


async def test_a_token_without_prices_is_an_error(
    hass: HomeAssistant, price_server: PriceServer
) -> None:
    """Say that EnergySignal has no prices, though it knows the token."""
    switches = price_server.control.switches
    price_server.control.switches = replace(switches, energysignal_empty=True)
    result = await connect(hass, "energysignal", price_server)
    assert result["errors"] == {"base": "not_published"}


async def test_the_key_of_min_stroem_is_tried_before_the_place_is_known(
    hass: HomeAssistant, price_server: PriceServer
) -> None:
    """Ask about the account, which needs no place."""
    form = await connect(hass, "minstroem", price_server)
    assert form["step_id"] == "lookup"
    paths = [request.path for request in price_server.requests]
    assert paths == ["/thirdParty/currentRequestCount"]
