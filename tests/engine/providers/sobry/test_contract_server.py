"""Test the whole way from a customer's key to the prices, over a real connection."""

from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import parse_qsl

from aiohttp import ClientSession
import pytest

from custom_components.spot_planner.engine.prices import Prices
from custom_components.spot_planner.engine.providers.errors import (
    AuthenticationError,
    NotPublishedError,
    ProviderError,
)
from custom_components.spot_planner.engine.providers.network.http import HttpClient
from custom_components.spot_planner.engine.providers.sobry.contract import (
    SobryContractProvider,
)
from dev.price_server import PriceServer
from dev.price_server.credentials import SECRETS, SOBRY_API_KEY
from dev.price_server.market import spot_prices

from ...helpers import PARIS, QUARTER
from ..conftest import NOW

TODAY = date(2026, 4, 15)


def provider_of(
    server: PriceServer, session: ClientSession, key: str = SOBRY_API_KEY
) -> SobryContractProvider:
    """Return a provider that asks the local server with a key."""
    client = HttpClient(session, server.vendor_url("sobry_v2"))
    return SobryContractProvider(client, key, PARIS)


@pytest.fixture
def provider(
    price_server: PriceServer, session: ClientSession
) -> SobryContractProvider:
    """Return a provider with a good key."""
    return provider_of(price_server, session)


async def ask(provider: SobryContractProvider, first: date = TODAY) -> Prices:
    """Ask for a day and the one after it."""
    return await provider.prices(first, first + timedelta(days=2), NOW)


async def failure(provider: SobryContractProvider) -> ProviderError:
    """Return the error of a question; neither it nor its causes tell a secret."""
    with pytest.raises(ProviderError) as failed:
        await ask(provider)
    error: BaseException | None = failed.value
    while error is not None:
        text = f"{error} {error!r} {provider!r}"
        for word in (*SECRETS, "taxMode", "?"):
            assert word not in text
        error = error.__cause__
    return failed.value


async def test_another_key_is_another_question(
    price_server: PriceServer, session: ClientSession
) -> None:
    """One key is one contract, and the question does not tell the key."""
    ours = provider_of(price_server, session)
    assert ours.question == provider_of(price_server, session).question
    assert ours.question.startswith(price_server.url)
    assert SOBRY_API_KEY not in ours.question
    assert ours.question != provider_of(price_server, session, "other").question


async def test_one_question_for_two_days(
    price_server: PriceServer, provider: SobryContractProvider
) -> None:
    """Today and tomorrow come with a single request, quarter by quarter."""
    series = (await ask(provider)).series
    (request,) = price_server.requests
    assert (request.method, request.path) == ("GET", "/v2/user/daily-prices")
    assert dict(parse_qsl(request.query)) == {
        "day": "2026-04-15",
        "days": "1",
        "taxMode": "ttc",
        "granularity": "15m",
    }
    market = [*spot_prices(TODAY), *spot_prices(TODAY + timedelta(days=1))]
    assert [(one.start, one.end) for one in series] == [
        (quarter.start, quarter.start + QUARTER) for quarter in market
    ]
    assert {one.provider_level for one in series} == {"green", "yellow", "red"}
    assert not any(one.estimated for one in series)


async def test_one_day_asks_the_same(
    price_server: PriceServer, provider: SobryContractProvider
) -> None:
    """Another number of days is not known to work."""
    await provider.prices(TODAY, TODAY + timedelta(days=1), NOW)
    assert dict(parse_qsl(price_server.requests[0].query))["days"] == "1"


async def test_forecasts_are_marked(
    price_server: PriceServer, provider: SobryContractProvider
) -> None:
    """The day that is not out yet is estimated, the one before it is not."""
    control = price_server.control
    control.switches = replace(control.switches, sobry_estimates=True)
    series = (await ask(provider, date(2026, 4, 16))).series
    assert [one.estimated for one in series] == [False] * 96 + [True] * 96


async def test_nothing_is_out(provider: SobryContractProvider) -> None:
    """An empty list is not published yet."""
    with pytest.raises(NotPublishedError):
        await ask(provider, date(2026, 4, 17))


async def test_key_that_nobody_knows(
    price_server: PriceServer, session: ClientSession
) -> None:
    """Only another key mends it."""
    provider = provider_of(price_server, session, "sob_apikey_revoked")
    assert type(await failure(provider)) is AuthenticationError
