"""Test the whole way from a token to the reserve markets, over a real connection."""

from datetime import timedelta

from aiohttp import ClientSession
import pytest

from custom_components.spot_planner.engine.balancing import BalancingMarket
from custom_components.spot_planner.engine.providers.energysignal.provider import (
    EnergySignalProvider,
)
from custom_components.spot_planner.engine.providers.errors import (
    CredentialsError,
    MalformedError,
    NoSubscriptionError,
    NotFoundError,
    ProviderError,
    RateLimitedError,
    RefusedError,
    ServerError,
)
from dev.price_server import Normal, PriceServer, Status, Wrong, WrongKind

from ...helpers import DAY, paris
from ..conftest import NOW
from .test_prices_server import ALL, ask, failure, paths, provider_of, unsubscribe

M = BalancingMarket
CAPACITY = frozenset(market for market in ALL if not market.is_energy)
ENERGY = ALL - CAPACITY
AGGREGATES = ["/api/balancing-capacity", "/api/balancing-energy"]
CAPACITY_STREAMS = ["/api/fcr-capacity", "/api/afrr-capacity", "/api/mfrr-capacity"]
ENERGY_STREAMS = ["/api/afrr-energy", "/api/mfrr-energy"]


@pytest.fixture
def provider(price_server: PriceServer, session: ClientSession) -> EnergySignalProvider:
    """Return a provider with a good token."""
    return provider_of(price_server, session)


@pytest.mark.parametrize(
    ("wanted", "asked"),
    [
        (frozenset(), []),
        (frozenset({M.FCR_CAPACITY}), AGGREGATES[:1]),
        (frozenset({M.MFRR_CAPACITY_UP, M.AFRR_CAPACITY_DOWN}), AGGREGATES[:1]),
        (frozenset({M.AFRR_ENERGY_UP}), AGGREGATES[1:]),
        (frozenset({M.FCR_CAPACITY, M.MFRR_ENERGY_DOWN}), AGGREGATES),
        (ALL, AGGREGATES),
    ],
)
async def test_only_what_is_wanted_is_asked_for(
    price_server: PriceServer,
    provider: EnergySignalProvider,
    wanted: frozenset[BalancingMarket],
    asked: list[str],
) -> None:
    """Capacity and energy are one question each, and nothing else comes back."""
    prices = await provider.balancing(wanted)
    assert paths(price_server) == asked
    assert {it.market for it in prices.prices} == wanted


async def test_reserves_of_an_afternoon(provider: EnergySignalProvider) -> None:
    """Capacity is known until tomorrow night, energy until last midnight."""
    prices = await provider.balancing(ALL)
    for market in ALL:
        found = prices.at(market, NOW)
        assert found
        if market.is_energy:
            assert found.end == paris("2026-04-15T00:00")
            assert prices.at(market, NOW - 2 * DAY) is None
        else:
            assert found.start == paris("2026-04-15T14:00")
            later = prices.at(market, paris("2026-04-16T23:30"))
            assert later and later.end == paris("2026-04-17T00:00")


@pytest.mark.parametrize(
    ("wanted", "first", "later"),
    [
        (
            ALL,
            [AGGREGATES[0], *CAPACITY_STREAMS, AGGREGATES[1], *ENERGY_STREAMS],
            [*CAPACITY_STREAMS, *ENERGY_STREAMS],
        ),
        (CAPACITY, [AGGREGATES[0], *CAPACITY_STREAMS], CAPACITY_STREAMS),
        (ENERGY, [AGGREGATES[1], *ENERGY_STREAMS], ENERGY_STREAMS),
        (
            frozenset({M.AFRR_CAPACITY_UP}),
            [AGGREGATES[0], "/api/afrr-capacity"],
            ["/api/afrr-capacity"],
        ),
        (
            frozenset({M.MFRR_ENERGY_UP, M.MFRR_ENERGY_DOWN}),
            [AGGREGATES[1], "/api/mfrr-energy"],
            ["/api/mfrr-energy"],
        ),
    ],
)
async def test_single_streams_without_a_subscription(
    price_server: PriceServer,
    provider: EnergySignalProvider,
    wanted: frozenset[BalancingMarket],
    first: list[str],
    later: list[str],
) -> None:
    """They say the same, and the aggregated route is not asked twice."""
    together = await provider.balancing(wanted)
    price_server.control.forget()
    unsubscribe(price_server)
    assert await provider.balancing(wanted) == together
    assert paths(price_server) == first
    assert await provider.balancing(wanted) == together
    assert paths(price_server) == later


