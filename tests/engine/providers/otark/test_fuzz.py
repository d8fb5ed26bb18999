"""Test that nothing but its own errors leaves Otark's provider, whatever it is told."""

from collections.abc import Mapping
from copy import deepcopy
from datetime import timedelta
import json
from math import isfinite
from typing import Any, override

from hypothesis import given, settings, strategies as st

from custom_components.spot_planner.engine.providers.errors import ProviderError
from custom_components.spot_planner.engine.providers.network.http import HttpClient
from custom_components.spot_planner.engine.providers.otark.provider import OtarkProvider
from custom_components.spot_planner.engine.volumes import SLOT, Volumes

from ...helpers import BERLIN, HOUR, PROPERTY
from ..sobry.test_public_fuzz import ODD, mutate, places
from .records import (
    NOMINATION,
    START,
    TRANSACTION,
    WINDOW,
    nomination,
    slot,
    transaction,
)

NOW = START + 14 * HOUR

GOOD: dict[str, Any] = {
    "contracts": {
        "contracts": [{"id": "con_1", "status": "in_progress"}],
        "pagination": {"limit": 100, "has_more": False},
    },
    "transactions": {
        "transactions": [
            transaction("txn_1", 0, 1.5),
            transaction("txn_2", 0, 2.5, 4, previous_transaction_id="txn_1"),
            TRANSACTION,
        ],
        "pagination": {"limit": 100, "has_more": False, "next_cursor": None},
    },
    "nominations": {
        "nominations": [
            NOMINATION,
            nomination("nom_1", [slot(0, 1.5), slot(1, 3.0, 2)]),
            nomination("nom_2", [slot(0, 2.5)], version=2),
        ],
        "pagination": {"limit": 100, "has_more": False},
    },
    "customers": {
        "customers": [{"id": "cust_1", "balance_group": {"eic": "11Y-A"}}],
        "pagination": {"limit": 100, "has_more": False},
    },
}


class CannedClient(HttpClient):
    """Answer every list with bytes of its own."""

    def __init__(self, bodies: Mapping[str, bytes]) -> None:
        """Keep the bytes; there is no session."""
        self.base_url = "https://example.com"
        self.count = 0
        self._bodies = bodies

    @override
    async def get(
        self,
        path: str,
        query: Mapping[str, str] | None = None,
        credentials: Mapping[str, str] | None = None,
        *,
        patient: bool = False,
    ) -> bytes:
        """Return the bytes of a list."""
        self.count += 1
        return self._bodies[path.removeprefix("/")]


def ask(bodies: Mapping[str, bytes]) -> Volumes | ProviderError:
    """Return the provider's volumes or its error; any other error passes."""
    client = CannedClient(bodies)
    question = OtarkProvider(client, "key", BERLIN).volumes(NOW)
    outcome: Volumes | ProviderError | None = None
    try:
        # The canned client never waits, so one step runs the question to its end.
        question.send(None)
    except StopIteration as done:
        outcome = done.value
    except ProviderError as err:
        outcome = err
    assert isinstance(outcome, Volumes | ProviderError)
    assert client.count <= 500
    return outcome


def check(volumes: Volumes) -> None:
    """Look whether volumes can be shown, whatever they say."""
    ends = [WINDOW.start]
    for one in volumes.slots:
        assert ends[-1] <= one.start < one.end <= WINDOW.end
        assert one.end - one.start == SLOT
        assert isfinite(one.energy)
        assert volumes.at(one.start) == one
        ends.append(one.end)
    assert isfinite(volumes.remaining(NOW, WINDOW.end))
    assert volumes.skipped >= 0


