"""Test what a provider tells beside the price of power from the grid."""

from datetime import datetime
from typing import Any

import pytest

from custom_components.spot_planner.engine.errors import SeriesError
from custom_components.spot_planner.engine.prices import Prices
from custom_components.spot_planner.engine.series import PriceSeries

from .helpers import at, interval, prices, series_of, utc

EMPTY = PriceSeries("EUR")
NEXT = utc("2026-04-15T21:00")


def test_most_providers_tell_the_price_only() -> None:
    """What is not told is not there, rather than free."""
    told = Prices(prices(0.1))
    assert told.export is None
    assert told.local is None
    assert told.next_update is None


def test_newer_price_counts_in_every_series() -> None:
    """What was known beyond the newer answer stays known."""
    known = Prices(prices(0.1, 0.2), prices(0.01, 0.02), prices(1.0, 2.0))
    newer = Prices(
        series_of(interval(15, 30, 0.3), interval(30, 45, 0.4)),
        series_of(interval(15, 30, 0.03)),
        series_of(interval(30, 45, 3.0)),
    )
    assert known.merge(newer) == Prices(
        prices(0.1, 0.3, 0.4), prices(0.01, 0.03), prices(1.0, 2.0, 3.0)
    )


def test_series_that_only_one_of_the_two_has() -> None:
    """An answer without it takes nothing away, and one with it adds it."""
    export, local = prices(0.01), prices(0.02)
    merged = Prices(prices(0.1), export=export).merge(Prices(prices(0.2), local=local))
    assert merged == Prices(prices(0.2), export, local)


def test_series_without_prices_is_none_that_is_missing() -> None:
    """A provider with an export price that has just none keeps it."""
    merged = Prices(prices(0.1), export=EMPTY).merge(Prices(prices(0.2)))
    assert merged.export == EMPTY
    assert merged.since(at(0)).export == EMPTY


@pytest.mark.parametrize("known", [None, NEXT])
@pytest.mark.parametrize("newer", [None, utc("2026-04-16T21:00")])
def test_newer_answer_says_when_to_ask_next(
    known: datetime | None, newer: datetime | None
) -> None:
    """A wish that is not repeated no longer holds."""
    before, after = (Prices(prices(0.1), next_update=it) for it in (known, newer))
    merged = before.merge(after)
    assert merged.next_update == newer


@pytest.mark.parametrize("part", ["series", "export", "local"])
def test_currencies_do_not_mix(part: str) -> None:
    """Not even in what stands beside the price."""
    euro, krone = prices(0.1), series_of(interval(0, 15, 1.0), currency="DKK")
    known: dict[str, Any] = {"series": euro, part: euro}
    newer: dict[str, Any] = {"series": euro, part: krone}
    with pytest.raises(SeriesError, match="DKK"):
        Prices(**known).merge(Prices(**newer))


def test_since_forgets_what_was_before() -> None:
    """An interval that still holds at the moment is cut."""
    told = Prices(prices(0.1, 0.2, 0.3), prices(0.01, 0.02), None, NEXT)
    assert told.since(at(20)) == Prices(
        series_of(interval(20, 30, 0.2), interval(30, 45, 0.3)),
        series_of(interval(20, 30, 0.02)),
        None,
        NEXT,
    )


@pytest.mark.parametrize("minute", [45, 46, 1000])
def test_since_the_end_nothing_is_left(minute: float) -> None:
    """The currency stays known all the same."""
    told = Prices(prices(0.1, 0.2, 0.3), prices(0.01))
    assert told.since(at(minute)) == Prices(EMPTY, EMPTY)


def test_since_the_beginning_all_is_left() -> None:
    """Gaps stay gaps."""
    told = Prices(prices(0.1, None, 0.3), local=prices(None, 0.2))
    assert told.since(at(0)) == told
    assert told.since(at(-1000)) == told
    assert Prices(EMPTY).since(at(0)) == Prices(EMPTY)
