"""Ask the two routes of Flatpeak, and read what they answer."""

from base64 import b64encode
from datetime import datetime
import json
from typing import Any

from dev.price_server.credentials import (
    FLATPEAK_ACCOUNT_ID,
    FLATPEAK_API_KEY,
    FLATPEAK_LOCATION_ID,
)

from .helpers import Client, Reply

START = "2026-05-20T22:00:00Z"


END = "2026-05-22T22:00:00Z"


WINDOW = {"start_time": START, "end_time": END}


def basic(account: str = FLATPEAK_ACCOUNT_ID, key: str = FLATPEAK_API_KEY) -> str:
    """Write the header of a login."""
    return f"Basic {b64encode(f'{account}:{key}'.encode()).decode()}"


async def login(client: Client, header: str | None = None) -> Reply:
    """Ask for a token."""
    return await client.get("/login", headers={"Authorization": header or basic()})


async def token(client: Client) -> str:
    """Get a token."""
    bearer: str = (await login(client)).body["bearer_token"]
    return bearer


async def ask(
    client: Client,
    body: object = None,
    *,
    location: str = FLATPEAK_LOCATION_ID,
    bearer: str | None = None,
) -> Reply:
    """Ask for prices, with a token of its own unless one is given."""
    bearer = bearer or await token(client)
    data = json.dumps(WINDOW if body is None else body).encode()
    return await client.ask(
        "POST",
        f"/prices/{location}",
        data=data,
        headers={"Authorization": f"Bearer {bearer}"},
    )


def series(reply: Reply) -> list[tuple[datetime, datetime, float, float]]:
    """Read the rows."""
    rows: list[dict[str, Any]] = reply.body["data"]
    return [
        (
            datetime.fromisoformat(row["valid_from"]),
            datetime.fromisoformat(row["valid_to"]),
            row["price"]["value"],
            row["price"]["confidence"],
        )
        for row in rows
    ]


def refuses(reply: Reply, status: int, kind: str, code: str) -> None:
    """Expect the vendor's error object."""
    assert reply.status == status
    assert reply.headers["Content-Type"].startswith("application/json")
    assert reply.body == {
        "object": "error",
        "live_mode": True,
        "context": reply.body["context"],
        "type": kind,
        "code": code,
        "message": reply.body["message"],
        "time_created": reply.body["time_created"],
    }
    assert datetime.fromisoformat(reply.body["time_created"]).tzinfo is not None
    assert FLATPEAK_API_KEY not in reply.text
