"""Error codes of Flatpeak: what they mean, and how soon to ask again."""

from datetime import timedelta

from ..errors import (
    AccountDisabledError,
    NoTariffError,
    NotPublishedError,
    PendingConnectError,
    ProviderError,
    RefusedError,
)

# "Do not retry more often than every 15 minutes" (docs.flatpeak.com, system/errors).
SHORTEST_PAUSE = timedelta(minutes=15)

# A lapsed subscription is not renewed by the minute. The number is ours.
DISABLED_PAUSE = timedelta(hours=6)

# LOCAL is in beta, and an account may be without it (docs.flatpeak.com, API errors).
NOT_SUPPORTED = "tariff_direction_not_supported"


def explained(err: RefusedError) -> ProviderError:
    """Return the error that the vendor's code stands for, or the same without one.

    Flatpeak documents these codes for status 422 (docs.flatpeak.com, system/errors).
    """
    pause = SHORTEST_PAUSE
    kind: type[ProviderError]
    match err.code:
        case "no_tariff_connected":
            kind = NoTariffError
        case "pending_connect":
            kind = PendingConnectError
        case "no_price_data":
            kind = NotPublishedError
        case "account_disabled":
            kind = AccountDisabledError
            pause = DISABLED_PAUSE
        case _:
            return err
    return kind(str(err), max(err.retry_after or pause, pause), err.code)
