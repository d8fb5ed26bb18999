"""Try every minute, in whole numbers: slow, simple and exact."""

from datetime import datetime
from decimal import Decimal
from itertools import accumulate
from operator import sub

from ..helpers import MINUTE

# Whole units of 1e-20 per kWh hold every recorded price exactly, also those few in
# which a float has left its dust.
UNIT = 20


class MinuteGrid:
    """The price of every minute of a stretch, as a whole number or None."""

    def __init__(self, rows: list[tuple[datetime, datetime, Decimal]]) -> None:
        """Write each price into its minutes."""
        self.origin = rows[0][0]
        self.prices: list[int | None] = [None] * self.minute(rows[-1][1])
        for start, end, price in rows:
            units = price.scaleb(UNIT)
            assert units == int(units)
            first, after = self.minute(start), self.minute(end)
            self.prices[first:after] = [int(units)] * (after - first)
        self._totals = list(accumulate((it or 0 for it in self.prices), initial=0))
        known = (it is not None for it in self.prices)
        self._known = list(accumulate(known, initial=0))

    def minute(self, moment: datetime) -> int:
        """Return the number of a minute."""
        count, rest = divmod(moment - self.origin, MINUTE)
        assert not rest
        return count

    def moment(self, minute: int) -> datetime:
        """Return the moment at which a minute begins."""
        return self.origin + minute * MINUTE

    def cost(self, start: datetime, duration: int) -> int | None:
        """Return the cost of a window minute by minute, or None across a gap."""
        first = self.minute(start)
        part = self.prices[first : first + duration] if first >= 0 else []
        known = [price for price in part if price is not None]
        return sum(known) if len(known) == duration else None

    def best(
        self, duration: int, earliest: datetime, latest: datetime, *, dearest: bool
    ) -> tuple[datetime, int] | None:
        """Return the first best window that starts on a minute, and its cost."""
        first = max(self.minute(earliest), 0)
        after = min(self.minute(latest), len(self.prices)) - duration + 1
        if first >= after:
            return None
        ends, starts = slice(first + duration, after + duration), slice(first, after)
        costs = list(map(sub, self._totals[ends], self._totals[starts]))
        counts = list(map(sub, self._known[ends], self._known[starts]))
        whole = [
            cost for cost, count in zip(costs, counts, strict=True) if count == duration
        ]
        if not whole:
            return None
        best = max(whole) if dearest else min(whole)
        place = next(
            place
            for place, (cost, count) in enumerate(zip(costs, counts, strict=True))
            if count == duration and cost == best
        )
        return self.moment(first + place), best
