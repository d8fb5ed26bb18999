"""Daily hours: stretches of each day, off-peak on a meter or forbidden to run."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, tzinfo
from itertools import pairwise
import re
from typing import Self

from .errors import InputError
from .time_range import TimeRange, clock_moments

_RANGE = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")
_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class DailyHours:
    """Half-open local stretches of a day, in minutes since midnight.

    They are ordered, do not overlap and never pass midnight: hours that do are
    kept as two stretches.
    """

    minutes: tuple[tuple[int, int], ...]

    @classmethod
    def parse(cls, text: str, field: str) -> Self:
        """Read text such as `22:00-06:00` or `02:30-07:30,14:00-17:00`.

        Raises:
            InputError: The text is empty, holds something that is not a time, or
                its stretches overlap; the error names the given field.
        """
        if not text.strip():
            raise InputError(field, "off_peak_empty", text)
        stretches: list[tuple[int, int]] = []
        for part in text.split(","):
            start, end = cls._parse_range(part.strip(), field, text)
            if start < end:
                stretches.append((start, end))
            else:
                stretches.append((start, _DAY))
                if end:
                    stretches.append((0, end))
        stretches.sort()
        if any(before[1] > after[0] for before, after in pairwise(stretches)):
            raise InputError(field, "off_peak_overlap", text)
        return cls(tuple(stretches))

    @staticmethod
    def _parse_range(part: str, field: str, text: str) -> tuple[int, int]:
        if not (match := _RANGE.fullmatch(part)):
            raise InputError(field, "off_peak_not_a_time", text)
        numbers = [int(number) for number in match.groups()]
        start, end = numbers[0] * 60 + numbers[1], numbers[2] * 60 + numbers[3]
        # 24:00 is how many write the end of the day; nothing lies beyond it.
        if max(numbers[1], numbers[3]) > 59 or start >= _DAY or end > _DAY:
            raise InputError(field, "off_peak_not_a_time", text)
        if start == end:
            raise InputError(field, "off_peak_empty", text)
        return start, end

    def __contains__(self, local: datetime) -> bool:
        """Tell whether a local time lies in these hours."""
        minute = local.hour * 60 + local.minute
        return any(start <= minute < end for start, end in self.minutes)

    @property
    def all_day(self) -> bool:
        """Tell whether no minute of the day lies outside."""
        return sum(end - start for start, end in self.minutes) == _DAY

    @property
    def changes(self) -> tuple[time, ...]:
        """Return the times of day at which they begin or end."""
        edges = {edge % _DAY for stretch in self.minutes for edge in stretch}
        return tuple(time(edge // 60, edge % 60) for edge in sorted(edges))

    def between(
        self, start: datetime, end: datetime, zone: tzinfo
    ) -> tuple[TimeRange, ...]:
        """Return the parts of `[start, end)`, in UTC, in which clocks show these hours.

        Each part is as long as it can be, over midnight too. An hour that the clocks
        show twice counts twice, and one that they leave out not at all.
        """
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        found: list[TimeRange] = []
        changes = clock_moments(self.changes, start, end, zone)
        edges = [start, *sorted(it for it in changes if start < it < end), end]
        for before, after in pairwise(edges):
            # Between two edges the clock does not pass a change of the hours.
            if before.astimezone(zone) not in self or before >= after:
                continue
            if found and found[-1].end == before:
                found[-1] = TimeRange(found[-1].start, after)
            else:
                found.append(TimeRange(before, after))
        return tuple(found)
