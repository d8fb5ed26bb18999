"""Write the errors of Flatpeak."""

from datetime import datetime

from aiohttp import web

from dev.price_server.answer import JsonObject, RefusalError

from .moment import written


def error_body(
    refusal: RefusalError, request: web.Request, now: datetime
) -> JsonObject:
    """Write a refusal as the vendor's error object.

    The form and its types are documented, and so are the codes `account_disabled`,
    `no_tariff_connected`, `pending_connect`, `no_price_data` and
    `tariff_direction_not_supported`. The other codes, the contexts and the statuses of
    invalid requests other than 422 are made up.
    """
    return {
        "object": "error",
        "live_mode": True,
        "context": "api.login" if request.path == "/login" else "api.price_retrieve",
        "type": _type(refusal),
        "code": refusal.code,
        "message": refusal.message,
        "time_created": written(now),
    }


def invalid(code: str, message: str) -> RefusalError:
    """Refuse a request that is wrong in itself."""
    return RefusalError(400, code, message)


def _type(refusal: RefusalError) -> str:
    """Name the type of an error."""
    if refusal.status == 429:
        return "rate_limit"
    # A disabled account is answered 422 and counts as the service's own error.
    if refusal.status >= 500 or refusal.code == "account_disabled":
        return "api_error"
    return "invalid_request"
