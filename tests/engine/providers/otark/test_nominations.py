"""Test how Otark's nominations are read."""

from datetime import datetime
from math import inf, nan
from typing import Any

import pytest

from custom_components.spot_planner.engine.providers.otark.delivery import Reading
from custom_components.spot_planner.engine.providers.otark.nominations import (
    read_nominations,
)
from custom_components.spot_planner.engine.volumes import VolumeOrigin, VolumeSlot

from ...helpers import QUARTER, utc
from .records import NOMINATION, START, WINDOW, nomination, slot


def read(*records: dict[str, Any]) -> tuple[dict[int, float | None], int]:
    """Return the energy by quarter-hour, None where it is unclear, and the skipped."""
    reading = read_nominations(records, WINDOW)
    slots = reading.slots
    assert all(one.origin is VolumeOrigin.NOMINATED for one in slots)
    assert all(one.end - one.start == QUARTER for one in slots)
    assert [one.start for one in slots] == sorted({one.start for one in slots})
    energies: dict[datetime, float | None] = {one.start: one.energy for one in slots}
    assert not energies.keys() & reading.unclear
    energies |= dict.fromkeys(reading.unclear)
    return {
        (start - START) // QUARTER: energies[start] for start in sorted(energies)
    }, reading.skipped


def test_sample_of_the_page() -> None:
    """What goes out of the balance group is below zero."""
    sold = VolumeSlot(
        utc("2026-01-15T14:00:00Z"),
        utc("2026-01-15T14:15:00Z"),
        -12.5,
        VolumeOrigin.NOMINATED,
    )
    assert read_nominations([NOMINATION], WINDOW) == Reading((sold,), frozenset(), 0)


@pytest.mark.parametrize(
    ("direction", "energy"),
    [("in", 2.5), ("out", -2.5), ("sideways", 2.5), (None, 2.5), ({}, 2.5)],
)
def test_direction_sets_the_sign(direction: object, energy: float) -> None:
    """A direction that no page names counts as bought."""
    record = nomination("nom_1", [slot(0, 2.5)], direction=direction)
    assert read(record) == ({0: energy}, 0)


@pytest.mark.parametrize("amount", [0, -1.25, 1e-9, 999_999])
def test_any_amount(amount: float) -> None:
    """Nothing and less than nothing are amounts too."""
    assert read(nomination("nom_1", [slot(0, amount)])) == ({0: amount}, 0)


def test_matched_amount_does_not_count() -> None:
    """The sensor shows what was nominated, matched or not."""
    record = nomination(
        "nom_1", [slot(0, 2.5, matched_amount=1.0)], status="partial_match"
    )
    assert read(record) == ({0: 2.5}, 0)


@pytest.mark.parametrize("status", ["pending", "partial_match", "match", "new", None])
def test_nomination_holds(status: object) -> None:
    """Every state but one means that it does."""
    assert read(nomination("nom_1", [slot(0, 1)], status=status)) == ({0: 1}, 0)


def test_superseded_nomination_does_not_count() -> None:
    """Even if nothing has taken its place."""
    record = nomination("nom_1", [slot(0, 1)], status="superseded", version=9)
    assert read(record) == ({}, 0)


def test_nomination_that_another_one_replaces() -> None:
    """It need not say so itself, and what it alone had is gone."""
    old = nomination("nom_1", [slot(0, 1), slot(1, 1)])
    new = nomination("nom_2", [slot(0, 3)], version=2, previous_nomination_id="nom_1")
    assert read(old, new) == ({0: 3}, 0)
    assert read(new, old) == ({0: 3}, 0)


def test_highest_version_counts() -> None:
    """Where neither status nor link says so, the number does, slot by slot."""
    versions = [
        nomination(f"nom_{number}", [slot(0, number)], version=number)
        for number in (2, 10, 9)
    ]
    assert read(*versions) == ({0: 10}, 0)
    other_day = nomination("nom_0", [slot(96, 7)], version=1)
    assert read(*versions, other_day) == ({0: 10, 96: 7}, 0)


@pytest.mark.parametrize(
    "other",
    [
        {"eic": "11YOTHER-------A"},
        {"tso": "Amprion"},
        {"counterparty": {"eic": "11YOTHER-------Z"}},
    ],
)
def test_nominations_of_several_balance_groups_add_up(other: dict[str, Any]) -> None:
    """A version replaces only those of the same group, operator and counterparty."""
    first = nomination("nom_1", [slot(0, 1.5)], version=1)
    second = nomination("nom_2", [slot(0, 2)], version=2, **other)
    assert read(first, second) == ({0: 3.5}, 0)


def test_what_comes_in_and_what_goes_out_balance() -> None:
    """A group that buys and one that sells have one net."""
    records = (
        nomination("nom_1", [slot(0, 0.1), slot(1, 2)]),
        nomination("nom_2", [slot(0, 0.2)], eic="11YOTHER-------A"),
        nomination("nom_3", [slot(0, 0.3)], eic="11YTHIRD-------A", direction="out"),
    )
    assert read(*records) == ({0: 0, 1: 2}, 0)


def test_record_that_is_there_twice_counts_once() -> None:
    """The same nomination is not two."""
    record = nomination("nom_1", [slot(0, 1.5), slot(0, 1.5)])
    assert read(record, dict(record)) == ({0: 1.5}, 0)


