"""Cut German delivery days into their slots, and make up volumes for them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import pi, sin
from zoneinfo import ZoneInfo

from dev.price_server.market import QUARTER_HOUR, midnight

BERLIN = ZoneInfo("Europe/Berlin")


@dataclass(frozen=True, slots=True)
class Slot:
    """Hold one quarter-hour of a delivery day.

    Numbers count from 1 at local midnight up to 92, 96 or 100. The one sample that the
    vendor's reference has seems to count from midnight in UTC.
    """

    day: date
    number: int

    @property
    def start(self) -> datetime:
        """Give the moment in UTC at which the slot begins."""
        return midnight(self.day, BERLIN) + (self.number - 1) * QUARTER_HOUR

    @property
    def end(self) -> datetime:
        """Give the moment in UTC at which the slot ends."""
        return self.start + QUARTER_HOUR

    @property
    def sun(self) -> float:
        """Make up the MWh of a solar park of 25 MW, from six to eight o'clock."""
        local = self.start.astimezone(BERLIN)
        height = sin(pi * (local.hour + local.minute / 60 - 6) / 14)
        return round(max(0.0, 6.25 * height), 3)

    @property
    def band(self) -> float:
        """Make up the MWh of a purchase that differs from slot to slot."""
        return round(1.25 + self.number / 100, 3)


def delivery_day(moment: datetime) -> date:
    """Give the German delivery day to which a moment belongs."""
    return moment.astimezone(BERLIN).date()


def slots(day: date) -> Iterator[Slot]:
    """Give the slots of a delivery day."""
    length = midnight(day + timedelta(days=1), BERLIN) - midnight(day, BERLIN)
    for number in range(1, length // QUARTER_HOUR + 1):
        yield Slot(day, number)


def written(moment: datetime) -> str:
    """Write a moment in UTC."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
