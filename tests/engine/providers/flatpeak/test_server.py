"""Test the whole way from the question to Flatpeak's prices, over a connection."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
import logging
from zoneinfo import ZoneInfo

from aiohttp import ClientSession
import pytest

from custom_components.spot_planner.engine.prices import Prices
from custom_components.spot_planner.engine.providers.base import Direction
from custom_components.spot_planner.engine.providers.errors import (
    AuthenticationError,
    NotFoundError,
    ProviderError,
)
from custom_components.spot_planner.engine.providers.flatpeak.provider import (
    FlatpeakLocation,
    FlatpeakProvider,
)
from custom_components.spot_planner.engine.providers.network.http import HttpClient
from custom_components.spot_planner.engine.time_range import day_range
from dev.price_server import PriceServer, RateLimit, Status, Switches
from dev.price_server.credentials import (
    FLATPEAK_ACCOUNT_ID,
    FLATPEAK_API_KEY,
    FLATPEAK_LOCATION_ID,
)

from ...helpers import DAY, HOUR, MINUTE, PARIS, paris
from ..conftest import NOW

TODAY = date(2026, 4, 15)
LONDON = ZoneInfo("Europe/London")
ALL = frozenset({Direction.EXPORT, Direction.LOCAL})
PRICES = f"/prices/{FLATPEAK_LOCATION_ID}"

type Make = Callable[..., FlatpeakProvider]


def maker(price_server: PriceServer, session: ClientSession) -> Make:
    """Return what makes a provider that asks a local server."""

    def provider(
        directions: Iterable[Direction] = (),
        location: str = FLATPEAK_LOCATION_ID,
        zone: ZoneInfo = PARIS,
        key: str = FLATPEAK_API_KEY,
    ) -> FlatpeakProvider:
        client = HttpClient(session, price_server.vendor_url("flatpeak"))
        return FlatpeakProvider(
            client, FLATPEAK_ACCOUNT_ID, key, location, zone, frozenset(directions)
        )

    return provider


@pytest.fixture
def make(price_server: PriceServer, session: ClientSession) -> Make:
    """Return what makes a provider that asks the local server."""
    return maker(price_server, session)


async def ask(
    provider: FlatpeakProvider,
    days: int = 2,
    first: date = TODAY,
    now: datetime = NOW,
) -> Prices:
    """Ask for some days."""
    return await provider.prices(first, first + timedelta(days=days), now)


async def failure(provider: FlatpeakProvider, now: datetime = NOW) -> ProviderError:
    """Return the error of a question; neither it nor its causes tell a secret."""
    with pytest.raises(ProviderError) as failed:
        await ask(provider, now=now)
    error: BaseException | None = failed.value
    while error is not None:
        text = f"{error} {error!r}"
        for secret in (FLATPEAK_ACCOUNT_ID, FLATPEAK_API_KEY, "Bearer", "Basic"):
            assert secret not in text
        error = error.__cause__ or error.__context__
    return failed.value


def asked(server: PriceServer) -> list[tuple[str, int | None]]:
    """Return the paths and statuses of what was asked."""
    return [(one.path, one.status) for one in server.requests]


async def test_login_and_one_question_for_each_direction(
    price_server: PriceServer, make: Make
) -> None:
    """Both days are known by quarter-hours, for buying and for selling."""
    prices = await ask(make({Direction.EXPORT}))
    assert asked(price_server) == [("/login", 200), (PRICES, 200), (PRICES, 200)]
    assert [one.method for one in price_server.requests] == ["GET", "POST", "POST"]
    assert prices.export is not None
    assert prices.local is None
    for series in (prices.series, prices.export):
        assert series.currency == "EUR"
        assert len(series) == 192
        assert series.start == paris("2026-04-15")
        assert series.end == paris("2026-04-17")
        assert not any(one.estimated for one in series)
    # Who sells gets less than who buys pays.
    pairs = zip(prices.series, prices.export, strict=True)
    assert all(bought.price > sold.price for bought, sold in pairs)
    # The next day's prices come out at one in the afternoon.
    assert prices.next_update == paris("2026-04-16T13:00")


async def test_mixed_lengths(make: Make) -> None:
    """No two neighbours need be equally long."""
    prices = await ask(make(location="loc_mixed_1"), 1)
    lengths = {one.duration for one in prices.series}
    assert lengths == {30 * MINUTE, HOUR, 90 * MINUTE}
    assert prices.series.covers(paris("2026-04-15"), paris("2026-04-16"))


async def test_forecast_is_estimated(make: Make) -> None:
    """What the market has not published is told with less confidence."""
    prices = await ask(make(), 3)
    known = paris("2026-04-17")
    assert len(prices.series) == 288
    assert all(one.estimated is (one.start >= known) for one in prices.series)


async def test_unknown_price_is_no_free_price(make: Make) -> None:
    """Zero with confidence zero is a gap."""
    prices = await ask(make(location="loc_unknown_market_1"), 3)
    assert prices.series.end == paris("2026-04-17")
    assert len(prices.series) == 192


async def test_currency_and_zone_are_the_location_s(make: Make) -> None:
    """London pays in pounds, by its own days."""
    provider = make(location="loc_london_1", zone=LONDON)
    location = await provider.location(NOW)
    assert location == FlatpeakLocation("Europe/London", "GBP")
    prices = await ask(provider, 1)
    assert prices.series.currency == "GBP"
    stretch = day_range(TODAY, LONDON)
    assert (prices.series.start, prices.series.end) == (stretch.start, stretch.end)


async def test_ninety_days_are_the_most(price_server: PriceServer, make: Make) -> None:
    """The vendor refuses a longer question, so a shorter one is asked."""
    prices = await ask(make(), 365, date(2025, 9, 1))
    assert price_server.requests[-1].status == 200
    assert prices.series.start == paris("2025-09-01")
    assert prices.series.covers(paris("2025-09-01"), paris("2025-11-29T23:00"))


async def test_location_takes_one_question(
    price_server: PriceServer, make: Make
) -> None:
    """The flow asks no more than it needs."""
    location = await make(ALL).location(NOW)
    assert location == FlatpeakLocation("Europe/Paris", "EUR")
    assert asked(price_server) == [("/login", 200), (PRICES, 200)]


async def test_unknown_location(make: Make) -> None:
    """The form can say so at the field."""
    provider = make(location="loc_nobody_s")
    with pytest.raises(NotFoundError):
        await provider.location(NOW)
    assert type(await failure(provider)) is NotFoundError


async def test_wrong_key(price_server: PriceServer, make: Make) -> None:
    """One login is enough to know."""
    provider = make(key="fp_key_wrong")
    assert type(await failure(provider)) is AuthenticationError
    assert asked(price_server) == [("/login", 401)]


async def test_tokens_that_end_early(price_server: PriceServer, make: Make) -> None:
    """The question is repeated with a new token, and nobody notices."""
    provider = make()
    known = await ask(provider)
    price_server.control.revoke_tokens()
    price_server.control.forget()
    assert await ask(provider) == known
    assert asked(price_server) == [(PRICES, 401), ("/login", 200), (PRICES, 200)]


async def test_tokens_that_are_never_good(
    price_server: PriceServer, make: Make
) -> None:
    """After two refusals it is the credentials."""
    price_server.control.behave(Status(401), path="/prices")
    assert type(await failure(make())) is AuthenticationError
    assert asked(price_server) == [
        *[("/login", 200), (PRICES, 401)],
        *[("/login", 200), (PRICES, 401)],
    ]


async def test_week_of_questions(session: ClientSession) -> None:
    """Twice a day, with a token that has always ended meanwhile: it never shows."""
    now = paris("2026-04-15T14:00")
    async with PriceServer(clock=lambda: now) as server:
        client = HttpClient(session, server.vendor_url("flatpeak"))
        provider = FlatpeakProvider(
            client, FLATPEAK_ACCOUNT_ID, FLATPEAK_API_KEY, "loc_import_only_1", PARIS
        )
        for _ in range(14):
            await ask(provider, first=now.astimezone(PARIS).date(), now=now)
            now += 12 * HOUR
        statuses = [one.status for one in server.requests]
        paths = [one.path for one in server.requests]
    assert 401 not in statuses
    assert paths.count("/login") == 14
    # EXPORT, which is not there, is asked for on each of the seven days only once.
    assert statuses.count(200) == 28
    assert statuses.count(422) == 7


async def test_customer_without_export_or_local(
    price_server: PriceServer, make: Make
) -> None:
    """Both are asked for once a day, and IMPORT is never in danger."""
    provider = make(ALL, "loc_import_only_1")
    for after in (timedelta(), MINUTE, HOUR):
        prices = await ask(provider, now=NOW + after)
        assert len(prices.series) == 192
        assert (prices.export, prices.local) == (None, None)
    statuses = [one.status for one in price_server.requests if "prices" in one.path]
    assert statuses == [200, 422, 422, 200, 200]


async def test_customer_with_local(price_server: PriceServer, make: Make) -> None:
    """Power from a leased roof has a price of its own."""
    price_server.control.switches = Switches(flatpeak_local=True)
    prices = await ask(make(ALL))
    assert prices.export is not None
    assert prices.local is not None
    assert {one.price for one in prices.local} == {0.12}
    assert len(price_server.requests) == 4


async def test_limit_before_the_other_directions(
    price_server: PriceServer, make: Make
) -> None:
    """The login and IMPORT use the limit up: EXPORT is refused, LOCAL not asked for."""
    price_server.control.behave(RateLimit(2))
    prices = await ask(make(ALL))
    assert len(prices.series) == 192
    assert (prices.export, prices.local) == (None, None)
    assert asked(price_server) == [("/login", 200), (PRICES, 200), (PRICES, 429)]


async def test_no_log_line_tells_a_secret(
    price_server: PriceServer, make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    """Not even with every line that there is."""
    caplog.set_level(logging.DEBUG)
    provider = make(ALL)
    await ask(provider)
    price_server.control.revoke_tokens()
    await ask(provider, now=NOW + DAY)
    price_server.control.behave(Status(500))
    await failure(provider, NOW + 2 * DAY)
    for secret in (FLATPEAK_ACCOUNT_ID, FLATPEAK_API_KEY, "Bearer", "Basic"):
        assert secret not in caplog.text
        assert secret not in repr(provider)
