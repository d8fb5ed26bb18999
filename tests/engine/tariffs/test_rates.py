"""Test the tables of regulated rates."""

from datetime import date
import json
from pathlib import Path
from typing import Any

import pytest

from custom_components.spot_planner.engine.tariffs import rates
from custom_components.spot_planner.engine.tariffs.france import FrenchTariff
from custom_components.spot_planner.engine.tariffs.model import FrenchContract
from custom_components.spot_planner.engine.tariffs.rates import (
    FrenchTables,
    Table,
    last_revision,
)

from ..helpers import PARIS, QUARTER, paris, prices

NAMES = ["fr_turpe", "fr_excise", "fr_vat"]
PERIODS = ["HPH", "HCH", "HPB", "HCB"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Copy the shipped tables to where a test may change them."""
    for name in NAMES:
        shipped = rates._FOLDER / f"{name}.json"
        (tmp_path / shipped.name).write_text(shipped.read_text("utf-8"), "utf-8")
    monkeypatch.setattr(rates, "_FOLDER", tmp_path)
    return tmp_path


def add_row(folder: Path, name: str, row: dict[str, Any], *, first: bool) -> None:
    """Write one more row into a table, and touch nothing else."""
    path = folder / f"{name}.json"
    document = json.loads(path.read_text("utf-8"))
    document["rows"].insert(0 if first else len(document["rows"]), row)
    path.write_text(json.dumps(document), "utf-8")


def fresh() -> FrenchTables:
    """Read the tables again, past those that are kept."""
    return FrenchTables(*[Table.load(name) for name in NAMES])


@pytest.mark.parametrize("first", [False, True])
def test_new_august_needs_a_new_row_and_no_code(folder: Path, first: bool) -> None:
    """A made-up row takes effect on its day, wherever in the file it stands."""
    rates = {"C5": {"CU4": {"HPH": 0.9, "HCH": 0.8, "HPB": 0.7, "HCB": 0.6}}}
    excise = {"particulier": 0.5, "pro": 0.4}
    more = {"valid_from": "2026-08-01", "source": "Made up for a test"}
    add_row(folder, "fr_turpe", {**more, "rates": rates}, first=first)
    add_row(folder, "fr_excise", {**more, "rates": excise}, first=first)
    add_row(folder, "fr_vat", {**more, "rates": {"standard": 0.1}}, first=first)
    tariff = FrenchTariff(FrenchContract(), fresh(), PARIS)

    last = prices(0.1, start=paris("2026-07-31T23:45"))
    (before,) = tariff.build(last)
    assert before.price == pytest.approx((0.1 + 0.0116 + 0.03085) * 1.2)
    (after,) = tariff.build(prices(0.1, start=paris("2026-08-01T00:00")))
    assert after.price == pytest.approx((0.1 + 0.6 + 0.5) * 1.1)
    (day,) = tariff.build(prices(0.1, start=paris("2026-08-01T12:00")))
    assert day.price == pytest.approx((0.1 + 0.7 + 0.5) * 1.1)


def test_interval_over_the_day_of_a_new_row_is_cut(folder: Path) -> None:
    """The new rates hold from local midnight, also within an interval."""
    row = {
        "valid_from": "2026-08-01",
        "source": "Made up for a test",
        "rates": {"particulier": 0.5, "pro": 0.4},
    }
    add_row(folder, "fr_excise", row, first=False)
    tariff = FrenchTariff(FrenchContract(), fresh(), PARIS)
    built = tariff.build(
        prices(0.1, start=paris("2026-07-31T23:30"), length=4 * QUARTER)
    )
    assert [(one.start, one.component("excise")) for one in built] == [
        (paris("2026-07-31T23:30"), 0.03085),
        (paris("2026-08-01T00:00"), 0.5),
    ]


def test_row_at_is_the_last_one_in_force() -> None:
    """A row holds from its day until the next one."""
    excise = FrenchTables.load().excise
    rates = {
        day: row and row.rate("particulier")
        for day in (
            "2025-01-31",
            "2025-02-01",
            "2025-07-31",
            "2025-08-01",
            "2026-01-31",
            "2026-02-01",
            "2026-07-31",
        )
        for row in [excise.row_at(date.fromisoformat(day))]
    }
    assert rates == {
        "2025-01-31": None,
        "2025-02-01": 0.0337,
        "2025-07-31": 0.0337,
        "2025-08-01": 0.02998,
        "2026-01-31": 0.02998,
        "2026-02-01": 0.03085,
        "2026-07-31": 0.03085,
    }


@pytest.mark.parametrize(
    ("segment", "option", "cents"),
    [
        # The vendor's page, c€/kWh: HPH, HCH, HPB, HCB.
        ("C5", "CU", (4.84, 4.84, 4.84, 4.84)),
        ("C5", "CU4", (7.49, 3.97, 1.66, 1.16)),
        ("C5", "MUDT", (4.94, 3.50, 4.94, 3.50)),
        ("C5", "MU4", (7.00, 3.73, 1.61, 1.11)),
        ("C5", "LU", (1.25, 1.25, 1.25, 1.25)),
        ("C4", "CU", (6.91, 4.21, 2.13, 1.52)),
        ("C4", "LU", (5.69, 3.47, 2.01, 1.49)),
    ],
)
def test_turpe_is_what_the_page_states(
    segment: str, option: str, cents: tuple[float, ...]
) -> None:
    """All seven lines of the two tables, in force since August 2025."""
    row = FrenchTables.load().turpe.row_at(date(2025, 8, 1))
    assert row
    assert row.valid_from == date(2025, 8, 1)
    found = [row.rate(segment, option, period) for period in PERIODS]
    assert found == pytest.approx([cent / 100 for cent in cents])


@pytest.mark.parametrize(
    ("option", "cents"),
    [
        # Read from another project's rules that agree with the page on TURPE 7.
        ("CU", (4.93, 4.93, 4.93, 4.93)),
        ("CU4", (7.50, 5.13, 1.60, 1.00)),
        ("MUDT", (5.04, 3.57, 5.04, 3.57)),
        ("MU4", (6.89, 4.77, 1.57, 0.98)),
        ("LU", (1.24, 1.24, 1.24, 1.24)),
    ],
)
def test_turpe_of_spring_2025(option: str, cents: tuple[float, ...]) -> None:
    """Five lines up to 36 kVA are known of the tariff before; above, there are none."""
    row = FrenchTables.load().turpe.row_at(date(2025, 7, 31))
    assert row
    assert row.valid_from == date(2025, 2, 1)
    found = [row.rate("C5", option, period) for period in PERIODS]
    assert found == pytest.approx([cent / 100 for cent in cents])
    assert row.rate("C4", option, "HPH") is None


@pytest.mark.parametrize(
    ("day", "household", "business"),
    [
        # EUR/MWh, the surcharge for regions off the grid included.
        ("2025-02-01", 33.70, 26.23),
        ("2025-08-01", 25.09 + 4.89, 20.90 + 4.89),
        ("2026-02-01", 25.19 + 5.66, 20.92 + 5.66),
    ],
)
def test_excise_of_each_row(day: str, household: float, business: float) -> None:
    """The normal rate and the surcharge add up to the rate in the table."""
    row = FrenchTables.load().excise.row_at(date.fromisoformat(day))
    assert row
    assert row.valid_from == date.fromisoformat(day)
    assert row.rate("particulier") == pytest.approx(household / 1000)
    assert row.rate("pro") == pytest.approx(business / 1000)


@pytest.mark.parametrize(
    ("name", "days"),
    [
        ("fr_turpe", ["2025-02-01", "2025-08-01"]),
        ("fr_excise", ["2025-02-01", "2025-08-01", "2026-02-01"]),
        ("fr_vat", ["2014-01-01"]),
    ],
)
def test_no_row_is_made_up(name: str, days: list[str]) -> None:
    """The rates of 1 August 2026 were not found, so no table has them."""
    rows = Table.load(name).rows
    assert [row.valid_from.isoformat() for row in rows] == days


@pytest.mark.parametrize(
    ("day", "revision"),
    [
        ("2026-07-31", "2025-08-01"),
        ("2026-08-01", "2026-08-01"),
        ("2026-12-31", "2026-08-01"),
        ("2027-01-01", "2026-08-01"),
    ],
)
def test_last_revision_is_the_last_august(day: str, revision: str) -> None:
    """The day itself counts."""
    assert last_revision(date.fromisoformat(day)).isoformat() == revision


def test_rate_that_the_document_does_not_give() -> None:
    """A missing rate is None, never zero."""
    row = FrenchTables.load().turpe.row_at(date(2026, 1, 1))
    assert row
    assert row.rate("C4", "CU4", "HPH") is None
    assert row.rate("C5", "CU4") is None
    assert row.rate() is None


@pytest.mark.parametrize("name", NAMES)
def test_every_row_has_a_day_a_source_and_rates(name: str) -> None:
    """Whoever doubts a rate finds where it comes from; days rise and are unique."""
    rows = Table.load(name).rows
    assert rows
    assert all(row.source.strip() for row in rows)
    assert all(0 < amount < 1 for row in rows for _, amount in row.rates)
    days = [row.valid_from for row in rows]
    assert days == sorted(set(days))


def test_tables_are_read_once() -> None:
    """Reading files blocks, so it is done a single time."""
    assert FrenchTables.load() is FrenchTables.load()
