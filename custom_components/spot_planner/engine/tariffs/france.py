"""The French tariff: grid (TURPE), excise (accise), supplier and VAT."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ..series import Component, PriceInterval, PriceSeries
from ..time_range import clock_moments
from .model import FrenchContract, TaxDisplay
from .own_rates import OwnRates
from .rates import FrenchTables, Row, last_revision

# CRE deliberation 2025-78 of 13 March 2025: high season is November to March.
HIGH_SEASON = frozenset({11, 12, 1, 2, 3})


@dataclass(frozen=True, slots=True)
class FrenchTariff:
    """A contract and the regulated tables that it refers to."""

    contract: FrenchContract
    tables: FrenchTables
    zone: ZoneInfo

    def build(self, spot: PriceSeries) -> PriceSeries:
        """Return the full price from a series whose price is the spot price.

        The price is spot + grid + excise + supplier, times one plus VAT unless the
        contract shows prices without it. Each rate is the customer's own where there
        is one, else the table's; where neither is known, there is no price: a gap.
        """
        changes = self._changes(spot)
        return replace(
            spot,
            intervals=tuple(
                priced
                for interval in spot
                for piece in _cut(interval, changes)
                if (priced := self._price(piece, (Component("spot", piece.price),)))
            ),
        )

    def estimate(self, spot: PriceSeries, source: str) -> PriceSeries:
        """Return the full price from the spot prices of another provider.

        Each interval is marked as an estimate and names the source, for it is not
        what the customer's own provider says.
        """
        built = self.build(spot)
        return replace(
            built,
            intervals=tuple(
                replace(interval, estimated=True, source=source) for interval in built
            ),
        )

    def rebuild(self, series: PriceSeries) -> PriceSeries:
        """Return full prices with the customer's hours, markup and rates worked in.

        The grid part is ours everywhere as soon as the customer gave off-peak hours
        or the grid rate of any period: periods without a rate of the customer's own
        have the table's. The excise is replaced by one of the customer's own. Every
        other component stays what the provider says, and VAT follows. Where nothing
        of this applies, the provider's prices are left untouched, and so is a price
        that it states without components, for it cannot be taken apart.
        """
        if not self.contract.is_own:
            return series
        changes = self._changes(series)
        intervals: list[PriceInterval] = []
        for interval in series:
            if not interval.components:
                intervals.append(interval)
                continue
            parts = self._kept_parts(interval)
            intervals.extend(
                priced
                for piece in _cut(interval, changes)
                if (priced := self._price(piece, parts))
            )
        return replace(series, intervals=tuple(intervals))

    def period(self, moment: datetime) -> str:
        """Return the tariff period of a moment: HPH, HCH, HPB or HCB."""
        local = moment.astimezone(self.zone)
        season = "H" if local.month in HIGH_SEASON else "B"
        off_peak = local in self.contract.off_peak_in(season)
        return f"{'HC' if off_peak else 'HP'}{season}"

    def grid(self, moment: datetime) -> float | None:
        """Return the energy part of TURPE in EUR per kWh without VAT."""
        period = self.period(moment)
        if (own := self.own_rates.grid(period)) is not None:
            return own
        row = self.tables.turpe.row_at(self._day(moment))
        contract = self.contract
        return row and row.rate(contract.segment, contract.turpe_option, period)

    def excise(self, moment: datetime) -> float | None:
        """Return the excise in EUR per kWh without VAT."""
        if self.own_rates.excise is not None:
            return self.own_rates.excise
        row = self.tables.excise.row_at(self._day(moment))
        return row and row.rate(self.contract.profile)

    def vat_rate(self, moment: datetime) -> float | None:
        """Return the VAT share, 0 where the contract shows prices without VAT."""
        if self.contract.display is TaxDisplay.HT:
            return 0.0
        if self.own_rates.vat is not None:
            return self.own_rates.vat
        row = self.tables.vat.row_at(self._day(moment))
        return row and row.rate("standard")

    @property
    def own_rates(self) -> OwnRates:
        """Return the numbers that are the customer's own, for diagnostics."""
        return self.contract.own_rates

    def rows_at(self, moment: datetime) -> tuple[Row | None, ...]:
        """Return the rows of TURPE, excise and VAT in force, for diagnostics."""
        day = self._day(moment)
        tables = (self.tables.turpe, self.tables.excise, self.tables.vat)
        return tuple(table.row_at(day) for table in tables)

    def outdated(self, now: datetime) -> tuple[Row, ...]:
        """Return the rows in force that are older than the last 1 August.

        Of TURPE and excise only those count on which a price of `build` depends
        within a year, that is unless the customer replaced all their numbers. VAT
        has no yearly revision.
        """
        day = self._day(now)
        tables = []
        if any(self.own_rates.grid(period) is None for period in self.contract.periods):
            tables.append(self.tables.turpe)
        if self.own_rates.excise is None:
            tables.append(self.tables.excise)
        rows = [table.row_at(day) for table in tables]
        return tuple(row for row in rows if row and row.valid_from < last_revision(day))

    def outdated_in_rebuild(self, now: datetime) -> tuple[Row, ...]:
        """Return those of the outdated rows on which a price of `rebuild` depends.

        That is TURPE where the grid part is ours; the excise is the provider's or the
        customer's own, never the table's where a provider states one.
        """
        if "grid" not in self.contract.own_parts:
            return ()
        grid = self.tables.turpe.rows
        return tuple(row for row in self.outdated(now) if row in grid)

    def _kept_parts(self, interval: PriceInterval) -> tuple[Component, ...]:
        """Return the components that stay what the provider says."""
        dropped = self.contract.own_parts | {"vat"}
        return tuple(part for part in interval.components if part.name not in dropped)

    def _price(
        self, piece: PriceInterval, parts: tuple[Component, ...]
    ) -> PriceInterval | None:
        """Return the piece with all components, or None where a rate is missing."""
        amounts: dict[str, float | None] = {part.name: part.amount for part in parts}
        if "grid" not in amounts:
            amounts["grid"] = self.grid(piece.start)
        if "excise" not in amounts:
            amounts["excise"] = self.excise(piece.start)
        if markup := self.contract.supplier_markup:
            amounts["supplier"] = (amounts.get("supplier") or 0.0) + markup
        known = {name: amount for name, amount in amounts.items() if amount is not None}
        vat_rate = self.vat_rate(piece.start)
        if len(known) < len(amounts) or vat_rate is None:
            return None
        before_vat = sum(known.values())
        if self.contract.display is TaxDisplay.TTC:
            known["vat"] = before_vat * vat_rate
        return replace(
            piece,
            price=sum(known.values()),
            components=tuple(Component(*item) for item in known.items()),
        )

    def _changes(self, series: PriceSeries) -> list[datetime]:
        """Return the moments of a series at which other rates begin."""
        if series.start is None or series.end is None:
            return []
        times = {
            change
            for season in ("H", "B")
            for change in self.contract.off_peak_in(season).changes
        }
        # Rates and seasons begin at midnight.
        found = clock_moments({time(), *times}, series.start, series.end, self.zone)
        instant = timedelta(microseconds=1)
        return sorted(m for m in found if self._rates(m) != self._rates(m - instant))

    def _rates(self, moment: datetime) -> tuple[float | None, ...]:
        return self.grid(moment), self.excise(moment), self.vat_rate(moment)

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()


def _cut(interval: PriceInterval, changes: list[datetime]) -> Iterator[PriceInterval]:
    """Go through the pieces of an interval between the changes within it."""
    start = interval.start
    first = bisect_right(changes, start)
    for change in changes[first : bisect_left(changes, interval.end)]:
        yield replace(interval, start=start, end=change)
        start = change
    yield replace(interval, start=start)
