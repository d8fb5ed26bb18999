"""Write the errors of Sobry."""

from datetime import datetime

from aiohttp import web

from dev.price_server.answer import JsonObject, RefusalError


def error_body(
    refusal: RefusalError, _request: web.Request, _now: datetime
) -> JsonObject:
    """Write a refusal as JSON."""
    # The vendor documents its status codes but not the bodies: this form is made up.
    return {
        "success": False,
        "error": {"code": refusal.code, "message": refusal.message},
    }


def invalid(message: str) -> RefusalError:
    """Refuse a parameter that is missing or wrong."""
    return RefusalError(400, "invalid_parameter", message)


def no_data(message: str) -> RefusalError:
    """Refuse a period without prices."""
    return RefusalError(404, "no_data", message)
