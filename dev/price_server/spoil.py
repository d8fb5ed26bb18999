"""Spoilt answers: right ones, each made wrong in one way."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from math import inf, nan
from typing import Final

from aiohttp import web

from .answer import GONE, Answer, Change, Document, JsonObject, is_number, number, walk
from .behaviour import WrongKind

# More than any client should be willing to read for two days of prices.
HUGE_BYTES: Final = 32 * 1024 * 1024
ABSURD_PRICE: Final = 1e300

type RowChange = Callable[[JsonObject], JsonObject]


def spoil(answer: Answer | Document, kind: WrongKind) -> web.Response:
    """Make a wrong response of a right answer.

    Where a fault has no meaning, the answer stays right.
    """
    if kind is WrongKind.HTML:
        page = "<!doctype html><title>Maintenance</title><p>Back in a few minutes."
        return web.Response(text=page, content_type="text/html")
    if isinstance(answer, Document):
        answer = _spoilt_document(answer, kind)
    elif kind in answer.variants:
        answer = answer.variants[kind]()
    elif kind in _VALUES:
        spoilt = _with_prices(answer, _VALUES[kind])
        answer = _change_middle(answer, lambda row: [spoilt(row)])
    elif kind in _ANSWERS:
        answer = _ANSWERS[kind](answer)
    text = answer.text()
    if kind in _TEXTS:
        text = _TEXTS[kind](text)
    return web.Response(text=text, content_type="application/json")


def _spoilt_document(document: Document, kind: WrongKind) -> Document:
    """Spoil all of a document, which has no rows of which one could be spoilt."""
    body = document.body
    if kind is WrongKind.SUCCESS_FALSE:
        fields = body if isinstance(body, dict) else {"data": body}
        return Document({**fields, "success": False})
    if kind is WrongKind.NO_ROWS:
        return Document(_without_rows(body))
    if kind is WrongKind.TEXT_PRICE:
        return Document(_with_numbers(body, str))
    if kind in _VALUES:
        return Document(_with_numbers(body, _VALUES[kind]))
    return document


def _with_numbers(body: object, change: Change) -> object:
    """Change every number of a JSON value."""
    return walk(body, lambda it: change(it) if is_number(it) else it)


def _without_rows(body: object) -> object:
    """Empty every list of a JSON value."""
    match body:
        case list() | tuple():
            return []
        case dict():
            return {key: _without_rows(item) for key, item in body.items()}
    return body


def _with_prices(answer: Answer, change: Change) -> RowChange:
    """Return what changes the prices of a row; of several in a list, the last ones."""
    keys, key = answer.price_keys, answer.prices_in

    def spoilt(prices: JsonObject) -> JsonObject:
        found = {k: change(v) if k in keys else v for k, v in prices.items()}
        return {k: v for k, v in found.items() if v is not GONE}

    def apply(row: JsonObject) -> JsonObject:
        if key is None:
            return spoilt(row)
        match row.get(key):
            case dict(prices):
                return {**row, key: spoilt(prices)}
            case [*before, dict(prices)]:
                return {**row, key: [*before, spoilt(prices)]}
        return row

    return apply


def _change_middle(
    answer: Answer, change: Callable[[JsonObject], list[JsonObject]]
) -> Answer:
    """Put some rows in place of the one in the middle, if there are rows."""
    rows = answer.rows
    middle = len(rows) // 2
    changed = [it for row in rows[middle : middle + 1] for it in change(row)]
    return answer.with_rows([*rows[:middle], *changed, *rows[middle + 1 :]])


def _success_false(answer: Answer) -> Answer:
    """Deny success and keep the prices, so that only a reader of the flag notices."""
    # A bare list has no place for the flag, so it moves into an object.
    rows_key = answer.rows_key or "data"
    return replace(answer, head={**answer.head, "success": False}, rows_key=rows_key)


def _text_price(answer: Answer) -> Answer:
    """Write every price as a text."""
    return answer.with_rows([*map(_with_prices(answer, str), answer.rows)])


def _no_offset(answer: Answer) -> Answer:
    """Cut the offset off every timestamp."""
    keys = {answer.time_key, answer.end_key}
    length = len("2026-01-01T00:00:00")
    return answer.with_rows(
        [
            {key: str(it)[:length] if key in keys else it for key, it in row.items()}
            for row in answer.rows
        ]
    )


def _currency(answer: Answer) -> Answer:
    """Say that the prices are in Danish crowns."""
    if answer.rows_key is None:
        return answer.with_rows([{**row, "currency": "DKK"} for row in answer.rows])
    return replace(answer, tail={**answer.tail, "currency": "DKK"})


def _conflicting_duplicate(answer: Answer) -> Answer:
    """Give one row twice with different prices."""

    def one_more(price: object) -> object:
        return number(price + 1, 5) if isinstance(price, int | float) else price

    other = _with_prices(answer, one_more)
    return _change_middle(answer, lambda row: [row, other(row)])


def _overlap(answer: Answer) -> Answer:
    """Let one row last until the next one ends."""
    rows, end = list(answer.rows), answer.end_key
    if end is None or len(rows) < 2:
        # Rows without an end overlap when two begin together.
        return _conflicting_duplicate(answer)
    middle = (len(rows) - 1) // 2
    rows[middle] = {**rows[middle], end: rows[middle + 1][end]}
    return answer.with_rows(rows)


def _gap(answer: Answer) -> Answer:
    """Leave out an hour, or whatever is in the middle of a short answer."""
    middle = len(answer.rows) // 2
    return answer.with_rows(answer.rows[:middle] + answer.rows[middle + 4 :])


def _inclusive_end(answer: Answer) -> Answer:
    """Add the row that begins at the end of the period, if there is one."""
    following = answer.following_row
    return answer if following is None else answer.with_rows([*answer.rows, following])


def _has_more(answer: Answer) -> Answer:
    """Promise another page where there are no pages."""
    return replace(answer, tail={**answer.tail, "pagination": {"has_more": True}})


# What stands in place of a price, in one row or all over a document.
_VALUES: Mapping[WrongKind, Change] = {
    WrongKind.MISSING_PRICE: lambda _: GONE,
    WrongKind.NAN: lambda _: nan,
    WrongKind.INFINITY: lambda _: inf,
    WrongKind.NULL_PRICE: lambda _: None,
    WrongKind.ABSURD: lambda _: ABSURD_PRICE,
}

_ANSWERS: Mapping[WrongKind, Callable[[Answer], Answer]] = {
    WrongKind.SUCCESS_FALSE: _success_false,
    WrongKind.NO_ROWS: lambda answer: answer.with_rows([]),
    WrongKind.NO_OFFSET: _no_offset,
    WrongKind.CURRENCY: _currency,
    WrongKind.DUPLICATE: lambda it: _change_middle(it, lambda row: [row, row]),
    WrongKind.CONFLICTING_DUPLICATE: _conflicting_duplicate,
    WrongKind.UNORDERED: lambda it: it.with_rows(it.rows[1::2] + it.rows[::2]),
    WrongKind.GAP: _gap,
    WrongKind.INCLUSIVE_END: _inclusive_end,
    WrongKind.TEXT_PRICE: _text_price,
    WrongKind.OVERLAP: _overlap,
    # Where there are no pages, all of it comes twice.
    WrongKind.REPEATED_PAGE: lambda answer: answer.with_rows(answer.rows * 2),
    WrongKind.HAS_MORE: _has_more,
    WrongKind.ENDLESS_PAGES: _has_more,
}

_TEXTS: Mapping[WrongKind, Callable[[str], str]] = {
    # A text without quotes would stay right without the semicolon.
    WrongKind.NOT_JSON: lambda text: text.replace('"', "'") + ";",
    WrongKind.TRUNCATED: lambda text: text[: len(text) // 2],
    # White space keeps the JSON right: only its size is wrong.
    WrongKind.HUGE: lambda text: text + " " * HUGE_BYTES,
}
