"""Something on disk that is never lost without a word.

Home Assistant's own store tells nobody when it could not write, and takes a file that
cannot be read just now for a broken one. The files are the same all the same: same
folder, same names, same fields, so that each can read what the other has written.
"""

from abc import ABC, abstractmethod
import asyncio
from codecs import BOM_UTF8
from dataclasses import dataclass, field
import errno
import json
import os
from pathlib import Path
from typing import Any, ClassVar

import orjson

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import STORAGE_DIR
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN, LOGGER
from .stored_file import OddFileError, StoredFile, UnreadFileError
from .stored_value import OddValueError, read_count, read_fields

VERSION = 1
MINOR_VERSION = 1

# A file that cannot be read is tried again after so many seconds each.
PAUSES = (0.1, 0.3, 0.6)


class StorageError(OSError):
    """Say what is wrong with a file; it names the file and the reason."""

    def __init__(self, name: str, cause: OSError | MemoryError) -> None:
        """Take over what the operating system has said."""
        number = cause.errno if isinstance(cause, OSError) else errno.ENOMEM
        reason = cause.strerror if isinstance(cause, OSError) else None
        super().__init__(number, reason or os.strerror(number or errno.EIO), name)


class StorageUnreadableError(StorageError):
    """Say why a file cannot be read; nothing has been done to it."""


class StorageUnwritableError(StorageError):
    """Say why a file could not be written; the old one is still whole."""


@dataclass(slots=True)
class _Shared:
    """What all stores of one file share, also those of an entry that is set up anew."""

    file: StoredFile
    gate: asyncio.Lock = field(default_factory=asyncio.Lock)


FILES: HassKey[dict[str, _Shared]] = HassKey(f"{DOMAIN}_files")


