"""Test what the vendors have in common: doors, limits, credentials and switches."""

from base64 import b64decode
from datetime import UTC, datetime, timedelta
import hashlib
import hmac
from http import HTTPStatus
import re

import pytest

from dev.price_server import (
    ErrorCode,
    Normal,
    PriceServer,
    RateLimit,
    Switches,
    Wrong,
    WrongKind,
    credentials,
)
from dev.price_server.answer import Answer, Document
from dev.price_server.mutations import spoil
from dev.price_server.tokens import Tokens
from dev.price_server.vendors import VENDORS

from .helpers import CONTROL, CU4, RAW, TOMORROW, Client

NOW = datetime(2026, 5, 21, 14, tzinfo=UTC)


def test_vendors_are_the_five_of_the_design() -> None:
    """Each company of the design is there, Sobry with both of its versions."""
    names = ["energysignal", "flatpeak", "minstroem", "otark", "sobry", "sobry_v2"]
    assert sorted(vendor.name for vendor in VENDORS) == names


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("sobry", ""),
        ("sobry_v2", ""),
        ("energysignal", ""),
        ("flatpeak", ""),
        ("minstroem", "/thirdParty"),
        ("otark", "/v1"),
    ],
)
async def test_base_urls(client: Client, name: str, path: str) -> None:
    """Each vendor's documented paths lie below its base URL."""
    assert client.server.vendor_url(name) == client.server.url + path


async def test_unknown_vendor(client: Client) -> None:
    """A mistyped name is a mistake."""
    with pytest.raises(ValueError, match="nobody"):
        client.server.vendor_url("nobody")


def test_token_is_computed_as_documented() -> None:
    """The vector of the reference: base64(key + ":" + hex HMAC of the key)."""
    key, _, digest = b64decode(credentials.MINSTROEM_TOKEN).decode().partition(":")
    assert key == credentials.MINSTROEM_API_KEY
    secret = credentials.MINSTROEM_API_SECRET.encode()
    assert digest == hmac.new(secret, key.encode(), hashlib.sha256).hexdigest()
    assert re.fullmatch("[0-9a-f]{64}", credentials.MINSTROEM_API_SECRET)


def test_secrets_are_all_there() -> None:
    """Whatever is a credential is a secret, and a location is none."""
    names = {name for name in vars(credentials) if name.isupper()}
    public = {"SECRETS", "FLATPEAK_LOCATION_ID"}
    values = {getattr(credentials, name) for name in names - public}
    assert set(credentials.SECRETS) == values
    assert credentials.FLATPEAK_LOCATION_ID not in credentials.SECRETS


async def test_log_has_no_headers(client: Client) -> None:
    """What the server remembers of a request is free of credentials."""
    for secret in credentials.SECRETS:
        headers = {"Authorization": f"Bearer {secret}", "X-Api-Key": secret}
        await client.get("/v1/contracts", headers=headers)
        await client.get("/login", headers=headers)
    state = (await client.ask("GET", CONTROL)).text
    assert len(client.server.requests) == 2 * len(credentials.SECRETS)
    known = repr(client.server.requests) + state
    assert not [secret for secret in credentials.SECRETS if secret in known]


async def test_behaviour_on_some_paths(client: Client) -> None:
    """Other paths behave, and do not use up the times."""
    client.server.control.behave(ErrorCode(503, "busy"), times=2, path=RAW)
    paths = (TOMORROW, RAW, TOMORROW, RAW, RAW)
    statuses = [(await client.get(path, CU4)).status for path in paths]
    assert statuses == [200, 503, 200, 503, 200]
    assert client.server.control.behaviour == Normal()
    assert client.server.control.path is None


async def test_posted_path(client: Client) -> None:
    """The control route takes and tells the path."""
    order = {"mode": "error", "status": 503, "code": "busy", "path": "/v1"}
    state = (await client.post(order)).body
    assert state["path"] == "/v1"
    assert (await client.get("/v1/contracts")).status == HTTPStatus.SERVICE_UNAVAILABLE
    assert (await client.get(TOMORROW)).status == HTTPStatus.OK


