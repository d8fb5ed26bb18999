"""Read the JSON that sets a behaviour."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import StrEnum

from .behaviour import (
    Behaviour,
    Down,
    Late,
    Mode,
    Normal,
    Slow,
    Status,
    Wrong,
    WrongKind,
)

MOST_MINUTES = 7 * 24 * 60
MOST_SECONDS = 600
MOST_TIMES = 1_000_000


class ControlInputError(ValueError):
    """Say in a sentence what is wrong with a control request."""


@dataclass(frozen=True, slots=True)
class Order:
    """Hold a behaviour and how many requests it lasts."""

    behaviour: Behaviour
    times: int | None


def read_order(body: object) -> Order:
    """Turn the JSON of a control request into an order."""
    if not isinstance(body, dict):
        message = "The body must be a JSON object."
        raise ControlInputError(message)
    mode = _choice(body, "mode", Mode)
    form = _FORMS[mode]
    for name in body:
        if name not in form.fields | {"mode", "times"}:
            message = f"{name!r} means nothing in the mode {mode.value!r}."
            raise ControlInputError(message)
    times = None
    if body.get("times") is not None:
        times = _whole(body, "times", 1, MOST_TIMES)
    return Order(form.build(body), times)


def _status(body: Mapping[str, object]) -> Status:
    """Read an HTTP status and its pause."""
    status = _whole(body, "status", 200, 599)
    match body.get("retry_after"):
        case None:
            return Status(status)
        case str(text):
            return Status(status, _http_date(text))
        case _:
            return Status(status, _whole(body, "retry_after", 0, 10**9))


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
    Mode.DOWN: _Form(frozenset(), lambda _: Down()),
}
