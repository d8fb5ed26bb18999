"""Test what a slot is worth when many loads compete for it."""

from itertools import compress
from random import Random
from types import SimpleNamespace
from typing import Any, cast

import pytest

from custom_components.spot_planner.engine.planning.budget import Budget
from custom_components.spot_planner.engine.planning.proof.slots import SlotSets

COUNT = 12
ALL = (1 << COUNT) - 1


@pytest.mark.parametrize("seed", range(8))
def test_no_set_of_many_loads_is_worth_more(seed: int) -> None:
    """A bound stays one where there are too many loads to try all sets of them."""
    dice = Random(seed)
    watts = [dice.randint(150, 7400) for _ in range(COUNT)]
    # The first two loads are never used together.
    rivals = [1 << it for it in range(COUNT)]
    rivals[0] = rivals[1] = 0b11
    values = [dice.uniform(0, 1) for _ in range(COUNT)]
    free = dice.randint(3000, 12000)
    items = cast("Any", SimpleNamespace(watts=watts, rivals=rivals))
    sets = SlotSets(items, Budget())

    found = 0.0
    for chosen in range(ALL + 1):
        picks = [chosen >> it & 1 for it in range(COUNT)]
        if chosen & 0b11 != 0b11 and sum(compress(watts, picks)) <= free:
            found = max(found, sum(compress(values, picks)))
    best, _ = sets.best(free, ALL, [*values, 0.0], 0)
    assert best >= found - 1e-9
