"""Make up the prices of a location."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import fmean

from dev.price_server.answer import JsonObject, number
from dev.price_server.market import PARIS, QUARTER_HOUR, midnight
from dev.price_server.publication import quarters_from

from .location import Location
from .moment import written
from .query import Direction, Window

# What the vendor's guide names for prices that are extrapolated or forecast.
FIXED_CONFIDENCE = 0.8
FORECAST_CONFIDENCE = 0.6
# A lease's price for the electricity of one's own roof, per kWh in euro; made up.
LOCAL_PRICE = 0.12


@dataclass(frozen=True, slots=True)
class Row:
    """Hold one row of an answer, its price in the location's currency per kWh."""

    start: datetime
    end: datetime
    value: float
    confidence: float

    def json(self, window: Window) -> JsonObject:
        """Write the row with the offset of the request."""
        return {
            "valid_from": written(self.start, window.zone),
            "valid_to": written(self.end, window.zone),
            "price": {
                "value": number(self.value, 5),
                "confidence": number(self.confidence, 1),
            },
        }


def rows_from(
    location: Location, direction: Direction, start: datetime, last_day: date
) -> Iterator[Row]:
    """Give the rows from the one that holds a moment on, without an end."""
    day = start.astimezone(location.zone).date()
    while True:
        for row in _day(location, direction, day, last_day):
            if row.end > start:
                yield row
        day += timedelta(days=1)


def _day(
    location: Location, direction: Direction, day: date, last_day: date
) -> Iterator[Row]:
    """Give the rows of one local day, which may have 92 or 100 quarter-hours."""
    start = midnight(day, location.zone)
    end = midnight(day + timedelta(days=1), location.zone)
    spot = [it.price / 1000 for it in quarters_from(start, end - start)]
    index = 0
    while spot:
        length = location.length(index) or end - start
        count = length // QUARTER_HOUR
        # The last row of a long or short day ends with the day.
        prices, spot = spot[:count], spot[count:]
        row_end = start + len(prices) * QUARTER_HOUR
        is_out = start.astimezone(PARIS).date() <= last_day
        value = round(_value(location, direction, prices) * location.rate, 5)
        yield _row(location, start, row_end, value, is_out=is_out)
        start, index = row_end, index + 1


def _row(
    location: Location, start: datetime, end: datetime, value: float, *, is_out: bool
) -> Row:
    """Say how sure a price is."""
    if is_out:
        return Row(start, end, value, 1)
    if not location.is_forecast:
        # The vendor gives a price that it does not know as zero.
        return Row(start, end, 0, 0)
    confidence = FIXED_CONFIDENCE if location.is_fixed else FORECAST_CONFIDENCE
    return Row(start, end, value, confidence)


def _value(location: Location, direction: Direction, spot: Sequence[float]) -> float:
    """Make up what is paid per kWh in euro, for spot prices per kWh in euro."""
    if direction is Direction.LOCAL:
        return LOCAL_PRICE
    if location.is_fixed:
        return 0.2516 if direction is Direction.IMPORT else 0.0761
    mean = fmean(spot)
    # Grid and duty, then VAT: whoever sells gets the market's price less a fee.
    return (mean + 0.0944) * 1.2 if direction is Direction.IMPORT else mean - 0.01
