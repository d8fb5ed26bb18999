"""Name the price regions of Min Strøm."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum


class Region(StrEnum):
    """Name a price region; a client of the vendor is known to ask for these."""

    DK1 = "DK1"
    DK2 = "DK2"
    SE1 = "SE1"
    SE2 = "SE2"
    SE3 = "SE3"
    SE4 = "SE4"
    NO1 = "NO1"
    NO2 = "NO2"
    NO3 = "NO3"
    NO4 = "NO4"
    NO5 = "NO5"

    @property
    def level(self) -> Decimal:
        """Give the made-up share of the market's price that this region pays."""
        return _LEVELS[self]


# Dear in the south and cheap in the north, as most days are.
_LEVELS: Mapping[Region, Decimal] = {
    Region.DK1: Decimal("1.0"),
    Region.DK2: Decimal("1.1"),
    Region.SE1: Decimal("0.3"),
    Region.SE2: Decimal("0.3"),
    Region.SE3: Decimal("0.7"),
    Region.SE4: Decimal("0.9"),
    Region.NO1: Decimal("0.8"),
    Region.NO2: Decimal("0.9"),
    Region.NO3: Decimal("0.4"),
    Region.NO4: Decimal("0.2"),
    Region.NO5: Decimal("0.8"),
}
