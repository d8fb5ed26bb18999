"""Test Min Strøm from the question to the prices, over a real connection."""

from datetime import datetime
from math import fsum
from urllib.parse import parse_qsl

from aiohttp import ClientSession
import pytest

from custom_components.spot_planner.engine.providers.base import PriceProvider
from custom_components.spot_planner.engine.providers.errors import RefusedError
from custom_components.spot_planner.engine.providers.minstroem.place import (
    Address,
    Coordinates,
    Place,
    Region,
)
from custom_components.spot_planner.engine.providers.minstroem.provider import (
    MinStroemProvider,
)
from custom_components.spot_planner.engine.providers.network import http
from custom_components.spot_planner.engine.series import Level, PriceSeries
from dev.price_server import PriceServer
from dev.price_server.credentials import MINSTROEM_API_KEY, MINSTROEM_API_SECRET

from ...helpers import COPENHAGEN, DAY, HOUR, utc
from ..conftest import NOW

REGION = Region("DK1")
COPENHAGEN_TOWN = Coordinates(55.6761, 12.5683)
ADDRESS = Address("0a3f50a0-3333-32b8-e044-0003ba298018")
PLACES: list[Place] = [REGION, COPENHAGEN_TOWN, ADDRESS]

PREFIX = "/thirdParty"
CHARGES = f"{PREFIX}/prices/charges/location"
# A night, a day and an evening rate are what a Danish grid tariff has.
BANDS = 3


def create(
    server: PriceServer,
    session: ClientSession,
    place: Place,
    secret: str = MINSTROEM_API_SECRET,
) -> MinStroemProvider:
    """Return a provider that asks a local server."""
    client = http.HttpClient(session, server.vendor_url("minstroem"))
    return MinStroemProvider(client, MINSTROEM_API_KEY, secret, place, COPENHAGEN)


@pytest.fixture
def provider(price_server: PriceServer, session: ClientSession) -> MinStroemProvider:
    """Return a provider for a place on the map."""
    return create(price_server, session, COPENHAGEN_TOWN)


async def ask(provider: PriceProvider, now: datetime = NOW) -> PriceSeries:
    """Ask for what is to come."""
    day = now.astimezone(COPENHAGEN).date()
    return (await provider.prices(day, day + 2 * DAY, now)).series


def paths(server: PriceServer) -> list[str]:
    """Return the paths that were asked for so far, below the vendor's prefix."""
    return [one.path.removeprefix(PREFIX) for one in server.requests]


@pytest.mark.parametrize(
    ("place", "path", "requests"),
    [
        (REGION, "/prices/DK1", 1),
        (COPENHAGEN_TOWN, "/prices/location", 1 + BANDS),
        (ADDRESS, f"/prices/addresses/{ADDRESS.identity}", 1),
    ],
)
async def test_each_place_has_its_route(
    price_server: PriceServer,
    session: ClientSession,
    place: Place,
    path: str,
    requests: int,
) -> None:
    """The prices of now until the end of tomorrow come with most of their colours."""
    series = await ask(create(price_server, session, place))
    assert paths(price_server)[0] == path
    assert len(price_server.requests) == requests
    assert {one.status for one in price_server.requests} == {200}
    assert (series.start, series.end) == (NOW, utc("2026-04-16T22:00"))
    assert {one.duration for one in series} == {HOUR}
    assert len({one.provider_level for one in series} - {None}) > 1
    assert {type(one.provider_level) for one in series} <= {Level, type(None)}


@pytest.mark.parametrize(
    ("place", "names"),
    [
        (REGION, ("spot",)),
        (ADDRESS, ("spot", "charges", "vat")),
        (
            COPENHAGEN_TOWN,
            ("spot", "transmission", "system", "excise", "grid", "vat"),
        ),
    ],
)
async def test_components(
    price_server: PriceServer,
    session: ClientSession,
    place: Place,
    names: tuple[str, ...],
) -> None:
    """They are as many as the place allows, and add up to the price."""
    series = await ask(create(price_server, session, place))
    assert series.component_names == names
    for one in series:
        total = fsum(part.amount for part in one.components)
        assert abs(total - one.price) <= 1e-12


