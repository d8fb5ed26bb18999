"""Test the whole way from a token to prices and reserves, over a real connection."""

from dataclasses import replace
from datetime import date, timedelta

from aiohttp import ClientSession
import pytest

from custom_components.spot_planner.engine.balancing import (
    BalancingMarket,
    BalancingPrices,
)
from custom_components.spot_planner.engine.prices import Prices
from custom_components.spot_planner.engine.providers.base import PriceKind
from custom_components.spot_planner.engine.providers.energysignal import (
    BASE_URL,
    EnergySignalProvider,
)
from custom_components.spot_planner.engine.providers.errors import (
    AuthenticationError,
    CredentialsError,
    ForbiddenError,
    MalformedError,
    NoSubscriptionError,
    NotFoundError,
    NotPublishedError,
    ProviderError,
    RateLimitedError,
    RefusedError,
    ServerError,
    WrongCurrencyError,
)
from custom_components.spot_planner.engine.providers.http import HttpClient
from dev.price_server import Normal, PriceServer, Status, Wrong, WrongKind
from dev.price_server.credentials import ENERGYSIGNAL_TOKEN, SECRETS
from dev.price_server.market import spot_prices

from ..helpers import DAY, PARIS, QUARTER, paris
from .conftest import NOW

M = BalancingMarket
TODAY = date(2026, 4, 15)
EARLIEST = date(2026, 3, 19)
ALL = frozenset(BalancingMarket)
CAPACITY = frozenset(market for market in ALL if not market.is_energy)
ENERGY = ALL - CAPACITY
AGGREGATES = ["/api/balancing-capacity", "/api/balancing-energy"]
CAPACITY_STREAMS = ["/api/fcr-capacity", "/api/afrr-capacity", "/api/mfrr-capacity"]
ENERGY_STREAMS = ["/api/afrr-energy", "/api/mfrr-energy"]


def provider_of(
    server: PriceServer, session: ClientSession, token: str = ENERGYSIGNAL_TOKEN
) -> EnergySignalProvider:
    """Return a provider that asks the local server with a token."""
    client = HttpClient(session, server.vendor_url("energysignal"))
    return EnergySignalProvider(client, token, PARIS)


@pytest.fixture
def provider(price_server: PriceServer, session: ClientSession) -> EnergySignalProvider:
    """Return a provider with a good token."""
    return provider_of(price_server, session)


async def ask(provider: EnergySignalProvider) -> Prices:
    """Ask for today and tomorrow."""
    return await provider.prices(TODAY, TODAY + timedelta(days=2), NOW)


async def failure(
    provider: EnergySignalProvider, wanted: frozenset[BalancingMarket] = frozenset()
) -> ProviderError:
    """Return the error of a question; neither it nor its causes tell a secret."""
    with pytest.raises(ProviderError) as failed:
        await (provider.balancing(wanted) if wanted else ask(provider))
    error: BaseException | None = failed.value
    while error is not None:
        text = f"{error} {error!r} {provider!r} {provider.question}"
        for secret in SECRETS:
            assert secret not in text
        error = error.__cause__
    return failed.value


def paths(server: PriceServer) -> list[str]:
    """Return the paths that were asked for since the last time."""
    prefix = server.vendor_url("energysignal").removeprefix(server.url)
    asked = [one.path.removeprefix(prefix) for one in server.requests]
    server.control.forget()
    return asked


def unsubscribe(server: PriceServer) -> None:
    """Let the aggregated routes be refused."""
    server.control.switches = replace(
        server.control.switches, energysignal_subscription=False
    )


def test_what_is_known_without_asking(provider: EnergySignalProvider) -> None:
    """It is the spot price of France, without a colour."""
    assert BASE_URL == "https://co-c8jb.nanocorp.app"
    assert provider.name == "EnergySignal"
    assert provider.website == "https://energysignal.fr"
    assert (provider.kind, provider.currency) == (PriceKind.SPOT, "EUR")
    assert not provider.gives_levels
    moment = provider.publication.next_after(NOW, timedelta())
    assert moment == paris("2026-04-16T13:00")


def test_every_token_asks_the_same(
    price_server: PriceServer, session: ClientSession
) -> None:
    """The market's price is the same for everybody."""
    other = provider_of(price_server, session, "es_token_other")
    assert other.question == provider_of(price_server, session).question
    assert other.question.startswith(price_server.url)