class SafeStore[StoredT](ABC):
    """Keep what is stored in a file of its own.

    What is stored must not change any more: it is turned into a document, and back,
    in another thread.
    """

    noun: ClassVar[str]
    """What is stored."""
    remedy: ClassVar[str]
    """What becomes of it when the file cannot be read."""

    def __init__(self, hass: HomeAssistant, name: str) -> None:
        """Name the file; nothing is read yet."""
        self._hass = hass
        self._name = name
        path = hass.config.path(STORAGE_DIR, name)
        files = hass.data.setdefault(FILES, {})
        if path not in files:
            files[path] = _Shared(StoredFile(Path(path)))
        self._file, self._gate = files[path].file, files[path].gate

    async def async_load(self) -> StoredT | None:
        """Return what was stored, or None when there is nothing that can be used.

        A file with odd contents, or of a newer major version, is kept under another
        name, and what could be had of it is written in its place.

        Raises:
            StorageUnreadableError: The file cannot be read, for whatever reason does
                not lie in its contents. It is left as it is, and nothing is written in
                its place until it has been read.
        """
        number = self._file.number()
        async with self._gate:
            pauses = iter(PAUSES)
            while True:
                try:
                    return await self._hass.async_add_executor_job(self._load, number)
                except (OSError, MemoryError) as err:
                    pause = next(pauses, None)
                    if pause is None:
                        raise StorageUnreadableError(self._name, err) from err
                await asyncio.sleep(pause)

    async def async_save(self, stored: StoredT) -> None:
        """Write it; when this returns, it is on disk.

        Raises:
            StorageUnwritableError: It is not; the file is what it was before.
            StorageUnreadableError: The file that is there could not be read yet.
        """
        number = self._file.number()
        async with self._gate:
            try:
                await self._hass.async_add_executor_job(self._save, number, stored)
            except UnreadFileError as err:
                raise StorageUnreadableError(self._name, err) from err
            except (OSError, MemoryError) as err:
                raise StorageUnwritableError(self._name, err) from err

    async def async_remove(self) -> None:
        """Delete the file and those that were set aside, for good."""
        number = self._file.number()
        async with self._gate:
            try:
                await self._hass.async_add_executor_job(self._file.remove, number)
            except OSError as err:
                LOGGER.warning("The stored %s cannot be deleted (%s)", self.noun, err)

    @abstractmethod
    def _write(self, stored: StoredT) -> dict[str, Any]:
        """Return the document of the file."""

    @abstractmethod
    def _read(self, document: dict[str, Any]) -> StoredT:
        """Return what a document says; any exception means that it is odd.

        Fields that it does not know are left out of account, and what was added
        later than the first release may be missing.
        """

    def _rescue(self, document: object) -> StoredT | None:  # noqa: ARG002 - for others.
        """Return what can be had of a document that is odd, or of a newer version."""
        return None

    def _save(self, number: int, stored: StoredT) -> None:
        self._file.write(number, self._content(stored))

    def _content(self, stored: StoredT) -> bytes:
        """Return the bytes of the file, as Home Assistant's own store writes them."""
        document = {
            "version": VERSION,
            "minor_version": MINOR_VERSION,
            "key": self._name,
            "data": self._write(stored),
        }
        try:
            return orjson.dumps(
                document, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS
            )
        except TypeError as err:
            # As half a character in a name, which no file can hold.
            raise OSError(errno.EILSEQ, str(err)) from err

    def _load(self, number: int) -> StoredT | None:
        """Read the file, then make of its bytes what can be made of them.

        Only reading tells that a file cannot be read: nothing that stands in one can
        make it look so.
        """
        try:
            content = self._file.read()
        except OddFileError as err:
            return self._set_aside(number, "damaged", None, err)
        if content is None:
            return None
        try:
            return self._understand(number, content)
        except MemoryError:
            self._file.hold()
            raise

    def _understand(self, number: int, content: bytes) -> StoredT | None:
        reason, data = "damaged", None
        try:
            document = read_fields(orjson.loads(content.removeprefix(BOM_UTF8)))
            data = document.get("data")
            if _is_newer(document):
                reason = "newer"
            self._check(document)
            return self._read(read_fields(data))
        except MemoryError:
            raise
        except Exception as err:  # noqa: BLE001 - the bytes are here: it is their fault.
            if data is None:
                data = _data_of(content)
            return self._set_aside(number, reason, self._rescued(data), err)

    def _check(self, document: dict[str, object]) -> None:
        """Refuse a file of another version, and one of something else."""
        if read_count(document.get("version")) != VERSION:
            raise OddValueError("the version is another")
        if document.get("key", self._name) != self._name:
            raise OddValueError("the file belongs to something else")

    def _rescued(self, data: object) -> StoredT | None:
        try:
            return self._rescue(data)
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 - what is odd in one place is so in others.
            return None

    def _set_aside(
        self, number: int, reason: str, rescued: StoredT | None, err: Exception
    ) -> StoredT | None:
        """Keep a file under another name, and what was rescued of it in its place.

        Until the one or the other can be done, the file stays where it is.
        """
        stamp = f"{dt_util.utcnow():%Y%m%d%H%M%S}"
        aside = self._file.keep_aside(reason, stamp)
        try:
            if rescued is None:
                self._file.move_aside()
            else:
                self._file.write(number, self._content(rescued))
            state = "is now"
        except OSError as failure:
            state = f"is still there ({failure.strerror}), and will become"
        LOGGER.warning(
            "The stored %s in %s cannot be read (%s); the file %s %s, and what "
            "cannot be used of it is %s",
            self.noun,
            self._name,
            "of a newer release" if reason == "newer" else type(err).__name__,
            state,
            aside.name,
            self.remedy,
        )
        return rescued


def _data_of(content: bytes) -> object:
    """Return what is in a file that is not quite JSON, or None.

    One number too large, or some lost bytes within a text, are no reason to give up
    all else.
    """
    try:
        document = json.loads(content.decode(errors="replace"), strict=False)
    except (RecursionError, ValueError):
        return None
    return document.get("data") if isinstance(document, dict) else None


def _is_newer(document: dict[str, object]) -> bool:
    """Tell whether a file is of a later version than ours."""
    version, minor_version = document.get("version"), document.get("minor_version")
    if version == VERSION:
        return isinstance(minor_version, int) and minor_version > MINOR_VERSION
    return isinstance(version, int) and version > VERSION
