"""The ascent of a bound: prices for the slots, found step by step.

The prices prove the bound, and show where to look for plans. Each step goes against the
slope where the slots are not agreed. It is as long as it would have to be if the best cost
were the best bound, and gets shorter when the bound does not rise any more.
"""

from collections.abc import Sequence
from math import inf
from typing import final

from ..joint.problem import Job, Problem
from .bound import Answer, Dual

# How many steps are taken at most.
MOST_STEPS = 200

# After how many steps that do not help they get shorter, and how much.
PATIENCE = 15
SHRINK = 0.6

# A bound that rises by no more than this share of it does not help.
RISE = 1e-4

# How much of its direction a step keeps from the one before. Without that, the steps
# would zigzag; these values were found by trying them on real prices.
MOMENTUM = 0.9
SMALLEST = 0.01


@final
class Ascent:
    """Raise a bound as long as the budget lasts.

    What it got to is kept at each step, so nothing is lost when the budget is spent.
    """

    def __init__(self, problem: Problem, best_cost: float) -> None:
        """Take what the prices are for, and the cost of the best plan."""
        self._dual = Dual(problem)
        self._budget = problem.budget
        self._best_cost = best_cost
        self._reach = 1.0
        self._idle = 0
        self._direction: dict[int, float] = {}
        self._current = [0.0] * self._dual.size
        self._best = self._current
        """The prices that prove the bound."""
        self._steps = MOST_STEPS
        self.bound = -inf
        """The highest bound so far."""

    def priced_jobs(self) -> list[Job]:
        """Return the jobs with what they cost at the best prices."""
        return self._dual.priced_jobs(self._best)

    def climb(self) -> None:
        """Take steps until the bound reaches the best cost; it may be gone on with."""
        while self._steps:
            answer = self._dual.evaluate(self._current)
            self._steps -= 1
            self._note(answer.bound)
            if self.bound >= self._best_cost or not answer.slope:
                break
            self._turn(answer, self._current)
            norm = sum(value * value for value in self._direction.values())
            if not norm:
                break
            length = self._reach * (self._best_cost - answer.bound) / norm
            self._budget.spend(2 + len(self._direction) // 4)
            moving = list(self._current)
            for number, value in self._direction.items():
                moving[number] = max(moving[number] + length * value, 0.0)
            self._current = moving

    def _note(self, bound: float) -> None:
        """Keep what is better, and shorten the steps when nothing has been lately."""
        self._idle += 1
        if bound > self.bound:
            if bound - self.bound > RISE * abs(self.bound):
                self._idle = 0
            self.bound, self._best = bound, self._current
        if self._idle >= PATIENCE:
            self._idle = 0
            self._reach *= SHRINK

    def _turn(self, answer: Answer, prices: Sequence[float]) -> None:
        """Turn the direction towards the slope."""
        turned = {}
        for number, value in self._direction.items():
            kept = value * MOMENTUM
            if not -SMALLEST < kept < SMALLEST:
                turned[number] = kept
        for number, value in answer.slope:
            turned[number] = turned.get(number, 0.0) + value
        # A price of zero cannot fall.
        self._direction = {
            number: value
            for number, value in turned.items()
            if value > 0 or prices[number] > 0
        }
