"""Test when a token of Flatpeak is fetched, and what of it is believed."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, override

import pytest

from custom_components.spot_planner.engine.providers.errors import (
    AuthenticationError,
    MalformedError,
    NotFoundError,
    ProviderError,
    ServerError,
)
from custom_components.spot_planner.engine.providers.flatpeak.token import (
    FlatpeakToken,
    read_life,
    read_token,
)
from custom_components.spot_planner.engine.providers.network.http import HttpClient

from ...helpers import DAY, HOUR, MINUTE, utc

NOW = utc("2026-04-15T12:00")
SECOND = timedelta(seconds=1)


class LoginClient(HttpClient):
    """Answer each login with another token, or with an error."""

    def __init__(self, **fields: Any) -> None:
        """Keep the fields of the answer; there is no session."""
        self.fields = fields
        self.error: ProviderError | None = None
        self.logins: list[tuple[str, Mapping[str, str] | None]] = []

    @override
    async def get_json(
        self,
        path: str,
        query: Mapping[str, str] | None = None,
        credentials: Mapping[str, str] | None = None,
    ) -> object:
        """Answer a login."""
        self.logins.append((path, credentials))
        if self.error:
            raise self.error
        return {"bearer_token": f"token{len(self.logins)}", **self.fields}


def token_of(client: HttpClient) -> FlatpeakToken:
    """Return the token of an account."""
    return FlatpeakToken(client, "acc_1", "k3y")


async def test_login_as_documented() -> None:
    """Account and key make a Basic header; the token makes a Bearer header."""
    client = LoginClient(expires_in=3600, live_mode=True)
    headers = await token_of(client).headers(NOW)
    assert headers == {"Authorization": "Bearer token1"}
    # It is base64 of "acc_1:k3y".
    assert client.logins == [("/login", {"Authorization": "Basic YWNjXzE6azN5"})]


@pytest.mark.parametrize(
    ("life", "renewed"),
    [
        (HOUR, 55 * MINUTE),
        (2 * HOUR, 115 * MINUTE),
        (11 * MINUTE, 6 * MINUTE),
        # Five minutes before its end would be too early, or never.
        (10 * MINUTE, 5 * MINUTE),
        (4 * MINUTE, 2 * MINUTE),
        (2 * SECOND, SECOND),
    ],
)
async def test_renewal(life: timedelta, renewed: timedelta) -> None:
    """A token is kept until five minutes before its end, or half of a short life."""
    client = LoginClient(expires_in=life.total_seconds())
    token = token_of(client)
    for after in (timedelta(), renewed / 2, renewed - SECOND / 10):
        headers = await token.headers(NOW + after)
        assert headers == {"Authorization": "Bearer token1"}
    for after in (renewed, renewed + renewed / 2):
        headers = await token.headers(NOW + after)
        assert headers == {"Authorization": "Bearer token2"}
    assert len(client.logins) == 2


async def test_clock_that_is_set_back() -> None:
    """How old the token is cannot be known any more."""
    client = LoginClient(expires_in=3600)
    token = token_of(client)
    await token.headers(NOW)
    assert await token.headers(NOW - DAY) == {"Authorization": "Bearer token2"}


async def test_forgotten_token() -> None:
    """A token that was refused is not used again."""
    client = LoginClient(expires_in=3600)
    token = token_of(client)
    await token.headers(NOW)
    token.forget()
    assert await token.headers(NOW) == {"Authorization": "Bearer token2"}


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (AuthenticationError("HTTP status 401"), AuthenticationError),
        (ServerError("HTTP status 500"), ServerError),
        # Else it would look as if the location were unknown.
        (NotFoundError("HTTP status 404"), MalformedError),
    ],
)
async def test_login_that_fails(error: ProviderError, kind: type[Exception]) -> None:
    """The error is handed on, and the next question tries anew."""
    client = LoginClient(expires_in=3600)
    client.error = error
    token = token_of(client)
    with pytest.raises(ProviderError) as failed:
        await token.headers(NOW)
    assert type(failed.value) is kind
    client.error = None
    assert await token.headers(NOW) == {"Authorization": "Bearer token2"}


async def test_renewal_that_fails_leaves_no_old_token() -> None:
    """A token that has ended is never sent again."""
    client = LoginClient(expires_in=3600)
    token = token_of(client)
    await token.headers(NOW)
    client.error = ServerError("HTTP status 500")
    for _ in range(2):
        with pytest.raises(ServerError):
            await token.headers(NOW + HOUR)
    assert len(client.logins) == 3


@pytest.mark.parametrize(
    "document",
    [
        *(None, [], "token", 5, {}, {"bearer_token": None}, {"bearer_token": 5}),
        *({"bearer_token": ""}, {"bearer_token": " "}, {"bearer_token": ["a"]}),
        # These would be another header, or none.
        *({"bearer_token": "a\r\nX: b"}, {"bearer_token": "é"}),
        *({"bearer_token": "a b"}, {"bearer_token": "a" * 5000}),
    ],
)
def test_login_without_a_token(document: object) -> None:
    """It cannot be used, and the error does not tell it."""
    with pytest.raises(MalformedError) as failed:
        read_token(document)
    assert "X: b" not in str(failed.value)
    assert failed.value.__cause__ is None


@pytest.mark.parametrize(
    ("seconds", "life"),
    [
        (3600, HOUR),
        (3600.0, HOUR),
        (90.5, timedelta(seconds=90.5)),
        (1, SECOND),
        (86400, DAY),
    ],
)
def test_life(seconds: float, life: timedelta) -> None:
    """It is in seconds."""
    assert read_life({"expires_in": seconds}) == life


@pytest.mark.parametrize(
    "seconds",
    [
        *(None, "3600", True, [], {}, 0, -5, 0.5, 86401, 1e300, 10**400, -(10**400)),
        *(float("nan"), float("inf")),
    ],
)
def test_life_that_is_absurd(seconds: object) -> None:
    """The vendor's examples say an hour; a wrong guess only costs one more login."""
    assert read_life({"expires_in": seconds}) == HOUR


@pytest.mark.parametrize("document", [None, [], {}])
def test_life_that_is_not_said(document: object) -> None:
    """The vendor's examples say an hour."""
    assert read_life(document) == HOUR


async def test_nothing_tells_the_secrets() -> None:
    """Neither the account nor its key nor the token is in the text of the object."""
    token = token_of(LoginClient(expires_in=3600))
    await token.headers(NOW)
    for secret in ("acc_1", "k3y", "token1", "YWNjXzE6azN5"):
        assert secret not in repr(token)
