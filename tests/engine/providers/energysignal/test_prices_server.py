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
    NotPublishedError,
    ProviderError,
)
from custom_components.spot_planner.engine.providers.network.http import HttpClient
from dev.price_server import PriceServer
from dev.price_server.credentials import ENERGYSIGNAL_TOKEN, SECRETS
from dev.price_server.market import spot_prices

from ...helpers import PARIS, QUARTER, paris
from ..conftest import NOW

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
