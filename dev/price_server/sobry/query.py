"""Read the parameters of Sobry's routes."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
import re
from zoneinfo import ZoneInfo

from dev.price_server.market import PARIS

from .errors import invalid, no_data
from .period import Granularity, Period
from .pricing import Pricing
from .tariff import TURPE, Display, Option, Profile, Segment

# The page gives no option to a request that names a segment only. Both segments
# have this one.
DEFAULT_OPTION = Option.CU
DEFAULT_COUNTRY = "FR"
DEFAULT_PROVIDER = "epex"
DEFAULT_TIMEZONE = "CET"

type Query = Mapping[str, str]


def read_pricing(query: Query) -> Pricing | None:
    """Read the customer's contract, if the request states one."""
    segment = _choice(query, "segment", Segment) or Segment.C5
    option = _choice(query, "turpe", Option) or DEFAULT_OPTION
    if option not in TURPE[segment]:
        message = f"turpe={option} does not exist in the segment {segment}."
        raise invalid(message)
    if segment is Segment.C4:
        # The page forces both and ignores what the request says of them.
        profile, display = Profile.PRO, Display.HT
    else:
        profile = _choice(query, "profil", Profile) or Profile.PARTICULIER
        display = _choice(query, "display", Display) or Display.TTC
    if "segment" not in query and "turpe" not in query:
        return None
    return Pricing(segment, option, profile, display)


def read_period(query: Query) -> Period:
    """Read the days asked for."""
    start, end = _day(query, "start"), _day(query, "end")
    if start >= end:
        message = "start must be before end."
        raise invalid(message)
    _check_source(query)
    return Period(
        start=start,
        end=end,
        granularity=(
            _choice(query, "granularity", Granularity) or Granularity.QUARTER_HOURLY
        ),
        zone=_zone(query.get("timezone", DEFAULT_TIMEZONE)),
    )


def _check_source(query: Query) -> None:
    """Accept only the market that this vendor is known to have."""
    country = query.get("country", DEFAULT_COUNTRY)
    provider = query.get("provider", DEFAULT_PROVIDER)
    if not re.fullmatch(r"[A-Z]{2}", country):
        message = "country must be an ISO code of two letters."
        raise invalid(message)
    if (country, provider) != (DEFAULT_COUNTRY, DEFAULT_PROVIDER):
        message = f"{provider!r} has no prices for {country!r}."
        raise no_data(message)


def _day(query: Query, name: str) -> date:
    """Read a date in the one form that the page allows."""
    text = query.get(name, "")
    message = f"{name} must be a date such as 2026-03-29."
    # Python's own reader takes week dates and dates without dashes as well.
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise invalid(message)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise invalid(message) from None


def _zone(name: str) -> ZoneInfo:
    """Read a time zone."""
    if name == DEFAULT_TIMEZONE:
        # The vendor says CET and means the clock of Paris, summer time included.
        return PARIS
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        message = f"timezone {name!r} is not known."
        raise invalid(message) from None


def _choice[Choice: StrEnum](
    query: Query, name: str, choices: type[Choice]
) -> Choice | None:
    """Read one of several words, or none when the parameter is not there."""
    if name not in query:
        return None
    for choice in choices:
        if choice.value == query[name]:
            return choice
    words = ", ".join(choice.value for choice in choices)
    message = f"{name} must be one of {words}."
    raise invalid(message)
