"""Answer the prices of Min Strøm."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from dev.price_server.answer import Answer, JsonObject
from dev.price_server.behaviour import WrongKind
from dev.price_server.publication import Publication

from .amount import plain
from .colour import FULL, SPOT
from .instant import instant
from .region import Region
from .spot import Spot, following, future
from .tariff import charges


@dataclass(frozen=True, slots=True)
class PriceQuestion:
    """Hold what is asked for."""

    region: Region
    length: timedelta
    with_charges: bool

    def answer(self, publication: Publication) -> Answer:
        """Answer the intervals from the current one on as one bare list."""
        spots = future(self.region, publication, self.length)
        after = following(self.region, publication, self.length)
        return Answer(
            rows_key=None,
            rows=tuple(self._row(spot) for spot in spots),
            time_key="date",
            price_keys=("price", "charges"),
            following_row=self._row(after),
            variants={
                WrongKind.OTHER_TARIFF: lambda: self._other().answer(publication),
                WrongKind.CURRENCY: lambda: _in_euro(self.answer(publication)),
            },
        )

    def _other(self) -> "PriceQuestion":
        """Ask for the other Danish region."""
        region = Region.DK1 if self.region is Region.DK2 else Region.DK2
        return PriceQuestion(region, self.length, self.with_charges)

    def _row(self, spot: Spot) -> JsonObject:
        """Write one interval, with charges in the places that have them."""
        extra = charges(spot.start) if self.with_charges else Decimal(0)
        price = spot.price + extra
        scale = FULL if self.with_charges else SPOT
        colour = scale.colour(spot.start, price)
        return {
            "date": instant(spot.start),
            "price": plain(price),
            **({"charges": plain(extra)} if self.with_charges else {}),
            **({} if colour is None else {"color": colour}),
        }


def _in_euro(answer: Answer) -> Answer:
    """Say in a field of its own that the prices are in euro."""
    return answer.with_rows([{**row, "currency": "EUR"} for row in answer.rows])
