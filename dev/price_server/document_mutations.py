"""Spoil answers that are no list of prices."""

from collections.abc import Callable, Mapping
from math import inf, nan

from .answer import Document
from .behaviour import WrongKind

ABSURD_PRICE = 1e300

type _Change = Callable[[object], object]


def spoil_document(document: Document, kind: WrongKind) -> Document:
    """Spoil a document, or leave it right where the fault has no meaning in it."""
    change = _CHANGES.get(kind)
    return document if change is None else Document(change(document.body))


def _with_numbers(number: object) -> _Change:
    """Build a fault that puts one thing in place of every number."""
    return lambda body: _map_numbers(body, lambda _: number)


def _map_numbers(body: object, change: _Change) -> object:
    """Change every number of a JSON value."""
    match body:
        case bool():
            return body
        case int() | float():
            return change(body)
        case list() | tuple():
            return [_map_numbers(item, change) for item in body]
        case dict():
            return {key: _map_numbers(item, change) for key, item in body.items()}
    return body


def _without_numbers(body: object) -> object:
    """Take every field that is a number out of a JSON value."""
    match body:
        case list() | tuple():
            return [_without_numbers(item) for item in body]
        case dict():
            return {
                key: _without_numbers(item)
                for key, item in body.items()
                if isinstance(item, bool) or not isinstance(item, int | float)
            }
    return body


def _without_rows(body: object) -> object:
    """Empty every list of a JSON value."""
    match body:
        case list() | tuple():
            return []
        case dict():
            return {key: _without_rows(item) for key, item in body.items()}
    return body


def _success_false(body: object) -> object:
    """Deny success."""
    fields = body if isinstance(body, dict) else {"data": body}
    return {**fields, "success": False}


_CHANGES: Mapping[WrongKind, _Change] = {
    WrongKind.SUCCESS_FALSE: _success_false,
    WrongKind.NO_ROWS: _without_rows,
    WrongKind.MISSING_PRICE: _without_numbers,
    WrongKind.NAN: _with_numbers(nan),
    WrongKind.INFINITY: _with_numbers(inf),
    WrongKind.NULL_PRICE: _with_numbers(None),
    WrongKind.ABSURD: _with_numbers(ABSURD_PRICE),
    WrongKind.TEXT_PRICE: lambda body: _map_numbers(body, str),
}
