"""Files of ours in tests: really written where a test is about that, else in memory."""

from collections.abc import Iterator
from contextlib import contextmanager
import json
from pathlib import Path
from typing import Any

import pytest

from custom_components.spot_planner.storage import safe_store
from custom_components.spot_planner.storage.stored_file import StoredFile
from homeassistant.core import HomeAssistant


class MemoryFile(StoredFile):
    """A file among what Home Assistant's own stores keep in memory in tests."""

    storage: dict[str, Any]

    def read(self) -> bytes | None:
        """Return the file as bytes, for it is read as such."""
        document = self.storage.get(self.path.name)
        return None if document is None else json.dumps(document).encode()

    def _replace(self, content: bytes) -> None:
        if self._aside:
            self.move_aside()
        self.storage[self.path.name] = json.loads(content)

    def move_aside(self) -> None:
        """Give the file another name."""
        assert self._aside
        self.storage[self._aside.name] = self.storage.pop(self.path.name)
        self._aside = None

    def remove(self, number: int) -> None:
        """Forget the file and those that were set aside."""
        super().remove(number)
        self.storage.pop(self.path.name, None)


@contextmanager
def files_in_memory(storage: dict[str, Any]) -> Iterator[None]:
    """Store in a dictionary, under the names of the files."""
    kind = type("MemoryFile", (MemoryFile,), {"storage": storage})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(safe_store, "StoredFile", kind)
        yield


@contextmanager
def real_files(hass: HomeAssistant, folder: Path) -> Iterator[Path]:
    """Store in files below a folder, and return where they are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(safe_store, "StoredFile", StoredFile)
        patch.setattr(hass.config, "config_dir", str(folder))
        yield folder / ".storage"


def write(path: Path, text: str) -> None:
    """Put a file where the store looks for it."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)


def files(folder: Path, pattern: str) -> list[str]:
    """Return the texts of the files whose names match."""
    return [path.read_text() for path in sorted(folder.glob(pattern))]


def names(folder: Path) -> list[str]:
    """Return the names of the files in a folder."""
    return sorted(path.name for path in folder.iterdir())
