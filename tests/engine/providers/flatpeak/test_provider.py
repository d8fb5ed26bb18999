"""Test what Flatpeak is asked, and what becomes of its refusals."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, override
from zoneinfo import ZoneInfo

import pytest

from custom_components.spot_planner.engine.prices import Prices
from custom_components.spot_planner.engine.providers.base import (
    Direction,
    PriceProvider,
)
from custom_components.spot_planner.engine.providers.errors import (
    AccountDisabledError,
    AuthenticationError,
    MalformedError,
    NoTariffError,
    NotFoundError,
    PendingConnectError,
    ProviderError,
    RefusedError,
)
from custom_components.spot_planner.engine.providers.flatpeak import VENDOR
from custom_components.spot_planner.engine.providers.flatpeak.provider import (
    FlatpeakLocation,
    FlatpeakProvider,
)
from custom_components.spot_planner.engine.providers.network.http import HttpClient

from ...helpers import MINUTE, PARIS, utc
from .test_answer import LOCATION, answer, row

NOW = utc("2026-04-15T12:00")
FIRST, END = date(2026, 4, 15), date(2026, 4, 17)
LONDON = ZoneInfo("Europe/London")
ALL = frozenset({Direction.EXPORT, Direction.LOCAL})
# Of the account, its key and its tokens.
SECRETS = ("acc_s3cret", "k3y", "t0ken")

type Reply = Callable[[Mapping[str, str]], object]


def right(question: Mapping[str, str]) -> dict[str, Any]:
    """Answer a question with one price."""
    return answer(
        [row()], tariff_direction=question["tariff_direction"], request=dict(question)
    )


class ScriptedClient(HttpClient):
    """Answer logins, and questions as a test says; errors are raised."""

    def __init__(self, reply: Reply = right) -> None:
        """Keep the answer; there is no session."""
        self.base_url = VENDOR.base_url
        self.reply = reply
        self.refused_logins = False
        self.refused: Callable[[int], bool] = lambda _: False
        self.logins = 0
        self.paths: list[str] = []
        self.questions: list[Mapping[str, str]] = []
        self.tokens: list[str] = []

    @property
    def directions(self) -> list[str]:
        """Return which directions were asked for, and forget them."""
        asked = [question["tariff_direction"] for question in self.questions]
        self.questions = []
        return asked

    @override
    async def get_json(
        self,
        path: str,
        query: Mapping[str, str] | None = None,
        credentials: Mapping[str, str] | None = None,
    ) -> object:
        """Answer a login."""
        self.logins += 1
        if self.refused_logins:
            raise AuthenticationError("HTTP status 401")
        return {"bearer_token": f"t0ken{self.logins}", "expires_in": 3600}

    @override
    async def post_json(
        self,
        path: str,
        document: object,
        credentials: Mapping[str, str] | None = None,
    ) -> object:
        """Answer a question, unless its token is refused."""
        assert isinstance(document, dict)
        assert credentials
        self.paths.append(path)
        self.questions.append(document)
        self.tokens.append(credentials["Authorization"].removeprefix("Bearer "))
        if self.refused(len(self.tokens)):
            raise AuthenticationError("HTTP status 401")
        reply = self.reply(document)
        if isinstance(reply, ProviderError):
            raise reply
        return reply


def flatpeak(
    client: HttpClient,
    zone: ZoneInfo = PARIS,
    directions: frozenset[Direction] | None = None,
) -> FlatpeakProvider:
    """Return the provider for a location."""
    account = ("acc_s3cret", "k3y", LOCATION, zone)
    if directions is None:
        return FlatpeakProvider(client, *account)
    return FlatpeakProvider(client, *account, directions)


async def ask(provider: PriceProvider, now: datetime = NOW) -> Prices:
    """Ask for two days."""
    return await provider.prices(FIRST, END, now)


def failing(**errors: ProviderError) -> Reply:
    """Return what answers these directions with errors, and others rightly."""

    def reply(question: Mapping[str, str]) -> object:
        error = errors.get(question["tariff_direction"])
        return error or right(question)

    return reply


def refusal(code: str, wait: timedelta | None = None) -> RefusedError:
    """Return what the one door to the network makes of an error body with a code."""
    return RefusedError(f"HTTP status 422, code {code}", wait, code)


def test_question_is_all_that_prices_depend_on_and_no_secret() -> None:
    """Prices stored for one location or set of directions are not those of another."""
    client = ScriptedClient()
    other_home = ScriptedClient()
    other_home.base_url = "http://127.0.0.1"
    questions = [
        flatpeak(client).question,
        flatpeak(client, directions=frozenset()).question,
        flatpeak(client, directions=frozenset({Direction.LOCAL})).question,
        flatpeak(client, directions=ALL).question,
        flatpeak(other_home).question,
        FlatpeakProvider(client, "acc_s3cret", "k3y", "loc_2", PARIS).question,
    ]
    assert len(set(questions)) == len(questions)
    assert questions[0] == f"https://api.flatpeak.com {LOCATION} export"
    with_import = frozenset({Direction.IMPORT, Direction.EXPORT})
    assert flatpeak(client, directions=with_import).question == questions[0]
    for secret in SECRETS:
        assert not any(secret in question for question in questions)
        assert secret not in repr(flatpeak(client))


@pytest.mark.parametrize(
    ("directions", "asked"),
    [
        (frozenset(), ["IMPORT"]),
        (None, ["IMPORT", "EXPORT"]),
        (frozenset({Direction.IMPORT}), ["IMPORT"]),
        (frozenset({Direction.LOCAL}), ["IMPORT", "LOCAL"]),
        (ALL, ["IMPORT", "EXPORT", "LOCAL"]),
    ],
)
async def test_one_question_for_each_direction(
    directions: frozenset[Direction] | None, asked: list[str]
) -> None:
    """IMPORT comes first and always, the others where they are wanted."""
    client = ScriptedClient()
    prices = await ask(flatpeak(client, directions=directions))
    assert client.directions == asked
    assert client.logins == 1
    assert len(prices.series) == 1
    assert (prices.export is not None) == ("EXPORT" in asked)
    assert (prices.local is not None) == ("LOCAL" in asked)


@pytest.mark.parametrize(
    ("zone", "first", "end", "start_time", "end_time"),
    [
        (PARIS, "2026-04-15", "2026-04-17", "2026-04-14T22", "2026-04-16T22"),
        (LONDON, "2026-04-15", "2026-04-16", "2026-04-14T23", "2026-04-15T23"),
        # Days of 23 and 25 hours.
        (PARIS, "2026-03-29", "2026-03-30", "2026-03-28T23", "2026-03-29T22"),
        (PARIS, "2026-10-25", "2026-10-26", "2026-10-24T22", "2026-10-25T23"),
        # Ninety days, and a year, of which the vendor gives ninety days.
        (PARIS, "2026-04-15", "2026-07-14", "2026-04-14T22", "2026-07-13T22"),
        (PARIS, "2026-01-15", "2027-01-15", "2026-01-14T23", "2026-04-14T23"),
        # Ninety days with one of 25 hours would be an hour too much.
        (PARIS, "2026-09-01", "2026-11-30", "2026-08-31T22", "2026-11-29T22"),
    ],
)
async def test_days_are_the_location_s(
    zone: ZoneInfo, first: str, end: str, start_time: str, end_time: str
) -> None:
    """The vendor is told in UTC when the local days begin and end."""
    client = ScriptedClient()
    provider = flatpeak(client, zone, frozenset())
    await provider.prices(date.fromisoformat(first), date.fromisoformat(end), NOW)
    assert client.questions == [
        {
            "start_time": f"{start_time}:00:00Z",
            "end_time": f"{end_time}:00:00Z",
            "tariff_direction": "IMPORT",
        }
    ]
    assert client.paths == [f"/prices/{LOCATION}"]


async def test_location_id_stays_within_its_part_of_the_path() -> None:
    """Whatever is typed as an id names a location, and no other route."""
    client = ScriptedClient()
    provider = FlatpeakProvider(client, "a", "k", "../login?x=1", PARIS)
    with pytest.raises(MalformedError):
        await ask(provider)
    (path,) = client.paths
    assert path.startswith("/prices/")
    assert path.count("/") == 2
    assert "?" not in path


async def test_next_update_is_that_of_import() -> None:
    """The price that is planned with says when it changes."""

    def reply(question: Mapping[str, str]) -> object:
        is_import = question["tariff_direction"] == "IMPORT"
        hour = 21 if is_import else 15
        return right(question) | {"next_update": f"2026-04-15T{hour}:00:00Z"}

    prices = await ask(flatpeak(ScriptedClient(reply)))
    assert prices.next_update == utc("2026-04-15T21:00")


async def test_stale_next_update_is_no_error() -> None:
    """The prices are right all the same."""
    prices = await ask(flatpeak(ScriptedClient()))
    assert prices.next_update is None
    assert len(prices.series) == 1


async def test_token_is_kept_over_rounds() -> None:
    """One login serves every question until it is time for another."""
    client = ScriptedClient()
    provider = flatpeak(client)
    for minutes in (0, 30, 54, 55, 100):
        await ask(provider, NOW + minutes * MINUTE)
    assert client.logins == 2
    assert client.tokens == ["t0ken1"] * 6 + ["t0ken2"] * 4


async def test_refused_token_is_renewed_once() -> None:
    """The same question is asked again with a new token."""
    client = ScriptedClient()
    client.refused = lambda count: count == 1
    prices = await ask(flatpeak(client, directions=frozenset()))
    assert len(prices.series) == 1
    assert client.tokens == ["t0ken1", "t0ken2"]
    assert client.questions[0] == client.questions[1]


async def test_second_refusal_means_the_credentials() -> None:
    """A new token that is refused as well helps nobody."""
    client = ScriptedClient()
    client.refused = lambda _: True
    with pytest.raises(AuthenticationError):
        await ask(flatpeak(client))
    assert client.tokens == ["t0ken1", "t0ken2"]


async def test_refused_login_is_not_repeated() -> None:
    """Wrong credentials do not get right by asking again."""
    client = ScriptedClient()
    client.refused_logins = True
    with pytest.raises(AuthenticationError):
        await ask(flatpeak(client))
    assert client.logins == 1
    assert client.questions == []


async def test_key_that_is_revoked_while_a_token_lives() -> None:
    """The token is refused, and then the login."""
    client = ScriptedClient()
    provider = flatpeak(client)
    await ask(provider)
    client.refused = lambda _: True
    client.refused_logins = True
    with pytest.raises(AuthenticationError):
        await ask(provider, NOW + MINUTE)
    assert client.logins == 2
    assert client.directions == ["IMPORT", "EXPORT", "IMPORT"]


async def test_directions_are_not_mixed_up() -> None:
    """Each series has the prices of its own direction."""
    values = {"IMPORT": 0.3, "EXPORT": -0.02, "LOCAL": 0.12}

    def reply(question: Mapping[str, str]) -> object:
        price = row(value=values[question["tariff_direction"]], confidence=1)
        return right(question) | {"data": [price]}

    prices = await ask(flatpeak(ScriptedClient(reply), directions=ALL))
    assert prices.export is not None
    assert prices.local is not None
    assert [one.price for one in prices.series] == [0.3]
    assert [one.price for one in prices.export] == [-0.02]
    assert [one.price for one in prices.local] == [0.12]


async def test_location_is_one_small_question() -> None:
    """Who sets it up learns where it is, and what its prices are in."""
    client = ScriptedClient()
    location = await flatpeak(client).location(utc("2026-04-15T12:34:56"))
    assert location == FlatpeakLocation("Europe/London", "EUR")
    assert client.questions == [
        {
            "start_time": "2026-04-15T12:00:00Z",
            "end_time": "2026-04-15T13:00:00Z",
            "tariff_direction": "IMPORT",
        }
    ]


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (NotFoundError("HTTP status 404"), NotFoundError),
        (refusal("no_tariff_connected"), NoTariffError),
        (refusal("pending_connect"), PendingConnectError),
        (refusal("account_disabled"), AccountDisabledError),
    ],
)
async def test_location_that_is_refused(
    error: ProviderError, kind: type[ProviderError]
) -> None:
    """The form can say what is wrong."""
    with pytest.raises(kind):
        await flatpeak(ScriptedClient(failing(IMPORT=error))).location(NOW)


async def test_location_in_no_known_zone() -> None:
    """Its days could not be told."""
    client = ScriptedClient(lambda question: right(question) | {"location_timezone": 5})
    with pytest.raises(MalformedError):
        await flatpeak(client).location(NOW)
