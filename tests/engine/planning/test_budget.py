"""Count the work of a question in steps."""

import pytest

from custom_components.spot_planner.engine.planning.budget import Budget, SpentError


def test_what_is_too_dear_is_not_begun() -> None:
    """Work that costs more than is left takes nothing, and cheaper work still goes on."""
    budget = Budget(10)
    budget.spend(4)
    with pytest.raises(SpentError):
        budget.spend(7)
    assert (budget.left, budget.spent) == (6, 4)
    budget.spend(6)
    assert (budget.left, budget.spent) == (0, 10)


def test_what_has_to_be_done_is_counted_all_the_same() -> None:
    """Work without which there is no plan is never refused, and leaves others less."""
    budget = Budget(10)
    budget.take(25)
    assert (budget.left, budget.spent) == (0, 25)
    with pytest.raises(SpentError):
        budget.spend(1)


def test_share_ends_alone() -> None:
    """What spends its part ends there, and the rest is there for what comes next."""
    budget = Budget(100)
    done = []
    with budget.share(0.5):
        done.append("first")
        budget.spend(45)
        with budget.share(0.5):
            assert budget.left == 2
            budget.spend(3)
            done.append("never")
        # The part within has ended; this one has five steps left.
        budget.spend(5)
        done.append("second")
        budget.spend(1)
        done.append("never")
    assert done == ["first", "second"]
    assert budget.left == 50


def test_part_cannot_be_larger_than_what_it_is_of() -> None:
    """So many steps at most are never more than the part around them has."""
    budget = Budget(100)
    with budget.at_most(30):
        with budget.at_most(80):
            assert budget.left == 30
        assert budget.left == 30
    assert budget.left == 100


def test_other_errors_are_not_swallowed() -> None:
    """Only that a part is spent ends it silently."""
    budget = Budget(100)
    with pytest.raises(ValueError, match="mistake"), budget.share(0.5):
        raise ValueError("mistake")
    assert budget.left == 100
