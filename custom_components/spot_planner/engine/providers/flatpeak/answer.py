"""Answers of Flatpeak: the three forms of a price, the location, the next update.

The reference (release Anode) writes a price as `{"price": {"value", "confidence"}}`,
two guides as `{"tariff": {"rate" or "cost", "confidence"}}`; all three are read. Not
found, and so unverified: whether VAT is included, the sign of EXPORT prices, and what
a `confidence` outside 0 to 1 would mean (such a price is taken for an estimate).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
import re
from zoneinfo import ZoneInfo

from ...series import PriceInterval, PriceSeries
from ..base import Direction
from ..errors import MalformedError, NotPublishedError, WrongCurrencyError
from ..rows import close_intervals, number, rows_of, utc

# Where a row keeps its amount.
FORMS = (("price", "value"), ("tariff", "rate"), ("tariff", "cost"))

# A longer wait would miss a day's prices.
LONGEST_UPDATE = timedelta(days=1)

_CURRENCY = re.compile("[A-Z]{3}")


@dataclass(frozen=True, slots=True)
class FlatpeakLocation:
    """What the vendor knows of a location."""

    time_zone: str
    """Its name in the tz database."""
    currency: str
    """The ISO code of its prices."""


def read_prices(
    document: object,
    location_id: str,
    direction: Direction,
    currency: str | None = None,
) -> PriceSeries:
    """Return the prices per kWh in an answer, in major units of its currency.

    Intervals are as long as the vendor says; a price that is not confirmed is
    estimated. A row without a value, or with 0 that nothing is known of, is a gap.

    Raises:
        NotPublishedError: The answer holds no price at all.
        WrongCurrencyError: It is not in the currency that is demanded.
        MalformedError: It is for another location or direction, or cannot be read.
    """
    answer = _checked(document, location_id, direction)
    found = _currency(answer)
    if currency not in (None, found):
        raise WrongCurrencyError(f"{direction} prices are in another currency")
    intervals = [
        interval
        for index, row in enumerate(rows_of(answer, "data"))
        if (interval := _read_row(row, f"row {index}"))
    ]
    if not intervals:
        raise NotPublishedError("the answer has no prices")
    return close_intervals(found, intervals)


def read_next_update(document: object, now: datetime) -> datetime | None:
    """Return when the vendor recommends the next question, in UTC.

    None where it does not say, or what it says is unreadable or over; the field is
    required by one page of the vendor and missing on others. It is at most a day away.
    """
    text = document.get("next_update") if isinstance(document, dict) else None
    try:
        moment = utc(text, "next_update")
    except MalformedError:
        return None
    return min(moment, now + LONGEST_UPDATE) if now < moment else None


def read_location(
    document: object, location_id: str, direction: Direction
) -> FlatpeakLocation:
    """Return what an answer says of the location.

    Raises:
        MalformedError: It is for another location or direction, or its currency or
            time zone is none that we know.
    """
    answer = _checked(document, location_id, direction)
    name = answer.get("location_timezone")
    if not isinstance(name, str) or not _is_time_zone(name):
        raise MalformedError("the time zone of the location is not known")
    return FlatpeakLocation(name, _currency(answer))


def _read_row(row: Mapping[str, object], name: str) -> PriceInterval | None:
    """Return one row as a price, or None where it holds none."""
    start, end = utc(row.get("valid_from"), name), utc(row.get("valid_to"), name)
    for form, key in FORMS:
        part = row.get(form)
        if part is None:
            continue
        if not isinstance(part, dict):
            raise MalformedError(f"{name} has a {form} that is not an object")
        if part.get(key) is None:
            continue
        amount, confidence = number(part, key, name), 1.0
        if part.get("confidence") is not None:
            confidence = number(part, "confidence", name)
        # The vendor's guide to predictions: so it writes that it has no price.
        if amount == 0 and confidence <= 0:
            return None
        return PriceInterval(start, end, amount, estimated=confidence != 1)
    return None


def _checked(
    document: object, location_id: str, direction: Direction
) -> Mapping[str, object]:
    """Return an answer that does not say it is one to another question."""
    if not isinstance(document, dict):
        raise MalformedError("the answer is not an object")
    if document.get("location_id") not in (None, location_id):
        raise MalformedError("the answer is for another location")
    request = document.get("request")
    for part in (document, request if isinstance(request, dict) else {}):
        theirs = part.get("tariff_direction", direction)
        if not isinstance(theirs, str) or theirs.casefold() != direction:
            raise MalformedError("the answer is for another direction")
    return document


def _currency(answer: Mapping[str, object]) -> str:
    """Return the ISO 4217 code that all prices of an answer are in."""
    currency = answer.get("currency_code")
    if not isinstance(currency, str) or not _CURRENCY.fullmatch(currency):
        raise MalformedError("the answer has no currency")
    return currency


def _is_time_zone(name: str) -> bool:
    """Tell whether the tz database has a zone of this name."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        # The name is looked up as a file: it may name a folder, or no file at all.
        return False
    return True
