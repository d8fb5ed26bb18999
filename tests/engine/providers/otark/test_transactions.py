"""Test how Otark's transactions are read."""

from datetime import datetime
from typing import Any

import pytest

from custom_components.spot_planner.engine.providers.otark.delivery import Reading
from custom_components.spot_planner.engine.providers.otark.transactions import (
    balance_groups,
    read_transactions,
)
from custom_components.spot_planner.engine.volumes import VolumeOrigin, VolumeSlot

from ...helpers import QUARTER, utc
from .records import NOMINATION, START, TRANSACTION, WINDOW, nomination, transaction

PARK, BUYER = "11YWINDPARKNO--A", "11YGREENENERGY-Z"


def read(
    *records: dict[str, Any], own: str = ""
) -> tuple[dict[int, float | None], int]:
    """Return the energy by quarter-hour, None where it is unclear, and the skipped."""
    reading = read_transactions(records, frozenset(own.split()), WINDOW)
    slots = reading.slots
    assert all(one.origin is VolumeOrigin.CONTRACTED for one in slots)
    assert all(one.end - one.start == QUARTER for one in slots)
    assert [one.start for one in slots] == sorted({one.start for one in slots})
    energies: dict[datetime, float | None] = {one.start: one.energy for one in slots}
    assert not energies.keys() & reading.unclear
    energies |= dict.fromkeys(reading.unclear)
    return {
        (start - START) // QUARTER: energies[start] for start in sorted(energies)
    }, reading.skipped


@pytest.mark.parametrize(
    ("own", "energy"),
    [
        ({PARK}, -12.5),
        ({BUYER}, 12.5),
        # What moves between two groups of our own comes to nothing.
        ({PARK, BUYER}, 0.0),
        # Where nobody knows who is who, it counts as bought.
        ({"11YOTHER-------A"}, 12.5),
        (set(), 12.5),
    ],
)
def test_sample_of_the_page(own: set[str], energy: float) -> None:
    """The page shows no direction, but who sends and who receives."""
    traded = VolumeSlot(
        utc("2026-01-15T14:00:00Z"),
        utc("2026-01-15T14:15:00Z"),
        energy,
        VolumeOrigin.CONTRACTED,
    )
    reading = read_transactions([TRANSACTION], frozenset(own), WINDOW)
    assert reading == Reading((traded,), frozenset(), 0)


@pytest.mark.parametrize(
    ("direction", "energy"),
    [
        ("buy", 2.5),
        ("in", 2.5),
        ("sell", -2.5),
        ("out", -2.5),
        ("sideways", 2.5),
        (None, 2.5),
        (5, 2.5),
        (["sell"], 2.5),
    ],
)
def test_direction_sets_the_sign(direction: object, energy: float) -> None:
    """A direction that nobody knows counts as bought."""
    record = transaction("txn_1", 0, 2.5, direction=direction)
    assert read(record) == ({0: energy}, 0)


def test_direction_counts_before_the_parties() -> None:
    """Where there is one, it says what is meant."""
    assert read(TRANSACTION | {"direction": "in"}, own=PARK) == ({60: 12.5}, 0)


def test_volumes_of_both_pages() -> None:
    """One page names `volume_mwh`, the others have `volume`; the unit decides."""
    old = transaction("txn_1", 0, 1.5)
    new = TRANSACTION | {"volume": 2.0, "volume_mwh": 3.0}
    assert read(old, TRANSACTION, new | {"id": "txn_2"}) == ({0: 1.5, 60: 15.5}, 0)


@pytest.mark.parametrize("status", ["invalid", "superseded", "VALID", "new", "", None])
def test_only_what_is_valid_counts(status: object) -> None:
    """All else is no energy."""
    assert read(transaction("txn_1", 0, 1.5, status=status)) == ({}, 0)


def test_transactions_of_a_quarter_hour_add_up() -> None:
    """What is bought and what is sold balance each other."""
    records = (
        transaction("txn_1", 0, 0.1),
        transaction("txn_2", 0, 0.2),
        transaction("txn_3", 0, 0.3, direction="sell"),
        transaction("txn_4", 1, 7),
    )
    assert read(*records) == ({0: 0, 1: 7}, 0)


@pytest.mark.parametrize("status", ["valid", "invalid"])
def test_transaction_that_another_one_replaces(status: str) -> None:
    """Even if it says that it is valid, and even if the new one is not."""
    old = transaction("txn_1", 0, 1)
    new = transaction("txn_2", 0, 3, previous_transaction_id="txn_1", status=status)
    expected = {0: 3.0} if status == "valid" else {}
    assert read(old, new) == (expected, 0)
    assert read(new, old) == (expected, 0)


def test_chain_of_corrections() -> None:
    """Only the last one counts."""
    records = [
        transaction(f"txn_{n}", 0, n, previous_transaction_id=f"txn_{n - 1}")
        for n in range(1, 6)
    ]
    assert read(*records) == ({0: 5}, 0)


