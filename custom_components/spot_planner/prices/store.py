"""Prices on disk, so that a restart needs no network."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, final, override

from homeassistant.core import HomeAssistant

from ..const import DOMAIN
from ..engine.planning.windows import Window
from ..engine.prices import Prices
from ..engine.series import PRICE_LIMIT, Component, Level, PriceInterval, PriceSeries
from ..storage.safe_store import SafeStore
from ..storage.stored_value import (
    OddValueError,
    read_choice,
    read_currency,
    read_fields,
    read_list,
    read_moment,
    read_moment_or_none,
    read_number,
    read_text,
    read_truth,
)

# No provider is asked for more at once, and only some days before are kept. A price
# that holds for a century would be cut into as many days.
LONGEST_SERIES = timedelta(days=100)

# No provider wants to be asked later after the end of what it has told.
LONGEST_WAIT = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class StoredPrices:
    """What is known of prices, and the question that they answer."""

    question: str
    prices: Prices
    fetched_at: datetime | None
    window: Window | None = None
    """The cheapest window, kept from the moment it has begun."""


@final
class PriceStore(SafeStore[StoredPrices]):
    """Keep the prices of one config entry in a file of their own."""

    noun = "prices"
    remedy = "asked for again"

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Name the file; nothing is read yet."""
        super().__init__(hass, f"{DOMAIN}.{entry_id}")

    @override
    def _write(self, stored: StoredPrices) -> dict[str, Any]:
        return _write(stored)

    @override
    def _read(self, document: dict[str, Any]) -> StoredPrices:
        return _read(document)


def _write(stored: StoredPrices) -> dict[str, Any]:
    """Return the document of the file."""
    prices = stored.prices
    return {
        "question": stored.question,
        "fetched_at": _seconds(stored.fetched_at),
        "next_update": _seconds(prices.next_update),
        "window": stored.window
        and [
            _seconds(stored.window.start),
            _seconds(stored.window.end),
            stored.window.average_price,
        ],
        **_write_series(prices.series),
        "export": None if prices.export is None else _write_series(prices.export),
        "local": None if prices.local is None else _write_series(prices.local),
    }


def _write_series(series: PriceSeries) -> dict[str, Any]:
    """Return a series as one short row per interval."""
    names = series.component_names
    return {
        "currency": series.currency,
        "components": names,
        "intervals": [
            [
                _seconds(interval.start),
                _seconds(interval.end),
                interval.price,
                interval.estimated,
                interval.provider_level,
                [interval.component(name) for name in names],
            ]
            for interval in series
        ],
    }


def _read(document: dict[str, Any]) -> StoredPrices:
    """Return the prices of a document; the first version knew of one series only."""
    series = _read_series(document)
    next_update = read_moment_or_none(document.get("next_update"))
    if next_update and series.end and next_update > series.end + LONGEST_WAIT:
        raise OddValueError("the next question is never asked")
    return StoredPrices(
        question=read_text(document["question"]),
        prices=Prices(
            series=series,
            export=_read_beside(document.get("export"), series.currency),
            local=_read_beside(document.get("local"), series.currency),
            next_update=next_update,
        ),
        fetched_at=read_moment_or_none(document["fetched_at"]),
        window=_read_window(document["window"]),
    )


def _read_window(value: object) -> Window | None:
    if value is None:
        return None
    start, end, price = read_list(value)
    window = Window(read_moment(start), read_moment(end), _read_price(price))
    if not timedelta() < window.duration <= LONGEST_SERIES:
        raise OddValueError("a window has no length, or no end")
    return window


def _read_beside(value: object, currency: str) -> PriceSeries | None:
    """Return a series beside that of the price, which is in the same currency."""
    if value is None:
        return None
    series = _read_series(value)
    if series.currency != currency:
        raise OddValueError("prices are in two currencies")
    return series


def _read_series(value: object) -> PriceSeries:
    """Return a series of a document."""
    document = read_fields(value)
    names = [read_text(name) for name in read_list(document["components"])]
    series = PriceSeries(
        read_currency(document["currency"]),
        tuple(_read_interval(row, names) for row in read_list(document["intervals"])),
    )
    if series.start and series.end and series.end - series.start > LONGEST_SERIES:
        raise OddValueError("prices reach too far")
    return series


def _read_interval(row: object, names: list[str]) -> PriceInterval:
    start, end, price, estimated, level, amounts = read_list(row)
    return PriceInterval(
        start=read_moment(start),
        end=read_moment(end),
        price=_read_price(price),
        components=tuple(
            Component(name, _read_price(amount))
            for name, amount in zip(names, read_list(amounts), strict=True)
            if amount is not None
        ),
        estimated=read_truth(estimated),
        provider_level=None if level is None else read_choice(level, Level),
    )


def _read_price(value: object) -> float:
    price = read_number(value)
    if not abs(price) < PRICE_LIMIT:
        raise OddValueError("a price is out of bounds")
    return price


def _seconds(moment: datetime | None) -> float | None:
    return None if moment is None else moment.timestamp()
