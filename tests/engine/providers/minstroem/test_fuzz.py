"""Test that Min Strøm answers with prices or its own errors, whatever it is told."""

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from datetime import timedelta
import json
from math import fsum, isfinite
from typing import Any, override

from hypothesis import given, settings, strategies as st

from custom_components.spot_planner.engine.providers.errors import ProviderError
from custom_components.spot_planner.engine.providers.minstroem.history import (
    read_history,
)
from custom_components.spot_planner.engine.providers.minstroem.place import (
    Address,
    Coordinates,
)
from custom_components.spot_planner.engine.providers.minstroem.provider import (
    MinStroemProvider,
    read_prices,
)
from custom_components.spot_planner.engine.providers.minstroem.suggestion import (
    read_suggestions,
)
from custom_components.spot_planner.engine.providers.minstroem.usage import (
    read_request_count,
)
from custom_components.spot_planner.engine.providers.network.http import (
    HttpClient,
    parse,
)
from custom_components.spot_planner.engine.series import PriceSeries

from ...helpers import COPENHAGEN, DAY, PROPERTY, utc

NOW = utc("2026-04-15T12:20")
HERE = Coordinates(55.6761, 12.5683)
PRICES = [
    {
        "date": f"2026-04-15T{hour}:00:00Z",
        "price": 1.5,
        "charges": 0.25,
        "color": "red",
    }
    for hour in range(12, 16)
]
CHARGES = {
    "date": "2026-04-15T12:00:00Z",
    "subscriptions": [{"name": "Net abo", "ownerName": "N1", "price": 2.1}],
    "tariffs": [
        {"name": "Elafgift", "ownerName": "Energinet", "price": 0.125},
        {"name": "Nettarif C", "ownerName": "N1", "price": 0.125},
    ],
}
HISTORY = {
    "tariffs": [
        {
            "name": "Elafgift",
            "price": {"static": {"price": 0.9}},
            "from": "2024-12-31T23:00:00Z",
        }
    ],
    "subscriptions": [],
}
SUGGESTIONS = [{"id": "an-id", "suggestion": "Solbakkevej 11"}]
COUNTS = [{"date": "2026-04-14T22:00:00Z", "requestCount": 12}]

ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(
        [
            *(10**400, -(10**400), 1e308, 9.9e5, -9.9e5, 1e-320, float("nan")),
            *("", "\ud800", "..", "spot", "VAT", "green", "2026-04-15T12:00:00"),
            *("2026-04-15T12:30:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00Z"),
            *({}, [], [[]], [{}], {"static": {"price": 1}}),
        ]
    ),
)


class CannedClient(HttpClient):
    """Answer with the same bytes for prices, and others for charges."""

    def __init__(self, prices: object, charges: object) -> None:
        """Keep the bytes; there is no session."""
        self.base_url = "https://example.com"
        self._bodies = [json.dumps(one).encode() for one in (prices, charges)]

    @override
    async def get_json(
        self,
        path: str,
        query: Mapping[str, str] | None = None,
        credentials: Mapping[str, str] | None = None,
    ) -> object:
        """Return the bytes as the one door to the network would."""
        return parse(self._bodies["charges" in path])


def ask(prices: object, charges: object) -> PriceSeries | ProviderError:
    """Return the provider's prices or its error; any other error passes."""
    client = CannedClient(prices, charges)
    provider = MinStroemProvider(client, "key", "secret", HERE, COPENHAGEN)
    question = provider.prices(NOW.date(), NOW.date() + DAY, NOW)
    found: PriceSeries | ProviderError | None = None
    try:
        # The canned client never waits, so one step runs the question to its end.
        question.send(None)
    except StopIteration as done:
        found = done.value.series
    except ProviderError as err:
        found = err
    assert isinstance(found, PriceSeries | ProviderError)
    return found


