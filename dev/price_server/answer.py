"""Answers: what a vendor says, before it becomes text."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
import json
from typing import Final, Self

from .behaviour import WrongKind

type JsonObject = dict[str, object]
type Change = Callable[[object], object]

# What a change puts in place of a field that it takes out.
GONE: Final = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A right answer, with what the faults need to make a wrong one of it."""

    head: JsonObject = field(default_factory=dict)
    # None where the list of rows is the whole answer.
    rows_key: str | None
    rows: tuple[JsonObject, ...]
    tail: JsonObject = field(default_factory=dict)
    time_key: str
    # None where a row has no end of its own.
    end_key: str | None = None
    price_keys: tuple[str, ...]
    # The object inside a row that holds its prices, or the list of such objects; None
    # where the row itself does.
    prices_in: str | None = None
    following_row: JsonObject | None = None
    # Wrong answers that only the vendor itself can make up.
    variants: Mapping[WrongKind, Callable[[], "Answer"]] = field(default_factory=dict)

    def with_rows(self, rows: Sequence[JsonObject]) -> Self:
        """Return the same answer with other rows and a count that fits them."""
        head = dict(self.head)
        if "count" in head:
            head["count"] = len(rows)
        return replace(self, head=head, rows=tuple(rows))

    def text(self) -> str:
        """Return the answer as compact JSON."""
        if self.rows_key is None:
            return compact(self.rows)
        return compact({**self.head, self.rows_key: self.rows, **self.tail})


@dataclass(frozen=True, slots=True)
class Document:
    """An answer that is no list of prices, such as that to a login."""

    body: object

    def text(self) -> str:
        """Return the answer as compact JSON."""
        return compact(self.body)


class RefusalError(Exception):
    """The reason for which a request gets no answer."""

    def __init__(
        self, status: int, code: str, message: str, retry_after: str | None = None
    ) -> None:
        """Remember the HTTP status and the reason."""
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.retry_after = retry_after


def walk(body: object, change: Change) -> object:
    """Return a JSON value with all but its lists and objects changed, or `GONE`."""
    match body:
        case list() | tuple():
            return [walk(item, change) for item in body]
        case dict():
            found = {key: walk(item, change) for key, item in body.items()}
            return {key: item for key, item in found.items() if item is not GONE}
    return change(body)


def is_number(value: object) -> bool:
    """Tell a number from everything else, truth included."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def compact(body: object) -> str:
    """Return JSON without spaces and without escaped accents."""
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False)


def number(value: float, digits: int) -> float:
    """Round a number and drop the point of a whole one, as JavaScript does."""
    rounded = round(value, digits)
    return int(rounded) if rounded == int(rounded) else rounded
