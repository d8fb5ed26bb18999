"""Make up the energy prices of aFRR."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from dev.price_server.answer import JsonObject, number
from dev.price_server.market import QUARTER_HOUR
from dev.price_server.publication import Publication

from .delivery import Delivery
from .energy import EnergyPrice, empty_head, head

RESOLUTION: Final = timedelta(seconds=4)
BUCKET: Final = timedelta(minutes=5)
# How many rows the vendor calls recent is not known.
RECENT_ROWS: Final = 15


def afrr_energy(publication: Publication, *, is_empty: bool) -> JsonObject:
    """Write the last rows of the day before and its buckets of five minutes."""
    if is_empty:
        return {
            **empty_head(RESOLUTION),
            "latestRow": None,
            "recentRows": [],
            "chartRows": [],
        }
    delivery = Delivery.of(publication)
    buckets = list(_buckets(delivery))
    # The newest row comes first, which the page's one row leaves open.
    recent = [
        _row(delivery.end - count * RESOLUTION, buckets[-1])
        for count in range(1, RECENT_ROWS + 1)
    ]
    return {
        **head(publication, RESOLUTION, 1, buckets),
        "latestRow": recent[0],
        "recentRows": recent,
        "chartRows": [bucket.row(BUCKET, "bucket") for bucket in buckets],
    }


def _buckets(delivery: Delivery) -> Iterator[EnergyPrice]:
    """Make up three buckets for every quarter-hour."""
    for quarter in delivery.quarters:
        for index in range(QUARTER_HOUR // BUCKET):
            yield EnergyPrice(
                start=quarter.start + index * BUCKET,
                upward=number(quarter.price * 1.2 + 2 * index, 1),
                downward=number(quarter.price * 0.4 - 25 - index, 1),
            )


def _row(start: datetime, bucket: EnergyPrice) -> JsonObject:
    """Write four seconds, which all have the prices of their bucket here."""
    price = EnergyPrice(start, bucket.upward, bucket.downward)
    return {
        **price.row(RESOLUTION),
        "pdemand_mw": 2150,
        "afrr_for_france_mw": 96,
        "afrr_in_france_mw": 84,
        "picasso_connection": True,
        "prorata_mode": False,
    }
