"""Test what is asked of the planner, and what it answers."""

from dataclasses import replace
from datetime import timedelta
from math import inf, nan
from typing import Any

import pytest

from custom_components.spot_planner.engine.errors import EngineError, InputError
from custom_components.spot_planner.engine.planning.model import (
    Infeasible,
    InfeasibleError,
    LoadProfile,
    Phase,
    PlannedRun,
    Rule,
    RunnerUp,
    RunRequest,
    Segment,
    Split,
)

from ..helpers import HOUR, MINUTE, at

WASHING = LoadProfile(
    (
        Phase(10 * MINUTE, 0.1),
        Phase(20 * MINUTE, 2.1),
        Phase(60 * MINUTE, 0.0),
        Phase(30 * MINUTE, 0.4),
    )
)
REQUEST = RunRequest("washer", WASHING, at(0), at(600))
STEADY = replace(REQUEST, profile=LoadProfile.constant(2 * HOUR, 1.0))


def test_profile_adds_up_its_phases() -> None:
    """Duration, energy and peak are those of all phases."""
    assert WASHING.duration == 2 * HOUR
    assert WASHING.energy == pytest.approx(0.1 / 6 + 2.1 / 3 + 0.4 / 2)
    assert WASHING.peak == 2.1
    assert not WASHING.is_constant


def test_constant_profile() -> None:
    """One phase says it all, and so do two with the same power."""
    profile = LoadProfile.constant(90 * MINUTE, 2.0)
    assert profile == LoadProfile((Phase(90 * MINUTE, 2.0),))
    assert (profile.duration, profile.energy, profile.peak) == (90 * MINUTE, 3.0, 2.0)
    assert profile.is_constant
    assert LoadProfile((Phase(HOUR, 2.0), Phase(MINUTE, 2.0))).is_constant
    assert not LoadProfile((Phase(HOUR, 2.0), Phase(MINUTE, 1.9))).is_constant


def refused(make: Any, *args: Any, **more: Any) -> tuple[str, str]:
    """Return the field and the reason for which something is refused."""
    with pytest.raises(InputError) as error:
        make(*args, **more)
    return error.value.field, error.value.reason


@pytest.mark.parametrize("minutes", [0, -1])
def test_phase_without_length_is_refused(minutes: int) -> None:
    """A phase lasts some time."""
    reason = refused(Phase, minutes * MINUTE, 1.0)
    assert reason == ("duration", "duration_not_positive")


@pytest.mark.parametrize(
    ("power", "reason"),
    [
        (-0.001, "power_negative"),
        (-inf, "power_negative"),
        (nan, "not_a_number"),
        (inf, "not_a_number"),
    ],
)
def test_power_is_a_number_from_zero_on(power: float, reason: str) -> None:
    """Nothing gives power while it runs, and zero is a rest."""
    assert refused(Phase, MINUTE, power) == ("power", reason)
    assert Phase(MINUTE, 0.0).energy == 0


def test_profile_without_anything_to_plan_is_refused() -> None:
    """Without phases or without power, every time is as good as any other."""
    assert refused(LoadProfile, ()) == ("profile", "profile_empty")
    rest = (Phase(MINUTE, 0.0), Phase(HOUR, 0.0))
    assert refused(LoadProfile, rest) == ("power", "power_not_positive")
    assert LoadProfile((*rest, Phase(MINUTE, 0.1))).peak == 0.1


@pytest.mark.parametrize(
    ("split", "reason"),
    [
        ((timedelta(),), ("shortest_segment", "duration_not_positive")),
        ((-MINUTE,), ("shortest_segment", "duration_not_positive")),
        ((MINUTE, timedelta()), ("longest_pause", "duration_not_positive")),
        ((MINUTE, None, 0), ("most_segments", "too_few_segments")),
    ],
)
def test_split_that_no_run_can_keep_to_is_refused(
    split: tuple[Any, ...], reason: tuple[str, str]
) -> None:
    """Each limit leaves at least something."""
    assert refused(Split, *split) == reason
    assert Split(MINUTE, MINUTE, 1).most_segments == 1


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"least_saving": -0.01}, ("least_saving", "saving_negative")),
        ({"least_saving": nan}, ("least_saving", "saving_negative")),
        ({"price_limit": nan}, ("price_limit", "not_a_number")),
        ({"price_limit": -inf}, ("price_limit", "not_a_number")),
        ({"after": "washer"}, ("after", "after_itself")),
        ({"never_with": frozenset({"washer"})}, ("never_with", "never_with_itself")),
        ({"after_within": -MINUTE}, ("after_within", "duration_negative")),
        (
            {"split": Split(2 * HOUR + MINUTE)},
            ("shortest_segment", "segment_longer_than_run"),
        ),
    ],
)
def test_request_that_contradicts_itself_is_refused(
    changes: dict[str, Any], reason: tuple[str, str]
) -> None:
    """The error names the field."""
    assert refused(replace, STEADY, **changes) == reason


def test_only_constant_power_may_be_split() -> None:
    """A programme with phases goes on once it has begun."""
    reason = refused(replace, REQUEST, split=Split(MINUTE))
    assert reason == ("split", "split_needs_constant_power")


def test_request_may_reach_its_own_limits() -> None:
    """The values at the edge are accepted, a negative price limit too."""
    request = replace(
        STEADY,
        split=Split(2 * HOUR),
        price_limit=-0.1,
        after="dryer",
        after_within=timedelta(),
        never_with=frozenset({"oven"}),
    )
    assert request.least_saving == 0


def test_run_lasts_from_its_first_to_its_last_segment() -> None:
    """Start and end of a run and of a runner-up include the pauses."""
    segments = (Segment(at(0), at(30)), Segment(at(60), at(75)))
    run = PlannedRun(
        name="car",
        segments=segments,
        energy=1.5,
        cost=0.3,
        average_price=0.2,
        cost_if_now=0.4,
        saving=0.1,
        runner_up=RunnerUp(segments[1:], 0.35),
        rule=Rule.CHEAPEST,
        estimated=False,
        sources=(None,),
    )
    assert (run.start, run.end) == (at(0), at(75))
    assert run.runner_up
    assert (run.runner_up.start, run.runner_up.end) == (at(60), at(75))
    assert segments[0].duration == 30 * MINUTE
    assert at(29) in segments[0]
    assert at(30) not in segments[0]


def test_infeasible_names_the_run_and_the_reason() -> None:
    """The reason is the key of a sentence in the user's language."""
    error = InfeasibleError("washer", Infeasible.FORBIDDEN_ALL)
    assert isinstance(error, EngineError)
    assert (error.run, error.reason) == ("washer", "forbidden_all")
    assert str(error) == "washer: forbidden_all"
