"""Cut the quarter-hours of a period into the rows of an answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import groupby
from statistics import fmean
from zoneinfo import ZoneInfo

from dev.price_server.market import QUARTER_HOUR, Quarter, midnight
from dev.price_server.publication import Publication, quarters_from

# Nobody needs older prices, and the calendar's first days have no moment in UTC.
FIRST_DAY = date(1970, 1, 1)
# No local day is longer, so the next row always fits in it.
LONGEST_DAY = timedelta(hours=25)


class Granularity(StrEnum):
    """Name the length of a row."""

    QUARTER_HOURLY = "quarter_hourly"
    HOURLY = "hourly"
    DAILY = "daily"


@dataclass(frozen=True, slots=True)
class Row:
    """Hold the quarter-hours that one row of an answer stands for."""

    start: datetime
    quarters: tuple[Quarter, ...]

    @property
    def spot(self) -> float:
        """Give the mean spot price in €/MWh."""
        return round(fmean(it.price for it in self.quarters), 2)


@dataclass(frozen=True, slots=True)
class Period:
    """Hold the local days asked for, without the last one, and the length of a row."""

    start: date
    end: date
    granularity: Granularity
    zone: ZoneInfo

    def rows(self, publication: Publication) -> tuple[Row, ...]:
        """Give the rows that are published."""
        start = midnight(max(self.start, FIRST_DAY), self.zone)
        end = midnight(self.end, self.zone)
        return self._cut(publication.quarters(start, end))

    def row_after(self, rows: Sequence[Row]) -> Row:
        """Give the row that follows, published or not."""
        end = rows[-1].quarters[-1].start + QUARTER_HOUR
        return self._cut(quarters_from(end, LONGEST_DAY))[0]

    def _cut(self, quarters: Sequence[Quarter]) -> tuple[Row, ...]:
        """Put the quarter-hours of one row together."""
        groups = [tuple(group) for _, group in groupby(quarters, self._row_start)]
        return tuple(Row(self._local(group[0]), group) for group in groups)

    def _row_start(self, quarter: Quarter) -> tuple[datetime | date, timedelta | None]:
        """Name the row to which a quarter-hour belongs."""
        local = self._local(quarter)
        match self.granularity:
            case Granularity.DAILY:
                return local.date(), None
            case Granularity.HOURLY:
                # In autumn the offset tells the two hours of the same name apart.
                hour = local.replace(minute=0, tzinfo=None)
                return hour, local.utcoffset()
            case Granularity.QUARTER_HOURLY:
                return quarter.start, None

    def _local(self, quarter: Quarter) -> datetime:
        """Give the start of a quarter-hour in the time zone asked for."""
        return quarter.start.astimezone(self.zone)
