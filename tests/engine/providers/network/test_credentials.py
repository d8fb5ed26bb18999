"""Test how keys and tokens are accepted and sent."""

from base64 import b64decode

import pytest

from custom_components.spot_planner.engine.errors import InputError
from custom_components.spot_planner.engine.providers.network.credentials import (
    LONGEST,
    basic,
    bearer,
    check_credential,
    fingerprint,
)
from dev.price_server.credentials import SECRETS


@pytest.mark.parametrize("text", [*SECRETS, "a", "!~", "abc==", "x" * LONGEST])
def test_key_is_accepted(text: str) -> None:
    """Blanks and line breaks around it come from copying, and are not part of it."""
    assert check_credential("api_key", text) == text
    assert check_credential("api_key", f" \t{text}\r\n") == text


@pytest.mark.parametrize("text", ["", " ", "\n", "\t \r\n", "\u00a0"])
def test_missing_key(text: str) -> None:
    """A field with only blanks in it is an empty one."""
    with pytest.raises(InputError) as refused:
        check_credential("token", text)
    assert (refused.value.field, refused.value.reason) == (
        "token",
        "credential_missing",
    )


@pytest.mark.parametrize(
    "text",
    [
        "key S3cret",
        "S3cret\nHost: example.com",
        "S3cret\x00",
        "S3cret\x7f",
        "S3crét",
        "“S3cret”",
        "S3cret" * LONGEST,
    ],
)
def test_what_cannot_be_a_key(text: str) -> None:
    """What no header can hold is refused, and not repeated in the error."""
    with pytest.raises(InputError) as refused:
        check_credential("api_key", text)
    error = refused.value
    assert (error.field, error.reason) == ("api_key", "credential_invalid")
    assert "S3cr" not in f"{error} {error!r} {error.value}"


def test_bearer() -> None:
    """The header of RFC 6750."""
    assert bearer("abc.def") == {"Authorization": "Bearer abc.def"}


def test_basic() -> None:
    """The header of RFC 7617, with its own example."""
    assert basic("Aladdin", "open sesame") == {
        "Authorization": "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
    }


@pytest.mark.parametrize("pair", [("naïve", "pässword"), ("acc_1", "a:b:c"), ("", "")])
def test_basic_with_other_letters(pair: tuple[str, str]) -> None:
    """They are written in UTF-8, and only the first colon divides."""
    header = basic(*pair)["Authorization"].removeprefix("Basic ")
    name, _, password = b64decode(header).decode().partition(":")
    assert (name, password) == pair


def test_fingerprint_changes_with_every_credential() -> None:
    """Prices stored for one account are not those of another."""
    known = [
        fingerprint("key"),
        fingerprint("other"),
        fingerprint("key", "secret"),
        fingerprint("secret", "key"),
        fingerprint("keysecret"),
        fingerprint("", "keysecret"),
    ]
    assert len(set(known)) == len(known)
    assert fingerprint("key", "secret") == known[2]


@pytest.mark.parametrize("secret", SECRETS)
def test_fingerprint_does_not_tell_the_credential(secret: str) -> None:
    """It is short, and nothing of the credential is in it."""
    text = fingerprint(secret)
    assert len(text) == 12
    assert text.isalnum()
    assert text not in secret
    assert not any(secret[n : n + 8] in text for n in range(len(secret) - 7))
