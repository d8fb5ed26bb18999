"""Hold what a vendor answers before it becomes text."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
import json
from typing import Self

type JsonObject = dict[str, object]


@dataclass(frozen=True, slots=True)
class Answer:
    """Hold a right answer, with what the faults need to make a wrong one of it."""

    head: JsonObject
    rows_key: str
    rows: tuple[JsonObject, ...]
    tail: JsonObject
    time_key: str
    price_keys: tuple[str, ...]
    following_row: JsonObject
    other_tariff: Callable[[], "Answer"]

    def with_rows(self, rows: Sequence[JsonObject]) -> Self:
        """Give the same answer with other rows and a count that fits them."""
        head = dict(self.head)
        if "count" in head:
            head["count"] = len(rows)
        return replace(self, head=head, rows=tuple(rows))

    def text(self) -> str:
        """Write the answer as compact JSON."""
        return compact({**self.head, self.rows_key: self.rows, **self.tail})


class RefusalError(Exception):
    """Say why a request gets no answer."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        retry_after: str | None = None,
    ) -> None:
        """Remember the HTTP status and the reason."""
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.retry_after = retry_after


def compact(body: JsonObject) -> str:
    """Write JSON without spaces and without escaping accents."""
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False)


def number(value: float, digits: int) -> float:
    """Round a number and drop the point of a whole one, as JavaScript does."""
    rounded = round(value, digits)
    return int(rounded) if rounded == int(rounded) else rounded
