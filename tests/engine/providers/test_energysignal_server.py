"""Test the whole way from a token to the prices, over a real connection."""

from dataclasses import replace
from datetime import date, timedelta

from aiohttp import ClientSession
import pytest

from custom_components.spot_planner.engine.balancing import (
    BalancingMarket,
    BalancingPrices,
)
from custom_components.spot_planner.engine.prices import Prices
from custom_components.spot_planner.engine.providers.energysignal.provider import (
    EnergySignalProvider,
)
from custom_components.spot_planner.engine.providers.errors import (
    AuthenticationError,
    ForbiddenError,
    MalformedError,
    NotFoundError,
    NotPublishedError,
    ProviderError,
    RateLimitedError,
    RefusedError,
    ServerError,
    WrongCurrencyError,
)
from custom_components.spot_planner.engine.providers.network.http import HttpClient
from dev.price_server import PriceServer, Status, Wrong, WrongKind
from dev.price_server.credentials import ENERGYSIGNAL_TOKEN, SECRETS
from dev.price_server.market import spot_prices

from ..helpers import PARIS, QUARTER, paris
from .conftest import NOW

TODAY = date(2026, 4, 15)
EARLIEST = date(2026, 3, 19)
ALL = frozenset(BalancingMarket)


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
