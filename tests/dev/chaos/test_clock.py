"""Test the clock that Home Assistant and the world share."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from dev.chaos.clock import SharedClock

START = datetime(2026, 3, 21, 6, tzinfo=UTC)
# What a test takes at most; the clock runs on meanwhile.
WHILE = 30.0


@pytest.fixture
def clock(tmp_path: Path) -> SharedClock:
    """Return a clock that holds."""
    return SharedClock.create(tmp_path / "clock", START)


def test_the_clock_begins_where_it_is_told_to(clock: SharedClock) -> None:
    """It runs at its real speed from there on."""
    first, second = clock.time(), clock.time()
    assert START.timestamp() <= first <= second < START.timestamp() + WHILE
    assert clock.now() >= START


def test_a_clock_that_holds_does_not_leap(clock: SharedClock) -> None:
    """Nobody has allowed it to."""
    assert not clock.leap(3600)
    assert clock.time() < START.timestamp() + WHILE


def test_a_leap_ends_at_the_horizon(clock: SharedClock) -> None:
    """What happens outside then is not passed over."""
    horizon = START.timestamp() + 3600
    clock.allow(horizon)
    assert clock.leap(600)
    assert clock.time() < START.timestamp() + 600 + WHILE
    assert clock.leap(7200)
    assert horizon <= clock.time() < horizon + WHILE
    assert not clock.leap(1)


def test_two_processes_have_one_clock(clock: SharedClock, tmp_path: Path) -> None:
    """A leap of one, and what one allows, hold for the other."""
    other = SharedClock(tmp_path / "clock")
    other.allow(START.timestamp() + 7200)
    assert clock.leap(3600)
    assert other.time() >= START.timestamp() + 3600


def test_a_clock_is_busy_until_the_last_wait_is_over(clock: SharedClock) -> None:
    """Waits may overlap."""
    with clock.busy():
        clock.begin()
    assert clock.is_busy
    clock.end()
    assert not clock.is_busy
