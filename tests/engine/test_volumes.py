"""Test the volumes of quarter-hours, and how these are counted."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from custom_components.spot_planner.engine.time_range import day_range
from custom_components.spot_planner.engine.volumes import (
    SLOT,
    VolumeOrigin,
    Volumes,
    VolumeSlot,
    slot_number,
    slots_of_day,
)

from .helpers import BERLIN, QUARTER, START, at, utc

DAY_END = at(24 * 60)


def slot(minute: float, energy: float) -> VolumeSlot:
    """Return the slot that begins so many minutes after the usual start."""
    return VolumeSlot(at(minute), at(minute + 15), energy, VolumeOrigin.CONTRACTED)


def volumes(*slots: VolumeSlot) -> Volumes:
    """Return volumes with these slots."""
    return Volumes(slots, 1, len(slots), 0, None, 0)


def test_slot_is_a_quarter_of_an_hour() -> None:
    """That is the unit of time of the whole European market."""
    assert SLOT == QUARTER


def test_slot_of_a_moment() -> None:
    """A slot is half-open; in a gap, nothing is known."""
    told = volumes(slot(0, 1.5), slot(15, -2.0), slot(45, 3.0))
    found = {minute: told.at(at(minute)) for minute in (-1, 0, 14.9, 15, 30, 44, 59)}
    assert {minute: one and one.energy for minute, one in found.items()} == {
        -1: None,
        0: 1.5,
        14.9: 1.5,
        15: -2.0,
        30: None,
        44: None,
        59: 3.0,
    }
    assert told.at(at(60)) is None
    assert volumes().at(START) is None


def test_slot_of_a_moment_in_local_time() -> None:
    """A moment is the same in every zone."""
    told = volumes(slot(0, 1.5))
    assert told.at(at(5).astimezone(BERLIN)) == slot(0, 1.5)


@pytest.mark.parametrize(
    ("minute", "energy"),
    [
        # The slot of now is no longer to come, from its first moment on.
        (-0.1, 4.5),
        (0, 3.0),
        (14.9, 3.0),
        (15, 5.0),
        # In a gap, all that follows is.
        (35, 5.0),
        (45, 0.0),
        (24 * 60, 0.0),
        (24 * 60 + 5, 0.0),
    ],
)
def test_what_is_still_to_come(minute: float, energy: float) -> None:
    """Bought and sold energy balance each other; tomorrow does not count."""
    told = volumes(slot(0, 1.5), slot(15, -2.0), slot(45, 5.0), slot(24 * 60, 100.0))
    assert told.remaining(at(minute), DAY_END) == energy


def test_last_slot_of_the_day_is_to_come_until_it_begins() -> None:
    """The end of the day is not part of it."""
    told = volumes(slot(24 * 60 - 15, 2.0))
    assert told.remaining(START, DAY_END) == 2.0
    assert told.remaining(START, at(24 * 60 - 15)) == 0.0


def test_sum_has_no_dust() -> None:
    """Ninety-six times a tenth is nine and six tenths."""
    told = volumes(*[slot(15 * n, 0.1) for n in range(97)])
    assert told.remaining(START, at(97 * 15)) == 9.6
    told = volumes(*[slot(15 * n, 0.1) for n in range(4)], slot(60, -0.3))
    assert told.remaining(START, DAY_END) == 0


@pytest.mark.parametrize(
    ("day", "count"),
    [
        ("2026-04-15", 96),
        ("2026-01-15", 96),
        ("2026-03-29", 92),
        ("2026-10-25", 100),
        ("2025-10-26", 100),
    ],
)
def test_slots_of_a_day(day: str, count: int) -> None:
    """Each quarter-hour of a German delivery day has its own number, from 1 on."""
    stretch = day_range(date.fromisoformat(day), BERLIN)
    assert slots_of_day(date.fromisoformat(day), BERLIN) == count
    moments = [stretch.start + n * QUARTER for n in range(count)]
    assert [slot_number(one, BERLIN) for one in moments] == list(range(1, count + 1))
    last = stretch.end - timedelta(microseconds=1)
    assert slot_number(last, BERLIN) == count
    assert slot_number(stretch.end, BERLIN) == 1


@pytest.mark.parametrize(
    ("moment", "number"),
    [
        # The moment of the vendor's sample, which calls it 57: so it counts in UTC.
        ("2026-01-15T14:00:00Z", 61),
        ("2026-01-14T22:59:59Z", 96),
        ("2026-01-14T23:00:00Z", 1),
        ("2026-01-14T23:14:59Z", 1),
        ("2026-01-14T23:15:00Z", 2),
        # In spring, three o'clock follows on two.
        ("2026-03-29T00:45:00Z", 8),
        ("2026-03-29T01:00:00Z", 9),
        ("2026-03-29T21:45:00Z", 92),
        # In autumn, the hour from two to three is there twice.
        ("2026-10-25T00:00:00Z", 9),
        ("2026-10-25T01:00:00Z", 13),
        ("2026-10-25T02:00:00Z", 17),
        ("2026-10-25T22:45:00Z", 100),
    ],
)
def test_number_of_a_slot(moment: str, number: int) -> None:
    """It counts from the local midnight, in the time that really passes."""
    assert slot_number(utc(moment), BERLIN) == number


def test_number_of_a_slot_in_utc() -> None:
    """This is how the vendor's sample counts."""
    assert slot_number(datetime(2026, 1, 15, 14, tzinfo=UTC), UTC) == 57


@pytest.mark.parametrize("skipped", [0, 1])
def test_volumes_that_cannot_be_read_are_not_forgotten(skipped: int) -> None:
    """A slot that is missing in a full answer is gone; in half a one it may be there."""
    older = volumes(slot(0, 1.0), slot(15, 2.0), slot(30, 3.0), slot(45, 4.0))
    newer = replace(volumes(slot(15, -2.0), slot(60, 5.0)), skipped=skipped)
    found = newer.keeping(older, at(15))
    kept = (slot(30, 3.0), slot(45, 4.0)) if skipped else ()
    assert found.slots == (slot(15, -2.0), *kept, slot(60, 5.0))
    assert found.skipped == skipped
