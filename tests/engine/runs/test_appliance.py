"""Test what the planner knows of an appliance."""

from datetime import timedelta
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.spot_planner.engine.errors import InputError
from custom_components.spot_planner.engine.planning.model import Split

from ..helpers import HOUR, MINUTE
from .made import appliance, hours, phases


def test_longest_run() -> None:
    """A run may last a day and no longer."""
    assert appliance(minutes=24 * 60).duration == 24 * HOUR
    with pytest.raises(InputError) as error:
        appliance(minutes=24 * 60 + 1)
    assert (error.value.field, error.value.reason) == ("duration", "duration_too_long")


@pytest.mark.parametrize(
    ("more", "field", "reason"),
    [
        ({"weekdays": frozenset()}, "weekdays", "weekdays_empty"),
        (
            {"forbidden": hours("06:00-22:00,22:00-06:00")},
            "forbidden_hours",
            "forbidden_all_day",
        ),
    ],
)
def test_appliance_that_could_never_run(
    more: dict[str, Any], field: str, reason: str
) -> None:
    """The error names the field of the form."""
    with pytest.raises(InputError) as error:
        appliance(**more)
    assert (error.value.field, error.value.reason) == (field, reason)


def test_weekdays_do_not_matter_on_demand() -> None:
    """Whoever asks for a run says when."""
    assert appliance(daily=False, weekdays=frozenset()).daily is False


def test_another_duration_stretches_the_profile() -> None:
    """Each phase takes its share; powers and all else stay."""
    asked = appliance(profile=phases((15, 2.0), (45, 0.3)), price_limit=0.2)
    longer = asked.lasting(2 * HOUR)
    assert longer.profile == phases((30, 2.0), (90, 0.3))
    assert longer.price_limit == 0.2
    assert asked.lasting(HOUR) == asked


@given(
    st.lists(st.integers(1, 90), min_size=1, max_size=7),
    st.integers(60, 86400).map(lambda seconds: timedelta(seconds=seconds)),
)
def test_duration_is_exact(parts: list[int], duration: timedelta) -> None:
    """Phases that are rounded lose no microsecond together."""
    asked = appliance(profile=phases(*((part, 1.0) for part in parts)))
    assert asked.lasting(duration).duration == duration


def test_shorter_run_than_its_shortest_segment() -> None:
    """Such a run is one segment, as it is when the appliance itself is so short."""
    asked = appliance(minutes=120, split=Split(30 * MINUTE, HOUR, 3))
    assert asked.lasting(20 * MINUTE).split == Split(20 * MINUTE, HOUR, 3)
    assert asked.lasting(30 * MINUTE).split == asked.split


@pytest.mark.parametrize(
    ("duration", "reason"),
    [
        (timedelta(), "duration_not_positive"),
        (-HOUR, "duration_not_positive"),
        (25 * HOUR, "duration_too_long"),
    ],
)
def test_duration_that_no_run_could_have(duration: timedelta, reason: str) -> None:
    """The error names the duration."""
    with pytest.raises(InputError) as error:
        appliance().lasting(duration)
    assert (error.value.field, error.value.reason) == ("duration", reason)
