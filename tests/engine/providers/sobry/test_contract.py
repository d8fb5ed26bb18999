"""Test how the prices of a customer's own contract at Sobry are read."""

from datetime import date, timedelta
from math import inf, nan
from typing import Any

import pytest

from custom_components.spot_planner.engine.providers.errors import (
    MalformedError,
    NotPublishedError,
    WrongCurrencyError,
)
from custom_components.spot_planner.engine.providers.sobry.contract import read_prices
from custom_components.spot_planner.engine.series import Level, PriceSeries
from custom_components.spot_planner.engine.time_range import day_range

from ...helpers import PARIS, QUARTER, paris
from .answers import starts

AUTUMN = "2026-10-25"


def row(local: str = "2026-04-15T00:00", **fields: Any) -> dict[str, Any]:
    """Return the row of a local time; fields replace or extend the usual ones."""
    day, _, clock = local.partition("T")
    return {
        "date": day,
        "time": clock,
        "price": 0.18342,
        "colorLabel": "GREEN",
        "color": "#5cc26a",
        "estimated": False,
        **fields,
    }


def day_rows(day: str, length: timedelta = QUARTER) -> list[dict[str, Any]]:
    """Return the rows of a day, each with another price, as the clocks name them."""
    return [
        row(f"{moment.astimezone(PARIS):%Y-%m-%dT%H:%M}", price=n / 1000)
        for n, moment in enumerate(starts(day, length))
    ]


def read(*rows: object) -> PriceSeries:
    """Return the prices in an answer with these rows."""
    return read_prices(list(rows), PARIS)


def test_price_is_what_the_customer_pays() -> None:
    """There is nothing to add, and so there are no components."""
    (one,) = read(row())
    start = paris("2026-04-15T00:00")
    assert (one.start, one.end) == (start, start + QUARTER)
    assert one.price == 0.18342
    assert one.components == ()
    assert read(row()).currency == "EUR"


def test_both_hours_of_autumn() -> None:
    """The first row of a repeated time is the earlier one, in summer time."""
    first, second = row(f"{AUTUMN}T02:15", price=0.1), row(f"{AUTUMN}T02:15", price=0.2)
    series = read(first, second)
    assert [(one.start, one.price) for one in series] == [
        (paris("2026-10-25T02:15"), 0.1),
        (paris("2026-10-25T02:15", fold=1), 0.2),
    ]


def test_both_hours_of_autumn_at_one_price() -> None:
    """Two rows that look alike are still two hours there."""
    twice = row(f"{AUTUMN}T02:15")
    assert len(read(twice, twice)) == 2


def test_gap_in_the_first_hour_of_autumn() -> None:
    """A row without a price keeps its place, so the second stays the later one."""
    series = read(row(f"{AUTUMN}T02:15", price=None), row(f"{AUTUMN}T02:15", price=0.2))
    assert [one.start for one in series] == [paris("2026-10-25T02:15", fold=1)]


def test_repeated_time_that_comes_once_is_a_gap() -> None:
    """Nobody knows which of the two hours is meant."""
    rows = day_rows(AUTUMN)
    lone = next(n for n, one in enumerate(rows) if one["time"] == "02:15")
    series = read(*rows[:lone], *rows[lone + 1 :])
    assert [gap.start for gap in series.gaps(*_bounds(AUTUMN))] == [
        paris("2026-10-25T02:15"),
        paris("2026-10-25T02:15", fold=1),
    ]


def test_repeated_time_that_comes_three_times() -> None:
    """The clocks show no time that often."""
    with pytest.raises(MalformedError):
        read(*[row(f"{AUTUMN}T02:15")] * 3)


def test_time_that_the_clock_skips_is_left_out() -> None:
    """There is no such moment, and the rows around it stay."""
    series = read(
        row("2026-03-29T01:45", price=0.1),
        row("2026-03-29T02:00", price=0.2),
        row("2026-03-29T02:45", price=0.3),
        row("2026-03-29T03:00", price=0.4),
    )
    assert [one.price for one in series] == [0.1, 0.4]
    assert series.intervals[0].end == series.intervals[1].start


def test_only_times_that_the_clock_skips() -> None:
    """An answer without a single moment has no prices."""
    with pytest.raises(NotPublishedError):
        read(row("2026-03-29T02:00"))


