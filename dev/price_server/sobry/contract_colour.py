"""Colour the prices of a contract."""

from collections.abc import Sequence
from enum import StrEnum


class Colour(StrEnum):
    """Name a colour as the vendor does."""

    DARK_GREEN = "DARK_GREEN"
    GREEN = "GREEN"
    ORANGE = "ORANGE"
    RED = "RED"

    @property
    def code(self) -> str:
        """Give the colour for a screen; the vendor's own shades are not known."""
        match self:
            case Colour.DARK_GREEN:
                return "#1b7f3b"
            case Colour.GREEN:
                return "#5cc26a"
            case Colour.ORANGE:
                return "#f5a623"
            case Colour.RED:
                return "#d9403a"


def colour(price: float, day: Sequence[float]) -> Colour:
    """Give the colour of a price among those of its day."""
    # How the vendor decides is not known: a tenth and the thirds are made up.
    rank = sum(other < price for other in day) / len(day)
    if rank < 1 / 10:
        return Colour.DARK_GREEN
    if rank < 1 / 3:
        return Colour.GREEN
    return Colour.ORANGE if rank < 2 / 3 else Colour.RED