@pytest.mark.parametrize("pause", [None, 900, "Thu, 21 May 2026 14:02:00 GMT"])
async def test_told_code(client: Client, pause: int | str | None) -> None:
    """The code stands where the vendor writes its codes."""
    client.server.control.behave(ErrorCode(422, "no_price_data", retry_after=pause))
    reply = await client.get(TOMORROW)
    assert reply.status == HTTPStatus.UNPROCESSABLE_ENTITY
    assert reply.body["error"]["code"] == "no_price_data"
    assert reply.headers.get("Retry-After") == (None if pause is None else str(pause))


async def test_told_limit_counts_from_then_on(client: Client) -> None:
    """Three a minute are answered, and told again means counted again."""
    for _ in range(5):
        await client.get(TOMORROW)
    for _ in range(2):
        client.server.control.behave(RateLimit(3))
        statuses = [(await client.get(TOMORROW)).status for _ in range(4)]
        assert statuses == [200, 200, 200, 429]
    client.clock.now += timedelta(seconds=15)
    assert (await client.get(TOMORROW)).headers["Retry-After"] == "45"
    client.server.control.behave(Normal())
    assert (await client.get(TOMORROW)).status == HTTPStatus.OK


async def test_told_limit_is_every_vendors_own(client: Client) -> None:
    """What one vendor counts is nothing to the others."""
    client.server.control.behave(RateLimit(1))
    headers = {"X-Api-Key": credentials.OTARK_API_KEY}
    for path in (TOMORROW, "/v1/contracts"):
        statuses = [(await client.get(path, headers=headers)).status for _ in range(2)]
        assert statuses == [200, 429]


async def test_sobry_has_no_limit_headers(client: Client) -> None:
    """Only a vendor that documents these headers sends them."""
    reply = await client.get(TOMORROW)
    assert not [name for name in reply.headers if name.lower().startswith("x-rate")]


async def test_switches_over_http(client: Client) -> None:
    """What is posted is turned, and the rest stays."""
    path = f"{CONTROL}/switches"
    client.server.control.switches = Switches(otark_problem=True)
    state = (await client.post({"flatpeak_local": True}, path)).body
    assert state["flatpeak_local"] is True
    assert state["otark_problem"] is True
    assert state == (await client.ask("GET", path)).body
    assert client.server.control.switches == Switches(
        flatpeak_local=True, otark_problem=True
    )
    assert client.server.requests == ()


@pytest.mark.parametrize(
    "body", [[], None, {"nothing": True}, {"flatpeak_local": 1}, {"otark_problem": "x"}]
)
async def test_wrong_switches_are_refused(client: Client, body: object) -> None:
    """A mistake gets a sentence and turns nothing."""
    reply = await client.post(body, f"{CONTROL}/switches")
    assert reply.status == HTTPStatus.BAD_REQUEST
    assert reply.body["error"].endswith(".")
    assert client.server.control.switches == Switches()


async def test_two_servers_have_their_own_switches(client: Client) -> None:
    """Neither switches nor tokens are shared."""
    async with PriceServer(clock=client.clock) as other:
        other.control.switches = Switches(flatpeak_local=True)
        token = other.control.tokens.issue(NOW, timedelta(hours=1))
        assert client.server.control.switches == Switches()
        assert not client.server.control.tokens.is_good(token, NOW)


def test_tokens_end() -> None:
    """A token is good for its lifetime, and none is good after a revocation."""
    tokens = Tokens()
    first = tokens.issue(NOW, timedelta(hours=1))
    second = tokens.issue(NOW, timedelta(hours=2))
    later = NOW + timedelta(hours=1)
    assert tokens.is_good(first, later - timedelta(microseconds=1))
    assert not tokens.is_good(first, later)
    assert tokens.is_good(second, later)
    assert not tokens.is_good("", later)
    tokens.revoke()
    assert not tokens.is_good(second, later)


async def test_null_and_absurd_prices(client: Client) -> None:
    """One row has prices that are nothing, or more than there is money."""
    for kind, price in ((WrongKind.NULL_PRICE, None), (WrongKind.ABSURD, 1e300)):
        rows = (await client.spoilt(kind)).rows
        odd = [row for row in rows if row["price_ttc_eur_kwh"] == price]
        assert len(odd) == 1
        assert odd[0]["spot_price"] == price


