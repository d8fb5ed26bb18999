"""Turn the market's prices into what Min Strøm calls spot prices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import batched
from typing import Final

from dev.price_server.market import QUARTER_HOUR, Quarter, midnight
from dev.price_server.publication import Publication, quarters_from

from .region import Region
from .tariff import COPENHAGEN, VAT

HOUR: Final = timedelta(hours=1)
# Danish crowns per euro; the two are tied together closely enough for made-up prices.
CROWNS: Final = Decimal("7.46")
# The page's own prices have seven digits.
DIGIT: Final = Decimal("0.0000001")


@dataclass(frozen=True, slots=True)
class Spot:
    """Hold a spot price in DKK per kWh with Danish VAT.

    That the regions of Sweden and Norway have the same currency and VAT is made up:
    neither is known, and that Denmark's spot prices have VAT follows from the page's
    sample of full prices alone.
    """

    start: datetime
    price: Decimal


def future(
    region: Region, publication: Publication, length: timedelta
) -> tuple[Spot, ...]:
    """Give the prices of a region from the current interval on."""
    # The market publishes at 13:00 on the clock of Paris, which is that of Copenhagen.
    end = midnight(publication.last_day + timedelta(days=1), COPENHAGEN)
    now = publication.now.astimezone(UTC)
    start = now - (now - datetime.min.replace(tzinfo=UTC)) % length
    return _cut(region, publication.quarters(start, end), length)


def following(region: Region, publication: Publication, length: timedelta) -> Spot:
    """Give the price behind the last one that is out."""
    end = midnight(publication.last_day + timedelta(days=1), COPENHAGEN)
    return _cut(region, quarters_from(end, length), length)[0]


def _cut(
    region: Region, quarters: Sequence[Quarter], length: timedelta
) -> tuple[Spot, ...]:
    """Put the quarter-hours of one interval together."""
    groups = batched(quarters, length // QUARTER_HOUR, strict=True)
    return tuple(Spot(it[0].start, _price(region, it)) for it in groups)


def _price(region: Region, quarters: Sequence[Quarter]) -> Decimal:
    """Give the mean in DKK per kWh, which the market has in € per MWh without VAT."""
    total = sum((Decimal(str(it.price)) for it in quarters), Decimal(0))
    mean = total / len(quarters) * region.level
    return (mean * CROWNS * VAT / 1000).quantize(DIGIT)
