"""Write the errors of Otark, in the form of its page or in the newer one."""

from datetime import datetime

from aiohttp import web

from dev.price_server.answer import FieldIssue, JsonObject, RefusalError
from dev.price_server.control import CONTROL


def error_body(
    refusal: RefusalError, request: web.Request, _now: datetime
) -> JsonObject:
    """Write a refusal as JSON.

    Of the codes only VALIDATION_ERROR is on the page, and only the address of the types
    and the codes of the fields are known of the newer form. The other codes and the
    names of the members inside `errors` are made up.
    """
    if _is_problem(request):
        return _problem(refusal)
    return {
        "error": {
            "code": refusal.code.upper(),
            "message": refusal.message,
            "details": [
                {"field": it.field, "issue": it.issue} for it in refusal.issues
            ],
        }
    }


def error_type(request: web.Request) -> str:
    """Name the form of the errors."""
    problem = "application/problem+json"
    return problem if _is_problem(request) else "application/json"


def invalid(request: web.Request, issue: FieldIssue) -> RefusalError:
    """Refuse a parameter, with the status of the page or the newer one."""
    message = f"The parameter {issue.field} is not valid."
    status = 400 if _is_problem(request) else 422
    return RefusalError(status, "validation_error", message, issues=(issue,))


def not_found(name: str) -> RefusalError:
    """Refuse an id that does not exist."""
    return RefusalError(404, "not_found", f"There is no {name}.")


def _is_problem(request: web.Request) -> bool:
    """Tell whether errors have the newer form."""
    return request.app[CONTROL].switches.otark_problem


def _problem(refusal: RefusalError) -> JsonObject:
    """Write a refusal as RFC 9457 says."""
    code = refusal.code.lower()
    body: JsonObject = {
        "type": f"https://brp.otark.team/errors/{code}",
        "title": code.replace("_", " ").title(),
        "status": refusal.status,
        "detail": refusal.message,
    }
    if refusal.issues:
        body["errors"] = [
            {"field": it.field, "code": it.code, "message": it.issue}
            for it in refusal.issues
        ]
    return body
