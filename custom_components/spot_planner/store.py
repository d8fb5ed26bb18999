"""Prices on disk, so that a restart needs no network."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, final, override

from homeassistant.core import HomeAssistant

from .const import DOMAIN
from .engine.planning.windows import Window
from .engine.prices import Prices
from .engine.series import Component, Level, PriceInterval, PriceSeries
from .safe_store import SafeStore, read_moment, read_moment_or_none


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
    window = document["window"]
    export, local = document.get("export"), document.get("local")
    return StoredPrices(
        question=str(document["question"]),
        prices=Prices(
            series=_read_series(document),
            export=None if export is None else _read_series(export),
            local=None if local is None else _read_series(local),
            next_update=read_moment_or_none(document.get("next_update")),
        ),
        fetched_at=read_moment_or_none(document["fetched_at"]),
        window=window
        and Window(read_moment(window[0]), read_moment(window[1]), float(window[2])),
    )


def _read_series(document: dict[str, Any]) -> PriceSeries:
    """Return a series of a document."""
    names: list[str] = document["components"]
    return PriceSeries(
        str(document["currency"]),
        tuple(
            PriceInterval(
                start=read_moment(start),
                end=read_moment(end),
                price=float(price),
                components=tuple(
                    Component(name, float(amount))
                    for name, amount in zip(names, amounts, strict=True)
                    if amount is not None
                ),
                estimated=bool(estimated),
                provider_level=None if level is None else Level(level),
            )
            for start, end, price, estimated, level, amounts in document["intervals"]
        ),
    )


def _seconds(moment: datetime | None) -> float | None:
    return None if moment is None else moment.timestamp()
