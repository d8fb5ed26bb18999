"""Faults in what is said: texts that are no prices, and answers with odd parts."""

from collections.abc import Awaitable, Callable, Mapping
import json
import re

from aiohttp import web

from dev.price_server.answer import Change, is_number, walk

type Respond = Callable[[web.Request, web.Response], Awaitable[web.StreamResponse]]

_TIME = re.compile(r"\d{4}-\d\d-\d\d")
_LEVELS = 100_000
_ROWS = 8 * 1024 * 1024 // 80


def instead(text: bytes) -> Respond:
    """Say something else."""

    async def respond(_: web.Request, __: web.Response) -> web.StreamResponse:
        return web.Response(body=text, content_type="application/json")

    return respond


def changed(change: Change) -> Respond:
    """Change the right answer."""

    async def respond(_: web.Request, right: web.Response) -> web.StreamResponse:
        body = change(json.loads(right.text or "null"))
        return web.json_response(body)

    return respond


def _texts(change: Callable[[str], object]) -> Change:
    """Build a change of every text."""
    return lambda body: walk(body, lambda it: change(it) if isinstance(it, str) else it)


def _years(year: str) -> Change:
    """Build a change that puts every time into another year."""
    return _texts(lambda text: _TIME.sub(f"{year}-01-01", text))


def _numbers(value: object) -> Change:
    """Build a change that puts one thing in place of every number."""
    return lambda body: walk(body, lambda it: value if is_number(it) else it)


def _rows(change: Callable[[dict[str, object]], object]) -> Change:
    """Build a change of every object in a list."""

    def apply(body: object) -> object:
        match body:
            case list():
                return [
                    change(item) if isinstance(item, dict) else item for item in body
                ]
            case dict():
                return {key: apply(item) for key, item in body.items()}
        return body

    return apply


def _components(row: dict[str, object]) -> dict[str, object]:
    """Add components that nobody foresaw, one with a name that is long and no name."""
    names = [f"part_{number}" for number in range(2000)]
    names.append("<script>alert('x')</script>" + "y" * 5000)
    return row | {f"{name}_eur_kwh": 0.0001 for name in names}


def _components_of_some(body: object) -> object:
    """Add many components to the first rows of an answer, or it would be too large."""
    left = 4

    def change(row: dict[str, object]) -> object:
        nonlocal left
        left -= 1
        return _components(row) if left >= 0 else row

    return _rows(change)(body)


TEXTS: Mapping[str, bytes] = {
    "nothing": b"",
    "null": b"null",
    "empty object": b"{}",
    "nested lists": b"[" * _LEVELS,
    "nested objects": b'{"a":' * _LEVELS,
    "invalid UTF-8": b'{"a":"\xff\xfe"}',
    "8 MB of valid JSON": b"["
    + b",".join([b'{"a":"' + b"x" * 70 + b'"}'] * _ROWS)
    + b"]",
}

CHANGES: Mapping[str, Change] = {
    "2,001 components": _components_of_some,
    "year 1": _years("0001"),
    "year 9999": _years("9999"),
    "times as numbers": _texts(lambda text: 1776254400 if _TIME.match(text) else text),
    "times of a megabyte": _texts(
        lambda text: text * 2000 if _TIME.match(text) else text
    ),
    "truth as numbers": _numbers(value=True),
    "numbers without an end": _numbers(10**400),
    "half letter pairs": _texts(lambda text: text + "\ud800"),
    "rows that are lists": _rows(lambda row: [*row.items()]),
    "a row inside a row": _rows(lambda row: row | {"price": row}),
}
