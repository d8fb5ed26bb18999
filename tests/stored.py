"""Files that are really written, for tests of what is stored."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from homeassistant.core import HomeAssistant
from homeassistant.helpers import storage

# The tests of others keep what is stored in memory; these need a real file.
REAL = {
    name: getattr(storage.Store, name)
    for name in ("_async_load", "_async_write_data", "async_remove")
}


@contextmanager
def real_files(hass: HomeAssistant, folder: Path) -> Iterator[Path]:
    """Store in files below a folder, and return where they are."""
    with pytest.MonkeyPatch.context() as patch:
        for name, method in REAL.items():
            patch.setattr(storage.Store, name, method)
        patch.setattr(hass.config, "config_dir", str(folder))
        yield folder / ".storage"


def write(path: Path, text: str) -> None:
    """Put a file where the store looks for it."""
    path.parent.mkdir()
    path.write_text(text)


def files(folder: Path, pattern: str) -> list[str]:
    """Return the texts of the files whose names match."""
    return [path.read_text() for path in folder.glob(pattern)]
