"""Test what becomes of Flatpeak's refusals and faults, over a connection."""

from datetime import timedelta

from aiohttp import ClientSession
import pytest

from custom_components.spot_planner.engine.errors import SeriesError
from custom_components.spot_planner.engine.providers.base import Direction
from custom_components.spot_planner.engine.providers.errors import (
    AccountDisabledError,
    AuthenticationError,
    CannotConnectError,
    ForbiddenError,
    MalformedError,
    NoTariffError,
    NotFoundError,
    NotPublishedError,
    PendingConnectError,
    ProviderError,
    RateLimitedError,
    RefusedError,
    ServerError,
)
from dev.price_server import (
    Behaviour,
    Down,
    ErrorCode,
    Normal,
    PriceServer,
    Status,
    Wrong,
    WrongKind,
)

from ...helpers import HOUR, MINUTE, paris
from .test_server import Make, ask, failure, maker

ALL = frozenset(Direction)


@pytest.fixture
def make(price_server: PriceServer, session: ClientSession) -> Make:
    """Return what makes a provider that asks the local server."""
    return maker(price_server, session)


@pytest.mark.parametrize(
    ("behaviour", "kind", "pause"),
    [
        (ErrorCode(422, "no_tariff_connected"), NoTariffError, 15 * MINUTE),
        (ErrorCode(422, "pending_connect"), PendingConnectError, 15 * MINUTE),
        (ErrorCode(422, "no_price_data"), NotPublishedError, 15 * MINUTE),
        (ErrorCode(422, "account_disabled"), AccountDisabledError, 6 * HOUR),
        (ErrorCode(422, "pending_connect", 60), PendingConnectError, 15 * MINUTE),
        (ErrorCode(422, "pending_connect", 3600), PendingConnectError, HOUR),
        (ErrorCode(422, "tariff_direction_not_supported"), RefusedError, None),
        (ErrorCode(422, "made_up"), RefusedError, None),
        (Status(400), RefusedError, None),
        (Status(403), ForbiddenError, None),
        (Status(404), NotFoundError, None),
        (Status(429), RateLimitedError, None),
        (Status(429, 120), RateLimitedError, 2 * MINUTE),
        (Status(302), ServerError, None),
        (Status(500), ServerError, None),
        (Status(503, 120), ServerError, 2 * MINUTE),
        (Down(), CannotConnectError, None),
    ],
)
async def test_refusals(
    price_server: PriceServer,
    make: Make,
    behaviour: Behaviour,
    kind: type[ProviderError],
    pause: timedelta | None,
) -> None:
    """Each has its typed error, and leaves nothing behind."""
    provider = make()
    price_server.control.behave(behaviour, path="/prices")
    failed = await failure(provider)
    assert type(failed) is kind
    assert failed.retry_after == pause
    if kind is not RateLimitedError:
        price_server.control.behave(Normal())
        assert len((await ask(provider)).series) == 192


@pytest.mark.parametrize(
    ("behaviour", "kind"),
    [
        (ErrorCode(422, "account_disabled"), AccountDisabledError),
        (Status(400), RefusedError),
        (Status(401), AuthenticationError),
        (Status(403), ForbiddenError),
        # No login where one should be is not an unknown location.
        (Status(404), MalformedError),
        (Status(429), RateLimitedError),
        (Status(500), ServerError),
        (Down(), CannotConnectError),
        (Wrong(WrongKind.HTML), MalformedError),
        (Wrong(WrongKind.TRUNCATED), MalformedError),
    ],
)
async def test_refusals_at_the_login(
    price_server: PriceServer,
    make: Make,
    behaviour: Behaviour,
    kind: type[ProviderError],
) -> None:
    """Nothing is asked without a token."""
    price_server.control.behave(behaviour, path="/login")
    assert type(await failure(make())) is kind
    assert {one.path for one in price_server.requests} <= {"/login"}


@pytest.mark.parametrize(
    "kind",
    [
        *(WrongKind.NULL_PRICE, WrongKind.MISSING_PRICE, WrongKind.NAN),
        *(WrongKind.TEXT_PRICE, WrongKind.ABSURD),
    ],
)
async def test_login_with_an_odd_life(
    price_server: PriceServer, make: Make, kind: WrongKind
) -> None:
    """How long a token lasts may be wrong; that the login is no JSON may not."""
    price_server.control.behave(Wrong(kind), path="/login")
    if kind is WrongKind.NAN:
        assert type(await failure(make())) is MalformedError
    else:
        assert len((await ask(make())).series) == 192


async def test_answer_with_an_inclusive_end(
    price_server: PriceServer, make: Make
) -> None:
    """A row more changes nothing within the days."""
    tidy = (await ask(make())).series
    price_server.control.behave(Wrong(WrongKind.INCLUSIVE_END), path="/prices")
    series = (await ask(make())).series
    assert len(series) == 193
    assert series.slice(paris("2026-04-15"), paris("2026-04-17")) == tidy


async def test_currency_that_changes(price_server: PriceServer, make: Make) -> None:
    """The prices are in what the answer says, and do not fit what was known."""
    known = (await ask(make({Direction.EXPORT}))).series
    price_server.control.behave(Wrong(WrongKind.CURRENCY), path="/prices")
    changed = (await ask(make({Direction.EXPORT}))).series
    assert (known.currency, changed.currency) == ("EUR", "DKK")
    with pytest.raises(SeriesError):
        known.merge(changed)
