"""Write the errors of EnergySignal."""

from datetime import datetime

from aiohttp import web

from dev.price_server.answer import JsonObject, RefusalError


def error_body(
    refusal: RefusalError, _request: web.Request, _now: datetime
) -> JsonObject:
    """Write a refusal as a small JSON object, which is made up.

    The page documents one status, 401 on the aggregated routes, and no body at all.
    """
    return {"error": refusal.message}


def unauthorized(message: str) -> RefusalError:
    """Refuse who may not see an answer."""
    return RefusalError(401, "unauthorized", message)
