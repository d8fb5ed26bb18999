"""Test the running cost of a stretch of prices."""

from itertools import accumulate, permutations, product
from math import inf

import pytest

from custom_components.spot_planner.engine.cost_curve import CostCurve, mean_price


def curve(*steps: tuple[float, float]) -> CostCurve:
    """Return the curve of prices, each given with its length in seconds."""
    edges = accumulate((length for length, _ in steps), initial=0.0)
    return CostCurve(list(edges), [price for _, price in steps])


EVEN = curve((10, 0.3), (10, 0.1), (10, 0.2), (10, 0.4))
UNEVEN = curve((10, 0.3), (5, 0.1), (20, 0.2), (10, 0.4))


def best(
    on: CostCurve, duration: float, earliest: float = -inf, latest: float = inf
) -> tuple[float, float] | None:
    """Return mean price and start of the cheapest run."""
    found = on.best_start(duration, earliest, latest, min)
    return found and (mean_price(found[0], duration), found[1])


@pytest.mark.parametrize(
    ("on", "duration", "cost", "start"),
    [
        (EVEN, 10, 1.0, 10),
        (EVEN, 4, 0.4, 10),
        (EVEN, 20, 3.0, 10),
        (EVEN, 15, 1.0 + 1.0, 10),
        (EVEN, 36, 3.0 + 1.0 + 2.0 + 2.4, 0),
        (EVEN, 40, 10.0, 0),
        (UNEVEN, 10, 0.5 + 1.0, 10),
        (UNEVEN, 20, 0.5 + 3.0, 10),
        # This one ends where the dearest price begins.
        (UNEVEN, 30, 1.5 + 0.5 + 4.0, 5),
        (UNEVEN, 45, 11.5, 0),
    ],
)
def test_cheapest_run(
    on: CostCurve, duration: float, cost: float, start: float
) -> None:
    """The run lies where the sum of its parts is least."""
    assert best(on, duration) == pytest.approx((cost / duration, start))


@pytest.mark.parametrize(
    ("on", "duration", "cost", "start"),
    [
        (EVEN, 10, 4.0, 30),
        (EVEN, 15, 1.0 + 4.0, 25),
        (UNEVEN, 12, 0.4 + 4.0, 33),
        (UNEVEN, 3, 1.2, 35),
    ],
)
def test_dearest_run(on: CostCurve, duration: float, cost: float, start: float) -> None:
    """The other choice finds where the sum is greatest."""
    found = on.best_start(duration, -inf, inf, max)
    assert found
    assert (mean_price(found[0], duration), found[1]) == pytest.approx(
        (cost / duration, start)
    )


@pytest.mark.parametrize(
    ("on", "duration", "earliest", "latest", "cost", "start"),
    [
        (EVEN, 10, 10, inf, 1.0, 10),
        (EVEN, 10, 12, inf, 0.8 + 0.4, 12),
        (EVEN, 10, -inf, 20, 1.0, 10),
        (EVEN, 10, -inf, 18, 0.6 + 0.8, 8),
        (EVEN, 10, 3, 13, 2.1 + 0.3, 3),
        (UNEVEN, 10, 12, inf, 0.3 + 1.4, 12),
        (UNEVEN, 10, -inf, 14, 1.8 + 0.4, 4),
        (UNEVEN, 10, 7, 17, 0.9 + 0.5 + 0.4, 7),
        (UNEVEN, 10, -5, 50, 0.5 + 1.0, 10),
    ],
)
def test_limits_are_kept(
    on: CostCurve,
    duration: float,
    earliest: float,
    latest: float,
    cost: float,
    start: float,
) -> None:
    """The run starts no earlier and ends no later than asked, on no border if need be."""
    found = best(on, duration, earliest, latest)
    assert found == pytest.approx((cost / duration, start))


@pytest.mark.parametrize(
    ("duration", "earliest", "latest"),
    [
        (41, -inf, inf),
        (10, 31, inf),
        (10, -inf, 9),
        (10, 12, 21),
        (10, 100, inf),
        (10, -inf, -5),
        (1, 30, 20),
    ],
)
def test_no_run_fits(duration: float, earliest: float, latest: float) -> None:
    """A run that does not fit between its limits is not found."""
    assert best(EVEN, duration, earliest, latest) is None


@pytest.mark.parametrize(
    ("first", "second"), list(product(permutations([0.1, 0.2, 0.3]), repeat=2))
)
def test_equal_runs_cost_the_same_however_they_are_summed(
    first: tuple[float, ...], second: tuple[float, ...]
) -> None:
    """In floats, 0.1 + 0.2 + 0.3 and 0.3 + 0.2 + 0.1 differ; the earliest is meant."""
    row = [0.7, *first, 0.7, *second, 0.7]
    assert best(curve(*[(900, price) for price in row]), 2700) == pytest.approx(
        (0.2, 900)
    )


def test_earliest_of_a_level_stretch_is_found() -> None:
    """Where the price stays the same, the run starts as soon as it may."""
    level = curve((10, 0.9), (10, 0.2), (10, 0.2), (10, 0.2))
    assert best(level, 7) == pytest.approx((0.2, 10))
    assert best(level, 7, earliest=13) == pytest.approx((0.2, 13))
    assert best(level, 10, earliest=13) == pytest.approx((0.2, 13))


def test_zero_and_negative_prices_are_summed() -> None:
    """A negative price earns, and zero costs nothing."""
    mixed = curve((10, 0.1), (10, 0.0), (10, -0.2), (10, 0.3))
    assert best(mixed, 10) == pytest.approx((-0.2, 20))
    assert best(mixed, 20) == pytest.approx((-0.1, 10))
    assert best(mixed, 5, latest=20) == pytest.approx((0.0, 10))


@pytest.mark.parametrize("steps", [EVEN, UNEVEN])
def test_answers_do_not_depend_on_what_was_asked_before(steps: CostCurve) -> None:
    """Many durations, each asked twice, are answered as on a fresh curve."""
    prices = [0.3, 0.1, 0.2, 0.4]
    pairs = list(zip(steps.edges, steps.edges[1:], prices, strict=False))
    durations = [1 + 0.5 * n for n in range(40)]
    for duration in [*durations, *reversed(durations)]:
        fresh = curve(*[(end - start, price) for start, end, price in pairs])
        assert best(steps, duration) == best(fresh, duration)
