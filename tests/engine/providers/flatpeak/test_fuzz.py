"""Test that nothing but its own errors leaves Flatpeak, whatever it is told."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import date, timedelta
import json
from math import isfinite
from typing import Any, override

from hypothesis import given, settings, strategies as st

from custom_components.spot_planner.engine.planning.windows import cheapest_window
from custom_components.spot_planner.engine.prices import Prices
from custom_components.spot_planner.engine.providers.base import Direction
from custom_components.spot_planner.engine.providers.errors import ProviderError
from custom_components.spot_planner.engine.providers.flatpeak.provider import (
    FlatpeakLocation,
    FlatpeakProvider,
)
from custom_components.spot_planner.engine.providers.network.http import (
    HttpClient,
    parse,
)

from ...helpers import DAY, HOUR, PARIS, PROPERTY, QUARTER, utc
from ..odd_values import odd_values
from .test_answer import LOCATION, START, answer, row

NOW = utc("2026-04-15T12:00")
GOOD_LOGIN = {"bearer_token": "t0ken", "expires_in": 3600, "live_mode": True}
GOOD = answer(
    [row(START + n * QUARTER, value=n / 10, confidence=1) for n in range(4)]
    + [row(START + HOUR, 23 * HOUR, value=0, confidence=0)],
    next_update="2026-04-15T21:00:00Z",
)
DIRECTIONS = frozenset({Direction.EXPORT, Direction.LOCAL})

ODD = odd_values(
    *(10**400, -(10**400), 1e308, -1e308, 1e-320, 2**63, float("nan"), 0),
    *("", "é", "\ud800", "a\r\nb", "EUR", "GBP", "IMPORT", "LOCAL", LOCATION),
    *("9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "Europe/Paris"),
    *("2026-04-15T00:00:00+23:59:59.999999", "2026-04-14T22:05:00Z"),
    *("2026-04-15T00:00:00", "2199-12-31T23:59:59Z", "1990-01-01T00:00:00Z"),
    *({}, [], [[]], [{}], {"value": None}, {"rate": 1}, {"cost": "1"}),
)


class CannedClient(HttpClient):
    """Answer every login and every question with the same bytes."""

    def __init__(self, login: bytes, body: bytes, beside: bytes) -> None:
        """Keep the bytes; there is no session."""
        self.base_url = "https://example.com"
        self._login = login
        self._body = body
        self._beside = beside

    @override
    async def get_json(
        self,
        path: str,
        query: Mapping[str, str] | None = None,
        credentials: Mapping[str, str] | None = None,
    ) -> object:
        """Return the bytes as the one door to the network would."""
        return parse(self._login)

    @override
    async def post_json(
        self,
        path: str,
        document: object,
        credentials: Mapping[str, str] | None = None,
    ) -> object:
        """Return the bytes as the one door to the network would."""
        assert isinstance(document, dict)
        is_import = document["tariff_direction"] == "IMPORT"
        return parse(self._body if is_import else self._beside)


async def ask(
    login: bytes, body: bytes, beside: bytes
) -> tuple[Prices | ProviderError, FlatpeakLocation | ProviderError]:
    """Return the provider's prices and location, or its errors; others pass."""
    client = CannedClient(login, body, beside)
    provider = FlatpeakProvider(client, "a", "k", LOCATION, PARIS, DIRECTIONS)
    prices: Prices | ProviderError
    location: FlatpeakLocation | ProviderError
    try:
        prices = await provider.prices(date(2026, 4, 15), date(2026, 4, 16), NOW)
    except ProviderError as err:
        prices = err
    try:
        location = await provider.location(NOW)
    except ProviderError as err:
        location = err
    return prices, location


