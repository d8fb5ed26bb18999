"""Test that what is called saved is on disk, and that nothing is lost without a word."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
import errno
import json
import os
from pathlib import Path
import subprocess
import sys
from threading import Event
from typing import Any

import pytest

from custom_components.spot_planner.appliances.run_store import RunStore
from custom_components.spot_planner.engine.runs.agenda import Agenda
from custom_components.spot_planner.prices.store import PriceStore
from custom_components.spot_planner.storage import safe_store
from custom_components.spot_planner.storage.safe_store import (
    StorageError,
    StorageUnwritableError,
)
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.helpers.storage import Store

from ..appliances.test_run_store import STORED
from ..names import ENTRY_ID
from ..prices.test_store import STORED as STORED_PRICES
from ..stored import files, names, real_files

ROOT = Path(__file__).parent.parent.parent
KEY = f"spot_planner.{ENTRY_ID}.runs"
PRICES_KEY = f"spot_planner.{ENTRY_ID}"

# A whole Home Assistant is not needed to store something; a loop and a folder are.
LIMITED = """
import asyncio, resource, sys
import custom_components.spot_planner
from custom_components.spot_planner.engine.runs.agenda import Agenda
from custom_components.spot_planner.appliances.run_document import write_run
from custom_components.spot_planner.appliances.run_store import RunStore
from custom_components.spot_planner.storage.safe_store import StorageUnwritableError
from homeassistant.core import HomeAssistant

async def main():
    store = RunStore(HomeAssistant(sys.argv[1]), "entry")
    await store.async_save(Agenda(saved={"a": 1.0}))
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, hard))
    many = Agenda(saved={f"appliance {it}": 2.0 for it in range(500)})
    try:
        await store.async_save(many)
    except StorageUnwritableError as err:
        print("refused", err.errno, err.filename)
    print("kept", dict((await store.async_load()).saved))
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    await store.async_save(many)
    print("stored", await store.async_load() == many)

asyncio.run(main())
"""


@pytest.fixture
def folder(
    hass: HomeAssistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """Return the folder in which files are really stored; nobody waits long."""
    monkeypatch.setattr(safe_store, "PAUSES", (0.0, 0.001, 0.0))
    with real_files(hass, tmp_path) as folder:
        yield folder


async def test_a_full_disk_is_told_and_filled_later(tmp_path: Path) -> None:
    """Meet a limit of the system in a process of its own, and go on after it."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", LIMITED, str(tmp_path)),
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
    )
    told, _ = await process.communicate()
    assert told.decode().splitlines() == [
        f"refused {errno.EFBIG} spot_planner.entry.runs",
        "kept {'a': 1.0}",
        "stored True",
    ]
    folder = tmp_path / ".storage"
    assert names(folder) == ["spot_planner.entry.runs"]


