"""Test what is stored: nothing is lost without a word, and nothing repeated for one error."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
import errno
import json
import os
from pathlib import Path
import subprocess
import sys
from threading import Event
from typing import Any

import orjson
import pytest

from custom_components.spot_planner import safe_store
from custom_components.spot_planner.engine.runs.agenda import Agenda
from custom_components.spot_planner.run_document import write_run
from custom_components.spot_planner.run_store import RunStore
from custom_components.spot_planner.safe_store import (
    StorageError,
    StorageUnreadableError,
    StorageUnwritableError,
)
from custom_components.spot_planner.store import PriceStore
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.helpers.storage import Store

from .names import ENTRY_ID
from .stored import files, names, real_files, write
from .test_run_store import STORED
from .test_store import STORED as STORED_PRICES

ROOT = Path(__file__).parent.parent
KEY = f"spot_planner.{ENTRY_ID}.runs"
PRICES_KEY = f"spot_planner.{ENTRY_ID}"

# A whole Home Assistant is not needed to store something; a loop and a folder are.
LIMITED = """
import asyncio, resource, sys
import custom_components.spot_planner
from custom_components.spot_planner.engine.runs.agenda import Agenda
from custom_components.spot_planner.run_document import write_run
from custom_components.spot_planner.run_store import RunStore
from custom_components.spot_planner.safe_store import StorageUnwritableError
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


