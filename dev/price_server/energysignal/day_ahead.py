"""Answer EnergySignal's day-ahead prices."""

from datetime import date, timedelta
from typing import Final

from dev.price_server.answer import Answer, JsonObject, number
from dev.price_server.market import QUARTER_HOUR, Quarter, midnight
from dev.price_server.publication import Publication, quarters_from

from .stamp import stamp

# The page's sample reaches from 20 March to 17 April.
WINDOW: Final = timedelta(days=28)


def day_ahead(publication: Publication, *, is_empty: bool) -> Answer:
    """Answer the quarter-hours of four weeks up to the last day that is out."""
    latest = publication.last_day
    earliest = latest - WINDOW
    end = midnight(latest + timedelta(days=1))
    quarters = () if is_empty else publication.quarters(midnight(earliest), end)
    return Answer(
        rows_key="rows",
        rows=tuple(_row(it) for it in quarters),
        tail={
            "latestDate": _day(latest, is_empty=is_empty),
            "earliestDate": _day(earliest, is_empty=is_empty),
        },
        time_key="hour_start_utc",
        end_key="hour_end_utc",
        price_keys=("price_eur_mwh",),
        following_row=_row(quarters_from(end, QUARTER_HOUR)[0]),
    )


def _row(quarter: Quarter) -> JsonObject:
    """Write a quarter-hour under the names of an hour, as the vendor does."""
    return {
        "hour_start_utc": stamp(quarter.start),
        "hour_end_utc": stamp(quarter.start + QUARTER_HOUR),
        "price_eur_mwh": number(quarter.price, 2),
    }


def _day(day: date, *, is_empty: bool) -> str | None:
    """Write a delivery day, which is null where there are no rows."""
    return None if is_empty else day.isoformat()
