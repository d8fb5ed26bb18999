"""Test the whole way from the question to the prices, over a real connection."""

import asyncio
from datetime import date, timedelta
from urllib.parse import parse_qsl

from aiohttp import ClientSession
import pytest

from custom_components.spot_planner.engine.prices import Prices
from custom_components.spot_planner.engine.providers.base import PriceProvider
from custom_components.spot_planner.engine.providers.errors import (
    NotPublishedError,
    ProviderError,
    RefusedError,
)
from custom_components.spot_planner.engine.providers.network.http import HttpClient
from custom_components.spot_planner.engine.providers.sobry.public import SobryProvider
from custom_components.spot_planner.engine.series import PriceSeries
from custom_components.spot_planner.engine.tariffs.model import (
    ConnectionSegment,
    CustomerProfile,
    FrenchContract,
    TaxDisplay,
    TurpeOption,
)
from dev.price_server import PriceServer, Slow, Wrong, WrongKind

from ...helpers import PARIS, paris
from ..conftest import NOW

DAY = date(2026, 4, 15)
CONTRACT = FrenchContract(turpe_option=TurpeOption.MU4)


@pytest.fixture
def provider(price_server: PriceServer, session: ClientSession) -> PriceProvider:
    """Return a provider that asks the local server."""
    return SobryProvider(HttpClient(session, price_server.url), CONTRACT, PARIS)


async def ask(provider: PriceProvider, days: int = 1, first: date = DAY) -> PriceSeries:
    """Ask for some days; Sobry tells nothing beside the prices."""
    prices = await provider.prices(first, first + timedelta(days=days), NOW)
    assert prices == Prices(prices.series)
    return prices.series


async def failure(provider: PriceProvider) -> ProviderError:
    """Return the error of a question; neither it nor its causes tell the query."""
    with pytest.raises(ProviderError) as failed:
        await ask(provider)
    error: BaseException | None = failed.value
    while error is not None:
        text = f"{error} {error!r}"
        for word in ("MU4", "particulier", "turpe=", "granularity", "start=", "?"):
            assert word not in text
        error = error.__cause__
    return failed.value


async def served(price_server: PriceServer) -> None:
    """Wait until the server is done with a question that nobody waits for."""
    for _ in range(250):
        if price_server.requests:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("the server is never done")


async def test_one_question_with_the_days_and_the_contract(
    price_server: PriceServer, provider: PriceProvider
) -> None:
    """The end is exclusive, and everything that the prices depend on is said."""
    await ask(provider, days=2)
    (request,) = price_server.requests
    assert (request.method, request.path, request.status) == (
        "GET",
        "/api/prices/raw",
        200,
    )
    assert dict(parse_qsl(request.query)) == {
        "start": "2026-04-15",
        "end": "2026-04-17",
        "granularity": "quarter_hourly",
        "segment": "C5",
        "turpe": "MU4",
        "profil": "particulier",
        "display": "TTC",
    }


@pytest.mark.parametrize(
    ("contract", "words"),
    [
        (
            FrenchContract(
                turpe_option=TurpeOption.CU,
                profile=CustomerProfile.PRO,
                display=TaxDisplay.HT,
            ),
            {"segment": "C5", "turpe": "CU", "profil": "pro", "display": "HT"},
        ),
        (
            FrenchContract(segment=ConnectionSegment.C4, turpe_option=TurpeOption.LU),
            {"segment": "C4", "turpe": "LU", "profil": "pro", "display": "HT"},
        ),
    ],
)
async def test_other_contracts(
    price_server: PriceServer,
    session: ClientSession,
    contract: FrenchContract,
    words: dict[str, str],
) -> None:
    """Each contract asks for its own prices, and reads them."""
    provider = SobryProvider(HttpClient(session, price_server.url), contract, PARIS)
    series = await ask(provider)
    assert len(series) == 96
    assert "vat" not in series.component_names
    (request,) = price_server.requests
    assert words.items() <= dict(parse_qsl(request.query)).items()


async def test_answer_with_an_inclusive_end(
    price_server: PriceServer, provider: PriceProvider
) -> None:
    """The day is the same, whether or not the next one has begun."""
    tidy = await ask(provider)
    price_server.control.behave(Wrong(WrongKind.INCLUSIVE_END))
    series = await ask(provider)
    midnight = paris("2026-04-16T00:00")
    assert series.slice(paris("2026-04-15T00:00"), midnight) == tidy


async def test_unpublished_day(provider: PriceProvider) -> None:
    """The vendor answers 404 for a period without data."""
    with pytest.raises(NotPublishedError):
        await ask(provider, 1, date(2026, 4, 17))


async def test_question_that_the_vendor_refuses(provider: PriceProvider) -> None:
    """The start is before the end, or it is our mistake."""
    with pytest.raises(RefusedError):
        await ask(provider, 0)


async def test_question_that_is_no_longer_wanted(
    price_server: PriceServer, provider: PriceProvider
) -> None:
    """Who cancels a question is not told of a provider's error."""
    price_server.control.behave(Slow(1.5))
    question = asyncio.create_task(ask(provider))
    await asyncio.sleep(0.5)
    question.cancel()
    with pytest.raises(asyncio.CancelledError):
        await question
    await served(price_server)
