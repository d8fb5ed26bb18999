"""Test that a file is always whole, whatever happens while it is written."""

from collections.abc import Iterator
import errno
import os
from pathlib import Path
import random
import signal
import subprocess
import sys
from threading import Event, Thread
from typing import Any

import pytest

from custom_components.spot_planner.storage import stored_file
from custom_components.spot_planner.storage.stored_file import (
    MOST_BYTES,
    OddFileError,
    StoredFile,
    UnreadFileError,
)

OLD, NEW = b'{"old": 1}', b'{"new": 2}'

# Written by a process that is killed: each state is one letter, many times.
WRITER = """
import importlib.util, pathlib, sys
spec = importlib.util.spec_from_file_location("stored_file", sys.argv[1])
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
file = module.StoredFile(pathlib.Path(sys.argv[2]))
while True:
    for letter in b"abcdefgh":
        file.write(file.number(), bytes([letter]) * 300_000)
        print("written", flush=True)
"""


@pytest.fixture
def file(tmp_path: Path) -> StoredFile:
    """Return a file that is there."""
    file = StoredFile(tmp_path / "storage" / "ours")
    file.write(file.number(), OLD)
    return file


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a folder with room for 64 kB, or skip where nobody may make one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)],
        check=False,
        capture_output=True,
    )
    if made.returncode:
        pytest.skip(
            "only root may make a small disk; a limit of the process is another test"
        )
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def names(file: StoredFile) -> list[str]:
    """Return what is in the folder of a file."""
    return sorted(path.name for path in file.path.parent.iterdir())


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """Make the folder, too, and leave nothing else in it."""
    file = StoredFile(tmp_path / "storage" / "ours")
    assert file.read() is None
    file.write(file.number(), NEW)
    assert StoredFile(file.path).read() == NEW
    assert names(file) == ["ours"]
    assert file.path.stat().st_mode & 0o777 == 0o644


def test_a_full_disk_leaves_the_old_state(small_disk: Path) -> None:
    """Say that there is no room, keep what was there, and write once there is."""
    file = StoredFile(small_disk / "ours")
    file.write(file.number(), OLD)
    ballast = small_disk / "ballast"
    left = os.statvfs(small_disk)
    ballast.write_bytes(b"\x00" * left.f_bavail * left.f_frsize)
    with pytest.raises(OSError) as full:
        file.write(file.number(), NEW * 1000)
    assert full.value.errno == errno.ENOSPC
    assert names(file) == ["ballast", "ours"]
    assert file.read() == OLD
    ballast.unlink()
    file.write(file.number(), NEW * 1000)
    assert file.read() == NEW * 1000


@pytest.mark.parametrize("deed", ["open", "fsync", "fchmod"])
def test_an_error_of_the_disk_leaves_the_old_state(
    file: StoredFile, monkeypatch: pytest.MonkeyPatch, deed: str
) -> None:
    """Whichever step fails, nothing is lost and nothing is left behind."""

    def fail(*_: Any, **__: Any) -> Any:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as patch:
        patch.setattr(Path if deed == "open" else os, deed, fail)
        with pytest.raises(OSError) as failed:
            file.write(file.number(), NEW)
    assert failed.value.errno == errno.EIO
    assert names(file) == ["ours"]
    assert file.read() == OLD


