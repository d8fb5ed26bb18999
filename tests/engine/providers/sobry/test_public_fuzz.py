"""Test that nothing but its own errors leaves a provider, whatever it is told."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import date, timedelta
import json
from math import isfinite
from typing import Any, override

from hypothesis import given, settings, strategies as st

from custom_components.spot_planner.engine.errors import EngineError
from custom_components.spot_planner.engine.planning.windows import cheapest_window
from custom_components.spot_planner.engine.providers.errors import ProviderError
from custom_components.spot_planner.engine.providers.network.http import (
    HttpClient,
    parse,
)
from custom_components.spot_planner.engine.providers.sobry.public import SobryProvider
from custom_components.spot_planner.engine.series import PriceSeries
from custom_components.spot_planner.engine.tariffs.model import FrenchContract

from ...helpers import PARIS, PROPERTY
from ..conftest import NOW
from ..odd_values import odd_values
from .answers import answer, row, starts

GOOD = answer((row(moment) for moment in starts("2026-04-15")[:6]), currency="EUR") | {
    "params": {"start": "2026-04-15", "end": "2026-04-16"}
}

ODD = odd_values(
    *(10**400, -(10**400), 1e308, -1e308, 1e-320, 2**63, float("nan")),
    *("", "é", "\ud800", "2026-04-15T00:00:00+02:00", "9999-12-31T23:59Z"),
    *("0001-01-01T00:00:00+14:00", "2026-04-15T00:00:00+23:59:59.999999"),
    *("2026-04-15T00:05:00+02:00", "2026-10-25T02:30:00", "€/kWh"),
    *({}, [], [[]], [{}], {"timestamp": None}),
)


class CannedClient(HttpClient):
    """Answer every question with the same bytes."""

    def __init__(self, body: bytes) -> None:
        """Keep the bytes; there is no session."""
        self.base_url = "https://example.com"
        self._body = body

    @override
    async def get_json(
        self,
        path: str,
        query: Mapping[str, str] | None = None,
        credentials: Mapping[str, str] | None = None,
    ) -> object:
        """Return the bytes as the one door to the network would."""
        return parse(self._body)


def ask(body: bytes) -> PriceSeries | ProviderError:
    """Return the provider's prices or its error; any other error passes."""
    provider = SobryProvider(CannedClient(body), FrenchContract(), PARIS)
    question = provider.prices(date(2026, 4, 15), date(2026, 4, 16), NOW)
    outcome: PriceSeries | ProviderError | None = None
    try:
        # The canned client never waits, so one step runs the question to its end.
        question.send(None)
    except StopIteration as done:
        outcome = done.value.series
    except ProviderError as err:
        outcome = err
    assert isinstance(outcome, PriceSeries | ProviderError)
    return outcome


def places(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Go through the paths of all values within a JSON document."""
    yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*path, key))
    if isinstance(value, list):
        for index, inner in enumerate(value):
            yield from places(inner, (*path, index))


PLACES = list(places(GOOD))


@st.composite
def mutations(draw: st.DrawFn) -> object:
    """Change, remove, repeat or add something in a good answer, a few times."""
    document: Any = deepcopy(GOOD)
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(PLACES))
        if not path:
            document = draw(ODD)
            continue
        holder = document
        try:
            for step in path[:-1]:
                holder = holder[step]
            if isinstance(holder, dict | list) and holder:
                mutate(draw, holder, path[-1])
        except (KeyError, IndexError, TypeError):
            # An earlier change has taken the place away.
            continue
    return document


def mutate(draw: st.DrawFn, holder: Any, key: Any) -> None:
    """Change one place of a document."""
    match draw(st.sampled_from(["set", "set", "set", "delete", "copy", "add"])):
        case "set":
            holder[key] = draw(ODD)
        case "delete":
            del holder[key]
        case "copy":
            other = draw(st.sampled_from(list(holder)))
            holder[key] = deepcopy(holder[other] if isinstance(holder, dict) else other)
        case _ if isinstance(holder, dict):
            holder[draw(st.text(max_size=5)) + "_eur_kwh"] = draw(ODD)
        case _:
            holder.insert(key, draw(ODD))


def test_good_answer_is_read() -> None:
    """What the mutations begin with is right."""
    series = ask(json.dumps(GOOD).encode())
    assert isinstance(series, PriceSeries)
    assert len(series) == 6


@settings(PROPERTY, max_examples=600)
@given(document=mutations())
def test_mutated_answer_is_read_or_refused(document: object) -> None:
    """A changed answer gives prices or an error of ours, which is short."""
    outcome = ask(json.dumps(document).encode())
    if isinstance(outcome, PriceSeries):
        # What is handed over can be planned with, whatever it says.
        window = cheapest_window(outcome, timedelta(minutes=10))
        assert window is None or isfinite(window.average_price)
        assert outcome.currency == "EUR"
        assert len(outcome) > 0
    else:
        assert isinstance(outcome, EngineError)
        assert outcome.reason
        assert len(str(outcome)) < 120


@settings(PROPERTY, max_examples=300)
@given(
    cuts=st.lists(st.tuples(st.integers(0, 3000), st.binary(max_size=4)), max_size=4),
    end=st.integers(0, 3000),
)
def test_damaged_bytes_are_read_or_refused(
    cuts: list[tuple[int, bytes]], end: int
) -> None:
    """Bytes that are lost or changed on the way do no harm either."""
    body = json.dumps(GOOD).encode()
    for place, patch in cuts:
        body = body[:place] + patch + body[place + len(patch) :]
    for damaged in (body, body[:end]):
        outcome = ask(damaged)
        assert isinstance(outcome, PriceSeries | ProviderError)