@st.composite
def mutations(draw: st.DrawFn) -> dict[str, Any]:
    """Change, remove, repeat or add something in good answers, a few times."""
    documents: dict[str, Any] = deepcopy(GOOD)
    paths = [path for path in places(GOOD) if path]
    for _ in range(draw(st.integers(1, 4))):
        path = draw(st.sampled_from(paths))
        holder: Any = documents
        try:
            for step in path[:-1]:
                holder = holder[step]
            if len(path) == 1:
                holder[path[0]] = draw(ODD)
            elif isinstance(holder, dict | list) and holder:
                mutate(draw, holder, path[-1])
        except (KeyError, IndexError, TypeError):
            # An earlier change has taken the place away.
            continue
    return documents


def encode(documents: Mapping[str, Any]) -> dict[str, bytes]:
    """Return documents as bytes."""
    return {name: json.dumps(it).encode() for name, it in documents.items()}


def test_good_answers_are_read() -> None:
    """What the mutations begin with is right."""
    volumes = ask(encode(GOOD))
    assert isinstance(volumes, Volumes)
    check(volumes)
    assert [one.energy for one in volumes.slots] == [2.5, 1.5, 1.5, 0.625, -12.5]
    assert volumes.skipped == 0


@settings(PROPERTY, max_examples=600)
@given(documents=mutations())
def test_mutated_answers_are_read_or_refused(documents: dict[str, Any]) -> None:
    """Changed answers give volumes or an error of ours, which is short."""
    outcome = ask(encode(documents))
    if isinstance(outcome, Volumes):
        check(outcome)
    else:
        assert outcome.reason
        assert len(str(outcome)) < 120


@settings(PROPERTY, max_examples=300)
@given(
    name=st.sampled_from(sorted(GOOD)),
    cuts=st.lists(st.tuples(st.integers(0, 1500), st.binary(max_size=4)), max_size=4),
    end=st.integers(0, 1500),
)
def test_damaged_bytes_are_read_or_refused(
    name: str, cuts: list[tuple[int, bytes]], end: int
) -> None:
    """Bytes that are lost or changed on the way do no harm either."""
    bodies = encode(GOOD)
    body = bodies[name]
    for place, patch in cuts:
        body = body[:place] + patch + body[place + len(patch) :]
    for damaged in (body, body[:end]):
        outcome = ask(bodies | {name: damaged})
        if isinstance(outcome, Volumes):
            check(outcome)


@PROPERTY
@given(depth=st.integers(1, 3000), name=st.sampled_from(sorted(GOOD)))
def test_deep_answers_are_read_or_refused(depth: int, name: str) -> None:
    """What is nested without end is no record, and what is nested a lot does no harm."""
    deep = b'{"a":' * depth + b"1" + b"}" * depth
    body = b'{"%s": [{"id": "x", "y": %s}, {"id": "x", "y": %s}]}' % (
        name.encode(),
        deep,
        deep,
    )
    outcome = ask(encode(GOOD) | {name: body})
    if isinstance(outcome, Volumes):
        check(outcome)


@PROPERTY
@given(
    starts=st.lists(st.integers(-100, 300), max_size=20),
    lengths=st.lists(st.integers(1, 200), min_size=20, max_size=20),
    amounts=st.lists(st.floats(-1000, 1000), min_size=20, max_size=20),
)
def test_energy_is_neither_lost_nor_made(
    starts: list[int], lengths: list[int], amounts: list[float]
) -> None:
    """What lies within the window adds up to what was traded for it."""
    records = [
        transaction(f"txn_{n}", start, amounts[n], lengths[n])
        for n, start in enumerate(starts)
    ]
    document = {"transactions": records, "pagination": {"has_more": False}}
    empty = {"nominations": [], "pagination": {"has_more": False}}
    volumes = ask(encode(GOOD | {"transactions": document, "nominations": empty}))
    assert isinstance(volumes, Volumes)
    check(volumes)
    expected = sum(
        amounts[n] * max(0, min(start + lengths[n], 192) - max(start, 0)) / lengths[n]
        for n, start in enumerate(starts)
    )
    total = volumes.remaining(WINDOW.start - timedelta(seconds=1), WINDOW.end)
    assert abs(total - expected) < 1e-6