def test_corrections_in_a_circle() -> None:
    """Each has been replaced by another one, so none is left."""
    records = [
        transaction(f"txn_{n}", 0, n, previous_transaction_id=f"txn_{(n + 1) % 3}")
        for n in range(3)
    ]
    assert read(*records) == ({}, 0)


def test_record_that_is_there_twice_counts_once() -> None:
    """The same energy is not bought twice."""
    record = transaction("txn_1", 0, 1.5)
    assert read(record, dict(record)) == ({0: 1.5}, 0)


def test_records_with_one_id_that_contradict_each_other() -> None:
    """Nobody knows which of them is true, so neither is used, nor a sum without it."""
    records = (
        transaction("txn_1", 0, 1),
        transaction("txn_1", 0, 2),
        transaction("txn_2", 0, 3),
        transaction("txn_3", 1, 4),
    )
    assert read(*records) == ({0: None, 1: 4}, 2)


def test_records_too_deep_to_be_compared() -> None:
    """They do no harm, whether this Python can compare them or not."""
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    other: list[Any] = []
    for _ in range(100_000):
        other = [other]
    records = [transaction("txn_1", 0, 1, x=it) for it in (deep, other)]
    assert read(*records) in (({0: None}, 2), ({0: 1.0}, 0))


@pytest.mark.parametrize("length", [1, 2, 4, 92, 96, 100])
def test_long_period_is_spread_evenly(length: int) -> None:
    """Each quarter-hour of an hour or a day has the same part of the energy."""
    energy, skipped = read(transaction("txn_1", 0, 300.0, length))
    assert skipped == 0
    assert list(energy) == list(range(length))
    assert set(energy.values()) == {round(300.0 / length, 9)}


def test_only_the_window_is_kept() -> None:
    """A contract of two hundred years does not fill the memory."""
    record = transaction("txn_1", 0, 96.0) | {
        "period_from": "1990-01-01T00:00:00Z",
        "period_to": "2190-01-01T00:00:00Z",
    }
    energy, skipped = read(record, transaction("txn_2", 192, 1))
    assert (list(energy), skipped) == (list(range(192)), 0)


@pytest.mark.parametrize(
    "fields",
    [
        {"period_from": None},
        {"period_from": "2026-01-14T23:00:00"},
        {"period_from": "2026-01-14T22:50:00Z"},
        {"period_to": None},
        {"period_to": "2026-01-14T23:00:00Z"},
        {"period_to": "2026-01-14T22:45:00Z"},
        {"period_to": "2026-01-14T23:20:00Z"},
        {"period_to": {}},
    ],
    ids=repr,
)
def test_transaction_without_a_readable_time(fields: dict[str, Any]) -> None:
    """It is counted and left out; the others are used."""
    bad = transaction("txn_1", 0, 1.5) | fields
    assert read(transaction("txn_2", 8, 2), bad) == ({8: 2}, 1)


@pytest.mark.parametrize(
    "fields",
    [
        {"volume_mwh": None},
        {"volume_mwh": "1.5"},
        {"volume_mwh": True},
        {"volume_mwh": float("nan")},
        {"volume_mwh": -1e6},
        # Another field does not stand in for the one that cannot be read.
        {"volume_mwh": None, "volume": 1.5},
        {"id": None},
        {"id": []},
    ],
    ids=repr,
)
def test_transaction_that_cannot_be_read(fields: dict[str, Any]) -> None:
    """What the others of that time add up to is not the whole either."""
    bad = transaction("txn_1", 0, 1.5, 2) | fields
    others = transaction("txn_2", 1, 2), transaction("txn_3", 8, 2)
    assert read(*others, bad) == ({0: None, 1: None, 8: 2}, 1)


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("volume_mwh", ({0: None}, 1)),
        ("id", ({0: None}, 1)),
        ("period_from", ({}, 1)),
        ("period_to", ({}, 1)),
        # What does not say that it is valid is not.
        ("status", ({}, 0)),
    ],
)
def test_transaction_without_a_field(field: str, expected: object) -> None:
    """Nothing is made up for what is missing."""
    bad = {k: v for k, v in transaction("txn_1", 0, 1.5).items() if k != field}
    assert read(bad) == expected


def test_balance_groups_are_those_of_customers_and_nominations() -> None:
    """Both lists name them; what is no code is none."""
    customers: list[dict[str, Any]] = [
        {"id": "cust_1", "balance_group": {"eic": BUYER, "tso": "Amprion"}},
        {"id": "cust_2", "balance_group": None},
        {"id": "cust_3", "balance_group": {"eic": 5}},
        {"id": "cust_4", "balance_group": {"eic": ""}},
        {"id": "cust_5"},
    ]
    nominations = [NOMINATION, nomination("nom_1", eic=None)]
    assert balance_groups(customers, nominations) == {PARK, BUYER}
    assert balance_groups([], []) == frozenset()
