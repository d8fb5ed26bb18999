"""Read the JSON that sets a behaviour."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from email.utils import parsedate_to_datetime
from enum import StrEnum

from .behaviour import (
    Behaviour,
    Down,
    ErrorCode,
    Late,
    Mode,
    Normal,
    RateLimit,
    Slow,
    Status,
    Wrong,
    WrongKind,
)
from .switches import Switches

MOST_MINUTES = 7 * 24 * 60
MOST_SECONDS = 600
MOST_TIMES = 1_000_000
# What any order may say beside the fields of its mode.
COMMON = frozenset({"mode", "times", "path"})


class ControlInputError(ValueError):
    """Say in a sentence what is wrong with a control request."""


@dataclass(frozen=True, slots=True)
class Order:
    """Hold a behaviour, how many requests it lasts and on which paths."""

    behaviour: Behaviour
    times: int | None
    path: str | None


def read_order(body: object) -> Order:
    """Turn the JSON of a control request into an order."""
    if not isinstance(body, dict):
        message = "The body must be a JSON object."
        raise ControlInputError(message)
    mode = _choice(body, "mode", Mode)
    form = _FORMS[mode]
    for name in body:
        if name not in form.fields | COMMON:
            message = f"{name!r} means nothing in the mode {mode.value!r}."
            raise ControlInputError(message)
    times = None
    if body.get("times") is not None:
        times = _whole(body, "times", 1, MOST_TIMES)
    return Order(form.build(body), times, _path(body))


def read_switches(body: object, switches: Switches) -> Switches:
    """Turn some switches as the JSON of a control request says."""
    if not isinstance(body, dict):
        message = "The body must be a JSON object."
        raise ControlInputError(message)
    names = {it.name for it in fields(Switches)}
    for name, value in body.items():
        if name not in names or not isinstance(value, bool):
            message = f"{name!r} must be one of {sorted(names)}, and true or false."
            raise ControlInputError(message)
    return replace(switches, **body)


def _path(body: Mapping[str, object]) -> str | None:
    """Read how the path of a request begins."""
    match body.get("path"):
        case None:
            return None
        case str(path) if path.startswith("/"):
            return path
    message = "'path' must be a text that begins with a slash."
    raise ControlInputError(message)


def _status(body: Mapping[str, object]) -> Status:
    """Read an HTTP status and its pause."""
    return Status(_whole(body, "status", 200, 599), _pause(body))


def _error(body: Mapping[str, object]) -> ErrorCode:
    """Read an HTTP status, an error code and their pause."""
    code = body.get("code")
    if not isinstance(code, str) or not code:
        message = "'code' must be a text."
        raise ControlInputError(message)
    return ErrorCode(_whole(body, "status", 400, 599), code, _pause(body))


def _pause(body: Mapping[str, object]) -> int | str | None:
    """Read how long to wait, in seconds or as a date."""
    match body.get("retry_after"):
        case None:
            return None
        case str(text):
            return _http_date(text)
    return _whole(body, "retry_after", 0, 10**9)


def _http_date(text: str) -> str:
    """Check that a text is an HTTP date."""
    try:
        parsedate_to_datetime(text)
    except ValueError:
        message = "'retry_after' must be a number of seconds or an HTTP date."
        raise ControlInputError(message) from None
    return text


def _amount(body: Mapping[str, object], name: str, most: float) -> float:
    """Read a number from zero to a limit."""
    value = body.get(name)
    # JSON's true is an int in Python and no amount of anything.
    if isinstance(value, bool) or not isinstance(value, int | float):
        value = -1
    if not 0 <= value <= most:
        message = f"{name!r} must be a number from 0 to {most}."
        raise ControlInputError(message)
    return value


def _whole(body: Mapping[str, object], name: str, least: int, most: int) -> int:
    """Read a whole number between two limits."""
    value = body.get(name)
    if (
        isinstance(value, bool)
        or not isinstance(value, int)
        or not least <= value <= most
    ):
        message = f"{name!r} must be a whole number from {least} to {most}."
        raise ControlInputError(message)
    return value


def _choice[Choice: StrEnum](
    body: Mapping[str, object], name: str, choices: type[Choice]
) -> Choice:
    """Read one of several words."""
    value = body.get(name)
    for choice in choices:
        if choice.value == value:
            return choice
    words = ", ".join(choice.value for choice in choices)
    message = f"{name!r} must be one of: {words}."
    raise ControlInputError(message)


@dataclass(frozen=True, slots=True)
class _Form:
    """Hold the fields of a mode and how they become a behaviour."""

    fields: frozenset[str]
    build: Callable[[Mapping[str, object]], Behaviour]


_FORMS: Mapping[Mode, _Form] = {
    Mode.NORMAL: _Form(frozenset(), lambda _: Normal()),
    Mode.LATE: _Form(
        frozenset({"minutes"}),
        lambda body: Late(_amount(body, "minutes", MOST_MINUTES)),
    ),
    Mode.SLOW: _Form(
        frozenset({"seconds"}),
        lambda body: Slow(_amount(body, "seconds", MOST_SECONDS)),
    ),
    Mode.WRONG: _Form(
        frozenset({"kind"}),
        lambda body: Wrong(_choice(body, "kind", WrongKind)),
    ),
    Mode.STATUS: _Form(frozenset({"status", "retry_after"}), _status),
    Mode.ERROR: _Form(frozenset({"status", "code", "retry_after"}), _error),
    Mode.LIMIT: _Form(
        frozenset({"requests_per_minute"}),
        lambda body: RateLimit(_whole(body, "requests_per_minute", 1, MOST_TIMES)),
    ),
    Mode.DOWN: _Form(frozenset(), lambda _: Down()),
}
