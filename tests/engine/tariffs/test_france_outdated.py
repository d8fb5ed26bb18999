"""Test when the rows of a table count as out of date."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from custom_components.spot_planner.engine.tariffs.own_rates import OwnRates
from custom_components.spot_planner.engine.tariffs.rates import Row, Table

from ..helpers import paris, utc
from .contracts import off_peak, tariff

AUGUST = paris("2026-08-01T00:00")
TURPE, EXCISE = date(2025, 8, 1), date(2026, 2, 1)
GRID = {"hph": 0.07, "hch": 0.04, "hpb": 0.02, "hcb": 0.01}


def days(rows: tuple[Row, ...]) -> list[date]:
    """Return the days on which rows took effect."""
    return [row.valid_from for row in rows]


@pytest.mark.parametrize(
    ("moment", "found"),
    [
        # Nothing is in force, so nothing in force is old.
        ("2013-12-31T12:00", []),
        ("2025-07-31T23:59", []),
        ("2025-08-01T00:00", []),
        ("2026-01-31T12:00", []),
        # The row of the last 1 August is fine for a whole year.
        ("2026-07-31T23:59", []),
        ("2026-08-01T00:00", [TURPE, EXCISE]),
        ("2026-12-31T12:00", [TURPE, EXCISE]),
        ("2027-07-31T12:00", [TURPE, EXCISE]),
    ],
)
def test_rows_from_before_the_last_august(moment: str, found: list[date]) -> None:
    """TURPE and excise are revised on 1 August; VAT is of 2014 and never counts."""
    assert days(tariff().outdated(paris(moment))) == found


def test_august_begins_at_midnight_in_france() -> None:
    """That is two hours before it does in UTC."""
    assert not tariff().outdated(utc("2026-07-31T21:59"))
    assert tariff().outdated(utc("2026-07-31T22:00"))


@pytest.mark.parametrize(
    ("rates", "found"),
    [
        (GRID, [EXCISE]),
        (dict.fromkeys(GRID, 0.0), [EXCISE]),
        ({"excise": 0.0}, [TURPE]),
        (GRID | {"excise": 0.03}, []),
        ({"vat": 0.2}, [TURPE, EXCISE]),
        *[
            (
                {name: rate for name, rate in GRID.items() if name != left},
                [TURPE, EXCISE],
            )
            for left in GRID
        ],
    ],
)
def test_numbers_of_the_customers_own_are_never_old(
    rates: dict[str, float], found: list[date]
) -> None:
    """A table counts as long as one of its numbers is used within a year."""
    assert days(tariff(own_rates=OwnRates(**rates)).outdated(AUGUST)) == found


@pytest.mark.parametrize(
    ("hours", "rates", "found"),
    [
        (("00:00-24:00", None), ("hch", "hcb"), [EXCISE]),
        (("00:00-24:00", None), ("hph", "hpb"), [TURPE, EXCISE]),
        (("00:00-24:00", None), ("hch",), [TURPE, EXCISE]),
        (("22:00-06:00", "00:00-24:00"), ("hph", "hch", "hcb"), [EXCISE]),
        (("22:00-06:00", "00:00-24:00"), ("hch", "hcb"), [TURPE, EXCISE]),
        (("00:00-24:00", "22:00-06:00"), ("hch", "hpb", "hcb"), [EXCISE]),
    ],
)
def test_periods_that_never_come_need_no_rate(
    hours: tuple[str, str | None], rates: tuple[str, ...], found: list[date]
) -> None:
    """Hours that are off-peak all day long leave no peak to have a rate for."""
    winter, summer = hours
    meter = tariff(
        off_peak=off_peak(winter),
        off_peak_summer=summer and off_peak(summer),
        own_rates=OwnRates(**{name: GRID[name] for name in rates}),
    )
    assert days(meter.outdated(AUGUST)) == found


@pytest.mark.parametrize(
    ("name", "found"),
    [("turpe", [EXCISE]), ("excise", [TURPE]), ("vat", [TURPE, EXCISE])],
)
def test_new_row_ends_it(name: str, found: list[date]) -> None:
    """A made-up row of that day is all that is needed."""
    meter = tariff()
    table: Table = getattr(meter.tables, name)
    newest = replace(table.rows[-1], valid_from=date(2026, 8, 1))
    changes: dict[str, Any] = {name: Table((*table.rows, newest))}
    meter = replace(meter, tables=replace(meter.tables, **changes))
    assert days(meter.outdated(AUGUST)) == found


@pytest.mark.parametrize(
    ("choices", "found"),
    [
        # The provider's own amounts stay, so no table of ours is used.
        ({}, []),
        ({"supplier_markup": 0.01}, []),
        ({"own_rates": OwnRates(excise=0.03, vat=0.1)}, []),
        ({"off_peak": off_peak("02:36-07:36")}, [TURPE]),
        ({"own_rates": OwnRates(hph=0.07)}, [TURPE]),
        ({"off_peak": off_peak("02:36-07:36"), "own_rates": OwnRates(**GRID)}, []),
    ],
)
def test_rebuilt_price_depends_on_the_grid_part_alone(
    choices: dict[str, Any], found: list[date]
) -> None:
    """And on that only where it is not what the provider says."""
    meter = tariff(**choices)
    assert days(meter.outdated_in_rebuild(AUGUST)) == found
    assert meter.outdated_in_rebuild(paris("2026-07-31T23:59")) == ()
