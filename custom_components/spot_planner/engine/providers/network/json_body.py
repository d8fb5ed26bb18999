"""JSON bodies: from bytes to what they say, without holding up anybody else."""

import json
import re

from ..errors import MalformedError

# From this size on, a body is read beside the event loop, which would stand still.
LARGE = 256 * 1024

# The deepest documented answer has six levels. The library that reads JSON calls itself
# for each, and on a thread with little room for that it ends the whole process.
MOST_LEVELS = 64

# Up to the next bracket that is not part of a text.
_NEXT_BRACKET = re.compile(
    r'(?:[^"\[\]{}]++|"(?:[^"\\]++|\\.)*+")*+([\[\]{}])', re.DOTALL
)


def parse(body: bytes) -> object:
    """Return a body as JSON, in which NaN and infinity do not exist.

    Raises:
        MalformedError: It is something else, or is nested deeper than any answer.
    """

    def refuse(constant: str) -> float:
        raise ValueError(constant)

    try:
        text = body.decode("utf-8-sig")
        _check_levels(text)
        document: object = json.loads(text, parse_constant=refuse, object_hook=_as_is)
    except (ValueError, RecursionError):
        # The error of a decoder holds the whole answer.
        raise MalformedError("the answer is not JSON") from None
    return document


def _as_is(fields: dict[str, object]) -> dict[str, object]:
    """Return an object unchanged.

    The library reads a whole body without a pause, on whatever thread. Where it calls
    a function for each object, Python lets the event loop run in between.
    """
    return fields


def _check_levels(text: str) -> None:
    """Refuse what is nested too deeply.

    Raises:
        MalformedError: It is.
    """
    level = position = 0
    while found := _NEXT_BRACKET.match(text, position):
        position = found.end()
        level += 1 if text[position - 1] in "[{" else -1
        if level > MOST_LEVELS:
            raise MalformedError(f"the answer has more than {MOST_LEVELS} levels")
