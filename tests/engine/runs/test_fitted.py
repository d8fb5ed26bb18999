"""Test load profiles of runs that were shorter or longer than planned."""

import pytest

from custom_components.spot_planner.engine.planning.model import LoadProfile
from custom_components.spot_planner.engine.runs.fitted import fitted

from ..helpers import MINUTE
from .made import phases

WASHING = phases((15, 2.0), (45, 0.3), (20, 1.8))


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (80, WASHING),
        (70, phases((15, 2.0), (45, 0.3), (10, 1.8))),
        (60, phases((15, 2.0), (45, 0.3))),
        (5, phases((5, 2.0))),
        # The last phase goes on.
        (100, phases((15, 2.0), (45, 0.3), (40, 1.8))),
        (0, None),
    ],
)
def test_profile_is_cut_or_goes_on(minutes: int, expected: LoadProfile | None) -> None:
    """It is as long as was asked for."""
    assert fitted(WASHING, minutes * MINUTE) == expected


def test_nothing_but_a_rest_is_left() -> None:
    """A run that ended in the rest with which it begins has used nothing."""
    delayed = phases((30, 0.0), (60, 2.0))
    assert fitted(delayed, 30 * MINUTE) is None
    assert fitted(delayed, 31 * MINUTE) == phases((30, 0.0), (1, 2.0))
