"""Answer EnergySignal's capacity streams."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import batched
from statistics import fmean
from typing import Final

from dev.price_server.answer import Answer, JsonObject, number
from dev.price_server.market import PARIS, QUARTER_HOUR, Quarter, midnight
from dev.price_server.publication import Publication, quarters_from

from .stamp import fetched_at, stamp

HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Product:
    """Hold a reserve product; its amounts are made up around the page's samples."""

    name: str
    directions: tuple[str, ...]
    # The share of the spot price that a megawatt is paid for standing by. The page does
    # not say for how long it does so, so the price has no unit.
    share: float
    contracted_mw: int
    # The page's rows of aFRR and mFRR lack the field.
    has_volume: bool = False

    def rows(self, hour: Sequence[Quarter]) -> list[JsonObject]:
        """Write one hour, once in each direction."""
        return [self._row(hour, direction) for direction in self.directions]

    def _row(self, hour: Sequence[Quarter], direction: str) -> JsonObject:
        """Write one hour in the order of the page's fields."""
        start = hour[0].start
        contracted = self.contracted_mw + start.hour
        price = max(fmean(it.price for it in hour), 0) * self.share
        if direction == "DOWNWARD":
            price *= 0.5
        period: JsonObject = {
            "period_start_utc": stamp(start),
            "period_end_utc": stamp(start + HOUR),
        }
        volumes: JsonObject = {
            "contracted_volume_mw": contracted,
            "offered_volume_mw": contracted + 14,
        }
        if self.has_volume:
            volumes = {"volume_mw": contracted + 6, **volumes}
        return {
            **period,
            **volumes,
            "price": number(price + 1, 1),
            "direction": direction,
            "product_type": self.name,
            "time_horizon": "DAILY",
        }


FCR: Final = Product("FCR", ("SYMMETRIC",), 0.2, 570, has_volume=True)
AFRR: Final = Product("aFRR", ("UPWARD", "DOWNWARD"), 0.15, 410)
MFRR: Final = Product("mFRR", ("UPWARD", "DOWNWARD"), 0.1, 300)


def capacity(product: Product, publication: Publication, *, is_empty: bool) -> Answer:
    """Answer the hours of today and, once it is out, of tomorrow."""
    start = midnight(publication.now.astimezone(PARIS).date())
    end = midnight(publication.last_day + timedelta(days=1))
    quarters = () if is_empty else publication.quarters(start, end)
    hours = batched(quarters, HOUR // QUARTER_HOUR, strict=True)
    return Answer(
        rows_key="rows",
        rows=tuple(row for hour in hours for row in product.rows(hour)),
        tail={"latestFetchedAtUtc": None if is_empty else fetched_at(publication)},
        time_key="period_start_utc",
        end_key="period_end_utc",
        price_keys=("price",),
        following_row=product.rows(quarters_from(end, HOUR))[0],
    )


def body(answer: Answer) -> JsonObject:
    """Give the whole of an answer, as the aggregated route holds it."""
    return {"rows": answer.rows, **answer.tail}
