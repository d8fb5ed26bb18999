"""Tests of Min Strøm's routes."""

from datetime import date
from statistics import fmean
from typing import Any

import pytest

from dev.price_server import Switches
from dev.price_server.credentials import MINSTROEM_TOKEN
from dev.price_server.market import spot_prices

from .conftest import Client, Reply

EAST = {"latitude": "55.65", "longitude": "12.3"}
CHARGES = "/prices/charges/location"


async def ask(client: Client, path: str, **query: str) -> Reply:
    """Ask with the token."""
    client.headers["Authorization"] = f"Bearer {MINSTROEM_TOKEN}"
    return await client.ask("minstroem", path, **query)


async def read(client: Client, path: str, **query: str) -> Any:
    """Return a right answer."""
    reply = await ask(client, path, **query)
    assert reply.status == 200
    return reply.body


async def test_prices(client: Client) -> None:
    """A place's full price is the spot price of its region and the charges."""
    spot = await read(client, "/prices/DK2")
    full = await read(client, "/prices/location", **EAST)
    # From 16:00 in Denmark until the end of tomorrow.
    assert len(spot) == len(full) == 32
    assert spot[0]["date"] == full[0]["date"] == "2026-05-21T14:00:00Z"
    for one, other in zip(spot, full, strict=True):
        assert "charges" not in one
        assert other["price"] - other["charges"] == pytest.approx(one["price"])
    hour = [it.price for it in spot_prices(date(2026, 5, 21))[64:68]]
    crowns = fmean(hour) * 1.1 * 7.46 * 1.25 / 1000
    assert spot[0]["price"] == pytest.approx(crowns)
    colours = {row.get("color") for row in [*spot, *full]}
    assert colours == {None, "green", "yellow", "red"}
    client.server.control.switches = Switches(minstroem_quarter_hours=True)
    assert len(await read(client, "/prices/DK2")) == 128


async def test_addresses(client: Client) -> None:
    """A text leads to addresses, and their ids to prices."""
    path = "/prices/addresses"
    found = await read(client, f"{path}/suggestions/prøvevej 11")
    assert [it["suggestion"] for it in found] == [
        "Prøvevej 11, 2630 Taastrup, 2. tv.",
        "Prøvevej 11, 2630 Taastrup, st.",
    ]
    assert list(found[0]) == [
        *("id", "suggestion", "streetName", "streetNumber"),
        *("floor", "door", "zipCode", "city"),
    ]
    assert await read(client, f"{path}/suggestions/Nowhere") == []
    prices = await read(client, f"{path}/{found[0]['id']}")
    assert prices == await read(client, "/prices/location", **EAST)


async def test_charges(client: Client) -> None:
    """Those of 2024 are the page's; tariffs per kWh, subscriptions per day."""
    body = await read(client, CHARGES, **EAST, date="2024-04-01T10:00:00Z")
    assert body["date"] == "2024-04-01T10:00:00Z"
    prices = {it["name"]: it["price"] for it in body["tariffs"]}
    assert prices == {
        "Elafgift": 0.95125,
        "Transmissions nettarif": 0.0925,
        "Systemtarif": 0.06375,
        "Nettarif C time": 0.398125,
    }
    assert [it["price"] for it in body["subscriptions"]] == [0.625, 2.19791]


async def test_history_of_charges(client: Client) -> None:
    """What changes by the hour has another form, and subscriptions are by month."""
    dates = {"fromDate": "2025-06-01T00:00:00Z", "toDate": "2026-04-15T12:00:00Z"}
    body = await read(client, f"{CHARGES}/history", **EAST, **dates)
    excise = [it for it in body["tariffs"] if it["name"] == "Elafgift"]
    assert [(it["from"], it["price"]["static"]["price"]) for it in excise] == [
        ("2024-12-31T23:00:00Z", 0.9),
        ("2025-12-31T23:00:00Z", 0.01),
    ]
    hours = body["tariffs"][-1]["price"]["hourly"]["prices"]
    assert (len(hours), hours[5], hours[6], hours[17]) == (
        *(24, 0.13275, 0.398125, 1.1945),
    )
    assert body["subscriptions"][0]["price"]["static"]["price"] == 15
    dates = {"fromDate": dates["toDate"], "toDate": dates["toDate"]}
    assert (await ask(client, f"{CHARGES}/history", **EAST, **dates)).status == 400


async def test_refusals_and_the_count_of_requests(client: Client) -> None:
    """Each request counts, by Danish day, and errors have the member that is known."""
    assert (await client.ask("minstroem", "/prices/DK1")).status == 401
    assert (await ask(client, "/prices/FI")).status == 404
    assert (await ask(client, "/prices/addresses/0a3f")).status == 404
    outside = {"latitude": "48.85", "longitude": "2.35"}
    reply = await ask(client, "/prices/location", **outside)
    assert reply.status == 404
    assert list(reply.body) == ["error"]
    assert await read(client, "/currentRequestCount") == [
        {"date": "2026-05-20T22:00:00Z", "requestCount": 4}
    ]
