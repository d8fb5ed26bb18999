"""Hold the locations that have a tariff."""

from dataclasses import dataclass, replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from dev.price_server.answer import RefusalError
from dev.price_server.credentials import FLATPEAK_LOCATION_ID
from dev.price_server.market import PARIS


@dataclass(frozen=True, slots=True)
class Location:
    """Hold where a customer lives and how the tariff there is cut and known."""

    # The whole id of the usual location, and how the ids of the others begin.
    id: str
    zone: ZoneInfo = PARIS
    currency: str = "EUR"
    # What one euro is worth in the currency; made up.
    rate: float = 1.0
    # The minutes of the rows, over and over from midnight on; none: the whole day.
    minutes: tuple[int, ...] = (15,)
    # A fixed price has no market behind it.
    is_fixed: bool = False
    # Whether what is not published is forecast, or unknown.
    is_forecast: bool = True
    has_export: bool = True

    def length(self, index: int) -> timedelta | None:
        """Give the length of a day's row, or none for one that lasts the day."""
        if not self.minutes:
            return None
        return timedelta(minutes=self.minutes[index % len(self.minutes)])


USUAL = Location(FLATPEAK_LOCATION_ID)
OTHERS = (
    Location("loc_flat", minutes=(), is_fixed=True),
    Location("loc_mixed", minutes=(30, 60, 90)),
    Location("loc_unknown_market", is_forecast=False),
    Location("loc_london", zone=ZoneInfo("Europe/London"), currency="GBP", rate=0.86),
    Location("loc_import_only", has_export=False),
)


def find_location(name: str) -> Location:
    """Find a location by its id, or refuse."""
    if name == USUAL.id:
        return USUAL
    for location in OTHERS:
        if name.startswith(location.id):
            return replace(location, id=name)
    message = f"Location {name} does not exist."
    raise RefusalError(404, "location_not_found", message)
