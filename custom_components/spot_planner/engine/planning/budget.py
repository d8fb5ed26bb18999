"""The work that one question to the planner may take, counted in steps.

A step is about half a microsecond of the processor of a small computer. Steps are counted from
the sizes of what is gone through and never from a clock, so that the same question has
the same answer on every machine. What is optional is paid for before it is done.
"""

from typing import final

# What one question may take: about a second.
PLAN_STEPS = 2_400_000


class SpentError(Exception):
    """Say that there are not enough steps left for what was to be done next.

    It never leaves the planner: whoever gives out a share goes on with what was found.
    """


@final
class Budget:
    """Count the steps that are left for a question, and for the part in work."""

    def __init__(self, steps: int = PLAN_STEPS) -> None:
        """Start with so many steps."""
        self._left = steps
        self._floor = 0
        self.spent = 0
        """How many steps were taken so far."""

    @property
    def left(self) -> int:
        """Return how many steps the part in work may still take."""
        return max(self._left - self._floor, 0)

    def spend(self, steps: int) -> None:
        """Pay for work that may be left out, before it is done.

        Raises:
            SpentError: There are not so many steps left; none of them is taken.
        """
        if self._left - steps < self._floor:
            raise SpentError
        self._left -= steps
        self.spent += steps

    def take(self, steps: int) -> None:
        """Count work without which there is no plan; it is never refused."""
        self._left -= steps
        self.spent += steps

    def share(self, part: float) -> "Share":
        """Let what is done within take a part of what is left, and end it there.

        Args:
            part: From 0 to 1.
        """
        return Share(self, int(self.left * part))

    def at_most(self, steps: int) -> "Share":
        """Let what is done within take so many steps, and end it there."""
        return Share(self, steps)

    def narrow(self, steps: int) -> int:
        """Leave the part in work no more than so many steps; return what it had."""
        floor = self._floor
        self._floor = max(self._left - steps, floor)
        return floor

    def widen(self, floor: int) -> None:
        """Give the part in work back what it had."""
        self._floor = floor


@final
class Share:
    """A part of a budget, for what is done within a `with` block.

    The block ends where the part is spent. What was found by then has to be kept where it
    was found.
    """

    def __init__(self, budget: Budget, steps: int) -> None:
        """Take what may be spent."""
        self._budget = budget
        self._steps = steps
        self._floor = 0

    def __enter__(self) -> None:
        """Begin."""
        self._floor = self._budget.narrow(self._steps)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> bool:
        """End; that the part is spent is no error."""
        self._budget.widen(self._floor)
        return kind is SpentError
