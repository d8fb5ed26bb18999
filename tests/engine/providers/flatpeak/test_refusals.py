"""Test what becomes of the refusals of Flatpeak, for each direction."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from custom_components.spot_planner.engine.providers.errors import (
    AccountDisabledError,
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

from ...helpers import DAY, HOUR, MINUTE
from .test_provider import (
    ALL,
    NOW,
    ScriptedClient,
    ask,
    failing,
    flatpeak,
    refusal,
    right,
)


@pytest.mark.parametrize(
    ("code", "kind", "pause"),
    [
        ("no_tariff_connected", NoTariffError, 15 * MINUTE),
        ("pending_connect", PendingConnectError, 15 * MINUTE),
        ("no_price_data", NotPublishedError, 15 * MINUTE),
        ("account_disabled", AccountDisabledError, 6 * HOUR),
    ],
)
async def test_documented_codes(
    code: str, kind: type[ProviderError], pause: timedelta
) -> None:
    """Each has its error, and is not to be repeated more often than every so often."""
    for wait, expected in ((None, pause), (MINUTE, pause), (7 * HOUR, 7 * HOUR)):
        client = ScriptedClient(failing(IMPORT=refusal(code, wait)))
        with pytest.raises(ProviderError) as failed:
            await ask(flatpeak(client))
        assert type(failed.value) is kind
        assert failed.value.retry_after == expected
        assert failed.value.code == code
        # Without a price to buy at, nobody asks for one to sell at.
        assert client.directions == ["IMPORT"]


@pytest.mark.parametrize(
    "error",
    [
        refusal("tariff_direction_not_supported"),
        refusal("nobody_knows"),
        RefusedError("HTTP status 400"),
        NotFoundError("HTTP status 404"),
        ForbiddenError("HTTP status 403"),
        RateLimitedError("HTTP status 429", MINUTE),
        ServerError("HTTP status 500"),
        CannotConnectError("ClientError"),
    ],
)
async def test_other_errors_stay_what_they_are(error: ProviderError) -> None:
    """A code that nobody has documented means nothing; 404 is an unknown location."""
    provider = flatpeak(ScriptedClient(failing(IMPORT=error)))
    with pytest.raises(ProviderError) as failed:
        await ask(provider)
    assert failed.value is error


@pytest.mark.parametrize(
    "error",
    [
        refusal("no_tariff_connected"),
        refusal("pending_connect"),
        refusal("no_price_data"),
        refusal("account_disabled"),
        refusal("tariff_direction_not_supported"),
        NotFoundError("HTTP status 404"),
        ServerError("HTTP status 500"),
        CannotConnectError("ClientError"),
        MalformedError("the answer is not JSON"),
    ],
)
async def test_export_that_fails_costs_nothing_else(error: ProviderError) -> None:
    """IMPORT is known, and LOCAL is asked for all the same."""
    client = ScriptedClient(failing(EXPORT=error))
    prices = await ask(flatpeak(client, directions=ALL))
    assert len(prices.series) == 1
    assert prices.export is None
    assert prices.local is not None
    assert client.directions == ["IMPORT", "EXPORT", "LOCAL"]


@pytest.mark.parametrize(
    "error",
    [RateLimitedError("HTTP status 429", MINUTE), ForbiddenError("HTTP status 403")],
)
async def test_no_more_questions_where_they_are_not_wanted(
    error: ProviderError,
) -> None:
    """The round ends there; the next one begins anew."""
    client = ScriptedClient(failing(EXPORT=error))
    provider = flatpeak(client, directions=ALL)
    for _ in range(2):
        prices = await ask(provider)
        assert len(prices.series) == 1
        assert (prices.export, prices.local) == (None, None)
        assert client.directions == ["IMPORT", "EXPORT"]


async def test_limit_leaves_what_is_known_already() -> None:
    """EXPORT came before the limit was hit."""
    client = ScriptedClient(failing(LOCAL=RateLimitedError("HTTP status 429")))
    prices = await ask(flatpeak(client, directions=ALL))
    assert prices.export is not None
    assert prices.local is None


@pytest.mark.parametrize(
    "code", ["no_tariff_connected", "tariff_direction_not_supported"]
)
async def test_direction_that_is_not_there_is_asked_for_once_a_day(code: str) -> None:
    """Whoever has no panels on the roof does not pay for them with questions."""
    client = ScriptedClient(failing(EXPORT=refusal(code)))
    provider = flatpeak(client)
    for after in (timedelta(), HOUR, DAY - MINUTE, DAY, DAY + HOUR):
        await ask(provider, NOW + after)
    assert client.directions == [
        *("IMPORT", "EXPORT", "IMPORT", "IMPORT"),
        *("IMPORT", "EXPORT", "IMPORT"),
    ]
    client.reply = right
    prices = await ask(provider, NOW + 2 * DAY)
    assert prices.export is not None


@pytest.mark.parametrize(
    ("code", "pause"),
    [
        ("pending_connect", 15 * MINUTE),
        ("no_price_data", 15 * MINUTE),
        ("account_disabled", 6 * HOUR),
    ],
)
async def test_other_refusals_of_a_direction_have_their_pause(
    code: str, pause: timedelta
) -> None:
    """The vendor's "not more often than every 15 minutes" holds for each direction."""
    client = ScriptedClient(failing(EXPORT=refusal(code)))
    provider = flatpeak(client)
    for after in (timedelta(), pause - MINUTE, pause):
        await ask(provider, NOW + after)
    assert client.directions == ["IMPORT", "EXPORT", "IMPORT", "IMPORT", "EXPORT"]


async def test_export_whose_token_is_refused() -> None:
    """Not even that endangers the price that is known already."""
    client = ScriptedClient()
    client.refused = lambda count: count > 1
    prices = await ask(flatpeak(client, directions=ALL))
    assert len(prices.series) == 1
    assert (prices.export, prices.local) == (None, None)
    assert client.directions == ["IMPORT", "EXPORT", "EXPORT"]


@pytest.mark.parametrize(
    "change",
    [
        {"currency_code": "GBP"},
        {"location_id": "loc_other"},
        {"tariff_direction": "IMPORT"},
        {"data": []},
        {"data": None},
    ],
)
async def test_export_that_cannot_be_right(change: dict[str, Any]) -> None:
    """Another currency, location or direction, or no price: EXPORT is not known."""

    def reply(question: Mapping[str, str]) -> object:
        document = right(question)
        if question["tariff_direction"] == "EXPORT":
            document |= change
        return document

    prices = await ask(flatpeak(ScriptedClient(reply)))
    assert len(prices.series) == 1
    assert prices.export is None
