"""Test the whole way from the question to the volumes, over a real connection."""

from datetime import date, datetime, timedelta
from math import fsum

from aiohttp import ClientSession
import pytest

from custom_components.spot_planner.engine.providers.errors import (
    AuthenticationError,
    CannotConnectError,
    ForbiddenError,
    MalformedError,
    NotFoundError,
    ProviderError,
    RateLimitedError,
    RefusedError,
    ServerError,
)
from custom_components.spot_planner.engine.providers.network.http import HttpClient
from custom_components.spot_planner.engine.providers.network.pacer import Pacer
from custom_components.spot_planner.engine.providers.network.pages import all_records
from custom_components.spot_planner.engine.providers.otark.provider import OtarkProvider
from custom_components.spot_planner.engine.time_range import day_range
from custom_components.spot_planner.engine.volumes import VolumeOrigin, Volumes
from dev.price_server import (
    Behaviour,
    Control,
    Down,
    ErrorCode,
    Normal,
    PriceServer,
    RateLimit,
    Status,
    Switches,
    Wrong,
    WrongKind,
)
from dev.price_server.credentials import OTARK_API_KEY
from dev.price_server.otark import slots

from ...helpers import BERLIN
from ..conftest import NOW
from ..fake_time import FakeTime

TODAY = date(2026, 4, 15)


def provider(
    server: PriceServer,
    session: ClientSession,
    key: str = OTARK_API_KEY,
    pacer: Pacer | None = None,
) -> OtarkProvider:
    """Return a provider that asks the local server."""
    client = HttpClient(session, server.vendor_url("otark"), pacer)
    return OtarkProvider(client, key, BERLIN)


async def failure(
    server: PriceServer, session: ClientSession, key: str = OTARK_API_KEY
) -> ProviderError:
    """Return the error of a question; it does not tell the key."""
    with pytest.raises(ProviderError) as failed:
        await provider(server, session, key).volumes(NOW)
    assert key not in f"{failed.value} {failed.value!r}"
    return failed.value


def check_nominated(volumes: Volumes, first: date) -> None:
    """Compare the volumes with what the server has made up for two days.

    The park delivers what the sun gives, and the buyer takes as much and the purchase
    of the quarter-hour, so the net is the purchase.
    """
    expected = [slot for n in range(2) for slot in slots(first + timedelta(days=n))]
    assert [one.start for one in volumes.slots] == [slot.start for slot in expected]
    assert [one.energy for one in volumes.slots] == [slot.band for slot in expected]
    assert {one.origin for one in volumes.slots} == {VolumeOrigin.NOMINATED}


@pytest.mark.parametrize("next_cursor", [False, True])
@pytest.mark.parametrize("reference_fields", [False, True])
async def test_volumes_of_today_and_tomorrow(
    price_server: PriceServer,
    session: ClientSession,
    next_cursor: bool,
    reference_fields: bool,
) -> None:
    """Whichever of its pages the vendor follows, all of them are read."""
    price_server.control.switches = Switches(
        otark_next_cursor=next_cursor, otark_reference_fields=reference_fields
    )
    volumes = await provider(price_server, session).volumes(NOW)
    check_nominated(volumes, TODAY)
    assert volumes.skipped == 0
    assert volumes.contracts == 13
    assert volumes.customers == 12
    # Two versions for the park of today; four contracts' worth of transactions less
    # what is delivered on other days.
    assert volumes.nominations == 5
    assert volumes.transactions == 4 * 96 + 1
    found = volumes.at(NOW)
    assert found is not None
    assert found.start <= NOW < found.end
    assert [one.path for one in price_server.requests] == [
        "/v1/contracts",
        *["/v1/transactions"] * 4,
        "/v1/nominations",
        "/v1/customers",
    ]


async def test_what_is_still_to_come_today(
    price_server: PriceServer, session: ClientSession
) -> None:
    """The slots after this one, until midnight in Germany."""
    volumes = await provider(price_server, session).volumes(NOW)
    day_end = day_range(TODAY, BERLIN).end
    expected = fsum(slot.band for slot in slots(TODAY) if slot.start > NOW)
    assert volumes.remaining(NOW, day_end) == pytest.approx(expected)


@pytest.mark.parametrize("reference_fields", [False, True])
async def test_transactions_where_nominations_may_not_be_read(
    price_server: PriceServer, session: ClientSession, reference_fields: bool
) -> None:
    """Corrected ones count once, invalid ones not at all."""
    price_server.control.switches = Switches(otark_reference_fields=reference_fields)
    price_server.control.behave(ErrorCode(403, "forbidden"), path="/v1/nominations")
    volumes = await provider(price_server, session).volumes(NOW)
    assert {one.origin for one in volumes.slots} == {VolumeOrigin.CONTRACTED}
    assert volumes.nominations == 0
    expected = [slot for n in range(2) for slot in slots(TODAY + timedelta(days=n))]
    for one, slot in zip(volumes.slots, expected, strict=True):
        assert one.start == slot.start
        is_invalid = slot.day == TODAY and slot.number == 20
        sun = 0 if is_invalid else slot.sun
        # Between a park and a buyer that are both the customers of the key's holder,
        # nothing comes in and nothing goes out.
        sold = 0 if reference_fields else sun
        assert one.energy == pytest.approx(slot.band - sold)


