"""Odd documents: those that are stored, with anything in the place of something."""

from collections.abc import Iterator
from copy import copy
from math import inf, nan
from typing import Any

from hypothesis import strategies as st

type Path = tuple[str | int, ...]

DEEP: Any = []
for _ in range(500):
    DEEP = [DEEP]

# What JSON, or a parser that allows more than it, may put anywhere. The numbers are
# what no clock and no meter shows, and the edges of what the standard library takes.
ODD: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        0,
        1,
        -1,
        7,
        0.5,
        -0.0,
        1e-300,
        1e300,
        1e15,
        1e16,
        1e18,
        -1e15,
    ),
    *(-1e18, 2**63, 2**64 - 1, -(2**63), 10**400, nan, inf, -inf, 1e11, 1e12),
    *(1e9, 9e8, 946684800, 946684799, 7258118400, 7258118401, 1774745999999),
    *("", "0", "nan", "1e400", "true", "\x00", "\ufeff", "x" * 5000, "SEK"),
    *([], [None], [[]], [1, 2], [[1, 2]], [[2, 1]], [[1e18, 1e18]], [[nan, nan]]),
    *({}, {"": None}, {"start": 0}, DEEP),
)

ANYTHING = st.recursive(
    st.sampled_from(ODD) | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner)
    ),
    max_leaves=6,
)


def paths(value: object, path: Path = ()) -> Iterator[Path]:
    """Go through the ways to everything in a document, the document itself first."""
    yield path
    inner: Iterator[tuple[str | int, object]] = iter(())
    if isinstance(value, dict):
        inner = iter(value.items())
    elif isinstance(value, list):
        inner = iter(enumerate(value))
    for name, part in inner:
        yield from paths(part, (*path, name))


def with_value(document: object, path: Path, value: object) -> Any:
    """Return the document with something else in one place."""
    if not path:
        return value
    changed, owner = _changeable(document, path)
    owner[path[-1]] = value
    return changed


def without(document: object, path: Path) -> Any:
    """Return the document without what is in one place."""
    changed, owner = _changeable(document, path)
    del owner[path[-1]]
    return changed


def twice(document: object, path: Path) -> Any:
    """Return the document with one element of a list there twice."""
    changed, owner = _changeable(document, path)
    if isinstance(owner, list):
        owner.append(owner[path[-1]])
    return changed


def each_odd(document: object) -> Iterator[Any]:
    """Go through the document with each odd value in each place, one at a time."""
    for path in paths(document):
        for value in ODD:
            yield with_value(document, path, value)
        if path:
            yield without(document, path)
            yield twice(document, path)


@st.composite
def odd_documents(draw: st.DrawFn, document: object) -> Any:
    """Draw the document with anything in some of its places."""
    for _ in range(draw(st.integers(1, 4))):
        path = draw(st.sampled_from(list(paths(document))))
        change = draw(st.sampled_from(("value", "value", "without", "twice")))
        if change == "value" or not path:
            document = with_value(document, path, draw(ANYTHING))
        else:
            document = (without if change == "without" else twice)(document, path)
    return document


@st.composite
def odd_bytes(draw: st.DrawFn, content: bytes) -> bytes:
    """Draw the bytes of a file with some of them lost, others or more."""
    kind = draw(st.sampled_from(("cut", "hole", "flip", "insert", "before", "after")))
    where = draw(st.integers(0, len(content) - 1))
    some = draw(st.binary(min_size=1, max_size=20) | st.just(b"\x00" * 4096))
    match kind:
        case "cut":
            return content[:where]
        case "hole":
            return content[:where] + b"\x00" * len(some) + content[where + len(some) :]
        case "flip":
            return content[:where] + some[:1] + content[where + 1 :]
        case "insert":
            return content[:where] + some + content[where:]
        case "before":
            return some + content
        case _:
            return content + some


def _changeable(document: Any, path: Path) -> tuple[Any, Any]:
    """Return a copy, and in it what a path ends in, of which nothing else is part."""
    changed = owner = copy(document)
    for name in path[:-1]:
        owner[name] = copy(owner[name])
        owner = owner[name]
    return changed, owner
