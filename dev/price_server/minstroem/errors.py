"""Write the errors of Min Strøm."""

from datetime import datetime

from aiohttp import web

from dev.price_server.answer import JsonObject, RefusalError


def error_body(
    refusal: RefusalError, _request: web.Request, _now: datetime
) -> JsonObject:
    """Write a refusal as JSON with the one member that a client is known to read.

    What stands in it, and which statuses the vendor answers, is not known: the
    sentences and the choice of 400, 401 and 404 are made up.
    """
    return {"error": refusal.message}


def invalid(message: str) -> RefusalError:
    """Refuse a parameter that is missing or wrong."""
    return RefusalError(400, "invalid_parameter", message)


def unauthorized() -> RefusalError:
    """Refuse a token that does not come of the key and its secret."""
    return RefusalError(401, "unauthorized", "The token is not valid.")


def unknown(message: str) -> RefusalError:
    """Refuse what the vendor has no prices for."""
    return RefusalError(404, "not_found", message)