def test_it_is_on_disk_before_it_has_its_name(
    file: StoredFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wait for the contents, then give them the name, then wait for that."""
    steps: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def synced(opened: int) -> None:
        path = Path(f"/proc/self/fd/{opened}").readlink()
        steps.append(f"on disk: {path.name}")
        fsync(opened)

    def replaced(path: Path, target: Path) -> Path:
        steps.append(f"named: {path.name} {target.name}")
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", replaced)
    file.write(file.number(), NEW)
    assert steps == [
        "on disk: ours.unfinished",
        "named: ours.unfinished ours",
        "on disk: storage",
    ]


def test_a_file_system_without_folders_to_wait_for_is_good_enough(
    file: StoredFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Take what a file system cannot do for done, and its errors for errors."""
    fsync = os.fsync
    number = errno.EINVAL

    def picky(opened: int) -> None:
        if Path(f"/proc/self/fd/{opened}").readlink().is_dir():
            raise OSError(number, os.strerror(number))
        fsync(opened)

    monkeypatch.setattr(os, "fsync", picky)
    file.write(file.number(), NEW)
    assert file.read() == NEW
    number = errno.EIO
    with pytest.raises(OSError):
        file.write(file.number(), OLD)


def test_the_later_state_stays(file: StoredFile) -> None:
    """Let no write that was left behind replace what a later one has written."""
    first, second = file.number(), file.number()
    file.write(second, NEW)
    file.write(first, OLD)
    assert file.read() == NEW
    file.remove(file.number())
    file.write(second, NEW)
    assert file.read() is None


def test_the_latest_of_many_at_once_stays(file: StoredFile) -> None:
    """Write from many threads in any order; the file is whole and the latest one."""
    numbers = [file.number() for _ in range(60)]
    shuffled = random.Random(9).sample(numbers, len(numbers))
    threads = [
        Thread(target=file.write, args=(it, bytes(str(it), "ascii") * 20_000))
        for it in shuffled
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert file.read() == bytes(str(numbers[-1]), "ascii") * 20_000
    assert names(file) == ["ours"]


def test_a_write_waits_for_one_that_hangs(
    file: StoredFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that sleeps while an older state is written does not mix the two."""
    fsync, goes_on, hangs = os.fsync, Event(), Event()

    def slow(opened: int) -> None:
        hangs.set()
        assert goes_on.wait(20)
        fsync(opened)

    monkeypatch.setattr(os, "fsync", slow)
    older = Thread(target=file.write, args=(file.number(), b"a" * 100_000))
    older.start()
    assert hangs.wait(20)
    newer = Thread(target=file.write, args=(file.number(), b"b" * 100_000))
    newer.start()
    goes_on.set()
    older.join()
    newer.join()
    assert file.read() == b"b" * 100_000


def test_a_sudden_end_leaves_a_whole_state(tmp_path: Path) -> None:
    """Kill a process that writes all the time; what is there is one of its states."""
    path = tmp_path / "ours"
    chance = random.Random(20260415)
    for _ in range(12):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, stored_file.__file__, str(path)],
            stdout=subprocess.PIPE,
        ) as writer:
            assert writer.stdout
            for _ in range(chance.randint(1, 40)):
                assert writer.stdout.readline() == b"written\n"
            # Somewhere within the next write.
            Event().wait(chance.random() * 0.004)
            writer.send_signal(signal.SIGKILL)
        content = StoredFile(path).read()
        assert content
        assert len(content) == 300_000
        assert len(set(content)) == 1
        assert {it.name for it in tmp_path.iterdir()} <= {"ours", "ours.unfinished"}
    file = StoredFile(path)
    file.write(file.number(), NEW)
    assert names(file) == ["ours"]


def test_what_cannot_be_read_is_not_replaced(
    file: StoredFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Write nothing over a file of which nobody knows what is in it."""

    def fail(*_: Any) -> int:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", fail)
        with pytest.raises(OSError) as failed:
            file.read()
    assert failed.value.errno == errno.EMFILE
    with pytest.raises(UnreadFileError):
        file.write(file.number(), NEW)
    assert file.path.read_bytes() == OLD
    assert file.read() == OLD
    file.hold()
    with pytest.raises(UnreadFileError):
        file.write(file.number(), NEW)
    assert file.read() == OLD
    file.write(file.number(), NEW)
    assert file.read() == NEW


def test_links_that_lead_nowhere_cannot_be_read(tmp_path: Path) -> None:
    """What a link leads to may be on a disk that is not there yet."""
    file = StoredFile(tmp_path / "ours")
    file.path.symlink_to(tmp_path / "elsewhere" / "ours")
    with pytest.raises(OSError):
        file.read()
    with pytest.raises(UnreadFileError):
        file.write(file.number(), NEW)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "ours").write_bytes(OLD)
    assert file.read() == OLD

    circle = StoredFile(tmp_path / "circle")
    circle.path.symlink_to(circle.path)
    with pytest.raises(OSError) as failed:
        circle.read()
    assert failed.value.errno == errno.ELOOP


def test_what_is_no_file_of_ours_is_odd(tmp_path: Path) -> None:
    """Neither wait for a pipe, nor read a folder, nor take half a gigabyte."""
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    with (tmp_path / "huge").open("wb") as huge:
        huge.truncate(500 * 1024 * 1024)
    (tmp_path / "empty").touch()
    for name in ("folder", "pipe", "huge"):
        file = StoredFile(tmp_path / name)
        with pytest.raises(OddFileError):
            file.read()
        # It is set aside, not held.
        aside = file.keep_aside("damaged", "1")
        file.move_aside()
        file.write(file.number(), NEW)
        assert file.read() == NEW
        assert os.path.lexists(aside)
    assert StoredFile(tmp_path / "empty").read() == b""


def test_no_more_is_written_than_can_be_read(file: StoredFile) -> None:
    """Refuse at once what would be taken for damaged at the next start."""
    with pytest.raises(OSError) as failed:
        file.write(file.number(), b" " * (MOST_BYTES + 1))
    assert failed.value.errno == errno.EFBIG
    assert file.read() == OLD
    file.write(file.number(), b" " * MOST_BYTES)
    assert file.read() == b" " * MOST_BYTES


def test_every_file_that_is_set_aside_has_a_name_of_its_own(file: StoredFile) -> None:
    """Two within the same second do not take each other's place."""
    kept = []
    for state in (b"1", b"2", b"3"):
        file.write(file.number(), state)
        kept.append(file.keep_aside("damaged", "20260415"))
        file.move_aside()
    assert [it.read_bytes() for it in kept] == [b"1", b"2", b"3"]
    assert kept[0].name == "ours.damaged.20260415"


@pytest.mark.parametrize("can_link", [True, False])
def test_a_file_is_kept_when_it_is_replaced(
    file: StoredFile, monkeypatch: pytest.MonkeyPatch, can_link: bool
) -> None:
    """Keep the old state under its other name from the moment the new one is there."""

    def fail(*_: Any) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    if not can_link:
        monkeypatch.setattr(Path, "hardlink_to", fail)
    aside = file.keep_aside("newer", "20260415")
    assert names(file) == ["ours"]
    file.write(file.number(), NEW)
    assert (aside.read_bytes(), file.read()) == (OLD, NEW)
    file.write(file.number(), OLD)
    assert names(file) == ["ours", "ours.newer.20260415"]


def test_a_file_that_cannot_be_kept_is_not_replaced(
    file: StoredFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rather write nothing than lose what nobody could read."""

    def fail(*_: Any) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    aside = file.keep_aside("damaged", "1")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "hardlink_to", fail)
        patch.setattr(Path, "rename", fail)
        with pytest.raises(OSError):
            file.move_aside()
        with pytest.raises(OSError):
            file.write(file.number(), NEW)
    assert names(file) == ["ours"]
    file.write(file.number(), NEW)
    assert (aside.read_bytes(), file.read()) == (OLD, NEW)


def test_what_is_removed_is_gone(file: StoredFile) -> None:
    """Delete what was set aside and left unfinished, and nothing of other files."""
    folder = file.path.parent
    for name in ("ours.damaged.1", "ours.newer.2-1", "ours.corrupt.2026-04-15T00:00"):
        (folder / name).touch()
    for name in ("ours.unfinished", "ours.more", "ours.more.damaged.1", "other"):
        (folder / name).touch()
    file.remove(file.number())
    assert names(file) == ["other", "ours.more", "ours.more.damaged.1"]
    file.remove(file.number())


def test_one_that_cannot_be_removed_does_not_keep_the_others(file: StoredFile) -> None:
    """Delete all that can be deleted, and say that something could not."""
    folder = file.path.parent
    (folder / "ours.damaged.1").mkdir()
    (folder / "ours.damaged.2").touch()
    with pytest.raises(OSError):
        file.remove(file.number())
    assert names(file) == ["ours.damaged.1"]
