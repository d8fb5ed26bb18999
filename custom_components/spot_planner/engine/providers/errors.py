"""Provider errors: what can go wrong between us and a provider."""

from datetime import timedelta
from typing import ClassVar

from ..errors import EngineError


class ProviderError(EngineError):
    """Base of all that a provider may fail with; no other error leaves it.

    `reason` is a translation key. The text is for the log: it never contains the
    query, a header or a sentence out of an answer, so it cannot give a secret away.
    `code` is the vendor's own word for what went wrong, where it gave one.
    """

    reason: ClassVar[str] = "provider_error"

    def __init__(
        self, detail: str, retry_after: timedelta | None = None, code: str = ""
    ) -> None:
        """Keep the detail, and how long the provider asked us to wait."""
        super().__init__(detail)
        self.retry_after = retry_after
        self.code = code


class CannotConnectError(ProviderError):
    """The provider did not answer: refused, unreachable or cut off."""

    reason = "cannot_connect"


class TimedOutError(ProviderError):
    """The provider did not answer in time."""

    reason = "timed_out"


class CredentialsError(ProviderError):
    """Base of what only other credentials can mend."""


class AuthenticationError(CredentialsError):
    """The provider does not know the credentials, or no longer."""

    reason = "invalid_auth"


class ForbiddenError(CredentialsError):
    """The credentials are known, but may not do this."""

    reason = "forbidden"


class RefusedError(ProviderError):
    """The provider refused the question: it is ours to mend, not to repeat."""

    reason = "refused"


class NotFoundError(ProviderError):
    """The provider does not know what was asked for."""

    reason = "not_found"


class NotPublishedError(ProviderError):
    """The provider has no prices for the period, or not yet."""

    reason = "not_published"


class RateLimitedError(ProviderError):
    """The provider wants fewer questions."""

    reason = "rate_limited"


class ServerError(ProviderError):
    """The provider failed on its side."""

    reason = "server_error"


class MalformedError(ProviderError):
    """The provider answered something that cannot be trusted as prices."""

    reason = "malformed"


class WrongCurrencyError(MalformedError):
    """The provider answered in another currency or unit than agreed."""

    reason = "wrong_currency"


class ActionNeededError(ProviderError):
    """Base of what only the customer can end, in the account at the provider."""


class NoTariffError(ActionNeededError):
    """The location has no tariff in the provider's records."""

    reason = "no_tariff_connected"


class PendingConnectError(ActionNeededError):
    """The customer has not finished connecting the tariff."""

    reason = "pending_connect"


class AccountDisabledError(ActionNeededError):
    """The account has been closed, as when a subscription has lapsed."""

    reason = "account_disabled"


class NoSubscriptionError(ActionNeededError):
    """The credentials are right, but what was asked for is not part of the plan."""

    reason = "no_subscription"


class UnexpectedError(ProviderError):
    """Something failed that nobody foresaw: the fault is ours, not the provider's."""

    reason = "unexpected"
