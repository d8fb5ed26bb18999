"""Test that only odd contents set a file aside, and that nothing else does."""

import asyncio
from collections.abc import Callable, Iterator
import errno
import json
import os
from pathlib import Path
from typing import Any

import orjson
import pytest

from custom_components.spot_planner.appliances.run_document import write_run
from custom_components.spot_planner.appliances.run_store import RunStore
from custom_components.spot_planner.engine.runs.agenda import Agenda
from custom_components.spot_planner.storage import safe_store
from custom_components.spot_planner.storage.safe_store import (
    PAUSES,
    StorageUnreadableError,
)
from homeassistant.core import HomeAssistant

from ..appliances.test_run_store import STORED
from ..names import ENTRY_ID
from ..stored import files, names, real_files, write

KEY = f"spot_planner.{ENTRY_ID}.runs"


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


def test_a_file_is_tried_again_for_about_a_second() -> None:
    """Neither give up at once, nor let the start of Home Assistant wait."""
    assert 2 <= len(PAUSES) <= 3
    assert 0.5 <= sum(PAUSES) <= 1.5


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


@pytest.mark.parametrize(
    "odd", [b"NaN", b"-Infinity", b"1e400", b"9" * 400, b'"\xff\x00"']
)
async def test_what_is_not_quite_json_costs_only_itself(
    hass: HomeAssistant, folder: Path, odd: bytes
) -> None:
    """One number that no parser should take does not cost what was saved."""
    content = b'{"version": 1, "data": {"saved": {"car": 12.5, "x": %b}}}' % odd
    write(folder / KEY, "")
    (folder / KEY).write_bytes(content)
    assert await RunStore(hass, ENTRY_ID).async_load() == Agenda(saved={"car": 12.5})
    (aside,) = set(names(folder)) - {KEY}
    assert (folder / aside).read_bytes() == content


async def test_what_is_saved_meanwhile_is_newer_than_what_was_rescued(
    hass: HomeAssistant, folder: Path
) -> None:
    """Who saves while an odd file is loaded finds that on disk, not what was odd."""
    text = json.dumps({"version": 2, "key": KEY, "data": {"saved": {"car": 12.5}}})
    write(folder / KEY, text)
    store = RunStore(hass, ENTRY_ID)
    loaded, _ = await asyncio.gather(store.async_load(), store.async_save(STORED))
    assert loaded.saved == {"car": 12.5}
    assert await store.async_load() == STORED


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
    await RunStore(hass, ENTRY_ID).async_save(Agenda(saved={"car": 12.5}))
    whole = json.loads((folder / KEY).read_text())
    document = {**document, "data": whole["data"]}
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