def places(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Go through the paths of all values within a JSON document."""
    yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*path, key))
    if isinstance(value, list):
        for index, inner in enumerate(value):
            yield from places(inner, (*path, index))


@st.composite
def mutations(draw: st.DrawFn, good: dict[str, Any]) -> object:
    """Change, remove or copy something in a good answer, a few times."""
    document: Any = deepcopy(good)
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(list(places(document))))
        if not path:
            document = deepcopy(draw(ODD))
            break
        holder = document
        for step in path[:-1]:
            holder = holder[step]
        match draw(st.sampled_from(["set", "set", "set", "delete", "copy"])):
            case "set":
                holder[path[-1]] = deepcopy(draw(ODD))
            case "delete":
                del holder[path[-1]]
            case _ if isinstance(holder, list):
                holder.append(deepcopy(holder[path[-1]]))
            case _:
                other = draw(st.sampled_from(list(holder)))
                holder[path[-1]] = deepcopy(holder[other])
        if not isinstance(document, dict):
            break
    return document


def encoded(document: object) -> bytes:
    """Return a document as the vendor would send it."""
    return json.dumps(document).encode()


async def test_good_answers_are_read() -> None:
    """What the mutations begin with is right."""
    prices, location = await ask(encoded(GOOD_LOGIN), encoded(GOOD), encoded(GOOD))
    assert isinstance(prices, Prices)
    assert len(prices.series) == 4
    assert prices.next_update == utc("2026-04-15T21:00")
    assert isinstance(location, FlatpeakLocation)


@settings(PROPERTY, max_examples=600)
@given(document=mutations(GOOD))
async def test_mutated_answer_is_read_or_refused(document: object) -> None:
    """A changed answer gives prices or an error of ours, which is short."""
    body = encoded(document)
    prices, _ = await ask(encoded(GOOD_LOGIN), body, body)
    if isinstance(prices, ProviderError):
        assert prices.reason
        assert len(str(prices)) < 120
        return
    # What is handed over can be planned with, whatever it says.
    window = cheapest_window(prices.series, timedelta(minutes=10))
    assert window is None or isfinite(window.average_price)
    assert len(prices.series) > 0
    assert prices.next_update is None or NOW < prices.next_update <= NOW + DAY


@settings(PROPERTY, max_examples=300)
@given(document=mutations(GOOD))
async def test_mutated_export_never_endangers_import(document: object) -> None:
    """Whatever is answered for other directions, IMPORT is what it was."""
    body = encoded(document)
    good, _ = await ask(encoded(GOOD_LOGIN), encoded(GOOD), b"")
    prices, _ = await ask(encoded(GOOD_LOGIN), encoded(GOOD), body)
    assert isinstance(good, Prices)
    assert isinstance(prices, Prices)
    assert prices.series == good.series
    assert prices.next_update == good.next_update
    for series in (prices.export, prices.local):
        assert series is None or series.currency == prices.series.currency


@settings(PROPERTY, max_examples=200)
@given(document=mutations(GOOD_LOGIN))
async def test_mutated_login_is_read_or_refused(document: object) -> None:
    """A changed login gives a token that can be used, or an error of ours."""
    prices, _ = await ask(encoded(document), encoded(GOOD), b"")
    assert isinstance(prices, Prices | ProviderError)


@settings(PROPERTY, max_examples=300)
@given(
    cuts=st.lists(st.tuples(st.integers(0, 1500), st.binary(max_size=4)), max_size=4),
    end=st.integers(0, 1500),
)
async def test_damaged_bytes_are_read_or_refused(
    cuts: list[tuple[int, bytes]], end: int
) -> None:
    """Bytes that are lost or changed on the way do no harm either."""
    body = encoded(GOOD)
    for place, patch in cuts:
        body = body[:place] + patch + body[place + len(patch) :]
    for damaged in (body, body[:end]):
        prices, location = await ask(encoded(GOOD_LOGIN), damaged, damaged)
        assert isinstance(prices, Prices | ProviderError)
        assert isinstance(location, FlatpeakLocation | ProviderError)


async def test_deep_nesting() -> None:
    """Neither the reader of JSON nor anything after it gives up in its own words."""
    for depth in (900, 5_000, 9_900, 100_000):
        deep = "[" * depth + "]" * depth
        for key in ("valid_from", "valid_to", "price"):
            body = encoded(answer([row() | {key: "deep"}]))
            body = body.replace(b'"deep"', deep.encode())
            prices, _ = await ask(encoded(GOOD_LOGIN), body, body)
            assert isinstance(prices, ProviderError)
