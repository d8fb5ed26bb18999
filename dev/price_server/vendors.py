"""The vendors that the server speaks for."""

from .energysignal import ENERGYSIGNAL
from .flatpeak import FLATPEAK
from .minstroem import MINSTROEM
from .otark import OTARK
from .sobry import SOBRY, SOBRY_V2
from .vendor import Vendor

VENDORS = (SOBRY, SOBRY_V2, ENERGYSIGNAL, FLATPEAK, MINSTROEM, OTARK)


def vendor_named(name: str) -> Vendor:
    """Return a vendor by its name."""
    for vendor in VENDORS:
        if vendor.name == name:
            return vendor
    names = ", ".join(vendor.name for vendor in VENDORS)
    message = f"There is no vendor {name!r}, only {names}."
    raise ValueError(message)
