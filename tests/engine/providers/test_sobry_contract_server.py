"""Test the whole way from a customer's key to the prices, over a real connection."""

from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import parse_qsl

from aiohttp import ClientSession
import pytest

from custom_components.spot_planner.engine.prices import Prices
from custom_components.spot_planner.engine.providers.errors import (
    AuthenticationError,
    MalformedError,
    NotPublishedError,
    ProviderError,
    RateLimitedError,
    RefusedError,
    ServerError,
    WrongCurrencyError,
)
from custom_components.spot_planner.engine.providers.network.http import HttpClient
from custom_components.spot_planner.engine.providers.sobry.contract import (
    SobryContractProvider,
)
from dev.price_server import (
    Behaviour,
    Down,
    Normal,
    PriceServer,
    Status,
    Wrong,
    WrongKind,
)
from dev.price_server.credentials import SECRETS, SOBRY_API_KEY
from dev.price_server.market import spot_prices

from ..helpers import PARIS, QUARTER, paris
from .conftest import NOW

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


@pytest.mark.parametrize(
    ("first", "count"),
    [
        ("2026-03-29", 92 + 96),
        ("2026-03-28", 96 + 92),
        ("2025-10-26", 100 + 96),
        ("2025-10-25", 96 + 100),
        # Of these two days, only the first is out.
        ("2026-04-16", 96),
    ],
)
async def test_days_of_any_length(
    provider: SobryContractProvider, first: str, count: int
) -> None:
    """The prices follow each other without a gap when the clocks change."""
    day = date.fromisoformat(first)
    series = (await ask(provider, day)).series
    market = [*spot_prices(day), *spot_prices(day + timedelta(days=1))]
    assert [one.start for one in series] == [it.start for it in market[:count]]
    assert series.start and series.end
    assert series.covers(series.start, series.end)


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


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (302, ServerError),
        (400, RefusedError),
        (401, AuthenticationError),
        (403, AuthenticationError),
        (404, NotPublishedError),
        (429, RateLimitedError),
        (500, ServerError),
        (503, ServerError),
    ],
)
async def test_statuses(
    price_server: PriceServer,
    provider: SobryContractProvider,
    status: int,
    error: type[ProviderError],
) -> None:
    """Each has its typed error, with the wait, and is asked for once."""
    price_server.control.behave(Status(status, retry_after=7))
    failed = await failure(provider)
    assert type(failed) is error
    assert failed.retry_after == timedelta(seconds=7)
    assert len(price_server.requests) == 1


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        (WrongKind.HTML, MalformedError),
        (WrongKind.NOT_JSON, MalformedError),
        (WrongKind.TRUNCATED, MalformedError),
        (WrongKind.SUCCESS_FALSE, MalformedError),
        (WrongKind.NO_ROWS, NotPublishedError),
        (WrongKind.MISSING_PRICE, MalformedError),
        (WrongKind.NAN, MalformedError),
        (WrongKind.INFINITY, MalformedError),
        (WrongKind.ABSURD, MalformedError),
        (WrongKind.CURRENCY, WrongCurrencyError),
        (WrongKind.CONFLICTING_DUPLICATE, MalformedError),
        (WrongKind.OVERLAP, MalformedError),
        (WrongKind.TEXT_PRICE, MalformedError),
        (WrongKind.HUGE, MalformedError),
    ],
)
async def test_bad_answers(
    price_server: PriceServer,
    provider: SobryContractProvider,
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
    price_server: PriceServer, provider: SobryContractProvider, kind: WrongKind
) -> None:
    """They say the same as a tidy one."""
    tidy = await ask(provider)
    price_server.control.behave(Wrong(kind))
    assert await ask(provider) == tidy


@pytest.mark.parametrize(
    ("kind", "count"), [(WrongKind.GAP, 188), (WrongKind.NULL_PRICE, 191)]
)
async def test_answers_with_a_gap(
    price_server: PriceServer,
    provider: SobryContractProvider,
    kind: WrongKind,
    count: int,
) -> None:
    """The rest of the days is known all the same."""
    price_server.control.behave(Wrong(kind))
    series = (await ask(provider)).series
    assert len(series) == count
    assert len(series.gaps(paris("2026-04-15"), paris("2026-04-17"))) == 1


@pytest.mark.parametrize("behaviour", [Status(500), Status(403), Down()])
async def test_next_question_after_a_failure(
    price_server: PriceServer, provider: SobryContractProvider, behaviour: Behaviour
) -> None:
    """A failure leaves nothing behind."""
    price_server.control.behave(behaviour)
    await failure(provider)
    price_server.control.behave(Normal())
    assert len((await ask(provider)).series) == 192
