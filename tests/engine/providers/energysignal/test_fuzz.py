"""Test that any answer of EnergySignal is read or refused."""

from collections.abc import Callable
from copy import deepcopy
from math import isfinite
from typing import Any

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.spot_planner.engine.balancing import BalancingMarket
from custom_components.spot_planner.engine.providers.energysignal.balancing import (
    STREAMS,
    Aggregate,
    read_aggregate,
)
from custom_components.spot_planner.engine.providers.energysignal.provider import (
    read_prices,
)
from custom_components.spot_planner.engine.providers.errors import ProviderError

from ...helpers import PROPERTY
from ..odd_values import odd_values
from .test_balancing import SAMPLES
from .test_prices import SAMPLE

ODD = odd_values(
    *(10**400, -(10**400), 1e308, "UPWARD", "DOWNWARD", "DAILY", "Z"),
    *("9999-12-31T23:59:00Z", "0001-01-01T00:00:00+14:00", "2026-05-23"),
    *("2026-05-23T22:00:00.000Z", "2026-05-23T21:59:58Z"),
)


@st.composite
def mutated(draw: st.DrawFn, good: dict[str, Any]) -> object:
    """Replace, remove or repeat something at a random depth, a few times."""
    document: Any = deepcopy(good)
    for _ in range(draw(st.integers(1, 4))):
        holder = document
        while True:
            keys = list(holder) if isinstance(holder, dict) else range(len(holder))
            key = draw(st.sampled_from(keys))
            inner = holder[key]
            if not isinstance(inner, dict | list) or not inner or draw(st.booleans()):
                break
            holder = inner
        match draw(st.sampled_from(["set", "set", "delete", "repeat"])):
            case "repeat" if isinstance(holder, list):
                holder.append(deepcopy(inner))
            case "delete" if len(holder) > 1:
                del holder[key]
            case _:
                holder[key] = draw(ODD)
    return document


def refused(read: Callable[[], object]) -> ProviderError | None:
    """Return the error with which an answer is refused; any other error passes."""
    try:
        read()
    except ProviderError as err:
        return err
    return None


@settings(PROPERTY, max_examples=600)
@given(document=mutated(SAMPLE) | ODD)
def test_any_prices_are_read_or_refused(document: object) -> None:
    """They can be trusted, or there is a short error of ours."""
    if error := refused(lambda: read_prices(document)):
        assert len(str(error)) < 120
        return
    series = read_prices(document)
    assert len(series) > 0
    assert all(isfinite(one.price) for one in series)


@pytest.mark.parametrize("aggregate", Aggregate)
@settings(PROPERTY, max_examples=600)
@given(data=st.data())
def test_any_reserves_are_read_or_refused(
    aggregate: Aggregate, data: st.DataObject
) -> None:
    """They can be trusted, or there is a short error of ours."""
    document = data.draw(mutated(SAMPLES[aggregate]) | ODD)
    streams = [stream for stream in STREAMS if stream.aggregate is aggregate]
    if error := refused(lambda: read_aggregate(document, streams)):
        assert len(str(error)) < 120
        return
    for price in read_aggregate(document, streams):
        assert isinstance(price.market, BalancingMarket)
        assert price.start < price.end
        assert isfinite(price.price)