@pytest.fixture
def deny(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Return what lets the disk answer with errors, each so many times."""
    original = os.open

    def deny(*numbers: int) -> list[str]:
        coming, opened = list(numbers), []

        def answer(path: Any, flags: int, *more: Any, **named: Any) -> int:
            if str(path).endswith(KEY):
                opened.append(str(path))
                if coming:
                    number = coming.pop(0)
                    raise OSError(number, os.strerror(number), path)
            return original(path, flags, *more, **named)

        monkeypatch.setattr(os, "open", answer)
        return opened

    return deny


NUMBERS = [
    *(errno.EIO, errno.EMFILE, errno.ENFILE, errno.EACCES, errno.EPERM, errno.ENOMEM),
    *(errno.EINTR, errno.EAGAIN, errno.EBUSY, errno.ESTALE, errno.ETIMEDOUT),
    *(errno.ENODEV, errno.ENXIO, errno.EROFS, errno.EOVERFLOW),
]


@pytest.mark.parametrize("number", NUMBERS, ids=errno.errorcode.get)
async def test_a_short_read_error_is_tried_again(
    hass: HomeAssistant, folder: Path, deny: Callable[..., list[str]], number: int
) -> None:
    """Read a healthy file in the end, and set nothing aside."""
    await RunStore(hass, ENTRY_ID).async_save(STORED)
    opened = deny(number, number, number)
    assert await RunStore(hass, ENTRY_ID).async_load() == STORED
    assert len(opened) == 4
    assert names(folder) == [KEY]


@pytest.mark.parametrize("number", NUMBERS, ids=errno.errorcode.get)
async def test_a_lasting_read_error_is_told_and_touches_nothing(
    hass: HomeAssistant,
    folder: Path,
    deny: Callable[..., list[str]],
    caplog: pytest.LogCaptureFixture,
    number: int,
) -> None:
    """Name the file and the reason; whoever saves meanwhile is told the same."""
    await RunStore(hass, ENTRY_ID).async_save(STORED)
    before = (folder / KEY).read_bytes()
    opened = deny(*[number] * 4)
    store = RunStore(hass, ENTRY_ID)
    with pytest.raises(StorageUnreadableError) as failed:
        await store.async_load()
    assert len(opened) == 4
    assert failed.value.errno == number
    assert failed.value.filename == KEY
    assert failed.value.strerror == os.strerror(number)
    for other in (store, RunStore(hass, ENTRY_ID)):
        with pytest.raises(StorageUnreadableError, match=KEY):
            await other.async_save(Agenda())
    assert (folder / KEY).read_bytes() == before
    assert names(folder) == [KEY]
    assert "damaged" not in caplog.text

    # As soon as it can be read, all is as it was.
    assert await RunStore(hass, ENTRY_ID).async_load() == STORED
    await store.async_save(Agenda())
    assert await store.async_load() == Agenda()


async def test_too_little_memory_is_no_damage(
    hass: HomeAssistant, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Leave a file alone for which there was no memory, neither to read nor to parse."""
    await RunStore(hass, ENTRY_ID).async_save(STORED)

    def fail(*_: Any) -> Any:
        raise MemoryError

    for owner, name in ((orjson, "loads"), (os, "open"), (RunStore, "_read")):
        with monkeypatch.context() as patch:
            patch.setattr(owner, name, fail)
            with pytest.raises(StorageUnreadableError) as failed:
                await RunStore(hass, ENTRY_ID).async_load()
        assert failed.value.errno == errno.ENOMEM
        with pytest.raises(StorageUnreadableError):
            await RunStore(hass, ENTRY_ID).async_save(Agenda())
        assert names(folder) == [KEY]
        assert await RunStore(hass, ENTRY_ID).async_load() == STORED


async def test_the_loop_goes_on_while_a_file_is_tried_again(
    hass: HomeAssistant,
    folder: Path,
    deny: Callable[..., list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Let others do their work between two trials."""
    monkeypatch.setattr(safe_store, "PAUSES", (0.01, 0.01, 0.01))
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    await RunStore(hass, ENTRY_ID).async_save(STORED)
    deny(*[errno.EIO] * 3)
    counting = hass.async_create_background_task(count(), "count")
    assert await RunStore(hass, ENTRY_ID).async_load() == STORED
    counting.cancel()
    assert turns > 10


async def test_what_stands_in_a_file_never_looks_like_a_read_error(
    hass: HomeAssistant,
    folder: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A moment in thirty billion years is odd, though the clock calls it an OSError."""
    data = {"runs": [{**write_run(STORED.runs[0]), "earliest": 1e18}]}
    write(folder / KEY, json.dumps({"version": 1, "key": KEY, "data": data}))
    assert await RunStore(hass, ENTRY_ID).async_load() == Agenda()
    assert "OddValueError" in caplog.text

    # Whatever a reader raises is the fault of the contents.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RunStore, "_read", _raise_os_error)
        patch.setattr(RunStore, "_rescue", _raise_os_error)
        await RunStore(hass, ENTRY_ID).async_save(STORED)
        assert await RunStore(hass, ENTRY_ID).async_load() == Agenda()
    assert len(files(folder, f"{KEY}.damaged.*")) == 2


def _raise_os_error(*_: Any) -> Any:
    raise OSError(errno.EOVERFLOW, "a moment")


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


async def test_a_file_of_a_newer_minor_version_is_read(
    hass: HomeAssistant, folder: Path
) -> None:
    """Take what is understood, and leave the file as it is."""
    await RunStore(hass, ENTRY_ID).async_save(STORED)
    document = json.loads((folder / KEY).read_text())
    document |= {"minor_version": 7, "mood": "new"}
    document["data"]["forecast"] = [1, 2]
    for run in document["data"]["runs"]:
        run["colour"] = {"of": "tomorrow"}
    write(folder / KEY, json.dumps(document))
    assert await RunStore(hass, ENTRY_ID).async_load() == STORED
    assert json.loads((folder / KEY).read_text()) == document
    assert names(folder) == [KEY]


@pytest.mark.parametrize("version", [2, 99, 10**9])
async def test_a_file_of_a_newer_version_is_kept_and_its_savings_too(
    hass: HomeAssistant,
    folder: Path,
    caplog: pytest.LogCaptureFixture,
    version: int,
) -> None:
    """Go back to an older release without losing a cent, however often it is set up."""
    await RunStore(hass, ENTRY_ID).async_save(STORED)
    document = json.loads((folder / KEY).read_text())
    document |= {"version": version}
    document["data"]["runs"][0]["status"] = "dreaming"
    write(folder / KEY, json.dumps(document))
    loaded = await RunStore(hass, ENTRY_ID).async_load()
    assert loaded.saved == STORED.saved
    assert loaded.last == STORED.last
    assert "of a newer release" in caplog.text
    kept = files(folder, f"{KEY}.newer.*")
    assert [json.loads(it) for it in kept] == [document]
    # The set-up may fail and come again before anything is saved.
    assert await RunStore(hass, ENTRY_ID).async_load() == loaded
    assert len(names(folder)) == 2
    await RunStore(hass, ENTRY_ID).async_remove()
    assert names(folder) == []


async def test_what_was_rescued_is_not_lost_on_a_full_disk(
    hass: HomeAssistant,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Leave the odd file where it is until there is room for what comes after it."""
    text = json.dumps({"version": 2, "key": KEY, "data": {"saved": {"car": 12.5}}})
    write(folder / KEY, text)

    def fail(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        for _ in range(3):
            loaded = await RunStore(hass, ENTRY_ID).async_load()
            assert loaded.saved == {"car": 12.5}
            assert names(folder) == [KEY]
            assert files(folder, KEY) == [text]
    assert "is still there (No space left on device)" in caplog.text
    await RunStore(hass, ENTRY_ID).async_save(loaded)
    assert files(folder, f"{KEY}.newer.*") == [text]
    assert await RunStore(hass, ENTRY_ID).async_load() == loaded


@pytest.mark.parametrize(
    "document",
    [
        *({"version": it, "key": KEY} for it in (None, True, "1", 1.0, [1], {}, 0, -1)),
        {"key": KEY},
        {"version": 1, "key": "spot_planner.another.runs"},
        {"version": 1, "key": None},
        {"version": "2", "minor_version": "x", "key": 7},
    ],
)
async def test_a_file_of_something_else_is_set_aside_with_its_savings(
    hass: HomeAssistant, folder: Path, document: dict[str, Any]
) -> None:
    """Set aside what has no version, or belongs to another store."""
    document = {**document, "data": {"saved": {"car": 12.5}}}
    write(folder / KEY, json.dumps(document))
    assert await RunStore(hass, ENTRY_ID).async_load() == Agenda(saved={"car": 12.5})
    assert files(folder, f"{KEY}.damaged.*") == [json.dumps(document)]


@pytest.mark.parametrize("minor_version", [None, True, "2", [], {}, -1, 1.5])
async def test_a_minor_version_that_is_none_matters_to_nobody(
    hass: HomeAssistant, folder: Path, minor_version: Any
) -> None:
    """Read a file of the right version, whatever else it says of its kind."""
    await RunStore(hass, ENTRY_ID).async_save(STORED)
    document = json.loads((folder / KEY).read_text())
    write(folder / KEY, json.dumps(document | {"minor_version": minor_version}))
    assert await RunStore(hass, ENTRY_ID).async_load() == STORED
    del document["minor_version"], document["key"]
    write(folder / KEY, "\ufeff" + json.dumps(document))
    assert await RunStore(hass, ENTRY_ID).async_load() == STORED
    assert names(folder) == [KEY]
