"""Suggestions: the addresses that a text may mean."""

from dataclasses import dataclass

from ..errors import MalformedError
from ..network.address import path_part
from .place import is_name

_PATH = "/prices/addresses/suggestions"

# Nobody reads a longer list, an id has 36 letters (a UUID), and an address fits on a
# line. What is longer is none, and would be kept in the entry for good.
MOST = 50
LONGEST_ID = 100
LONGEST_TEXT = 200


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An address as people write it, and the id by which prices are asked for it."""

    identity: str
    text: str


def suggestions_path(query: str) -> str | None:
    """Return where the suggestions for a text are, or None when it says nothing."""
    text = "".join(it if it.isprintable() else " " for it in query).strip()
    return f"{_PATH}/{path_part(text)}" if is_name(text) else None


def read_suggestions(document: object) -> tuple[Suggestion, ...]:
    """Return the first 50 suggestions in the vendor's order, each address once.

    A row without an id or a text that can be one cannot be chosen and is left out.

    Raises:
        MalformedError: There is no list of them.
    """
    if not isinstance(document, list):
        raise MalformedError("the answer has no list of suggestions")
    found: dict[str, Suggestion] = {}
    for row in document:
        if not isinstance(row, dict):
            continue
        identity, text = row.get("id"), row.get("suggestion")
        if not isinstance(identity, str) or not isinstance(text, str):
            continue
        if len(identity) > LONGEST_ID or len(text) > LONGEST_TEXT:
            continue
        if is_name(identity) and is_name(text):
            found.setdefault(identity, Suggestion(identity, text))
        if len(found) == MOST:
            break
    return tuple(found.values())
