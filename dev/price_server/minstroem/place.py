"""Read the coordinates that a request asks about."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from .errors import invalid, unknown
from .region import Region

# Around Denmark without the Faroes and Greenland, with some of its neighbours' land.
SOUTH, NORTH = 54.5, 57.8
WEST, EAST = 8.0, 15.2
# The belt that parts the two regions runs about here.
BELT = 10.95


@dataclass(frozen=True, slots=True)
class Place:
    """Hold coordinates in Denmark, in degrees."""

    latitude: float
    longitude: float

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Self:
        """Read the coordinates and refuse what lies outside Denmark."""
        place = cls(_degrees(query, "latitude", 90), _degrees(query, "longitude", 180))
        if SOUTH <= place.latitude <= NORTH and WEST <= place.longitude <= EAST:
            return place
        message = "There are no charges for this location."
        raise unknown(message)

    @property
    def region(self) -> Region:
        """Give the price region."""
        return Region.DK1 if self.longitude < BELT else Region.DK2


def _degrees(query: Mapping[str, str], name: str, most: float) -> float:
    """Read one coordinate."""
    message = f"{name} must be a number from -{most} to {most}."
    try:
        value = float(query.get(name, ""))
    except ValueError:
        raise invalid(message) from None
    # What is no number lies between no two numbers, so it is refused here as well.
    if not -most <= value <= most:
        raise invalid(message)
    return value
