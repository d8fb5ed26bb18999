"""Tests of Sobry's routes."""

from typing import Any

import pytest

from dev.price_server import Switches
from dev.price_server.credentials import SOBRY_API_KEY

from .conftest import MORNING, Client

RAW = "/api/prices/raw"
COMPONENTS = ("spot_price", "turpe", "accise", "offer", "cee_capa")


async def raw(
    client: Client, start: str, end: str, **query: str
) -> list[dict[str, Any]]:
    """Return the rows of some days."""
    query = {"start": start, "end": end, "turpe": "CU4", **query}
    rows: list[dict[str, Any]] = (await client.ask("sobry", RAW, **query)).body["data"]
    return rows


async def test_rows_add_up_as_the_recorded_ones_do(client: Client) -> None:
    """The end is exclusive, and a price is the sum of its components and VAT."""
    rows = await raw(client, "2026-05-20", "2026-05-21")
    assert len(rows) == 96
    assert rows[0]["timestamp"] == "2026-05-20T00:00:00+02:00"
    assert rows[-1]["timestamp"] == "2026-05-20T23:45:00+02:00"
    for row in rows:
        before_vat = sum(row[f"{name}_eur_kwh"] for name in COMPONENTS)
        assert row["price_ht_eur_kwh"] == pytest.approx(before_vat)
        assert row["price_ttc_eur_kwh"] == pytest.approx(before_vat * 1.2, abs=1e-5)
        assert row["spot_price_eur_kwh"] == pytest.approx(row["spot_price"] / 1000)
    assert [rows[it]["turpe_eur_kwh"] for it in (0, 24)] == [0.0116, 0.0166]
    assert rows[0]["accise_eur_kwh"] == 0.03085


async def test_days_of_the_clock_change(client: Client) -> None:
    """They have 92 and 100 quarter-hours."""
    assert len(await raw(client, "2026-03-29", "2026-03-30")) == 92
    assert len(await raw(client, "2025-10-26", "2025-10-27")) == 100


async def test_a_contract_of_c4(client: Client) -> None:
    """It is a professional's and without VAT, whatever the request says."""
    query = {"start": "2026-01-20", "end": "2026-01-21", "segment": "C4"}
    query |= {"turpe": "LU", "profil": "particulier", "display": "TTC"}
    body = (await client.ask("sobry", RAW, **query)).body
    metadata = body["pricing_metadata"]
    assert (metadata["profil"], metadata["display"]) == ("pro", "HT")
    assert metadata["units"]["all_other_prices"] == "€/kWh"
    noon = body["data"][48]
    assert "price_ttc_eur_kwh" not in noon
    assert (noon["turpe_eur_kwh"], noon["accise_eur_kwh"]) == (0.0569, 0.02579)


async def test_tomorrow_and_what_is_not_out(client: Client) -> None:
    """Tomorrow has statistics from one o'clock on; before, there is nothing."""
    path = "/api/prices/tomorrow"
    body = (await client.ask("sobry", path, turpe="CU4")).body
    assert (body["success"], body["date"], body["count"]) == (True, "2026-05-22", 96)
    assert body["statistics"]["max"] == max(row["spot_price"] for row in body["prices"])
    client.now = MORNING
    days = {"start": "2026-05-22", "end": "2026-05-23", "turpe": "CU4"}
    for reply in (
        await client.ask("sobry", path, turpe="CU4"),
        await client.ask("sobry", RAW, **days),
    ):
        assert reply.status == 404
        assert reply.body["success"] is False


@pytest.mark.parametrize(
    "query", [{"start": "2026-05-21"}, {"turpe": "MU5"}, {"end": "2026-05-2"}]
)
async def test_requests_that_cannot_be_meant(
    client: Client, query: dict[str, str]
) -> None:
    """They are refused."""
    query = {"start": "2026-05-20", "end": "2026-05-21", "turpe": "CU4", **query}
    assert (await client.ask("sobry", RAW, **query)).status == 400


async def test_prices_of_a_contract(client: Client) -> None:
    """A key gets two days as a bare list, with forecasts for what is not out."""
    path = "/v2/user/daily-prices"
    query = {"day": "2026-05-21", "days": "1", "taxMode": "ttc", "granularity": "15m"}
    assert (await client.ask("sobry_v2", path, **query)).status == 401
    client.headers["Authorization"] = f"Bearer {SOBRY_API_KEY}"
    rows = (await client.ask("sobry_v2", path, **query)).body
    public = await raw(client, "2026-05-21", "2026-05-23")
    assert [it["price"] for it in rows] == [it["price_ttc_eur_kwh"] for it in public]
    assert list(rows[0]) == [
        *("date", "time", "price", "colorLabel", "color", "estimated")
    ]
    assert (rows[1]["date"], rows[1]["time"]) == ("2026-05-21", "00:15")
    colours = {"DARK_GREEN", "GREEN", "ORANGE", "RED"}
    assert {it["colorLabel"] for it in rows} == colours

    client.now = MORNING
    assert len((await client.ask("sobry_v2", path, **query)).body) == 96
    client.server.control.switches = Switches(sobry_estimates=True)
    forecast = (await client.ask("sobry_v2", path, **query)).body
    assert [it["estimated"] for it in forecast] == [False] * 96 + [True] * 96
    assert forecast[100]["price"] != rows[100]["price"]
