"""Tests of Flatpeak's routes."""

from base64 import b64encode
from datetime import timedelta

import pytest

from dev.price_server import ErrorCode, Switches, Wrong, WrongKind
from dev.price_server.credentials import (
    FLATPEAK_ACCOUNT_ID,
    FLATPEAK_API_KEY,
    FLATPEAK_LOCATION_ID,
)

from .conftest import MORNING, Client, Reply


async def login(client: Client) -> None:
    """Ask for a token, and use it from now on."""
    pair = b64encode(f"{FLATPEAK_ACCOUNT_ID}:{FLATPEAK_API_KEY}".encode()).decode()
    client.headers["Authorization"] = f"Basic {pair}"
    body = (await client.ask("flatpeak", "/login")).body
    assert (body["expires_in"], body["live_mode"]) == (3600, True)
    client.headers["Authorization"] = f"Bearer {body['bearer_token']}"


async def prices(
    client: Client,
    location: str = FLATPEAK_LOCATION_ID,
    direction: str = "IMPORT",
    days: int = 2,
) -> Reply:
    """Ask for the prices of some days in Paris."""
    document = {
        "tariff_direction": direction,
        "start_time": "2026-05-20T22:00:00Z",
        "end_time": f"2026-{5 + days // 30:02}-{20 + days % 30:02}T22:00:00Z",
    }
    return await client.ask("flatpeak", f"/prices/{location}", "POST", document)


async def test_answer_has_the_fields_of_the_page(client: Client) -> None:
    """A series of quarter-hours, and when it changes next."""
    await login(client)
    body = (await prices(client)).body
    assert (body["object"], body["currency_code"]) == ("price", "EUR")
    assert body["location_timezone"] == "Europe/Paris"
    assert body["next_update"] == "2026-05-22T11:00:00Z"
    assert len(body["data"]) == 192
    row = body["data"][0]
    assert row["valid_from"] == "2026-05-20T22:00:00Z"
    assert row["valid_to"] == "2026-05-20T22:15:00Z"
    assert row["price"]["confidence"] == 1
    sold = (await prices(client, direction="EXPORT")).body["data"][0]
    assert sold["price"]["value"] < row["price"]["value"]
    client.server.control.behave(Wrong(WrongKind.INCLUSIVE_END))
    *_, last, following = (await prices(client)).body["data"]
    assert following["valid_from"] == last["valid_to"] == "2026-05-22T22:00:00Z"


@pytest.mark.parametrize(
    ("location", "rows", "confidence", "currency"),
    [
        (FLATPEAK_LOCATION_ID, 192, 0.6, "EUR"),
        ("loc_flat_1", 2, 0.8, "EUR"),
        ("loc_mixed_1", 48, 0.6, "EUR"),
        ("loc_unknown_market_1", 192, 0, "EUR"),
        ("loc_london_1", 192, 0.6, "GBP"),
    ],
)
async def test_locations(
    client: Client, location: str, rows: int, confidence: float, currency: str
) -> None:
    """They differ in their rows, their currency and what they say of tomorrow."""
    client.now = MORNING
    await login(client)
    body = (await prices(client, location)).body
    assert len(body["data"]) == rows
    assert body["currency_code"] == currency
    assert body["data"][-1]["price"]["confidence"] == confidence
    assert (body["data"][-1]["price"]["value"] == 0) is (confidence == 0)


async def test_refusals(client: Client) -> None:
    """What is not there, not connected or too much is refused in the vendor's form."""
    await login(client)
    assert (await prices(client, "loc_nowhere")).status == 404
    assert (await prices(client, days=91)).status == 400
    reply = await prices(client, "loc_import_only_1", "EXPORT")
    assert (reply.status, reply.body["code"]) == (422, "no_tariff_connected")
    assert (reply.body["object"], reply.body["type"]) == ("error", "invalid_request")
    reply = await prices(client, direction="LOCAL")
    assert reply.body["code"] == "tariff_direction_not_supported"
    client.server.control.switches = Switches(flatpeak_local=True)
    assert (await prices(client, direction="LOCAL")).status == 200
    client.server.control.behave(ErrorCode(422, "account_disabled"))
    assert (await prices(client)).body["type"] == "api_error"


async def test_tokens_end(client: Client) -> None:
    """After an hour, or when they are revoked."""
    assert (await client.ask("flatpeak", "/login")).status == 401
    await login(client)
    client.now += timedelta(hours=1)
    assert (await prices(client)).status == 401
    await login(client)
    assert (await prices(client)).status == 200
    client.server.control.revoke_tokens()
    assert (await prices(client)).status == 401