def test_records_with_one_id_that_contradict_each_other() -> None:
    """Nobody knows which of them is true, so neither is used, nor a sum without it."""
    first, second = nomination("nom_1", [slot(0, 1)]), nomination("nom_1", [slot(0, 2)])
    other = nomination("nom_2", [slot(0, 5), slot(1, 5)], eic="11YOTHER-------A")
    assert read(first, second, other) == ({0: None, 1: 5}, 2)


def test_amounts_that_contradict_each_other() -> None:
    """Of two for one quarter-hour neither is used, and the others are."""
    record = nomination("nom_1", [slot(0, 1), slot(1, 1), slot(1, 2), slot(2, 8, 4)])
    assert read(record) == ({0: 1, 1: None, 2: 2, 3: 2, 4: 2, 5: 2}, 1)


@pytest.mark.parametrize("length", [1, 2, 4, 96])
def test_long_slot_is_spread_evenly(length: int) -> None:
    """Each of its quarter-hours has the same part of the energy."""
    energy, skipped = read(nomination("nom_1", [slot(4, 12.0, length)]))
    assert skipped == 0
    assert list(energy) == list(range(4, 4 + length))
    assert set(energy.values()) == {12.0 / length}


def test_only_the_window_is_kept() -> None:
    """Of a slot of three days, those of today and tomorrow."""
    record = nomination("nom_1", [slot(-96, 288.0, 4 * 96), slot(192, 1), slot(-1, 1)])
    energy, skipped = read(record)
    assert skipped == 0
    assert energy == dict.fromkeys(range(192), 0.75)


@pytest.mark.parametrize(
    "bad",
    [
        None,
        5,
        "slot",
        [],
        {},
        slot(0, 1, length=0),
        slot(0, 1, length=-1),
        slot(0, 1, delivery_start=None),
        slot(0, 1, delivery_end=5),
        slot(0, 1, delivery_start="soon"),
        slot(0, 1, delivery_start="2026-01-14T23:00:00"),
        slot(0, 1, delivery_start="2026-01-14T23:05:00Z"),
        slot(0, 1, delivery_end="2026-01-14T23:20:00Z"),
        slot(0, 1, delivery_end="9999-12-31T23:59:00Z"),
        slot(0, 1, delivery_end="2026-01-14T23:15:00.000001Z"),
        slot(0, 1, delivery_start="2026-01-14T23:00:00.5Z"),
    ],
    ids=lambda bad: repr(bad)[:60],
)
def test_slot_without_a_readable_time(bad: object) -> None:
    """It is counted and left out; the rest of the nomination is used."""
    assert read(nomination("nom_1", [slot(8, 1.5), bad])) == ({8: 1.5}, 1)


@pytest.mark.parametrize(
    "amount", [None, "1.5", True, [], nan, inf, -inf, 1e6, -1e6, 10**400]
)
def test_slot_without_a_readable_amount(amount: object) -> None:
    """What the others of that time add up to is not the whole either."""
    bad = nomination("nom_1", [slot(0, amount, 2), slot(8, 1.5)])
    other = nomination("nom_2", [slot(1, 5), slot(2, 5)], eic="11YOTHER-------A")
    assert read(bad, other) == ({0: None, 1: None, 2: 5, 8: 1.5}, 1)


def test_newer_version_makes_up_for_an_unreadable_one() -> None:
    """And the other way round, nobody falls back on what was corrected."""
    bad, good = [slot(0, "bad")], [slot(0, 1.5)]
    first = nomination("nom_1", bad, version=1)
    second = nomination("nom_2", good, version=2)
    assert read(first, second) == ({0: 1.5}, 1)
    first = nomination("nom_1", good, version=1)
    second = nomination("nom_2", bad, version=2)
    assert read(first, second) == ({0: None}, 1)


@pytest.mark.parametrize(
    "fields",
    [
        {"version": None},
        {"version": "2"},
        {"version": True},
        {"id": None},
        {"id": 5},
        {"id": ""},
    ],
    ids=repr,
)
def test_nomination_without_its_number_or_name(fields: dict[str, Any]) -> None:
    """It may be newer than all others, so nothing is known of its time."""
    bad = nomination("nom_1", [slot(0, 1), slot(1, "bad")]) | fields
    good = nomination("nom_2", [slot(0, 3), slot(8, 1.5)], version=7)
    assert read(good, bad) == ({0: None, 1: None, 8: 1.5}, 1)
    assert read(good, bad | {"status": "superseded"}) == ({0: 3, 8: 1.5}, 0)


@pytest.mark.parametrize("slots", [None, {}, "none", 5])
def test_nomination_without_slots(slots: object) -> None:
    """It is counted, and whatever it says is left out."""
    bad = nomination("nom_1") | {"slots": slots}
    assert read(nomination("nom_2", [slot(8, 1.5)]), bad) == ({8: 1.5}, 1)
    del bad["slots"]
    assert read(bad) == ({}, 1)


def test_no_slots_and_no_nominations() -> None:
    """Neither is a mistake."""
    assert read() == ({}, 0)
    assert read(nomination("nom_1", [])) == ({}, 0)
