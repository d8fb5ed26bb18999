"""Add up the power of runs, moment by moment."""

from random import Random

from custom_components.spot_planner.engine.planning.load import Load


def test_loads_add_up() -> None:
    """Each moment has the sum of the loads that cover it."""
    dice = Random(4)
    load = Load()
    parts = []
    for _ in range(40):
        start = dice.randrange(90)
        parts.append((start, dice.randint(start + 1, 100), dice.randint(1, 5)))
        load.add(*parts[-1])
    sums = [
        sum(power for start, end, power in parts if start <= moment < end)
        for moment in range(101)
    ]
    for moment, known in enumerate(sums):
        assert load.highest(moment, moment + 1) == known
    for _ in range(50):
        start = dice.randrange(99)
        end = dice.randint(start + 1, 100)
        assert load.highest(start, end) == max(sums[start:end])
    for most in (0, 20, 50):
        busy = {it for start, end in load.busy(most) for it in range(start, end)}
        assert busy == {it for it, known in enumerate(sums) if known > most}


def test_nothing_is_taken_without_loads() -> None:
    """An empty load is nowhere busy."""
    load = Load()
    assert load.highest(0, 10) == 0
    assert list(load.busy(-1)) == []
