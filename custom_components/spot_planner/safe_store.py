"""Something on disk that can be read, or is set aside."""

from abc import ABC, abstractmethod
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util

from .const import LOGGER
from .engine.errors import EngineError

VERSION = 1

# What is set aside by us, and by Home Assistant.
ASIDE = ("damaged", "corrupt")


class SafeStore[StoredT](ABC):
    """Keep what is stored in a file of its own, and set aside what cannot be read."""

    noun: ClassVar[str]
    """What is stored."""
    remedy: ClassVar[str]
    """What becomes of it when the file cannot be read."""

    def __init__(self, hass: HomeAssistant, name: str) -> None:
        """Name the file; nothing is read yet."""
        self._hass = hass
        self._store: Store[dict[str, Any]] = Store(
            hass, VERSION, name, atomic_writes=True
        )

    async def async_load(self) -> StoredT | None:
        """Return what was stored, or None when there is nothing that can be used.

        A file that is no JSON is set aside by Home Assistant itself; one that holds
        something else than it should is set aside here. Either way it is rebuilt.
        """
        document = None
        try:
            document = await self._store.async_load()
            return None if document is None else self._read(document)
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
                "The stored %s in %s cannot be read (%s); the file is now %s and "
                "the %s are %s",
                self.noun,
                path.name,
                type(err).__name__,
                aside.name,
                self.noun,
                self.remedy,
            )
            return self._rescue(document)

    async def async_save(self, stored: StoredT) -> None:
        """Write it now."""
        await self._store.async_save(self._write(stored))

    async def async_remove(self) -> None:
        """Delete the file and the damaged ones that were set aside, for good."""
        await self._store.async_remove()
        await self._hass.async_add_executor_job(_delete_aside, Path(self._store.path))

    @abstractmethod
    def _write(self, stored: StoredT) -> dict[str, Any]:
        """Return the document of the file."""

    @abstractmethod
    def _read(self, document: dict[str, Any]) -> StoredT:
        """Return what a document says; any of the errors above means that it is odd."""

    def _rescue(self, document: object) -> StoredT | None:  # noqa: ARG002 - for others.
        """Return what can be had of a document that cannot be read; it never raises."""
        return None


def _set_aside(path: Path, aside: Path) -> None:
    """Rename a file that somebody may want to look at, if it can be done."""
    with suppress(OSError):
        path.rename(aside)


def _delete_aside(path: Path) -> None:
    """Delete what was set aside of a file, and nothing of others with longer names."""
    for reason in ASIDE:
        for aside in path.parent.glob(f"{path.name}.{reason}.*"):
            aside.unlink(missing_ok=True)


def read_moment(seconds: float) -> datetime:
    """Return the moment, in UTC, that a document has as seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC)


def read_moment_or_none(seconds: float | None) -> datetime | None:
    """Return such a moment, or None where the document has none."""
    return None if seconds is None else read_moment(seconds)
