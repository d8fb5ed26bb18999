"""Places: the three ways in which Min Strøm can be told where somebody lives."""

from collections.abc import Mapping
from dataclasses import dataclass
import re

from ...errors import InputError
from ..network.address import path_part

_CODE = re.compile(r"[A-Za-z0-9-]{2,10}")


@dataclass(frozen=True, slots=True)
class Region:
    """A price region of the market, by its code.

    Raises:
        InputError: The code does not look like one. Whether there is such a region
            is for the vendor to say.
    """

    code: str

    def __post_init__(self) -> None:
        """Refuse what can only be a mistake."""
        if not _CODE.fullmatch(self.code):
            raise InputError("region", "unknown_region", self.code)

    @property
    def path(self) -> str:
        """Return where the prices are."""
        return f"/prices/{self.code}"

    @property
    def query(self) -> Mapping[str, str]:
        """Return what is asked beside the path: nothing."""
        return {}


@dataclass(frozen=True, slots=True)
class Coordinates:
    """A place on the map, in degrees (WGS 84).

    Raises:
        InputError: There is no such place on Earth.
    """

    latitude: float
    longitude: float

    def __post_init__(self) -> None:
        """Refuse what no map has; NaN and infinity fail the comparison too."""
        if not (-90 <= self.latitude <= 90 and -180 <= self.longitude <= 180):
            place = f"{self.latitude}, {self.longitude}"
            raise InputError("location", "outside_area", place)

    @property
    def path(self) -> str:
        """Return where the prices are."""
        return "/prices/location"

    @property
    def query(self) -> Mapping[str, str]:
        """Return the place to eleven metres: no grid company's border is finer."""
        return {
            "latitude": f"{self.latitude:.4f}",
            "longitude": f"{self.longitude:.4f}",
        }


@dataclass(frozen=True, slots=True)
class Address:
    """A Danish address, by the id that a suggestion of the vendor's gave it.

    Raises:
        InputError: There is no id.
    """

    identity: str

    def __post_init__(self) -> None:
        """Refuse what names nothing: dots alone would even lead to another path."""
        if not is_name(self.identity):
            raise InputError("address", "address_missing")

    @property
    def path(self) -> str:
        """Return where the prices are."""
        return f"/prices/addresses/{path_part(self.identity)}"

    @property
    def query(self) -> Mapping[str, str]:
        """Return what is asked beside the path: nothing."""
        return {}


type Place = Region | Coordinates | Address


def is_name(text: str) -> bool:
    """Tell whether a text has a letter or digit, and nothing that cannot be sent."""
    return text.isprintable() and any(letter.isalnum() for letter in text)