async def test_whole_window_with_one_question(
    price_server: PriceServer, provider: EnergySignalProvider
) -> None:
    """Four weeks come at once, with the spring change, as the market has them."""
    series = (await ask(provider)).series
    (request,) = price_server.requests
    assert (request.method, request.query) == ("GET", "")
    assert paths(price_server) == ["/api/day-ahead-prices"]
    days = [EARLIEST + timedelta(days=n) for n in range(29)]
    market = [quarter for day in days for quarter in spot_prices(day)]
    assert len(series) == len(market) == 29 * 96 - 4
    assert [(one.start, one.end) for one in series] == [
        (quarter.start, quarter.start + QUARTER) for quarter in market
    ]
    assert [one.price for one in series] == [
        float(f"{round(quarter.price, 2) / 1000:.5f}") for quarter in market
    ]
    assert series.component_names == ("spot",)
    assert series.end == paris("2026-04-17T00:00")


async def test_autumn_day(socket_enabled: None, session: ClientSession) -> None:
    """A day with 100 quarter-hours is known without a gap."""
    async with PriceServer(clock=lambda: paris("2025-10-25T14:00")) as server:
        series = (await ask(provider_of(server, session))).series
    day = series.slice(paris("2025-10-26T00:00"), paris("2025-10-27T00:00"))
    assert len(day) == 100
    assert day.covers(paris("2025-10-26T00:00"), paris("2025-10-27T00:00"))


async def test_nothing_is_published(
    price_server: PriceServer, provider: EnergySignalProvider
) -> None:
    """A stream without data has no prices and no reserves."""
    control = price_server.control
    control.switches = replace(control.switches, energysignal_empty=True)
    assert type(await failure(provider)) is NotPublishedError
    assert await provider.balancing(ALL) == BalancingPrices()
    unsubscribe(price_server)
    assert await provider.balancing(ALL) == BalancingPrices()


async def test_token_that_nobody_knows(
    price_server: PriceServer, session: ClientSession
) -> None:
    """Only another token mends it."""
    provider = provider_of(price_server, session, "es_token_revoked")
    assert type(await failure(provider)) is AuthenticationError


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (302, ServerError),
        (400, RefusedError),
        (401, AuthenticationError),
        (403, ForbiddenError),
        (404, NotFoundError),
        (429, RateLimitedError),
        (500, ServerError),
    ],
)
async def test_statuses(
    price_server: PriceServer,
    provider: EnergySignalProvider,
    status: int,
    error: type[ProviderError],
) -> None:
    """Each has its typed error, with the wait, and is asked for once."""
    price_server.control.behave(Status(status, retry_after=7))
    failed = await failure(provider)
    assert type(failed) is error
    assert failed.retry_after == timedelta(seconds=7)
    assert paths(price_server) == ["/api/day-ahead-prices"]


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        (WrongKind.HTML, MalformedError),
        (WrongKind.NOT_JSON, MalformedError),
        (WrongKind.TRUNCATED, MalformedError),
        (WrongKind.NO_ROWS, NotPublishedError),
        (WrongKind.NAN, MalformedError),
        (WrongKind.INFINITY, MalformedError),
        (WrongKind.ABSURD, MalformedError),
        (WrongKind.NO_OFFSET, MalformedError),
        (WrongKind.CURRENCY, WrongCurrencyError),
        (WrongKind.CONFLICTING_DUPLICATE, MalformedError),
        (WrongKind.OVERLAP, MalformedError),
        (WrongKind.TEXT_PRICE, MalformedError),
        (WrongKind.HUGE, MalformedError),
    ],
)
async def test_bad_answers(
    price_server: PriceServer,
    provider: EnergySignalProvider,
    kind: WrongKind,
    error: type[ProviderError],
) -> None:
    """Each has its typed error."""
    price_server.control.behave(Wrong(kind))
    assert type(await failure(provider)) is error


@pytest.mark.parametrize(
    "kind", [WrongKind.DUPLICATE, WrongKind.UNORDERED, WrongKind.REPEATED_PAGE]
)
async def test_answers_that_are_only_untidy(
    price_server: PriceServer, provider: EnergySignalProvider, kind: WrongKind
) -> None:
    """They say the same as a tidy one."""
    tidy = await ask(provider)
    price_server.control.behave(Wrong(kind))
    assert await ask(provider) == tidy


@pytest.mark.parametrize(
    ("kind", "missing"),
    [(WrongKind.GAP, 4), (WrongKind.NULL_PRICE, 1), (WrongKind.MISSING_PRICE, 1)],
)
async def test_answers_with_a_gap(
    price_server: PriceServer,
    provider: EnergySignalProvider,
    kind: WrongKind,
    missing: int,
) -> None:
    """The rest of the weeks is known all the same."""
    price_server.control.behave(Wrong(kind))
    series = (await ask(provider)).series
    assert len(series) == 29 * 96 - 4 - missing
    (gap,) = series.gaps(paris("2026-03-19"), paris("2026-04-17"))
    assert gap.duration == missing * QUARTER


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