async def test_what_is_not_on_disk_is_not_called_saved(
    hass: HomeAssistant, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Raise where Home Assistant's own store only writes a line into the log."""
    store = RunStore(hass, ENTRY_ID)
    await store.async_save(STORED)

    def fail(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        with pytest.raises(StorageUnwritableError, match=KEY) as failed:
            await store.async_save(Agenda())
    assert failed.value.errno == errno.ENOSPC
    assert isinstance(failed.value, StorageError | OSError)
    assert await store.async_load() == STORED
    assert names(folder) == [KEY]


async def test_what_cannot_be_written_at_all_is_told_too(
    hass: HomeAssistant, folder: Path
) -> None:
    """Half a character in a name is no reason to lose the file."""
    store = RunStore(hass, ENTRY_ID)
    await store.async_save(STORED)
    with pytest.raises(StorageUnwritableError):
        await store.async_save(replace(STORED, currency="\ud800"))
    assert await store.async_load() == STORED


async def test_the_newest_of_many_saves_wins(hass: HomeAssistant, folder: Path) -> None:
    """Write one after the other, also from stores that were made at different times."""
    stores = [RunStore(hass, ENTRY_ID) for _ in range(3)]
    await asyncio.gather(
        *(
            stores[it % 3].async_save(replace(STORED, saved={"a": float(it)}))
            for it in range(40)
        )
    )
    assert (await stores[0].async_load()).saved == {"a": 39.0}
    assert names(folder) == [KEY]


async def test_a_cancelled_save_damages_nothing(
    hass: HomeAssistant, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What goes on in a thread after it was cancelled replaces nothing newer."""
    store = RunStore(hass, ENTRY_ID)
    await store.async_save(STORED)
    fsync, hangs, goes_on = os.fsync, Event(), Event()

    def slow(opened: int) -> None:
        hangs.set()
        assert goes_on.wait(20)
        fsync(opened)

    monkeypatch.setattr(os, "fsync", slow)
    older = hass.async_create_background_task(
        store.async_save(replace(STORED, saved={"older": 1.0})), "older"
    )
    assert await hass.async_add_executor_job(hangs.wait, 20)
    older.cancel()
    with pytest.raises(asyncio.CancelledError):
        await older
    newer = hass.async_create_background_task(
        RunStore(hass, ENTRY_ID).async_save(replace(STORED, saved={"newer": 2.0})),
        "newer",
    )
    await asyncio.sleep(0)
    goes_on.set()
    await newer
    assert (await store.async_load()).saved == {"newer": 2.0}
    assert names(folder) == [KEY]


async def test_a_save_that_waits_may_be_cancelled(
    hass: HomeAssistant, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who gives up while another writes leaves the way free for the next."""
    store = RunStore(hass, ENTRY_ID)
    fsync, hangs, goes_on = os.fsync, Event(), Event()

    def slow(opened: int) -> None:
        hangs.set()
        assert goes_on.wait(20)
        fsync(opened)

    monkeypatch.setattr(os, "fsync", slow)
    saves = [
        hass.async_create_background_task(
            store.async_save(Agenda(saved={"a": float(it)})), f"save {it}"
        )
        for it in range(3)
    ]
    assert await hass.async_add_executor_job(hangs.wait, 20)
    saves[1].cancel()
    goes_on.set()
    await asyncio.wait(saves)
    assert saves[1].cancelled()
    assert (await store.async_load()).saved == {"a": 2.0}


async def test_it_is_written_at_once_while_home_assistant_stops(
    hass: HomeAssistant, folder: Path
) -> None:
    """Put off nothing to the last moment, as the answer would not be true."""
    hass.set_state(CoreState.stopping)
    await RunStore(hass, ENTRY_ID).async_save(STORED)
    assert len(files(folder, KEY)) == 1
    hass.set_state(CoreState.running)


async def test_nothing_comes_back_after_a_removal(
    hass: HomeAssistant, folder: Path
) -> None:
    """Delete what was saved before, and keep what is saved after."""
    store = RunStore(hass, ENTRY_ID)
    before = store.async_save(STORED)
    await asyncio.gather(before, store.async_remove())
    assert names(folder) == []
    await asyncio.gather(store.async_remove(), store.async_save(STORED))
    assert await store.async_load() == STORED


async def test_what_cannot_be_removed_is_told(
    hass: HomeAssistant, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A removed entry is removed, even where the disk cannot write."""
    (folder / KEY).mkdir(parents=True)
    await RunStore(hass, ENTRY_ID).async_remove()
    assert "The stored runs cannot be deleted" in caplog.text


async def test_home_assistants_own_store_reads_what_we_write(
    hass: HomeAssistant, folder: Path
) -> None:
    """An older release finds all it knows, and we find what it has written."""
    await RunStore(hass, ENTRY_ID).async_save(STORED)
    await PriceStore(hass, ENTRY_ID).async_save(STORED_PRICES)
    for key in (KEY, PRICES_KEY):
        text = (folder / key).read_text()
        document = json.loads(text)
        assert list(document) == ["version", "minor_version", "key", "data"]
        assert (document["version"], document["minor_version"]) == (1, 1)
        assert document["key"] == key
        # Without its own mock, Home Assistant's store reads and writes real files.
        path = str(folder / key)
        data = document["data"]
        kept = Store[dict[str, Any]](hass, 1, key, atomic_writes=True)
        await hass.async_add_executor_job(_write_as_before, kept, path, data)
        assert (folder / key).read_text() == text
    assert await RunStore(hass, ENTRY_ID).async_load() == STORED
    assert await PriceStore(hass, ENTRY_ID).async_load() == STORED_PRICES


def _write_as_before(store: Store[Any], path: str, data: dict[str, Any]) -> None:
    """Write a file as Home Assistant's store does, at both ends of its versions."""
    document = {"version": 1, "minor_version": 1, "key": store.key, "data": data}
    Path(path).unlink()
    if hasattr(store, "_write_prepared_data"):
        store._write_data(document)
    else:
        store._write_data(path, document)
