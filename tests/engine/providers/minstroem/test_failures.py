"""Test what becomes of a question to Min Strøm that fails, over a real connection."""

import asyncio
import logging

from aiohttp import ClientSession, ClientTimeout
import pytest

from custom_components.spot_planner.engine.providers.errors import (
    AuthenticationError,
    NotFoundError,
    ProviderError,
    RateLimitedError,
    RefusedError,
    ServerError,
)
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
from dev.price_server import Down, PriceServer, Slow, Status, Wrong, WrongKind
from dev.price_server.credentials import (
    MINSTROEM_API_KEY,
    MINSTROEM_API_SECRET,
    MINSTROEM_TOKEN,
    SECRETS,
)

from ...helpers import DAY
from ..conftest import NOW
from .test_server import BANDS, CHARGES, COPENHAGEN_TOWN, PLACES, ask, create


@pytest.fixture
def provider(price_server: PriceServer, session: ClientSession) -> MinStroemProvider:
    """Return a provider for a place on the map."""
    return create(price_server, session, COPENHAGEN_TOWN)


async def failure(provider: MinStroemProvider) -> ProviderError:
    """Return the error of a question; neither it nor its causes give anything away."""
    with pytest.raises(ProviderError) as failed:
        await ask(provider)
    error: BaseException | None = failed.value
    while error is not None:
        for word in (*SECRETS, "latitude", "12.5683", "?"):
            assert word not in f"{error} {error!r}"
        error = error.__cause__
    return failed.value


async def served(server: PriceServer, requests: int) -> None:
    """Wait until the server is done with questions that nobody waits for."""
    for _ in range(250):
        if len(server.requests) >= requests:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("the server is never done")


@pytest.mark.parametrize(
    "place",
    [
        Region("XX9"),
        Coordinates(48.8566, 2.3522),
        Address("645db24a-f11a-3388-e044-0003ba298018"),
    ],
)
async def test_place_that_the_vendor_does_not_know(
    price_server: PriceServer, session: ClientSession, place: Place
) -> None:
    """A form can tell it from all else that fails."""
    provider = create(price_server, session, place)
    with pytest.raises(NotFoundError):
        await ask(provider)
    assert len(price_server.requests) == 1


@pytest.mark.parametrize("place", PLACES)
async def test_wrong_secret(
    price_server: PriceServer, session: ClientSession, place: Place
) -> None:
    """It is noticed with the first question, and asked once."""
    provider = create(price_server, session, place, "another-secret")
    assert type(await failure(provider)) is AuthenticationError
    assert len(price_server.requests) == 1


@pytest.mark.parametrize(
    ("behaviour", "requests"),
    [
        # What concerns one hour lets the others be asked for.
        (Status(404), 1 + BANDS),
        (Status(400), 1 + BANDS),
        (Status(500), 1 + BANDS),
        (Wrong(WrongKind.HTML), 1 + BANDS),
        (Wrong(WrongKind.TRUNCATED), 1 + BANDS),
        # What concerns all of them does not.
        (Status(401), 2),
        (Status(403), 2),
        (Status(429), 2),
        (Down(), 2),
    ],
)
async def test_prices_without_the_charges_of_the_hours(
    price_server: PriceServer,
    provider: MinStroemProvider,
    behaviour: Status | Wrong | Down,
    requests: int,
) -> None:
    """The charges stay one component, and the prices are there all the same."""
    price_server.control.behave(behaviour, path=CHARGES)
    series = await ask(provider)
    assert series.component_names == ("spot", "charges", "vat")
    # The library repeats by itself what was cut off on a connection in use.
    assert len({one.query for one in price_server.requests}) == requests


async def test_slow_charges_cost_one_wait(
    price_server: PriceServer,
    provider: MinStroemProvider,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Prices do not wait for every hour's charges in turn."""
    monkeypatch.setattr(http, "TIMEOUT", ClientTimeout(total=0.5))
    price_server.control.behave(Slow(1), path=CHARGES)
    series = await ask(provider)
    assert series.component_names == ("spot", "charges", "vat")
    await served(price_server, 2)
    assert len(price_server.requests) == 2


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, RefusedError),
        (401, AuthenticationError),
        (404, NotFoundError),
        (429, RateLimitedError),
        (500, ServerError),
    ],
)
async def test_failures_beside_the_prices(
    price_server: PriceServer,
    session: ClientSession,
    status: int,
    error: type[ProviderError],
) -> None:
    """Suggestions, history and count fail with the same typed errors."""
    price_server.control.behave(Status(status))
    for question in (
        create(price_server, session, COPENHAGEN_TOWN).suggestions("Prøvevej"),
        create(price_server, session, COPENHAGEN_TOWN).charge_history(NOW - DAY, NOW),
        create(price_server, session, COPENHAGEN_TOWN).request_count(NOW),
    ):
        with pytest.raises(error):
            await question


async def test_secrets_are_in_no_log(
    price_server: PriceServer,
    provider: MinStroemProvider,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Neither in ours nor in those of the libraries, however much they say."""
    with caplog.at_level(logging.DEBUG):
        await ask(provider)
        price_server.control.behave(Status(401))
        await failure(provider)
    for secret in (MINSTROEM_API_KEY, MINSTROEM_API_SECRET, MINSTROEM_TOKEN):
        assert secret not in caplog.text
        assert secret not in f"{provider!r} {provider.question}"
