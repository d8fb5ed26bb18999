"""Find prices for the slots that prove a high bound."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import inf

from .bound import Answer, Dual

# How much of its direction a step keeps from the one before. Without that, the steps
# would zigzag; these values were found by trying them on real prices.
MOMENTUM = 0.9
SMALLEST = 0.01
SHRINK = 0.6

type Listener = Callable[[Sequence[float]], float]
"""Told of prices; answers the best cost so far."""


@dataclass(slots=True)
class Climb:
    """How far the bound got, and from where to go on: kept up to date at each step."""

    prices: Sequence[float]
    """The prices that prove the bound."""
    bound: float = -inf
    seen: list[dict[int, float]] = field(default_factory=list)
    """How often each job in one piece lay on each start, later ones counting more."""


class Ascent:
    """Raise a bound step by step: against the slope where the slots are not agreed.

    The step is as long as it would have to be if the best cost were the best bound, and
    is shortened when the bound does not rise any more.
    """

    def __init__(
        self, dual: Dual, costs: Sequence[list[float]], patience: int, reach: float
    ) -> None:
        """Take what stays the same.

        Args:
            dual: What works out the bound.
            costs: The costs of the starts of each job in one piece.
            patience: After how many steps that do not help they get shorter.
            reach: The length of the steps at first; 1 is natural.
        """
        self._dual = dual
        self._costs = costs
        self._patience = patience
        self._reach = reach
        self._idle = 0
        self._direction: dict[int, float] = {}

    def climb(self, found: Climb, steps: int, listener: Listener) -> None:
        """Take so many steps, fewer when the bound reaches the best cost.

        Args:
            found: From where to go on.
            steps: How many steps to take.
            listener: Told of the prices of each step.
        """
        current = found.prices
        found.seen = [{} for _ in self._costs]
        for step in range(steps):
            answer = self._dual.evaluate(current, self._costs)
            if answer.bound == inf:
                found.bound = inf
                return
            self._note(found, answer, current, step)
            best_cost = listener(current)
            if found.bound >= best_cost or not answer.slope:
                break
            self._turn(answer, current)
            norm = sum(value * value for value in self._direction.values())
            if not norm:
                break
            length = self._reach * (best_cost - answer.bound) / norm
            self._dual.problem.budget.spend(2 + len(self._direction) // 4)
            current = moving = list(current)
            for number, value in self._direction.items():
                moved = moving[number] + length * value
                moving[number] = moved if moved > 0 else 0.0

    def _note(
        self, found: Climb, answer: Answer, prices: Sequence[float], step: int
    ) -> None:
        """Keep what is better, and shorten the steps when nothing has been lately."""
        self._idle += 1
        if answer.bound > found.bound:
            if answer.bound - found.bound > 1e-4 * abs(found.bound):
                self._idle = 0
            found.bound, found.prices = answer.bound, prices
        if self._idle >= self._patience:
            self._idle = 0
            self._reach *= SHRINK
        for seen, spot in zip(found.seen, answer.spots, strict=True):
            seen[spot.first] = seen.get(spot.first, 0.0) + step + 1

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
