"""Test how the answers of Flatpeak are read."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from custom_components.spot_planner.engine.providers.base import Direction
from custom_components.spot_planner.engine.providers.errors import (
    MalformedError,
    NotPublishedError,
)
from custom_components.spot_planner.engine.providers.flatpeak.answer import (
    FlatpeakLocation,
    read_location,
    read_next_update,
    read_prices,
)
from custom_components.spot_planner.engine.series import PriceInterval, PriceSeries
from custom_components.spot_planner.engine.time_range import day_range

from ...helpers import DAY, HOUR, MINUTE, PARIS, QUARTER, paris, utc

LOCATION = "loc_65e42ce4d3b813479b252160"
START = paris("2026-04-15T00:00")
NOW = utc("2026-04-15T12:00")

# The answer on the vendor's page "Retrieve a price", word for word.
PAGE: dict[str, Any] = {
    "id": "prs_65e42cdd73e9f861edda35d7",
    "object": "price",
    "live_mode": True,
    "location_id": "loc_65e42ce4d3b813479b252160",
    "location_timezone": "Europe/London",
    "currency_code": "EUR",
    "tariff_direction": "IMPORT",
    "last_updated": "2022-05-24T14:15:22Z",
    "next_update": "2022-05-24T23:00:00Z",
    "request": {
        "tariff_direction": "IMPORT",
        "start_time": "2022-05-24T14:15:22Z",
        "end_time": "2022-05-24T16:15:22Z",
    },
    "data": [
        {
            "valid_from": "2022-12-28T01:00:00Z",
            "valid_to": "2022-12-28T02:30:00Z",
            "price": {"value": 4.998, "confidence": 1},
        }
    ],
    "time_created": "2022-05-24T15:15:22Z",
    "account_id": "acc_661677911f2197045e6cf1b1",
}


def written(moment: datetime) -> str:
    """Return a moment as the vendor writes it."""
    return moment.isoformat().replace("+00:00", "Z")


def row(
    start: datetime = START, length: timedelta = QUARTER, **price: Any
) -> dict[str, Any]:
    """Return a row; its price has these fields, or the usual ones."""
    return {
        "valid_from": written(start),
        "valid_to": written(start + length),
        "price": price or {"value": 0.25, "confidence": 1},
    }


def answer(rows: Iterable[object], **fields: Any) -> dict[str, Any]:
    """Return rows as an answer; fields replace or extend the usual ones."""
    return PAGE | {"data": list(rows), **fields}


def read(document: object, direction: Direction = Direction.IMPORT) -> PriceSeries:
    """Return the prices in an answer."""
    return read_prices(document, LOCATION, direction)


def test_sample_of_the_page() -> None:
    """An hour and a half at 4.998 euro: to the last digit."""
    assert read(PAGE) == PriceSeries(
        "EUR",
        (PriceInterval(utc("2022-12-28T01:00"), utc("2022-12-28T02:30"), 4.998),),
    )
    now = utc("2022-05-24T15:15:22")
    assert read_next_update(PAGE, now) == utc("2022-05-24T23:00")
    assert read_location(PAGE, LOCATION, Direction.IMPORT) == FlatpeakLocation(
        "Europe/London", "EUR"
    )


@pytest.mark.parametrize(
    "price",
    [
        {"price": {"value": 0.12345, "confidence": 0.6}},
        {"tariff": {"rate": 0.12345, "confidence": 0.6}},
        {"tariff": {"cost": 0.12345, "confidence": 0.6}},
        {"price": None, "tariff": {"rate": 0.12345, "confidence": 0.6}},
    ],
)
def test_forms_of_reference_and_guides(price: dict[str, Any]) -> None:
    """The reference and two guides each have a form of their own."""
    times = {k: v for k, v in row().items() if k != "price"}
    (one,) = read(answer([times | price]))
    assert one == PriceInterval(START, START + QUARTER, 0.12345, estimated=True)


@pytest.mark.parametrize(
    ("confidence", "estimated"),
    [
        (1, False),
        (1.0, False),
        (None, False),
        (0.99999, True),
        (0.8, True),
        (0.2, True),
        (0, True),
        # Nobody has documented what these mean, so they promise nothing.
        (1.5, True),
        (100, True),
        (-1, True),
    ],
)
def test_confidence(confidence: float | None, estimated: bool) -> None:
    """Only what the vendor has confirmed, or does not doubt, is not estimated."""
    (one,) = read(answer([row(value=0.25, confidence=confidence)]))
    assert one.estimated is estimated


def test_price_without_a_confidence_is_not_estimated() -> None:
    """What the vendor does not doubt is a price like any other."""
    (one,) = read(answer([row(value=0.25)]))
    assert not one.estimated


@pytest.mark.parametrize(
    "price",
    [
        {"price": {"value": 0, "confidence": 0}},
        {"price": {"value": 0.0, "confidence": 0.0}},
        {"price": {"value": None, "confidence": 1}},
        {"price": {"confidence": 1}},
        {"price": {}},
        {"price": None},
        {},
        {"tariff": {"rate": 0, "confidence": 0}},
        {"tariff": {"cost": None, "confidence": 0.5}},
    ],
)
def test_row_that_knows_no_price_is_a_gap(price: dict[str, Any]) -> None:
    """A price that nothing is known of is never a free one."""
    times = {k: v for k, v in row(START + QUARTER).items() if k != "price"}
    rows = [row(), times | price, row(START + 2 * QUARTER)]
    series = read(answer(rows))
    (gap,) = series.gaps(START, START + 3 * QUARTER)
    assert (gap.start, gap.end) == (START + QUARTER, START + 2 * QUARTER)
    assert [one.price for one in series] == [0.25, 0.25]


@pytest.mark.parametrize(
    "price",
    [{"value": 0}, {"value": 0, "confidence": 1}, {"value": 0, "confidence": 0.6}],
)
def test_free_power_is_a_price(price: dict[str, Any]) -> None:
    """Zero is a price where something is known of it."""
    (one,) = read(answer([row(**price)]))
    assert one.price == 0


@pytest.mark.parametrize("value", [-0.54144, -1e-05, 1, 4.998, 1e-05, 999_999])
def test_price_to_the_last_digit(value: float) -> None:
    """Prices are in major units per kWh as they are, below zero and above."""
    (one,) = read(answer([row(value=value, confidence=1)]))
    assert one.price == value


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-04-15", 24), ("2026-03-29", 23), ("2026-10-25", 25)]
)
def test_flat_day_is_one_long_interval(day: str, hours: int) -> None:
    """A flat tariff has one row a day, which is as long as the day is."""
    stretch = day_range(date.fromisoformat(day), PARIS)
    (one,) = read(answer([row(stretch.start, stretch.duration)]))
    assert (one.start, one.end) == (stretch.start, stretch.end)
    assert one.duration == hours * HOUR


def test_mixed_lengths_are_kept_as_they_are() -> None:
    """No length is assumed, and what lies outside the question is not cut off."""
    lengths = [5 * MINUTE, 90 * MINUTE, 7 * HOUR, QUARTER, 40 * DAY]
    start, rows = START - 3 * HOUR, []
    for length in lengths:
        rows.append(row(start, length))
        start += length
    series = read(answer(rows))
    assert [one.duration for one in series] == lengths
    assert series.start == START - 3 * HOUR


def test_times_with_an_offset() -> None:
    """The vendor answers in UTC or with an offset, whichever it is asked in."""
    fields = row() | {
        "valid_from": "2026-04-15T00:00:00+02:00",
        "valid_to": "2026-04-15T00:15:00+02:00",
    }
    assert read(answer([fields])) == read(answer([row()]))


@pytest.mark.parametrize(
    "other",
    [
        row(value=0.5, confidence=1),
        row(value=0.25, confidence=0.6),
        row(length=HOUR),
        row(START + 5 * MINUTE),
        row(START - 5 * MINUTE),
    ],
)
def test_rows_that_contradict_each_other(other: dict[str, Any]) -> None:
    """Two prices for one time cannot both be true."""
    with pytest.raises(MalformedError):
        read(answer([row(), row(START + QUARTER), other]))


@pytest.mark.parametrize("length", [timedelta(), -QUARTER])
def test_row_without_a_length(length: timedelta) -> None:
    """A price for no time is none."""
    with pytest.raises(MalformedError):
        read(answer([row(length=length)]))


@pytest.mark.parametrize("bad", [None, "", "now", 5, [], {}, "2026-04-15T00:00:00"])
@pytest.mark.parametrize("key", ["valid_from", "valid_to"])
def test_row_without_a_readable_time(key: str, bad: object) -> None:
    """Such a row is refused; a time without an offset could be any of several."""
    fields = row(START + QUARTER)
    with pytest.raises(MalformedError, match="row 1"):
        read(answer([row(), fields | {key: bad}]))
    del fields[key]
    with pytest.raises(MalformedError, match="row 1"):
        read(answer([row(), fields]))


@pytest.mark.parametrize(
    "bad",
    ["0.1", True, [], {}, float("nan"), float("inf"), 1e6, -1e6, 1e300, 10**400],
)
@pytest.mark.parametrize("key", ["value", "confidence"])
def test_amount_that_is_no_number(key: str, bad: object) -> None:
    """Texts, truths and endless numbers are no amounts."""
    price: dict[str, Any] = {"value": 0.25, "confidence": 1, key: bad}
    with pytest.raises(MalformedError, match="row 0"):
        read(answer([row(**price)]))


@pytest.mark.parametrize("bad", [0.25, "0.25", [], [0.25], True])
@pytest.mark.parametrize("key", ["price", "tariff"])
def test_price_that_is_no_object(key: str, bad: object) -> None:
    """No page of the vendor's shows such a thing."""
    times = {k: v for k, v in row().items() if k != "price"}
    with pytest.raises(MalformedError, match="row 0"):
        read(answer([times | {key: bad}]))


@pytest.mark.parametrize("rows", [None, {}, "none", 96, [None], [5], ["row"], [[]]])
def test_rows_that_are_none(rows: object) -> None:
    """It is no answer of this vendor."""
    with pytest.raises(MalformedError):
        read(PAGE | {"data": rows})


@pytest.mark.parametrize("document", [None, [], [row()], "prices", 5, True, {}])
def test_answer_that_is_none(document: object) -> None:
    """It is no answer of this vendor."""
    with pytest.raises(MalformedError):
        read(document)
    with pytest.raises(MalformedError):
        read_location(document, LOCATION, Direction.IMPORT)


@pytest.mark.parametrize("rows", [[], [row(value=0, confidence=0)], [row(value=None)]])
def test_answer_without_a_price(rows: list[dict[str, Any]]) -> None:
    """Nothing is published."""
    with pytest.raises(NotPublishedError):
        read(answer(rows))
