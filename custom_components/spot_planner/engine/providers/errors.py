"""What can go wrong between us and a provider."""

from datetime import timedelta
from typing import ClassVar

from ..errors import EngineError


class ProviderError(EngineError):
    """Base of all that a provider may fail with; no other error leaves it.

    `reason` is a translation key. The text is for the log: it never contains the
    query, a header or the body of an answer, so it cannot give a secret away.
    """

    reason: ClassVar[str] = "provider_error"

    def __init__(self, detail: str, retry_after: timedelta | None = None) -> None:
        """Keep the detail, and how long the provider asked us to wait."""
        super().__init__(detail)
        self.retry_after = retry_after


class CannotConnectError(ProviderError):
    """The provider did not answer: refused, unreachable or cut off."""

    reason = "cannot_connect"


class TimedOutError(ProviderError):
    """The provider did not answer in time."""

    reason = "timed_out"


class RefusedError(ProviderError):
    """The provider refused the question: it is ours to mend, not to repeat."""

    reason = "refused"


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


class UnexpectedError(ProviderError):
    """Something failed that nobody foresaw: the fault is ours, not the provider's."""

    reason = "unexpected"
