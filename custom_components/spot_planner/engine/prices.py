"""A provider's answer: its price series, and what it says beside it."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Self, final

from .series import PriceSeries


@final
@dataclass(frozen=True, slots=True)
class Prices:
    """The price of power from the grid, and what some providers tell beside it."""

    series: PriceSeries
    export: PriceSeries | None = None
    """What the customer is paid for power that goes into the grid."""
    local: PriceSeries | None = None
    """What power costs that is generated at the customer's own place."""
    next_update: datetime | None = None
    """When the provider wants to be asked next, in UTC; None where it does not say."""

    def merge(self, newer: Self) -> Self:
        """Return both as one; where both know a price, the newer one counts.

        A price that was confirmed once is not replaced by an estimate.

        Raises:
            SeriesError: The two are in different currencies.
        """
        return replace(
            newer,
            series=_overlay(self.series, newer.series),
            export=_merge(self.export, newer.export),
            local=_merge(self.local, newer.local),
        )

    def since(self, moment: datetime) -> Self:
        """Return what holds from a moment on."""
        return self.within(moment, datetime.max.replace(tzinfo=UTC))

    def within(self, start: datetime, end: datetime) -> Self:
        """Return what holds in `[start, end)`."""
        return replace(
            self,
            series=self.series.slice(start, end),
            export=None if self.export is None else self.export.slice(start, end),
            local=None if self.local is None else self.local.slice(start, end),
        )


def _merge(known: PriceSeries | None, newer: PriceSeries | None) -> PriceSeries | None:
    if known is None or newer is None:
        return known if newer is None else newer
    return _overlay(known, newer)


def _overlay(known: PriceSeries, newer: PriceSeries) -> PriceSeries:
    merged = known.merge(newer)
    if all(not interval.estimated for interval in newer):
        return merged
    return merged.merge(known.confirmed()).merge(newer.confirmed())