async def test_charges_of_the_hours(
    price_server: PriceServer, provider: MinStroemProvider
) -> None:
    """Each band has its own; the rates are those that the server knows without VAT."""
    series = await ask(provider)
    for hour, grid in ((12, 0.3185), (16, 0.9556), (23, 0.1062)):
        one = series.at(utc(f"2026-04-15T{hour:02}:30"))
        assert one
        assert (one.component("grid"), one.component("excise")) == (grid, 0.008)
    queries = [dict(parse_qsl(one.query)) for one in price_server.requests]
    assert queries[1] == {
        "latitude": "55.6761",
        "longitude": "12.5683",
        "date": "2026-04-15T12:00:00Z",
    }


async def test_second_round_asks_for_prices_only(
    price_server: PriceServer, provider: MinStroemProvider
) -> None:
    """What the charges consist of is known by then."""
    first = await ask(provider)
    price_server.control.forget()
    assert await ask(provider) == first
    assert paths(price_server) == ["/prices/location"]


async def test_history(price_server: PriceServer, provider: MinStroemProvider) -> None:
    """Charges of one number have it, and those that change by the hour do not."""
    found = await provider.charge_history(utc("2025-06-01T00:00"), NOW)
    (request,) = price_server.requests
    assert request.path == f"{CHARGES}/history"
    assert dict(parse_qsl(request.query)) == {
        "latitude": "55.6761",
        "longitude": "12.5683",
        "fromDate": "2025-06-01T00:00:00Z",
        "toDate": "2026-04-15T12:00:00Z",
    }
    excise = [one for one in found if one.name == "Elafgift"]
    assert [(one.valid_from, one.amount) for one in excise] == [
        (utc("2024-12-31T23:00"), 0.9),
        (utc("2025-12-31T23:00"), 0.01),
    ]
    assert {one.owner for one in excise} == {"Energinet"}
    assert [one.amount for one in found if one.name.startswith("Nettarif")] == [None]
    assert [one.name for one in found if one.is_subscription] == [
        "TSO - System Abonnement",
        "Net abo C forbrug time",
    ]


@pytest.mark.parametrize("place", [REGION, ADDRESS])
async def test_history_of_other_places(
    price_server: PriceServer, session: ClientSession, place: Place
) -> None:
    """The vendor has none, so nobody is asked."""
    provider = create(price_server, session, place)
    assert await provider.charge_history(NOW - DAY, NOW) == ()
    assert price_server.requests == ()


async def test_history_that_the_vendor_refuses(provider: MinStroemProvider) -> None:
    """A period that ends before it begins is our mistake."""
    with pytest.raises(RefusedError):
        await provider.charge_history(NOW, NOW)


async def test_suggestions_lead_to_prices(
    price_server: PriceServer, session: ClientSession
) -> None:
    """A text gives addresses, and the id of one of them gives its prices."""
    provider = create(price_server, session, REGION)
    found = await provider.suggestions(" prøvevej 2B, 8000 ")
    assert [one.text for one in found] == ["Prøvevej 2B, 8000 Aarhus C"]
    address = Address(found[0].identity)
    assert len(await ask(create(price_server, session, address))) == 34
    assert len(await provider.suggestions("Prøvevej")) == 3
    assert await provider.suggestions("Nowhere 5") == ()


@pytest.mark.parametrize("query", ["", "   ", ".."])
async def test_suggestions_for_nothing(
    price_server: PriceServer, provider: MinStroemProvider, query: str
) -> None:
    """Nobody is asked."""
    assert await provider.suggestions(query) == ()
    assert price_server.requests == ()


@pytest.mark.parametrize("query", ["a/b", "?x=1#y", "100%", "%2e%2e/x", "..a", "\\a"])
async def test_suggestions_for_odd_texts(
    price_server: PriceServer, provider: MinStroemProvider, query: str
) -> None:
    """Whatever is typed is looked up, and leads nowhere else."""
    assert await provider.suggestions(query) == ()
    (request,) = price_server.requests
    assert request.path.startswith(f"{PREFIX}/prices/addresses/suggestions/")
    assert (request.query, request.status) == ("", 200)


async def test_request_count(
    price_server: PriceServer, provider: MinStroemProvider
) -> None:
    """The vendor counts every request of the day, whatever it was for."""
    assert await provider.request_count(NOW) == 0
    await ask(provider)
    assert await provider.request_count(NOW) == 2 + BANDS
    assert await provider.request_count(NOW + DAY) is None
