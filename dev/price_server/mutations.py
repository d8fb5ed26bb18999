"""Spoil right answers, each in one way."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import inf, nan

from aiohttp import web

from .answer import Answer, JsonObject, number
from .behaviour import WrongKind

# More than any client should be willing to read for two days of prices.
HUGE_BYTES = 32 * 1024 * 1024

type _Row = Callable[[JsonObject], JsonObject]


def spoil(answer: Answer, kind: WrongKind) -> web.Response:
    """Turn a right answer into a wrong response."""
    if kind is WrongKind.HTML:
        page = "<!doctype html><title>Maintenance</title><p>Back in a few minutes."
        return web.Response(text=page, content_type="text/html")
    if kind in _ANSWERS:
        answer = _ANSWERS[kind](answer)
    text = answer.text()
    if kind in _TEXTS:
        text = _TEXTS[kind](text)
    return web.Response(text=text, content_type="application/json")


def _success_false(answer: Answer) -> Answer:
    """Deny success and keep the prices, so that only a reader of the flag notices."""
    return replace(answer, head={**answer.head, "success": False})


def _missing_price(answer: Answer) -> Answer:
    """Take the prices out of one row."""
    return _change_middle(
        answer,
        lambda row: {k: v for k, v in row.items() if k not in answer.price_keys},
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
    key = answer.time_key
    length = len("2026-01-01T00:00:00")
    return answer.with_rows(
        [{**row, key: str(row[key])[:length]} for row in answer.rows]
    )


def _currency(answer: Answer) -> Answer:
    """Say everywhere that the prices are in Danish crowns."""
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
    return _repeat_middle(
        answer,
        lambda row: _set_prices(
            row, answer, lambda price: number(float(str(price)) + 1, 5)
        ),
    )


def _unordered(answer: Answer) -> Answer:
    """Give every second row first."""
    return answer.with_rows(answer.rows[1::2] + answer.rows[::2])


def _gap(answer: Answer) -> Answer:
    """Leave out an hour, or whatever is in the middle of a short answer."""
    middle = len(answer.rows) // 2
    return answer.with_rows(answer.rows[:middle] + answer.rows[middle + 4 :])


def _inclusive_end(answer: Answer) -> Answer:
    """Add the row that begins at the end of the period."""
    return answer.with_rows([*answer.rows, answer.following_row])


def _change_middle(answer: Answer, change: _Row) -> Answer:
    """Change the row in the middle."""
    middle = len(answer.rows) // 2
    before, row, after = _split(answer.rows, middle)
    return answer.with_rows([*before, change(row), *after])


def _repeat_middle(answer: Answer, change: _Row) -> Answer:
    """Add a changed copy behind the row in the middle."""
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
    return {
        key: change(value) if key in answer.price_keys else value
        for key, value in row.items()
    }


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
    WrongKind.OTHER_TARIFF: lambda answer: answer.other_tariff(),
}

_TEXTS: Mapping[WrongKind, Callable[[str], str]] = {
    WrongKind.NOT_JSON: lambda text: text.replace('"', "'"),
    WrongKind.TRUNCATED: lambda text: text[: len(text) // 2],
    # White space keeps the JSON right: only its size is wrong.
    WrongKind.HUGE: lambda text: text + " " * HUGE_BYTES,
}
