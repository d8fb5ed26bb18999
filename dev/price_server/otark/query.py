"""Read the parameters of Otark's routes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from aiohttp import web

from dev.price_server.answer import FieldIssue

from .errors import invalid

MOST_SLOTS = 100


def whole(request: web.Request, name: str, least: int, most: int) -> int | None:
    """Read a whole number between two limits, or none."""
    text = request.query.get(name)
    if text is None:
        return None
    try:
        value = int(text)
    except ValueError:
        issue = FieldIssue(name, "Must be an integer", "invalid_type")
        raise invalid(request, issue) from None
    if value < least:
        issue = FieldIssue(name, f"Must be at least {least}", "value_too_small")
        raise invalid(request, issue)
    if value > most:
        issue = FieldIssue(name, f"Must be at most {most}", "value_too_large")
        raise invalid(request, issue)
    return value


def word(request: web.Request, name: str, words: Sequence[str]) -> str | None:
    """Read one of several words, or none."""
    text = request.query.get(name)
    if text is not None and text not in words:
        issue = f"Must be one of {', '.join(words)}"
        raise invalid(request, FieldIssue(name, issue, "invalid_enum_value"))
    return text


def flag(request: web.Request, name: str) -> bool:
    """Read true or false, which is what is not there."""
    return word(request, name, ("true", "false")) == "true"


def day(request: web.Request, name: str) -> date | None:
    """Read a date, or none."""
    text = request.query.get(name)
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        issue = FieldIssue(name, "Must be a date", "invalid_format")
        raise invalid(request, issue) from None


def moment(request: web.Request, name: str) -> datetime | None:
    """Read a moment with an offset, or none."""
    text = request.query.get(name)
    if text is None:
        return None
    issue = FieldIssue(name, "Must be an ISO 8601 timestamp in UTC", "invalid_format")
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        raise invalid(request, issue) from None
    if value.tzinfo is None:
        raise invalid(request, issue)
    return value


@dataclass(frozen=True, slots=True)
class Delivery:
    """Hold which part of the deliveries is asked for; none is no limit."""

    day: date | None
    start: datetime | None
    end: datetime | None
    first_slot: int
    last_slot: int

    def has_slot(self, number: int) -> bool:
        """Tell whether a slot is asked for."""
        return self.first_slot <= number <= self.last_slot

    def has_day(self, delivery_day: date) -> bool:
        """Tell whether a delivery day is asked for."""
        return self.day is None or self.day == delivery_day

    def has_period(self, start: datetime, end: datetime) -> bool:
        """Tell whether a delivery lies in the stretch asked for."""
        begins = self.start is None or self.start <= start
        return begins and (self.end is None or end <= self.end)


def delivery(request: web.Request) -> Delivery:
    """Read the filters that transactions and nominations have in common."""
    return Delivery(
        day=day(request, "delivery_date"),
        start=moment(request, "delivery_start"),
        end=moment(request, "delivery_end"),
        first_slot=whole(request, "slot_number_from", 1, MOST_SLOTS) or 1,
        last_slot=whole(request, "slot_number_to", 1, MOST_SLOTS) or MOST_SLOTS,
    )
