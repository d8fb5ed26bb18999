"""Read what a price request asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum

from dev.price_server.answer import JsonObject, RefusalError

from .errors import invalid
from .location import Location
from .moment import read

MOST_DAYS = timedelta(days=90)
# Nobody needs other prices, and the calendar's ends have no day before or after.
YEARS = range(1971, 2100)


class Direction(StrEnum):
    """Name a direction of the electricity, seen from the grid."""

    IMPORT = "IMPORT"
    EXPORT = "EXPORT"
    LOCAL = "LOCAL"


@dataclass(frozen=True, slots=True)
class Window:
    """Hold the stretch and the direction asked for, and the request as it came."""

    start: datetime
    end: datetime
    direction: Direction
    # The offset in which the answer writes its moments.
    zone: tzinfo
    request: JsonObject


def read_window(
    body: object, location: Location, now: datetime, *, has_local: bool
) -> Window:
    """Read the body of a request, or refuse it."""
    if not isinstance(body, dict):
        raise invalid("body_invalid", "The body must be a JSON object.")
    direction = _direction(body, location, has_local=has_local)
    end = _moment(body, "end_time")
    if end is None:
        raise invalid("end_time_missing", "End time is required.")
    # What a request without a start means is not documented: from now on.
    start = _moment(body, "start_time") or now.replace(microsecond=0)
    if start >= end:
        raise invalid("end_time_invalid", "End time must be after start time.")
    if end - start > MOST_DAYS:
        raise invalid("end_time_invalid", "The range must not be above 90 days.")
    names = ("tariff_direction", "start_time", "end_time")
    request = {name: body[name] for name in names if name in body}
    return Window(start, end, direction, end.tzinfo or UTC, request)


def _direction(
    body: Mapping[str, object], location: Location, *, has_local: bool
) -> Direction:
    """Read the direction, which is IMPORT unless another one is named."""
    name = body.get("tariff_direction", Direction.IMPORT)
    if name not in tuple(Direction):
        message = "Direction parameter must be EXPORT or IMPORT"
        raise invalid("tariff_direction_invalid", message)
    direction = Direction(str(name))
    if direction is Direction.LOCAL and not has_local:
        message = "Direction LOCAL (beta) is not supported for your account"
        raise RefusalError(422, "tariff_direction_not_supported", message)
    if direction is Direction.EXPORT and not location.has_export:
        message = "No EXPORT tariff is connected to this location."
        raise RefusalError(422, "no_tariff_connected", message)
    return direction


def _moment(body: Mapping[str, object], name: str) -> datetime | None:
    """Read a moment, or none when the field is not there."""
    if name not in body:
        return None
    moment = read(body[name])
    if moment is None or moment.year not in YEARS:
        message = f"{name} must be a timestamp of RFC 3339."
        raise invalid(f"{name}_invalid", message)
    return moment
