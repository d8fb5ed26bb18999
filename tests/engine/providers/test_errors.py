"""Test the kinds of errors that a provider may fail with."""

import pytest

from custom_components.spot_planner.engine.providers import errors
from custom_components.spot_planner.engine.providers.errors import (
    ActionNeededError,
    CredentialsError,
    ProviderError,
)


def kinds_of_errors() -> list[type[ProviderError]]:
    """Return the kinds of errors, without those that only others are made of."""
    bases = {ProviderError, CredentialsError, ActionNeededError}
    return [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type)
        and issubclass(kind, ProviderError)
        and kind not in bases
    ]


def test_each_error_has_a_reason_of_its_own() -> None:
    """A form or a repair finds the sentence for it by its key."""
    reasons = [kind.reason for kind in kinds_of_errors()]
    assert len(reasons) == 16
    assert len({*reasons, ProviderError.reason}) == 17


@pytest.mark.parametrize(
    ("base", "reasons"),
    [
        (CredentialsError, {"invalid_auth", "forbidden"}),
        (
            ActionNeededError,
            {
                "no_tariff_connected",
                "pending_connect",
                "account_disabled",
                "no_subscription",
            },
        ),
    ],
)
def test_who_can_mend_an_error(base: type[ProviderError], reasons: set[str]) -> None:
    """New credentials, or something to do in the account at the provider."""
    kinds = [kind for kind in kinds_of_errors() if issubclass(kind, base)]
    assert {kind.reason for kind in kinds} == reasons


def test_error_carries_the_code_of_the_vendor() -> None:
    """It is there for the code that knows the vendor, and never in the way."""
    assert errors.RefusedError("HTTP status 422", code="no_price_data").code == (
        "no_price_data"
    )
    assert errors.RefusedError("HTTP status 422").code == ""
