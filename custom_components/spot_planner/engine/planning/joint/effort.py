"""How much work a plan may take."""

from typing import final


@final
class Effort:
    """Count work in steps instead of seconds, so that the same plan comes every time.

    A step takes about as long as placing one run: some ten microseconds on a small
    computer.
    """

    def __init__(self, steps: int) -> None:
        """Start with so many steps left."""
        self.left = steps

    def spend(self, steps: int) -> None:
        """Take note of work that was done; more may be done than was left."""
        self.left -= steps

    @property
    def is_spent(self) -> bool:
        """Tell whether nothing is left."""
        return self.left <= 0
