"""Read the parameters of Sobry's contract route."""

from collections.abc import Mapping
from datetime import date, timedelta
import re
from typing import Final

from dev.price_server.market import PARIS

from .errors import invalid
from .period import Granularity, Period
from .tariff import Display

# Version 2 has no public page. The vendor's own client is known to ask for these alone,
# so the other words and the bounds of the days are made up.
GRANULARITY: Final = "15m"
TAX_MODES: Final[Mapping[str, Display]] = {"ttc": Display.TTC, "ht": Display.HT}
MOST_DAYS: Final = 31

type Query = Mapping[str, str]


def read_display(query: Query) -> Display:
    """Read whether the price has VAT, as it has when the request does not say."""
    word = query.get("taxMode", "ttc")
    if word not in TAX_MODES:
        message = f"taxMode must be one of {', '.join(TAX_MODES)}."
        raise invalid(message)
    return TAX_MODES[word]


def read_days(query: Query, today: date) -> Period:
    """Read a day, by default today, and the number of days that follow it."""
    if query.get("granularity", GRANULARITY) != GRANULARITY:
        message = f"granularity must be {GRANULARITY}."
        raise invalid(message)
    first = _day(query, today)
    text = query.get("days", "0")
    if not re.fullmatch(r"[0-9]{1,2}", text) or int(text) > MOST_DAYS:
        message = f"days must be a whole number from 0 to {MOST_DAYS}."
        raise invalid(message)
    end = first + timedelta(days=int(text) + 1)
    return Period(first, end, Granularity.QUARTER_HOURLY, PARIS)


def _day(query: Query, today: date) -> date:
    """Read the first day."""
    text = query.get("day", today.isoformat())
    message = "day must be a date such as 2026-03-29."
    # The last year of the calendar has days that nothing follows.
    if not re.fullmatch(r"[0-8][0-9]{3}-[0-9]{2}-[0-9]{2}", text):
        raise invalid(message)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise invalid(message) from None