@pytest.mark.parametrize("next_cursor", [False, True])
async def test_page_chain_of_25_records_by_10(
    price_server: PriceServer, session: ClientSession, next_cursor: bool
) -> None:
    """The example of the vendor's page: three requests, and nothing twice."""
    price_server.control.switches = Switches(otark_next_cursor=next_cursor)
    client = HttpClient(session, price_server.vendor_url("otark"))
    records = await all_records(
        client,
        "/contracts/con_c1b2c3d4/transactions",
        "transactions",
        {"X-Api-Key": OTARK_API_KEY},
        page_size=10,
    )
    ids = [str(record["id"]) for record in records]
    assert len(ids) == 25
    assert ids == sorted(set(ids))
    assert [one.query for one in price_server.requests] == [
        "limit=10",
        f"limit=10&after={ids[9]}",
        f"limit=10&after={ids[19]}",
    ]


async def test_wrong_key(price_server: PriceServer, session: ClientSession) -> None:
    """The first request tells, and there is no second."""
    error = await failure(price_server, session, "otark_key_of_somebody_else")
    assert type(error) is AuthenticationError
    assert len(price_server.requests) == 1


@pytest.mark.parametrize("is_problem", [False, True], ids=["page", "RFC 9457"])
@pytest.mark.parametrize(
    ("behaviour", "kind"),
    [
        (ErrorCode(400, "bad_request"), RefusedError),
        (ErrorCode(401, "unauthorized"), AuthenticationError),
        (ErrorCode(403, "forbidden"), ForbiddenError),
        (ErrorCode(404, "not_found"), NotFoundError),
        (ErrorCode(409, "conflict"), RefusedError),
        (ErrorCode(422, "validation_error"), RefusedError),
        (ErrorCode(429, "too_many_requests"), RateLimitedError),
        (ErrorCode(500, "internal_server_error"), ServerError),
        (Status(302), ServerError),
        (Status(503), ServerError),
        (Down(), CannotConnectError),
        (Wrong(WrongKind.HTML), MalformedError),
        (Wrong(WrongKind.NOT_JSON), MalformedError),
        (Wrong(WrongKind.TRUNCATED), MalformedError),
    ],
)
async def test_failures(
    price_server: PriceServer,
    session: ClientSession,
    behaviour: Behaviour,
    kind: type[ProviderError],
    is_problem: bool,
) -> None:
    """Each has its typed error, and leaves nothing behind."""
    price_server.control.switches = Switches(otark_problem=is_problem)
    price_server.control.behave(behaviour)
    assert type(await failure(price_server, session)) is kind
    price_server.control.behave(Normal())
    check_nominated(await provider(price_server, session).volumes(NOW), TODAY)


@pytest.mark.parametrize(
    ("kind", "known", "has_skipped"),
    [
        (WrongKind.MISSING_PRICE, 191, True),
        (WrongKind.NULL_PRICE, 191, True),
        (WrongKind.ABSURD, 191, True),
        (WrongKind.TEXT_PRICE, 190, True),
        # The day of a balance group that is there twice, and differs.
        (WrongKind.CONFLICTING_DUPLICATE, 96, True),
        (WrongKind.OVERLAP, 96, True),
        # The transactions cannot be read, but all that is nominated can.
        (WrongKind.NO_OFFSET, 192, True),
        (WrongKind.DUPLICATE, 192, False),
        (WrongKind.INCLUSIVE_END, 192, False),
        # What is not told of a price says nothing of volumes.
        (WrongKind.CURRENCY, 192, False),
        (WrongKind.SUCCESS_FALSE, 192, False),
    ],
)
async def test_records_that_are_wrong(
    price_server: PriceServer,
    session: ClientSession,
    kind: WrongKind,
    known: int,
    has_skipped: bool,
) -> None:
    """What can be read is right, and the rest is not made up."""
    tidy = await provider(price_server, session).volumes(NOW)
    price_server.control.behave(Wrong(kind))
    volumes = await provider(price_server, session).volumes(NOW)
    assert len(volumes.slots) == known
    assert set(volumes.slots) <= set(tidy.slots)
    assert (volumes.skipped > 0) is has_skipped


async def test_wait_when_the_limit_is_used_up(
    session: ClientSession, socket_enabled: None
) -> None:
    """With three requests a minute, all lists are read in three minutes."""
    time = FakeTime()
    start = time.now
    control = Control()

    def clock() -> datetime:
        return NOW + timedelta(seconds=time.now - start)

    async with PriceServer(control=control, clock=clock) as server:
        control.behave(RateLimit(3))
        asked = provider(server, session, pacer=Pacer(time.clock, time.sleep))
        check_nominated(await asked.volumes(NOW), TODAY)
        assert [one.status for one in server.requests] == [200] * 7
    assert time.slept == [60, 60]
