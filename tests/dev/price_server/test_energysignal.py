"""Tests of EnergySignal's routes."""

from typing import Any

import pytest

from dev.price_server import Switches
from dev.price_server.credentials import ENERGYSIGNAL_TOKEN

from .conftest import Client

CAPACITY = ("fcr", "afrr", "mfrr")
ENERGY = ("afrr", "mfrr")


async def ask(client: Client, name: str) -> Any:
    """Return the answer of a stream."""
    client.headers["Authorization"] = f"Bearer {ENERGYSIGNAL_TOKEN}"
    reply = await client.ask("energysignal", f"/api/{name}")
    assert reply.status == 200
    return reply.body


async def test_day_ahead_prices(client: Client) -> None:
    """Four weeks of quarter-hours, called hours, in days of Paris."""
    body = await ask(client, "day-ahead-prices")
    assert (body["earliestDate"], body["latestDate"]) == ("2026-04-24", "2026-05-22")
    assert len(body["rows"]) == 29 * 96
    assert list(body["rows"][0]) == ["hour_start_utc", "hour_end_utc", "price_eur_mwh"]
    assert body["rows"][0]["hour_start_utc"] == "2026-04-23T22:00:00.000Z"
    assert body["rows"][0]["hour_end_utc"] == "2026-04-23T22:15:00.000Z"


async def test_capacity(client: Client) -> None:
    """Hours of two days; only FCR has a volume and no direction."""
    together = await ask(client, "balancing-capacity")
    for name in CAPACITY:
        alone = await ask(client, f"{name}-capacity")
        assert alone == together[name]
        directions = [row["direction"] for row in alone["rows"][:2]]
        is_fcr = name == "fcr"
        assert len(alone["rows"]) == 48 * (1 if is_fcr else 2)
        assert directions == (["SYMMETRIC"] * 2 if is_fcr else ["UPWARD", "DOWNWARD"])
        assert ("volume_mw" in alone["rows"][0]) is is_fcr


@pytest.mark.parametrize(
    ("name", "rows", "count", "seconds"),
    [("afrr", 288, 21_600, 4), ("mfrr", 96, 192, 900)],
)
async def test_energy(
    client: Client, name: str, rows: int, count: int, seconds: int
) -> None:
    """The day before in Paris, with the counts of the page's samples."""
    body = await ask(client, f"{name}-energy")
    assert body == (await ask(client, "balancing-energy"))[name]
    assert body["latestDeliveryDateParis"] == "2026-05-20"
    assert body["latestPeriodEndUtc"] == "2026-05-20T22:00:00.000Z"
    assert (body["rowCount"], body["resolutionSeconds"]) == (count, seconds)
    assert len(body["chartRows"]) == rows
    newest, second = body["recentRows"][:2]
    assert newest["period_end_utc"] == body["latestPeriodEndUtc"]
    assert second["period_end_utc"] == newest["period_start_utc"]


async def test_streams_without_data(client: Client) -> None:
    """Dates and prices are null, lists are empty, and counts are zero."""
    client.server.control.switches = Switches(energysignal_empty=True)
    assert await ask(client, "day-ahead-prices") == {
        "rows": [],
        "latestDate": None,
        "earliestDate": None,
    }
    empty = {"rows": [], "latestFetchedAtUtc": None}
    assert await ask(client, "balancing-capacity") == {
        "latestFetchedAtUtc": None,
        **dict.fromkeys(CAPACITY, empty),
    }
    energy = (await ask(client, "balancing-energy"))["afrr"]
    assert (energy["rowCount"], energy["resolutionSeconds"]) == (0, 4)
    assert energy["averageUpwardPrice"] is energy["latestRow"] is None
    assert energy["chartRows"] == []


async def test_credentials(client: Client) -> None:
    """Without the token nothing is told, without a subscription no aggregate."""
    assert (await client.ask("energysignal", "/api/fcr-capacity")).status == 401
    await ask(client, "balancing-capacity")
    client.server.control.switches = Switches(energysignal_subscription=False)
    for name in ("balancing-capacity", "balancing-energy"):
        assert (await client.ask("energysignal", f"/api/{name}")).status == 401
    await ask(client, "fcr-capacity")
