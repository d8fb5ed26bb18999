"""Test load profiles as people write them."""

from datetime import timedelta

from hypothesis import given, strategies as st
import pytest

from custom_components.spot_planner.engine.errors import InputError
from custom_components.spot_planner.engine.planning.model import LoadProfile, Phase
from custom_components.spot_planner.engine.runs.profile_text import parse_profile

from .made import phases

WASHING = phases((15, 2.0), (45, 0.3), (20, 1.8))


def write_profile(profile: LoadProfile) -> str:
    """Return a profile as people write it."""
    return ", ".join(
        f"{_text(phase.duration / timedelta(minutes=1))} min {_text(phase.power)} kW"
        for phase in profile.phases
    )


def _text(number: float) -> str:
    """Return a number without an exponent, which nobody would write."""
    return f"{number:.9f}".rstrip("0").rstrip(".")


@pytest.mark.parametrize(
    "text",
    [
        "15 min 2 kW, 45 min 0.3 kW, 20 min 1800 W",
        "15min2kW,45min0.3kW,20min1800W",
        "15 min 2 kW; 45 min 0,3 kW; 20 min 1,8 kW",
        "15 min 2 kW, 45 min 0,3 kW, 20 min 1,8 kW",
        "  0.25 h 2000 w ,\n0,75 H 300 W,\n20 MIN 1.8 KW\n",
    ],
)
def test_ways_to_write_a_profile(text: str) -> None:
    """Commas and semicolons, hours and minutes, watts and kilowatts."""
    assert parse_profile(text) == WASHING


def test_rest_is_a_phase() -> None:
    """Zero is a power, if not the only one."""
    assert parse_profile("10 min 2 kW, 5 min 0 W, 10 min 1 kW") == phases(
        (10, 2.0), (5, 0.0), (10, 1.0)
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "2 kW",
        "15 min",
        "15 2",
        "15 kW 2 min",
        "15 min 2 kW,",
        "15 min 2 kW,, 5 min 1 kW",
        "15 min 2 kW 5 min 1 kW",
        "15 min 2 kW and so on",
        "-15 min 2 kW",
        "15 min -2 kW",
        "1e3 min 2 kW",
        "15 min .5 kW",
        "15 s 2 kW",
        "nan min 2 kW",
    ],
)
def test_what_is_no_profile(text: str) -> None:
    """The error names the field, and tells what was written."""
    with pytest.raises(InputError) as error:
        parse_profile(text)
    assert (error.value.field, error.value.reason, error.value.value) == (
        "profile",
        "profile_not_read",
        text,
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("0 min 2 kW", "duration_not_positive"),
        ("15 min 0 kW", "power_not_positive"),
        ("99999999999999 h 2 kW", "duration_too_long"),
        (f"15 min {'9' * 400} kW", "not_a_number"),
    ],
)
def test_numbers_that_no_phase_has(text: str, reason: str) -> None:
    """They can be read, and make no sense."""
    with pytest.raises(InputError) as error:
        parse_profile(text)
    assert error.value.reason == reason


def test_written_profile() -> None:
    """It is as one would write it."""
    assert write_profile(WASHING) == "15 min 2 kW, 45 min 0.3 kW, 20 min 1.8 kW"


@given(
    st.lists(
        st.tuples(st.integers(1, 86400), st.integers(1, 50_000_000)),
        min_size=1,
        max_size=5,
    )
)
def test_what_was_written_is_read_again(parts: list[tuple[int, int]]) -> None:
    """Seconds and milliwatts survive."""
    profile = LoadProfile(
        tuple(
            Phase(timedelta(seconds=seconds), milliwatts / 1e6)
            for seconds, milliwatts in parts
        )
    )
    assert parse_profile(write_profile(profile)) == profile
