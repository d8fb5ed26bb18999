"""Place questions: the ways in which a form asks where the prices are for."""

from dataclasses import dataclass
from enum import StrEnum


class Lookup(StrEnum):
    """The ways among which the user chooses, where a vendor knows several."""

    REGION = "region"
    COORDINATES = "coordinates"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class PlaceQuestion:
    """One way to ask, and what an entry keeps of the answer."""

    field: str
    """What is asked for; the answer is refused beside it."""
    keeps: tuple[str, ...]
    """What the entry keeps."""
    unknown: str
    """The reason (a translation key) when the vendor does not know the place."""
    lookup: Lookup | None = None
    """The form of its own that asks; None is beside the credentials."""
    is_private: bool = True
    """Whether the answer tells where somebody lives."""


BY_REGION = PlaceQuestion(
    "region", ("region",), "unknown_region", Lookup.REGION, is_private=False
)
BY_COORDINATES = PlaceQuestion(
    "location", ("latitude", "longitude"), "outside_area", Lookup.COORDINATES
)
BY_ADDRESS = PlaceQuestion(
    "address_id", ("address", "address_id"), "unknown_address", Lookup.ADDRESS
)
BY_LOCATION_ID = PlaceQuestion("location_id", ("location_id",), "unknown_location")

# What tells which way the user has chosen.
LOOKUP = "lookup"
