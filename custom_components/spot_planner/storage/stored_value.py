"""Values of the documents that are kept on disk: each as it should be, or refused.

A document is what JSON makes of a file, so anything may stand anywhere in it. A moment
is written as its seconds since 1970, a duration in seconds.
"""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
import re

# No moment that this software has to do with lies outside. Within, a year can be added
# to a moment without an overflow, and milliseconds are not taken for seconds.
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC).timestamp()
LATEST = datetime(2200, 1, 1, tzinfo=UTC).timestamp()

# A sum of such amounts is still a number, and far above all money and energy of a home.
MOST = 1e15

CURRENCY = re.compile("[A-Z]{3}")


class OddValueError(ValueError):
    """Say that a value of a document is not what has to stand there."""


def read_number(value: object) -> float:
    """Return a number, between minus `MOST` and `MOST`."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise OddValueError("a number is missing")
    # It is written so that what is not a number is refused, too.
    if not abs(value) <= MOST:
        raise OddValueError("a number is out of bounds")
    return float(value)


def read_count(value: object) -> int:
    """Return a whole number, zero or above."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise OddValueError("a count is missing")
    if not 0 <= value <= MOST:
        raise OddValueError("a count is out of bounds")
    return value


def read_truth(value: object) -> bool:
    """Return what is true or false."""
    if not isinstance(value, bool):
        raise OddValueError("a truth is missing")
    return value


def read_text(value: object) -> str:
    """Return a text."""
    if not isinstance(value, str):
        raise OddValueError("a text is missing")
    return value


def read_currency(value: object) -> str:
    """Return the code of a currency, as ISO 4217 has it."""
    text = read_text(value)
    if not CURRENCY.fullmatch(text):
        raise OddValueError("a currency is missing")
    return text


def read_choice[ChoiceT: StrEnum](value: object, choices: type[ChoiceT]) -> ChoiceT:
    """Return one of the values of an enumeration."""
    return choices(read_text(value))


def read_moment(seconds: object) -> datetime:
    """Return the moment, in UTC, that a document has as seconds since 1970."""
    number = read_number(seconds)
    if not EARLIEST <= number <= LATEST:
        raise OddValueError("a moment is out of bounds")
    return datetime.fromtimestamp(number, UTC)


def read_duration(seconds: object, longest: timedelta) -> timedelta:
    """Return a duration of so many seconds: one second at least, `longest` at most."""
    number = read_number(seconds)
    if not 1 <= number <= longest.total_seconds():
        raise OddValueError("a duration is out of bounds")
    return timedelta(seconds=number)


def read_list(value: object) -> list[object]:
    """Return a list."""
    if not isinstance(value, list):
        raise OddValueError("a list is missing")
    return value


def read_fields(value: object) -> dict[str, object]:
    """Return what has named fields."""
    if not isinstance(value, dict):
        raise OddValueError("an object is missing")
    return value


def read_moment_or_none(value: object) -> datetime | None:
    """Return a moment, or None where the document has none."""
    return None if value is None else read_moment(value)


def read_number_or_none(value: object) -> float | None:
    """Return a number, or None where the document has none."""
    return None if value is None else read_number(value)


def read_truth_or_none(value: object) -> bool | None:
    """Return what is true or false, or None where the document has neither."""
    return None if value is None else read_truth(value)