@pytest.mark.parametrize("status", [401, 403])
async def test_one_refused_aggregate_does_not_refuse_the_other(
    price_server: PriceServer, provider: EnergySignalProvider, status: int
) -> None:
    """Each is found out by itself, and remembered also when it would answer again."""
    price_server.control.behave(Status(status), path="/api/balancing-capacity")
    await provider.balancing(ALL)
    assert paths(price_server) == [AGGREGATES[0], *CAPACITY_STREAMS, AGGREGATES[1]]
    price_server.control.behave(Normal())
    await provider.balancing(ALL)
    assert paths(price_server) == [*CAPACITY_STREAMS, AGGREGATES[1]]


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("wanted", [ALL, CAPACITY, ENERGY])
async def test_nothing_is_part_of_the_plan(
    price_server: PriceServer,
    provider: EnergySignalProvider,
    status: int,
    wanted: frozenset[BalancingMarket],
) -> None:
    """It is a matter of the subscription: the token may still be good for prices."""
    price_server.control.behave(Status(status, retry_after=7))
    failed = await failure(provider, wanted)
    assert type(failed) is NoSubscriptionError
    assert not isinstance(failed, CredentialsError)
    assert failed.retry_after == timedelta(seconds=7)
    price_server.control.behave(Normal())
    assert len((await ask(provider)).series) > 0


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (404, NotFoundError),
        (422, RefusedError),
        (429, RateLimitedError),
        (500, ServerError),
    ],
)
async def test_other_failures_of_an_aggregate(
    price_server: PriceServer,
    provider: EnergySignalProvider,
    status: int,
    error: type[ProviderError],
) -> None:
    """They are no reason to ask one by one, neither now nor later."""
    price_server.control.behave(Status(status, retry_after=7))
    failed = await failure(provider, CAPACITY)
    assert type(failed) is error
    assert failed.retry_after == timedelta(seconds=7)
    assert paths(price_server) == AGGREGATES[:1]


async def test_other_failures_of_a_single_stream(
    price_server: PriceServer, provider: EnergySignalProvider
) -> None:
    """A stream that fails is no stream that is refused."""
    unsubscribe(price_server)
    price_server.control.behave(Status(500), path="/api/afrr-capacity")
    assert type(await failure(provider, CAPACITY)) is ServerError


@pytest.mark.parametrize("has_subscription", [True, False])
@pytest.mark.parametrize(
    "kind",
    [
        WrongKind.HTML,
        WrongKind.NOT_JSON,
        WrongKind.TRUNCATED,
        WrongKind.NAN,
        WrongKind.INFINITY,
        WrongKind.ABSURD,
        WrongKind.TEXT_PRICE,
        WrongKind.HUGE,
    ],
)
async def test_bad_answers_of_reserves(
    price_server: PriceServer,
    provider: EnergySignalProvider,
    kind: WrongKind,
    has_subscription: bool,
) -> None:
    """Whichever route they come from."""
    if not has_subscription:
        unsubscribe(price_server)
    price_server.control.behave(Wrong(kind))
    assert type(await failure(provider, ALL)) is MalformedError
    assert type(await failure(provider, ENERGY)) is MalformedError


@pytest.mark.parametrize(
    "kind", [WrongKind.NO_ROWS, WrongKind.NULL_PRICE, WrongKind.MISSING_PRICE]
)
async def test_reserves_without_a_number(
    price_server: PriceServer, provider: EnergySignalProvider, kind: WrongKind
) -> None:
    """Where nothing is told, nothing is known; the last rows may still be there."""
    price_server.control.behave(Wrong(kind))
    prices = await provider.balancing(ALL)
    kept = {it.market for it in prices.prices}
    assert kept == (ENERGY if kind is WrongKind.NO_ROWS else frozenset())
