"""Test who gets into Flatpeak, what is refused and what goes wrong."""

from base64 import b64encode
from datetime import timedelta
from http import HTTPStatus

import pytest

from dev.price_server import ErrorCode, RateLimit, Switches, Wrong, WrongKind
from dev.price_server.credentials import (
    FLATPEAK_ACCOUNT_ID,
    FLATPEAK_API_KEY,
    FLATPEAK_LOCATION_ID,
)

from .flatpeak import END, START, WINDOW, ask, basic, login, refuses, series, token
from .helpers import Client


async def test_login(client: Client) -> None:
    """A token has the fields of the authorisation page and is another every time."""
    reply = await login(client)
    assert reply.status == HTTPStatus.OK
    assert list(reply.body) == ["bearer_token", "expires_in", "live_mode"]
    assert reply.body["expires_in"] == 3600
    assert reply.body["live_mode"] is True
    assert await token(client) != reply.body["bearer_token"]


@pytest.mark.parametrize(
    "header",
    [
        basic(key="fp_key_wrong"),
        basic(account="acc_wrong"),
        "Basic !",
        f"Bearer {FLATPEAK_API_KEY}",
    ],
)
async def test_wrong_account_or_key(client: Client, header: str) -> None:
    """Nobody else gets a token."""
    refuses(await login(client, header), 401, "invalid_request", "unauthorized")


async def test_no_credentials(client: Client) -> None:
    """Both routes ask who is there."""
    for method, path in (
        ("GET", "/login"),
        ("POST", f"/prices/{FLATPEAK_LOCATION_ID}"),
    ):
        reply = await client.ask(method, path)
        refuses(reply, 401, "invalid_request", "unauthorized")


async def test_token_ends_after_an_hour(client: Client) -> None:
    """The token is good for the seconds that the login named, and no longer."""
    bearer = await token(client)
    client.clock.now += timedelta(seconds=3599)
    assert (await ask(client, bearer=bearer)).status == HTTPStatus.OK
    client.clock.now += timedelta(seconds=1)
    reply = await ask(client, bearer=bearer)
    refuses(reply, 401, "invalid_request", "unauthorized")
    assert (await ask(client)).status == HTTPStatus.OK


@pytest.mark.parametrize("over_http", [False, True])
async def test_tokens_end_early(client: Client, over_http: bool) -> None:
    """A revoked token is as good as none, and a new one is as good as ever."""
    bearer = await token(client)
    if over_http:
        reply = await client.post({}, "/control/revoke_tokens")
        assert reply.status == HTTPStatus.OK
    else:
        client.server.control.revoke_tokens()
    reply = await ask(client, bearer=bearer)
    assert reply.status == HTTPStatus.UNAUTHORIZED
    assert bearer not in reply.text
    assert (await ask(client)).status == HTTPStatus.OK


async def test_local_needs_the_switch(client: Client) -> None:
    """The beta direction is refused to an account that does not have it."""
    request = {**WINDOW, "tariff_direction": "LOCAL"}
    reply = await ask(client, request)
    refuses(reply, 422, "invalid_request", "tariff_direction_not_supported")
    assert reply.body["message"] == (
        "Direction LOCAL (beta) is not supported for your account"
    )
    client.server.control.switches = Switches(flatpeak_local=True)
    reply = await ask(client, request)
    assert reply.body["tariff_direction"] == "LOCAL"
    assert len(series(reply)) == 192


async def test_location_without_export(client: Client) -> None:
    """The two directions have tariffs of their own."""
    location = "loc_import_only_1"
    assert (await ask(client, location=location)).status == HTTPStatus.OK
    request = {**WINDOW, "tariff_direction": "EXPORT"}
    reply = await ask(client, request, location=location)
    refuses(reply, 422, "invalid_request", "no_tariff_connected")


@pytest.mark.parametrize("location", ["loc_nowhere", f"{FLATPEAK_LOCATION_ID}0", "x"])
async def test_unknown_location(client: Client, location: str) -> None:
    """Only some locations exist."""
    reply = await ask(client, location=location)
    refuses(reply, 404, "invalid_request", "location_not_found")


@pytest.mark.parametrize(
    "body",
    [
        [],
        "soon",
        {},
        {"start_time": START},
        {"end_time": None},
        {"end_time": "tomorrow"},
        {"end_time": "2026-05-22"},
        {"end_time": "2026-05-22T22:00:00"},
        {"end_time": 1779487200},
        {"end_time": "2026-02-30T22:00:00Z"},
        {"end_time": "9999-12-31T23:59:59Z"},
        {"end_time": "2026-05-21T13:59:59Z"},
        {"start_time": END, "end_time": START},
        {"start_time": START, "end_time": START},
        {"start_time": "x", "end_time": END},
        {**WINDOW, "end_time": "2026-08-18T22:00:01Z"},
        {**WINDOW, "tariff_direction": "import"},
        {**WINDOW, "tariff_direction": None},
        {**WINDOW, "tariff_direction": ["IMPORT"]},
    ],
)
async def test_wrong_requests(client: Client, body: object) -> None:
    """What is missing or wrong is an invalid request."""
    reply = await ask(client, body)
    refuses(reply, 400, "invalid_request", reply.body["code"])