async def test_rows_without_an_end_overlap(client: Client) -> None:
    """Where a row has no end, two begin together and differ in their prices."""
    reply = await client.spoilt(WrongKind.OVERLAP)
    twice = [row for row in reply.rows if reply.times.count(row["timestamp"]) == 2]
    assert len(twice) == 2
    assert twice[0]["spot_price"] != twice[1]["spot_price"]


async def test_page_that_repeats_itself(client: Client) -> None:
    """A list without pages comes twice."""
    right = await client.get(RAW, CU4)
    reply = await client.spoilt(WrongKind.REPEATED_PAGE)
    assert reply.rows == right.rows * 2


LIST = Answer(
    rows_key=None,
    rows=({"date": "2026-05-21T14:00:00Z", "price": 1.5},),
    time_key="date",
    price_keys=("price",),
)
EMPTY = LIST.with_rows([])


def text(answer: Answer | Document, kind: WrongKind) -> str:
    """Spoil an answer and read what goes out."""
    written = spoil(answer, kind).text
    assert written is not None
    return written


def test_bare_lists() -> None:
    """An answer may be a list and nothing around it."""
    assert LIST.text() == '[{"date":"2026-05-21T14:00:00Z","price":1.5}]'
    assert EMPTY.text() == "[]"
    assert text(LIST, WrongKind.NO_ROWS) == "[]"
    assert text(LIST, WrongKind.CURRENCY) == (
        '[{"date":"2026-05-21T14:00:00Z","price":1.5,"currency":"DKK"}]'
    )
    assert text(LIST, WrongKind.SUCCESS_FALSE) == (
        '{"success":false,"data":[{"date":"2026-05-21T14:00:00Z","price":1.5}]}'
    )


@pytest.mark.parametrize("kind", WrongKind)
def test_empty_answers_can_be_spoilt(kind: WrongKind) -> None:
    """Nothing to spoil is no mistake, and text faults work all the same."""
    always = {WrongKind.HTML, WrongKind.NOT_JSON, WrongKind.TRUNCATED, WrongKind.HUGE}
    for answer in (EMPTY, Document([])):
        assert (text(answer, kind) != "[]") == (
            kind in always | {WrongKind.SUCCESS_FALSE}
        )


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (WrongKind.NULL_PRICE, '{"a":null,"b":[{"c":null,"d":true}],"e":"x"}'),
        (WrongKind.TEXT_PRICE, '{"a":"1","b":[{"c":"2.5","d":true}],"e":"x"}'),
        (WrongKind.MISSING_PRICE, '{"b":[{"d":true}],"e":"x"}'),
        (WrongKind.NO_ROWS, '{"a":1,"b":[],"e":"x"}'),
        (WrongKind.ABSURD, '{"a":1e+300,"b":[{"c":1e+300,"d":true}],"e":"x"}'),
        (WrongKind.NAN, '{"a":NaN,"b":[{"c":NaN,"d":true}],"e":"x"}'),
        (WrongKind.INFINITY, '{"a":Infinity,"b":[{"c":Infinity,"d":true}],"e":"x"}'),
        (
            WrongKind.SUCCESS_FALSE,
            '{"a":1,"b":[{"c":2.5,"d":true}],"e":"x","success":false}',
        ),
        (WrongKind.UNORDERED, '{"a":1,"b":[{"c":2.5,"d":true}],"e":"x"}'),
    ],
)
def test_documents_can_be_spoilt(kind: WrongKind, expected: str) -> None:
    """An answer without price rows is spoilt in all its numbers, or not at all."""
    document = Document({"a": 1, "b": [{"c": 2.5, "d": True}], "e": "x"})
    assert text(document, kind) == expected


def test_missing_price_stays_missing() -> None:
    """A row whose price is null cannot have one more."""
    answer = LIST.with_rows([{"date": "2026-05-21T14:00:00Z", "price": None}])
    row = '{"date":"2026-05-21T14:00:00Z","price":null}'
    assert text(answer, WrongKind.CONFLICTING_DUPLICATE) == f"[{row},{row}]"


async def test_spoilt_answer_only_when_answered(client: Client) -> None:
    """A refusal stays right, whoever refuses."""
    client.server.control.behave(Wrong(WrongKind.HTML))
    reply = await client.get("/v1/contracts")
    assert reply.status == HTTPStatus.UNAUTHORIZED
    assert reply.body["error"]["code"] == "UNAUTHORIZED"
