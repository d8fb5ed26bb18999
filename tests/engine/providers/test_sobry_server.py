"""Test the whole way from the question to the prices, over a real connection."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import parse_qsl

from aiohttp import ClientSession, ClientTimeout
import pytest

from custom_components.spot_planner.engine.prices import Prices
from custom_components.spot_planner.engine.providers.base import PriceProvider
from custom_components.spot_planner.engine.providers.errors import (
    CannotConnectError,
    MalformedError,
    NotPublishedError,
    ProviderError,
    RateLimitedError,
    RefusedError,
    ServerError,
    TimedOutError,
    WrongCurrencyError,
)
from custom_components.spot_planner.engine.providers.network import http
from custom_components.spot_planner.engine.providers.network.http import HttpClient
from custom_components.spot_planner.engine.providers.sobry.public import SobryProvider
from custom_components.spot_planner.engine.series import PriceSeries
from custom_components.spot_planner.engine.tariffs.model import (
    CustomerProfile,
    FrenchContract,
    Segment,
    TaxDisplay,
    TurpeOption,
)
from dev.price_server import (
    Behaviour,
    Down,
    Normal,
    PriceServer,
    Slow,
    Status,
    Wrong,
    WrongKind,
)
from dev.price_server.market import spot_prices

from ..helpers import PARIS, QUARTER, paris
from .conftest import NOW

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
            FrenchContract(segment=Segment.C4, turpe_option=TurpeOption.LU),
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


@pytest.mark.parametrize(
    ("first", "days", "count"),
    [
        ("2026-04-15", 1, 96),
        ("2026-04-15", 2, 192),
        ("2026-03-29", 1, 92),
        ("2025-10-26", 1, 100),
        ("2025-10-25", 3, 292),
        # Of the two days, only the first is out.
        ("2026-04-16", 2, 96),
    ],
)
async def test_days_of_any_length(
    provider: PriceProvider, first: str, days: int, count: int
) -> None:
    """The days asked for are known quarter by quarter, and as the market has them."""
    day = date.fromisoformat(first)
    series = await ask(provider, days, day)
    assert len(series) == count
    assert series.start == paris(first)
    market = [q for n in range(days) for q in spot_prices(day + timedelta(days=n))]
    assert [(one.start, one.end) for one in series] == [
        (q.start, q.start + QUARTER) for q in market[:count]
    ]
    assert [one.component("spot") for one in series] == pytest.approx(
        [q.price / 1000 for q in market[:count]], abs=5.1e-6
    )


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        (WrongKind.HTML, MalformedError),
        (WrongKind.NOT_JSON, MalformedError),
        (WrongKind.TRUNCATED, MalformedError),
        (WrongKind.SUCCESS_FALSE, NotPublishedError),
        (WrongKind.NO_ROWS, NotPublishedError),
        (WrongKind.MISSING_PRICE, MalformedError),
        (WrongKind.NAN, MalformedError),
        (WrongKind.INFINITY, MalformedError),
        (WrongKind.NO_OFFSET, MalformedError),
        (WrongKind.CURRENCY, WrongCurrencyError),
        (WrongKind.CONFLICTING_DUPLICATE, MalformedError),
        (WrongKind.TEXT_PRICE, MalformedError),
        (WrongKind.OTHER_TARIFF, MalformedError),
        (WrongKind.HUGE, MalformedError),
    ],
)
async def test_bad_answers(
    price_server: PriceServer,
    provider: PriceProvider,
    kind: WrongKind,
    error: type[ProviderError],
) -> None:
    """Each has its typed error, and is asked for once."""
    price_server.control.behave(Wrong(kind))
    assert type(await failure(provider)) is error
    assert len(price_server.requests) == 1


@pytest.mark.parametrize("kind", [WrongKind.DUPLICATE, WrongKind.UNORDERED])
async def test_answers_that_are_only_untidy(
    price_server: PriceServer, provider: PriceProvider, kind: WrongKind
) -> None:
    """They say the same as a tidy one."""
    tidy = await ask(provider)
    price_server.control.behave(Wrong(kind))
    assert await ask(provider) == tidy


async def test_answer_with_a_gap(
    price_server: PriceServer, provider: PriceProvider
) -> None:
    """The rest of the day is known all the same."""
    price_server.control.behave(Wrong(WrongKind.GAP))
    series = await ask(provider)
    assert len(series) == 92
    (gap,) = series.gaps(paris("2026-04-15T00:00"), paris("2026-04-16T00:00"))
    assert gap.duration == 4 * QUARTER


async def test_answer_with_an_inclusive_end(
    price_server: PriceServer, provider: PriceProvider
) -> None:
    """The day is the same, whether or not the next one has begun."""
    tidy = await ask(provider)
    price_server.control.behave(Wrong(WrongKind.INCLUSIVE_END))
    series = await ask(provider)
    midnight = paris("2026-04-16T00:00")
    assert series.slice(paris("2026-04-15T00:00"), midnight) == tidy


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (302, ServerError),
        (400, RefusedError),
        (404, NotPublishedError),
        (429, RateLimitedError),
        (500, ServerError),
    ],
)
async def test_statuses(
    price_server: PriceServer,
    provider: PriceProvider,
    status: int,
    error: type[ProviderError],
) -> None:
    """Each has its typed error, and is asked for once: no redirect is followed."""
    price_server.control.behave(Status(status))
    failed = await failure(provider)
    assert type(failed) is error
    assert failed.retry_after is None
    assert [one.path for one in price_server.requests] == ["/api/prices/raw"]


@pytest.mark.parametrize("seconds", [0, 7, 3600])
async def test_retry_after_in_seconds(
    price_server: PriceServer, provider: PriceProvider, seconds: int
) -> None:
    """The pause is handed on."""
    price_server.control.behave(Status(429, retry_after=seconds))
    failed = await failure(provider)
    assert failed.retry_after == timedelta(seconds=seconds)


async def test_retry_after_as_a_date(
    price_server: PriceServer, provider: PriceProvider
) -> None:
    """A date is as good as seconds, but for the second that passes meanwhile."""
    until = datetime.now(UTC) + timedelta(seconds=600)
    header = format_datetime(until, usegmt=True)
    price_server.control.behave(Status(429, retry_after=header))
    failed = await failure(provider)
    assert failed.retry_after is not None
    assert 595 <= failed.retry_after.total_seconds() <= 600


async def test_unpublished_day(provider: PriceProvider) -> None:
    """The vendor answers 404 for a period without data."""
    with pytest.raises(NotPublishedError):
        await ask(provider, 1, date(2026, 4, 17))


async def test_question_that_the_vendor_refuses(provider: PriceProvider) -> None:
    """The start is before the end, or it is our mistake."""
    with pytest.raises(RefusedError):
        await ask(provider, 0)


async def test_time_out(
    price_server: PriceServer,
    provider: PriceProvider,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A provider that does not answer is given up."""
    monkeypatch.setattr(http, "TIMEOUT", ClientTimeout(total=0.1))
    price_server.control.behave(Slow(0.3))
    assert type(await failure(provider)) is TimedOutError
    await served(price_server)


async def test_connection_that_is_cut(
    price_server: PriceServer, provider: PriceProvider
) -> None:
    """A provider that hangs up cannot be reached."""
    price_server.control.behave(Down())
    assert type(await failure(provider)) is CannotConnectError


async def test_connection_that_is_refused(session: ClientSession) -> None:
    """Nobody listens any more where the server was."""
    async with PriceServer() as server:
        url = server.url
    provider = SobryProvider(HttpClient(session, url), CONTRACT, PARIS)
    assert type(await failure(provider)) is CannotConnectError


@pytest.mark.parametrize("behaviour", [Status(500), Down(), Wrong(WrongKind.HTML)])
async def test_next_question_after_a_failure(
    price_server: PriceServer, provider: PriceProvider, behaviour: Behaviour
) -> None:
    """A failure leaves nothing behind."""
    price_server.control.behave(behaviour)
    await failure(provider)
    price_server.control.behave(Normal())
    assert len(await ask(provider)) == 96


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
