"""Everything that entities show, worked out once per tick."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import Any, Self

from ..engine.levels import DayRanking
from ..engine.planning.windows import Window, cheapest_window, window_at
from ..engine.publication import Publication
from ..engine.series import Level, PriceInterval, PriceSeries
from ..engine.time_range import day_range, next_minute
from ..options import Settings
from .lists import price_lists


@dataclass(frozen=True, slots=True)
class DayPrices:
    """The prices of one local day in three numbers; None where none is known."""

    average: float | None
    lowest: PriceInterval | None
    highest: PriceInterval | None

    @classmethod
    def of(cls, day: PriceSeries) -> Self:
        """Sum up a day; of equal prices, the earliest is the lowest or highest."""
        return cls(
            average=day.average(),
            lowest=min(day, key=lambda interval: interval.price, default=None),
            highest=max(day, key=lambda interval: interval.price, default=None),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceView:
    """What is known at one moment; times are UTC, prices currency per kWh."""

    currency: str
    source: str
    fetched_at: datetime | None
    known_until: datetime | None
    current: PriceInterval | None
    export: PriceInterval | None
    local: PriceInterval | None
    following: PriceInterval | None
    level: Level | None
    rank: float | None
    today: DayPrices
    tomorrow: DayPrices
    """Empty until tomorrow is known as far as the market publishes it."""
    tomorrow_available: bool
    window: Window | None
    in_window: bool
    component_names: tuple[str, ...]
    price_lists: Mapping[str, Any] = field(default_factory=dict)
    next_change: datetime
    """When any of this becomes wrong by the passing of time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What a view is worked out from, apart from the time."""

    series: PriceSeries
    export: PriceSeries | None = None
    local: PriceSeries | None = None
    settings: Settings
    source: str
    publication: Publication
    home: tzinfo
    fetched_at: datetime | None
    held: Window | None
    """The window of the view before; once begun, it stays until its end."""

    def view(self, now: datetime) -> PriceView:
        """Work out everything for a moment."""
        series = self.series
        current = series.at(now)
        date = now.astimezone(self.home).date()
        today = day_range(date, self.home)
        prices_today = series.slice(today.start, today.end)
        prices_tomorrow = self._tomorrow(now)
        ranking = DayRanking(prices_today)
        window = self._window(now)
        return PriceView(
            currency=series.currency,
            source=(current and current.source) or self.source,
            fetched_at=self.fetched_at,
            known_until=series.end,
            current=current,
            export=None if self.export is None else self.export.at(now),
            local=None if self.local is None else self.local.at(now),
            following=series.at(current.end) if current else None,
            level=current and self.settings.level_rule.level(current, ranking),
            rank=current and round(ranking.rank(current.price), 2),
            today=DayPrices.of(prices_today),
            tomorrow=DayPrices.of(prices_tomorrow),
            tomorrow_available=len(prices_tomorrow) > 0,
            window=window,
            in_window=window is not None and now in window,
            component_names=series.component_names,
            price_lists=price_lists(
                self.settings.price_lists, prices_today, prices_tomorrow, self.home
            ),
            next_change=self._next_change(now, window, today.end),
        )

    def _tomorrow(self, now: datetime) -> PriceSeries:
        """Return tomorrow's prices once they are complete, else an empty series.

        A home west of its market sees the last hour of its own tomorrow only a day
        later, so tomorrow is complete when the market's tomorrow is.
        """
        date = now.astimezone(self.home).date()
        tomorrow = day_range(date + timedelta(days=1), self.home)
        noon = tomorrow.start + timedelta(hours=12)
        market_day = self.publication.market_day(noon)
        end = min(tomorrow.end, day_range(market_day, self.publication.zone).end)
        if end > tomorrow.start and self.series.covers(tomorrow.start, end):
            return self.series.slice(tomorrow.start, tomorrow.end)
        return PriceSeries(self.series.currency)

    def _window(self, now: datetime) -> Window | None:
        """Return the cheapest window from now on, or the one that has begun."""
        duration = self.settings.window_duration
        held = self.held
        if held and now in held and held.duration == duration:
            return window_at(self.series, held.start, duration) or held
        return cheapest_window(self.series, duration, earliest=next_minute(now))

    def _next_change(
        self, now: datetime, window: Window | None, midnight: datetime
    ) -> datetime:
        """Return the next price border, window border or local midnight."""
        moments = [midnight]
        for series in (self.series, self.export, self.local):
            if series and (coming := series.slice(now, midnight).intervals):
                moments += [coming[0].start, coming[0].end]
        if window:
            moments += [window.start, window.end]
        return min(moment for moment in moments if moment > now)