@pytest.mark.parametrize(
    ("label", "level"),
    [
        ("GREEN", Level.GREEN),
        ("DARK_GREEN", Level.GREEN),
        ("ORANGE", Level.YELLOW),
        ("RED", Level.RED),
        ("PURPLE", None),
        ("green", None),
        ("", None),
        (None, None),
        (5, None),
        ([], None),
        ({}, None),
    ],
)
def test_colours(label: object, level: Level | None) -> None:
    """A colour that nobody knows is no colour, and spoils nothing."""
    (one,) = read(row(colorLabel=label))
    assert one.provider_level is level


def test_row_without_a_colour() -> None:
    """The price counts all the same."""
    fields = row()
    del fields["colorLabel"], fields["color"]
    (one,) = read(fields)
    assert one.provider_level is None


@pytest.mark.parametrize(
    ("estimated", "expected"), [(True, True), (False, False), (None, False)]
)
def test_forecasts_are_estimated(estimated: object, expected: bool) -> None:
    """They are marked, so that they get confirmed later."""
    (one,) = read(row(estimated=estimated))
    assert one.estimated is expected
    fields = row()
    del fields["estimated"]
    assert not read(fields).intervals[0].estimated


@pytest.mark.parametrize("estimated", ["true", "", 1, 0, "no", [], [1], {}])
def test_forecast_that_cannot_be_told(estimated: object) -> None:
    """Whether a price will change matters too much to be guessed."""
    with pytest.raises(MalformedError, match="row 0"):
        read(row(estimated=estimated))


@pytest.mark.parametrize("price", [0, -0.54144, -1e-05, 1, 0.18342])
def test_any_number_is_a_price(price: float) -> None:
    """Zero and below as well."""
    (one,) = read(row(price=price))
    assert one.price == price


def test_no_rows_or_no_prices_are_not_published() -> None:
    """An empty list is how the vendor says that there is nothing yet."""
    with pytest.raises(NotPublishedError):
        read()
    with pytest.raises(NotPublishedError):
        read(row(price=None))


def test_confirmed_row_counts_more_than_its_forecast() -> None:
    """In whichever order they come."""
    rows = [row(estimated=True), row(estimated=False)]
    for both in (rows, rows[::-1]):
        assert [one.estimated for one in read(*both)] == [False]


def test_order_does_not_matter_but_within_the_repeated_hour() -> None:
    """The rows of other hours may come in any order."""
    rows = day_rows(AUTUMN)
    assert read(*rows[1::2], *rows[::2]) == read(*rows)


@pytest.mark.parametrize("bad", ["0.1", "", True, [], {}, nan, inf, 1e6, 10**400])
def test_price_that_is_no_number(bad: object) -> None:
    """One row that cannot be read spoils the answer."""
    with pytest.raises(MalformedError, match="row 1"):
        read(row("2026-04-15T00:15"), row(price=bad))


@pytest.mark.parametrize("key", ["date", "time", "price"])
def test_row_that_lacks_a_field(key: str) -> None:
    """A price that is not even named is no gap."""
    fields = row()
    del fields[key]
    with pytest.raises(MalformedError, match="row 0"):
        read(fields)


@pytest.mark.parametrize(
    ("key", "bad"),
    [
        ("date", None),
        ("date", "soon"),
        ("date", "2026-02-30"),
        ("date", "1900-01-01"),
        ("date", "9999-12-31"),
        ("date", {}),
        ("time", None),
        ("time", ""),
        ("time", "25:00"),
        ("time", "00:07"),
        ("time", "00:00:30"),
        # It would be a moment in a form that nobody has documented.
        ("time", "00:00+02:00"),
        ("time", "00:00Z"),
        ("time", []),
    ],
)
def test_time_that_cannot_be_read(key: str, bad: object) -> None:
    """A price without its time is of no use."""
    with pytest.raises(MalformedError, match="row 0"):
        read(row(**{key: bad}))


def test_other_currency() -> None:
    """The answer is not known to name one; if it does, it has to be ours."""
    with pytest.raises(WrongCurrencyError):
        read(row(currency="DKK"))
    assert read(row(currency="EUR")) == read(row(currency=None)) == read(row())


@pytest.mark.parametrize(
    "document", [None, {}, {"data": [row()]}, "rows", 5, True, [None], [[]], ["row"]]
)
def test_answer_that_is_no_list_of_rows(document: object) -> None:
    """It is no answer of this vendor."""
    with pytest.raises(MalformedError):
        read_prices(document, PARIS)


def _bounds(day: str) -> tuple[Any, Any]:
    stretch = day_range(date.fromisoformat(day), PARIS)
    return stretch.start, stretch.end
