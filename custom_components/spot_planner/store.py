"""Prices on disk, so that a restart needs no network."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util

from .const import DOMAIN, LOGGER
from .engine.errors import EngineError
from .engine.planning.windows import Window
from .engine.prices import Prices
from .engine.series import Component, Level, PriceInterval, PriceSeries

VERSION = 1


@dataclass(frozen=True, slots=True)
class StoredPrices:
    """What is known of prices, and the question that they answer."""

    question: str
    prices: Prices
    fetched_at: datetime | None
    window: Window | None = None
    """The cheapest window, kept from the moment it has begun."""


class PriceStore:
    """Keep the prices of one config entry in a file of their own."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Name the file; nothing is read yet."""
        self._hass = hass
        self._store: Store[dict[str, Any]] = Store(
            hass, VERSION, f"{DOMAIN}.{entry_id}", atomic_writes=True
        )

    async def async_load(self) -> StoredPrices | None:
        """Return what was stored, or None when there is nothing that can be used.

        A file that is no JSON is set aside by Home Assistant itself; one that holds
        something else than prices is set aside here. Either way it is rebuilt.
        """
        try:
            document = await self._store.async_load()
            return None if document is None else _read(document)
        # Home Assistant's own store raises NotImplementedError for a file of an older
        # version that nobody migrates; the others are what odd contents lead to.
        except (
            ArithmeticError,
            AttributeError,
            HomeAssistantError,
            LookupError,
            NotImplementedError,
            TypeError,
            ValueError,
            EngineError,
        ) as err:
            path = Path(self._store.path)
            aside = path.with_name(
                f"{path.name}.damaged.{dt_util.utcnow():%Y%m%d%H%M%S}"
            )
            await self._hass.async_add_executor_job(_set_aside, path, aside)
            LOGGER.warning(
                "The stored prices in %s cannot be read (%s); the file is now %s and "
                "the prices are asked for again",
                path.name,
                type(err).__name__,
                aside.name,
            )
            return None

    async def async_save(self, stored: StoredPrices) -> None:
        """Write the prices now."""
        await self._store.async_save(_write(stored))

    async def async_remove(self) -> None:
        """Delete the file and the damaged ones that were set aside, for good."""
        await self._store.async_remove()
        await self._hass.async_add_executor_job(_delete_aside, Path(self._store.path))


def _set_aside(path: Path, aside: Path) -> None:
    """Rename a file that somebody may want to look at, if it can be done."""
    with suppress(OSError):
        path.rename(aside)


def _delete_aside(path: Path) -> None:
    """Delete what was set aside of a file, by us or by Home Assistant."""
    for aside in path.parent.glob(f"{path.name}.*"):
        aside.unlink(missing_ok=True)


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
            next_update=_moment_or_none(document.get("next_update")),
        ),
        fetched_at=_moment_or_none(document["fetched_at"]),
        window=window
        and Window(_moment(window[0]), _moment(window[1]), float(window[2])),
    )


def _read_series(document: dict[str, Any]) -> PriceSeries:
    """Return a series of a document."""
    names: list[str] = document["components"]
    return PriceSeries(
        str(document["currency"]),
        tuple(
            PriceInterval(
                start=_moment(start),
                end=_moment(end),
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


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _moment_or_none(seconds: float | None) -> datetime | None:
    return None if seconds is None else _moment(seconds)
