"""Spoil right answers, each in one way."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import inf, nan

from aiohttp import web

from .answer import Answer, Document, JsonObject, number
from .behaviour import WrongKind
from .document_mutations import ABSURD_PRICE, spoil_document

# More than any client should be willing to read for two days of prices.
HUGE_BYTES = 32 * 1024 * 1024

type _Row = Callable[[JsonObject], JsonObject]


def spoil(answer: Answer | Document, kind: WrongKind) -> web.Response:
    """Turn a right answer into a wrong response."""
    if kind is WrongKind.HTML:
        page = "<!doctype html><title>Maintenance</title><p>Back in a few minutes."
        return web.Response(text=page, content_type="text/html")
    if isinstance(answer, Document):
        answer = spoil_document(answer, kind)
    elif kind in answer.variants:
        answer = answer.variants[kind]()
    elif kind in _ANSWERS:
        answer = _ANSWERS[kind](answer)
    text = answer.text()
    if kind in _TEXTS:
        text = _TEXTS[kind](text)
    return web.Response(text=text, content_type="application/json")


def _success_false(answer: Answer) -> Answer:
    """Deny success and keep the prices, so that only a reader of the flag notices."""
    # A bare list has no place for the flag, so it moves into an object.
    rows_key = answer.rows_key or "data"
    return replace(answer, head={**answer.head, "success": False}, rows_key=rows_key)


def _missing_price(answer: Answer) -> Answer:
    """Take the prices out of one row."""
    return _change_middle(
        answer,
        lambda row: _change_prices(
            row,
            answer,
            lambda prices: {
                k: v for k, v in prices.items() if k not in answer.price_keys
            },
        ),
    )


def _with_price(price: object) -> Callable[[Answer], Answer]:
    """Build a fault that sets the prices of one row."""
    return lambda answer: _change_middle(
        answer, lambda row: _set_prices(row, answer, lambda _: price)
    )


def _text_price(answer: Answer) -> Answer:
    """Write every price as a text."""
    return answer.with_rows([_set_prices(row, answer, str) for row in answer.rows])


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
    """Say everywhere that the prices are in Danish crowns."""
    if answer.rows_key is None:
        return answer.with_rows([{**row, "currency": "DKK"} for row in answer.rows])
    tail = {key: _in_crowns(value) for key, value in answer.tail.items()}
    # Sobry names its currency in the units only, and plain answers have no units.
    return replace(answer, tail={**tail, "currency": "DKK"})


def _in_crowns(value: object) -> object:
    """Replace the euro sign in every text of a JSON value."""
    if isinstance(value, str):
        return value.replace("€", "DKK")
    if isinstance(value, dict):
        return {key: _in_crowns(inner) for key, inner in value.items()}
    return value


def _duplicate(answer: Answer) -> Answer:
    """Give one row twice."""
    return _repeat_middle(answer, lambda row: row)


def _conflicting_duplicate(answer: Answer) -> Answer:
    """Give one row twice with different prices."""
    return _repeat_middle(answer, lambda row: _set_prices(row, answer, _one_more))


def _one_more(price: object) -> object:
    """Add one to a price, if there is one."""
    return number(price + 1, 5) if isinstance(price, int | float) else price


def _overlap(answer: Answer) -> Answer:
    """Let one row last until the next one ends."""
    middle = (len(answer.rows) - 1) // 2
    end = answer.end_key
    if end is None or len(answer.rows) < 2:
        # Rows without an end overlap when two begin together.
        return _conflicting_duplicate(answer)
    before, row, after = _split(answer.rows, middle)
    return answer.with_rows([*before, {**row, end: after[0][end]}, *after])


def _unordered(answer: Answer) -> Answer:
    """Give every second row first."""
    return answer.with_rows(answer.rows[1::2] + answer.rows[::2])


def _gap(answer: Answer) -> Answer:
    """Leave out an hour, or whatever is in the middle of a short answer."""
    middle = len(answer.rows) // 2
    return answer.with_rows(answer.rows[:middle] + answer.rows[middle + 4 :])


def _inclusive_end(answer: Answer) -> Answer:
    """Add the row that begins at the end of the period, if there is one."""
    following = answer.following_row
    return answer if following is None else answer.with_rows([*answer.rows, following])


def _repeated_page(answer: Answer) -> Answer:
    """Give everything twice, which is what asking twice gives."""
    return answer.with_rows(answer.rows * 2)


def _has_more(answer: Answer) -> Answer:
    """Promise another page."""
    page = answer.tail.get("pagination")
    fields = page if isinstance(page, dict) else {}
    return replace(
        answer, tail={**answer.tail, "pagination": {**fields, "has_more": True}}
    )


def _change_middle(answer: Answer, change: _Row) -> Answer:
    """Change the row in the middle, if there are rows."""
    if not answer.rows:
        return answer
    middle = len(answer.rows) // 2
    before, row, after = _split(answer.rows, middle)
    return answer.with_rows([*before, change(row), *after])


def _repeat_middle(answer: Answer, change: _Row) -> Answer:
    """Add a changed copy behind the row in the middle, if there are rows."""
    if not answer.rows:
        return answer
    middle = len(answer.rows) // 2
    before, row, after = _split(answer.rows, middle)
    return answer.with_rows([*before, row, change(row), *after])


def _split(
    rows: Sequence[JsonObject], at: int
) -> tuple[Sequence[JsonObject], JsonObject, Sequence[JsonObject]]:
    """Take one row out of the others."""
    return rows[:at], rows[at], rows[at + 1 :]


def _set_prices(
    row: JsonObject, answer: Answer, change: Callable[[object], object]
) -> JsonObject:
    """Change the prices that a row has."""
    return _change_prices(
        row,
        answer,
        lambda prices: {
            key: change(value) if key in answer.price_keys else value
            for key, value in prices.items()
        },
    )


def _change_prices(row: JsonObject, answer: Answer, change: _Row) -> JsonObject:
    """Change the part of a row that holds its prices."""
    key = answer.prices_in
    if key is None:
        return change(row)
    match row.get(key):
        case dict(prices):
            return {**row, key: change(prices)}
        case [*before, dict(prices)]:
            # Of several the last one is spoilt.
            return {**row, key: [*before, change(prices)]}
    return row


_ANSWERS: Mapping[WrongKind, Callable[[Answer], Answer]] = {
    WrongKind.SUCCESS_FALSE: _success_false,
    WrongKind.NO_ROWS: lambda answer: answer.with_rows([]),
    WrongKind.MISSING_PRICE: _missing_price,
    WrongKind.NAN: _with_price(nan),
    WrongKind.INFINITY: _with_price(inf),
    WrongKind.NO_OFFSET: _no_offset,
    WrongKind.CURRENCY: _currency,
    WrongKind.DUPLICATE: _duplicate,
    WrongKind.CONFLICTING_DUPLICATE: _conflicting_duplicate,
    WrongKind.UNORDERED: _unordered,
    WrongKind.GAP: _gap,
    WrongKind.INCLUSIVE_END: _inclusive_end,
    WrongKind.TEXT_PRICE: _text_price,
    WrongKind.NULL_PRICE: _with_price(None),
    WrongKind.ABSURD: _with_price(ABSURD_PRICE),
    WrongKind.OVERLAP: _overlap,
    WrongKind.REPEATED_PAGE: _repeated_page,
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