async def test_body_that_is_no_json(client: Client) -> None:
    """A body that cannot be read is a mistake like any other."""
    reply = await client.ask(
        "POST",
        f"/prices/{FLATPEAK_LOCATION_ID}",
        data=b"\xff{",
        headers={"Authorization": f"Bearer {await token(client)}"},
    )
    refuses(reply, 400, "invalid_request", "body_invalid")


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (422, "no_tariff_connected", "invalid_request"),
        (422, "pending_connect", "invalid_request"),
        (422, "no_price_data", "invalid_request"),
        (422, "account_disabled", "api_error"),
        (429, "too_many_requests", "rate_limit"),
        (503, "unavailable", "api_error"),
    ],
)
async def test_documented_codes(
    client: Client, status: int, code: str, kind: str
) -> None:
    """A code goes out in the vendor's form, and a login works while prices fail."""
    client.server.control.behave(ErrorCode(status, code), path="/prices/")
    assert (await login(client)).status == HTTPStatus.OK
    refuses(await ask(client), status, kind, code)


async def test_rate_limit(client: Client) -> None:
    """The type of a 429 is documented; a pause to wait is not, and there is none."""
    bearer = await token(client)
    client.server.control.behave(RateLimit(2))
    statuses = [(await ask(client, bearer=bearer)).status for _ in range(2)]
    assert statuses == [200, 200]
    reply = await ask(client, bearer=bearer)
    refuses(reply, 429, "rate_limit", "too_many_requests")
    assert "Retry-After" not in reply.headers
    client.clock.now += timedelta(minutes=1)
    assert (await ask(client, bearer=bearer)).status == HTTPStatus.OK


@pytest.mark.parametrize("kind", WrongKind)
@pytest.mark.parametrize("location", [FLATPEAK_LOCATION_ID, "loc_flat_1"])
async def test_wrong_answers(client: Client, kind: WrongKind, location: str) -> None:
    """Every fault spoils a day of one row as well as a day of 96, and then is over."""
    bearer = await token(client)
    window = {"start_time": START, "end_time": "2026-05-21T22:00:00Z"}
    right = await ask(client, window, location=location, bearer=bearer)
    client.server.control.behave(Wrong(kind), times=1)
    reply = await ask(client, window, location=location, bearer=bearer)
    assert reply.status == HTTPStatus.OK
    # A single row is in order however it is turned.
    if (kind, location) != (WrongKind.UNORDERED, "loc_flat_1"):
        assert reply.text != right.text
    again = await ask(client, window, location=location, bearer=bearer)
    assert again.text == right.text


async def test_wrong_currency(client: Client) -> None:
    """Nothing but the currency changes."""
    right = (await ask(client)).body
    client.server.control.behave(Wrong(WrongKind.CURRENCY), path="/prices")
    assert (await ask(client)).body == {**right, "currency_code": "DKK"}


async def test_missing_and_null_price(client: Client) -> None:
    """The row keeps its times and its confidence."""
    for kind, price in (
        (WrongKind.MISSING_PRICE, {"confidence": 1}),
        (WrongKind.NULL_PRICE, {"value": None, "confidence": 1}),
    ):
        client.server.control.behave(Wrong(kind), path="/prices")
        rows = (await ask(client)).body["data"]
        assert [row["price"] for row in rows].count(price) == 1


async def test_overlap(client: Client) -> None:
    """One row lasts until its neighbour ends."""
    right = (await ask(client)).body["data"]
    client.server.control.behave(Wrong(WrongKind.OVERLAP), path="/prices")
    rows = (await ask(client)).body["data"]
    changed = [index for index, row in enumerate(rows) if row != right[index]]
    assert len(rows) == len(right)
    assert len(changed) == 1
    assert rows[changed[0]]["valid_to"] == right[changed[0] + 1]["valid_to"]


async def test_wrong_login(client: Client) -> None:
    """A login can be spoilt as well, and has no row to spoil."""
    client.server.control.behave(Wrong(WrongKind.NULL_PRICE), path="/login")
    assert (await login(client)).body["expires_in"] is None
    client.server.control.behave(Wrong(WrongKind.HTML), path="/login")
    assert (await login(client)).text.startswith("<!doctype html>")
    client.server.control.behave(Wrong(WrongKind.UNORDERED), path="/login")
    assert list((await login(client)).body) == [
        *("bearer_token", "expires_in", "live_mode"),
    ]


async def test_base_url(client: Client) -> None:
    """The documented paths lie right below the server's address."""
    assert client.server.vendor_url("flatpeak") == client.server.url
    pair = b64encode(f"{FLATPEAK_ACCOUNT_ID}:{FLATPEAK_API_KEY}".encode()).decode()
    url = f"{client.server.vendor_url('flatpeak')}/login"
    headers = {"Authorization": f"Basic {pair}"}
    async with client.session.get(url, headers=headers) as response:
        assert response.status == HTTPStatus.OK
