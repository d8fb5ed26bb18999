"""Regulated rates as they were published, each with the day it took effect."""

from dataclasses import dataclass
from datetime import date
from functools import cache
import json
from pathlib import Path
from typing import Self, final

_FOLDER = Path(__file__).parent / "tables"


@final
@dataclass(frozen=True, slots=True)
class Row:
    """The rates in force from a day on, and the document they come from.

    A rate is found by its path, such as `("C5", "CU4", "HPH")`. Amounts are
    currency per kWh without VAT, VAT itself is a share.
    """

    valid_from: date
    source: str
    rates: tuple[tuple[tuple[str, ...], float], ...]

    def rate(self, *path: str) -> float | None:
        """Return the rate at a path, or None where the document gives none."""
        for known, amount in self.rates:
            if known == path:
                return amount
        return None


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one regulated rate, oldest first."""

    rows: tuple[Row, ...]

    @classmethod
    def load(cls, name: str) -> Self:
        """Read the table of that name from its file; this blocks."""
        with (_FOLDER / f"{name}.json").open(encoding="utf-8") as file:
            document = json.load(file)
        rows = [
            Row(
                valid_from=date.fromisoformat(row["valid_from"]),
                source=row["source"],
                rates=tuple(_flatten(row["rates"])),
            )
            for row in document["rows"]
        ]
        return cls(tuple(sorted(rows, key=lambda row: row.valid_from)))

    def row_at(self, day: date) -> Row | None:
        """Return the row in force on a local day, or None before the first one."""
        found = None
        for row in self.rows:
            if row.valid_from <= day:
                found = row
        return found


@dataclass(frozen=True, slots=True)
class FrenchTables:
    """The tables behind a French price."""

    turpe: Table
    excise: Table
    vat: Table

    @classmethod
    @cache
    def load(cls) -> Self:
        """Read the three tables from their files, once; this blocks."""
        return cls(
            turpe=Table.load("fr_turpe"),
            excise=Table.load("fr_excise"),
            vat=Table.load("fr_vat"),
        )


def last_revision(day: date) -> date:
    """Return the last 1 August up to a day.

    By rule TURPE is revised on each 1 August, and the excise was on that of 2025 and
    is announced to be on that of 2026; a row from before may be out of date.
    """
    revision = date(day.year, 8, 1)
    return revision if day >= revision else date(day.year - 1, 8, 1)


def _flatten(
    rates: object, path: tuple[str, ...] = ()
) -> list[tuple[tuple[str, ...], float]]:
    """Return nested rates as pairs of path and amount."""
    if not isinstance(rates, dict):
        return [(path, float(str(rates)))]
    return [
        leaf for key, value in rates.items() for leaf in _flatten(value, (*path, key))
    ]
