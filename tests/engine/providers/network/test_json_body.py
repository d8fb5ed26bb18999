"""Test how bodies become JSON, and where."""

from collections.abc import Awaitable, Callable
import json
import threading

from aiohttp import ClientSession
from hypothesis import given, settings, strategies as st
import pytest

from custom_components.spot_planner.engine.providers.energysignal import (
    provider as energysignal,
)
from custom_components.spot_planner.engine.providers.errors import MalformedError
from custom_components.spot_planner.engine.providers.network import http
from custom_components.spot_planner.engine.providers.network.http import HttpClient
from custom_components.spot_planner.engine.providers.network.json_body import (
    LARGE,
    MOST_LEVELS,
    parse,
)

from .servers import answer, serving

TEXTS = st.text(alphabet=st.sampled_from('[]{}\\"/:,a é\n'))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
)


@given(VALUES)
def test_all_that_is_json_is_read(value: object) -> None:
    """Brackets and quotes within a text are text."""
    assert parse(json.dumps(value).encode()) == value
    assert parse(json.dumps(value, ensure_ascii=False).encode()) == value


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_levels(opening: str, closing: str) -> None:
    """The deepest that is read is far deeper than any answer."""

    def nested(levels: int) -> bytes:
        return (opening * levels + "[]" + closing * levels).encode()

    parse(nested(MOST_LEVELS - 1))
    with pytest.raises(MalformedError):
        parse(nested(MOST_LEVELS))


def test_levels_hidden_behind_texts() -> None:
    """Neither a text nor its end can hide a bracket."""
    deep = '["]","\\"",' * (MOST_LEVELS + 1) + "0" + "]" * (MOST_LEVELS + 1)
    with pytest.raises(MalformedError):
        parse(deep.encode())


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_other_encodings(encoding: str) -> None:
    """JSON travels as UTF-8 (RFC 8259), in which the levels were counted."""
    with pytest.raises(MalformedError):
        parse("[]".encode(encoding))


@settings(deadline=None)
@given(st.sampled_from(["[" * 5000, '"' + "a" * 5000, "\\" * 5000, '["' * 5000]))
def test_bodies_without_an_end_are_read_once(text: str) -> None:
    """No text makes the count of levels begin again and again."""
    with pytest.raises(MalformedError):
        parse((text * 20).encode())


def test_deep_bodies_do_not_end_the_process_on_a_small_stack() -> None:
    """The thread of an executor may have a hundredth of the room of the first one."""
    before = threading.stack_size(256 * 1024)
    failed: list[bool] = []

    def read() -> None:
        for body in (b"[" * 200_000, b'{"a":' * 200_000, b"[1," * 200_000):
            try:
                parse(body)
            except MalformedError:
                failed.append(True)

    try:
        thread = threading.Thread(target=read)
        thread.start()
        thread.join()
    finally:
        threading.stack_size(before)
    assert len(failed) == 3


type Ask = Callable[[int], Awaitable[list[str]]]


@pytest.fixture
def ask(session: ClientSession) -> Ask:
    """Return a function that asks for a body of a size, and tells what was done where."""
    done: list[str] = []

    async def executor(work: Callable[[], object]) -> object:
        done.append("beside the loop")
        return work()

    async def get(size: int) -> list[str]:
        body = "[]" + " " * (size - 2)
        async with serving(session, answer(body)) as server:
            client = HttpClient(session, server.base_url, executor=executor)
            client.largest = http.MAX_BYTES
            assert await client.get_json("/") == []
        return done

    return get


@pytest.mark.parametrize("size", [2, LARGE - 1])
async def test_small_bodies_are_parsed_at_once(ask: Ask, size: int) -> None:
    """A thread is not worth its while."""
    assert await ask(size) == []


@pytest.mark.parametrize("size", [LARGE, 4 * 1024 * 1024])
async def test_large_bodies_are_parsed_beside_the_loop(ask: Ask, size: int) -> None:
    """The loop would stand still."""
    assert await ask(size) == ["beside the loop"]


def test_python_may_do_something_else_within_a_body() -> None:
    """The library calls a function of Python's for each object, so others may run."""
    calls = 0

    def count(frame: object, event: str, argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    body = json.dumps([{"a": n} for n in range(100)]).encode()
    threading.setprofile(count)
    thread = threading.Thread(target=lambda: parse(body))
    thread.start()
    thread.join()
    threading.setprofile(None)
    assert calls >= 100


def test_the_largest_answers_are_those_of_reserves() -> None:
    """No provider is allowed more than all are."""
    assert energysignal.LARGEST_PRICES < energysignal.LARGEST_BALANCING
    assert energysignal.LARGEST_BALANCING <= http.MAX_BYTES