def places(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Go through the paths of all values within a JSON document."""
    if path:
        yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*path, key))
    if isinstance(value, list):
        for index, inner in enumerate(value):
            yield from places(inner, (*path, index))


@st.composite
def mutated(draw: st.DrawFn, good: object) -> Any:
    """Change, remove or repeat something in a good answer, a few times."""
    document: Any = deepcopy(good)
    for _ in range(draw(st.integers(0, 3))):
        here = list(places(document))
        if not here or draw(st.integers(0, 30)) == 0:
            return deepcopy(draw(ODD))
        *steps, last = draw(st.sampled_from(here))
        holder = document
        for step in steps:
            holder = holder[step]
        match draw(st.sampled_from(["set", "set", "delete", "copy"])):
            case "set":
                # A drawn value is the strategy's own, and must not be changed itself.
                holder[last] = deepcopy(draw(ODD))
            case "delete":
                del holder[last]
            case _ if isinstance(holder, list):
                holder.insert(last, deepcopy(holder[last]))
            case _:
                holder[draw(st.text(max_size=5))] = deepcopy(holder[last])
    return document


def test_good_answers_are_read() -> None:
    """What the mutations begin with is right."""
    series = ask(PRICES, CHARGES)
    assert isinstance(series, PriceSeries)
    assert series.component_names == ("spot", "excise", "grid", "vat")
    assert len(series) == 4


@settings(PROPERTY, max_examples=800)
@given(prices=mutated(PRICES), charges=mutated(CHARGES))
def test_mutated_prices_are_read_or_refused(prices: object, charges: object) -> None:
    """A changed answer gives prices whose parts add up, or an error of ours."""
    found = ask(prices, charges)
    if isinstance(found, ProviderError):
        assert found.reason
        assert len(str(found)) < 120
        return
    assert len(found) > 0
    for one in found:
        assert one.duration <= timedelta(days=1)
        amounts = [part.amount for part in one.components]
        assert all(isfinite(amount) for amount in amounts)
        largest = max(1, *(abs(amount) for amount in amounts))
        assert abs(fsum(amounts) - one.price) <= 1e-12 * largest
        names = [part.name for part in one.components]
        assert len(set(names)) == len(names)
        assert all(name.isascii() and name for name in names)
    # Each part can stand alone, as where a fallback takes the spot price.
    for name in found.component_names:
        assert found.of_component(name).currency == "DKK"


@settings(PROPERTY, max_examples=200)
@given(document=mutated(CHARGES))
def test_mutated_charges_cost_no_price(document: object) -> None:
    """Whatever becomes of the charges, the prices are those of the vendor."""
    found = ask(PRICES, document)
    assert isinstance(found, PriceSeries)
    assert [one.price for one in found] == [1.5] * 4


def outcome[Told](read: Callable[[object], Told], document: object) -> Told | None:
    """Return what is read, None for an error of ours; any other error passes."""
    try:
        return read(document)
    except ProviderError:
        return None


@settings(PROPERTY, max_examples=300)
@given(
    history=mutated(HISTORY), suggestions=mutated(SUGGESTIONS), counts=mutated(COUNTS)
)
def test_mutated_lookups_are_read_or_refused(
    history: object, suggestions: object, counts: object
) -> None:
    """What is told beside the prices is as harmless, and can be used as it is."""
    for charge in outcome(read_history, history) or ():
        assert charge.name
        assert charge.amount is None or isfinite(charge.amount)
    for suggestion in outcome(read_suggestions, suggestions) or ():
        assert Address(suggestion.identity).path
    count = outcome(lambda it: read_request_count(it, NOW, COPENHAGEN), counts)
    assert count is None or count >= 0


@settings(PROPERTY, max_examples=300)
@given(document=mutated(PRICES))
def test_an_address_reads_the_same_prices(document: object) -> None:
    """Both full routes answer in one form, so they agree on prices and on errors."""
    outcomes: list[object] = []
    for place in (HERE, Address("an-id")):
        try:
            outcomes.append(read_prices(document, place, COPENHAGEN))
        except ProviderError as err:
            outcomes.append((type(err), str(err)))
    assert outcomes[0] == outcomes[1]
