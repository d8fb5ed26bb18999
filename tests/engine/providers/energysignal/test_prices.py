"""Test how the day-ahead prices of EnergySignal are read."""

from datetime import timedelta
from math import inf, nan
from typing import Any

import pytest

from custom_components.spot_planner.engine.providers.energysignal.provider import (
    read_prices,
)
from custom_components.spot_planner.engine.providers.errors import (
    MalformedError,
    NotPublishedError,
    WrongCurrencyError,
)
from custom_components.spot_planner.engine.series import Component, PriceSeries

from ...helpers import FRANCE, HOUR, QUARTER, paris, recorded_rows, utc
from ..sobry.answers import starts

# The example response of the vendor's page.
SAMPLE: dict[str, Any] = {
    "rows": [
        {
            "hour_start_utc": "2026-04-16T22:00:00.000Z",
            "hour_end_utc": "2026-04-16T22:15:00.000Z",
            "price_eur_mwh": 128.48,
        },
        {
            "hour_start_utc": "2026-04-16T22:15:00.000Z",
            "hour_end_utc": "2026-04-16T22:30:00.000Z",
            "price_eur_mwh": 123.41,
        },
    ],
    "latestDate": "2026-04-17",
    "earliestDate": "2026-03-20",
}

KEYS = ("hour_start_utc", "hour_end_utc", "price_eur_mwh")


def stamp(moment: Any) -> str:
    """Return a moment in UTC as the vendor writes it."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.000Z"


def row(
    start: Any = None, length: timedelta = QUARTER, **fields: Any
) -> dict[str, Any]:
    """Return a row; fields replace or extend the usual ones."""
    start = start or paris("2026-04-17T00:00")
    return {
        "hour_start_utc": stamp(start),
        "hour_end_utc": stamp(start + length),
        "price_eur_mwh": 128.48,
        **fields,
    }


def read(*rows: object, **fields: Any) -> PriceSeries:
    """Return the prices in an answer with these rows."""
    return read_prices({**SAMPLE, "rows": list(rows), **fields})


def test_sample_of_the_page() -> None:
    """Two quarter-hours of a French day, exact to the last digit."""
    series = read_prices(SAMPLE)
    assert series.currency == "EUR"
    assert [(one.start, one.end, one.price) for one in series] == [
        (utc("2026-04-16T22:00"), utc("2026-04-16T22:15"), 0.12848),
        (utc("2026-04-16T22:15"), utc("2026-04-16T22:30"), 0.12341),
    ]
    assert [one.components for one in series] == [
        (Component("spot", 0.12848),),
        (Component("spot", 0.12341),),
    ]
    # The delivery day begins at midnight in Paris.
    assert series.start == paris("2026-04-17T00:00")


@pytest.mark.parametrize(
    ("per_mwh", "per_kwh"),
    [
        (128.48, 0.12848),
        (123.41, 0.12341),
        (0, 0),
        (-498.65, -0.49865),
        (37.07, 0.03707),
        (1, 0.001),
        (-1e-05, -1e-08),
        (999_999, 999.999),
    ],
)
def test_price_is_as_exact_as_it_is_written(per_mwh: float, per_kwh: float) -> None:
    """Nothing is lost by moving the decimal point; zero and below are prices."""
    (one,) = read(row(price_eur_mwh=per_mwh))
    assert one.price == per_kwh
    assert one.component("spot") == per_kwh


def test_recorded_prices_of_the_market() -> None:
    """The prices of real weeks, with the spring change, come back to the last digit."""
    recorded = recorded_rows(FRANCE)
    series = read(
        *(
            row(start, end - start, price_eur_mwh=float(price * 1000))
            for start, end, price in recorded
        )
    )
    assert [(one.start, one.end, one.price) for one in series] == [
        (start, end, float(price)) for start, end, price in recorded
    ]


@pytest.mark.parametrize("key", KEYS)
def test_row_that_lacks_a_field_is_a_gap(key: str) -> None:
    """Whether it is missing or null; the other rows count."""
    rows = [row(start) for start in starts("2026-04-15")]
    (without := dict(rows[40])).pop(key)
    for lacking in (without, rows[40] | {key: None}):
        series = read(*rows[:40], lacking, *rows[41:])
        assert len(series) == 95
        (gap,) = series.gaps(paris("2026-04-15"), paris("2026-04-16"))
        assert (gap.start, gap.duration) == (paris("2026-04-15T10:00"), QUARTER)


@pytest.mark.parametrize(
    "rows",
    [[], None, [{}], [row(price_eur_mwh=None)]],
    ids=["empty", "null", "nothing in a row", "no price"],
)
def test_nothing_is_published(rows: object) -> None:
    """An answer without a price is no error of ours."""
    with pytest.raises(NotPublishedError):
        read_prices({"rows": rows, "latestDate": None, "earliestDate": None})


@pytest.mark.parametrize("bad", ["128.48", "", True, [], {}, nan, inf, 1e6, 10**400])
def test_price_that_is_no_number(bad: object) -> None:
    """One row that cannot be read spoils the answer."""
    with pytest.raises(MalformedError, match="row 1"):
        read(row(), row(price_eur_mwh=bad))


@pytest.mark.parametrize(
    "bad",
    [
        *("", "soon", "2026-04-16T22:00:00", "9999-12-31T23:00Z", "1970-01-01T00:00Z"),
        *(0, 1_776_376_800, True, [], {}),
    ],
)
@pytest.mark.parametrize("key", KEYS[:2])
def test_time_that_cannot_be_read(key: str, bad: object) -> None:
    """Neither a start nor an end, whether or not there is a price."""
    for price in (128.48, None):
        with pytest.raises(MalformedError, match="row 0"):
            read(row(price_eur_mwh=price, **{key: bad}))


@pytest.mark.parametrize(
    "length", [timedelta(), -QUARTER, HOUR + QUARTER, timedelta(days=300)]
)
def test_impossible_length(length: timedelta) -> None:
    """The market sells nothing for no time, backwards, or longer than an hour."""
    with pytest.raises(MalformedError, match="row 0"):
        read(row(length=length))


def test_overlapping_rows() -> None:
    """Nor can two that hold at the same moment."""
    with pytest.raises(MalformedError):
        read(row(length=2 * QUARTER), row(paris("2026-04-17T00:15")))


def test_other_currency() -> None:
    """The page names none beside the field; if the answer does, it has to be ours."""
    with pytest.raises(WrongCurrencyError):
        read(row(), currency="DKK")
    assert read(row(), currency="EUR") == read(row(), currency=None) == read(row())


@pytest.mark.parametrize("field", [{"latestDate": None}, {"latestDate": 5}, {"x": []}])
def test_fields_beside_the_rows_are_not_needed(field: dict[str, Any]) -> None:
    """The rows themselves say which days they are of."""
    assert read(row(), **field) == read(row())


@pytest.mark.parametrize(
    "document",
    [
        *(None, [], [row()], "rows", 5, {}, {"error": "no"}, {"rows": {}}),
        *({"rows": "none"}, {"rows": [None]}, {"rows": [row(), []]}, {"rows": 0}),
    ],
)
def test_answer_without_a_list_of_rows(document: object) -> None:
    """It is no answer of this vendor."""
    with pytest.raises(MalformedError):
        read_prices(document)
