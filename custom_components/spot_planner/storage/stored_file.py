"""A file that is replaced as a whole: what is on disk is always one whole state."""

from contextlib import suppress
import errno
from itertools import count
import os
from pathlib import Path
import stat
from threading import RLock

# No file of ours comes near it. More is neither read nor written, so that a broken file
# cannot take the memory of the home.
MOST_BYTES = 16 * 1024 * 1024

# Under such names a file is kept that is not used: by us, and by Home Assistant's own
# store, which wrote the files of earlier releases.
ASIDE = ("damaged", "newer", "corrupt")

# What a file system answers that cannot bring a folder to disk by itself.
FOLDER_NEEDS_NO_SYNC = {
    errno.EACCES,
    errno.EBADF,
    errno.EINVAL,
    errno.EISDIR,
    errno.ENOSYS,
    errno.ENOTSUP,
    errno.EPERM,
}


class OddFileError(ValueError):
    """Say why what is there cannot be a file of ours, whatever its bytes are."""


class UnreadFileError(OSError):
    """Say that a file may not be replaced, because it could not be read yet."""


class StoredFile:
    """Read, replace and delete one file; every method may block.

    A write that was cancelled goes on in its thread. That is why each write has a
    number: it never replaces what a later one has written.
    """

    def __init__(self, path: Path) -> None:
        """Name the file; nothing is read yet."""
        self.path = path
        self._numbers = count(1)
        self._newest = 0
        self._turn = RLock()
        self._is_unread = False
        self._aside: Path | None = None

    def number(self) -> int:
        """Return the number of the next write."""
        return next(self._numbers)

    def read(self) -> bytes | None:
        """Return what is in the file, or None when there is no file.

        Raises:
            OddFileError: There is no file but something else, or it is too long.
            OSError: It cannot be read. Until it can, it is not replaced either.
        """
        with self._turn:
            self._is_unread = True
            try:
                content = _content(self.path)
            except OddFileError:
                self._is_unread = False
                raise
            self._is_unread = False
            return content

    def hold(self) -> None:
        """Replace the file no more until it has been read again."""
        with self._turn:
            self._is_unread = True

    def write(self, number: int, content: bytes) -> None:
        """Replace the file; it is on disk when this returns.

        Raises:
            OSError: It is not; the file is still what it was.
        """
        if len(content) > MOST_BYTES:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(self.path))
        with self._turn:
            if number < self._newest:
                return
            if self._is_unread:
                raise UnreadFileError(
                    errno.EIO, "it could not be read yet", str(self.path)
                )
            self._replace(content)
            self._newest = number

    def keep_aside(self, reason: str, stamp: str) -> Path:
        """Return the name under which the file is kept when it is next replaced.

        Args:
            reason: One of `ASIDE`.
            stamp: When it was found so, as digits.
        """
        with self._turn:
            name = f"{self.path.name}.{reason}.{stamp}"
            aside = self.path.with_name(name)
            for more in count(1):
                if not os.path.lexists(aside):
                    break
                aside = self.path.with_name(f"{name}-{more}")
            self._aside = aside
            return aside

    def move_aside(self) -> None:
        """Move the file to that name at once.

        Raises:
            OSError: It cannot be moved; it still is when the file is next replaced.
        """
        with self._turn:
            if self._aside:
                self.path.rename(self._aside)
                self._aside = None

    def remove(self, number: int) -> None:
        """Delete the file and all that was kept of it under other names.

        Raises:
            OSError: One of them cannot be deleted; the others are.
        """
        failure = None
        with self._turn:
            self._newest = max(self._newest, number)
            self._is_unread, self._aside = False, None
            kept = [
                aside
                for reason in ASIDE
                for aside in self.path.parent.glob(f"{self.path.name}.{reason}.*")
            ]
            for path in (self.path, self._unfinished, *kept):
                try:
                    path.unlink(missing_ok=True)
                except OSError as err:
                    failure = err
        if failure:
            raise failure

    @property
    def _unfinished(self) -> Path:
        """Return where a new state is written before it takes the place of the file.

        The name is always the same, so that sudden ends leave one such file at most,
        and the next write takes it away.
        """
        return self.path.with_name(f"{self.path.name}.unfinished")

    def _replace(self, content: bytes) -> None:
        folder, unfinished = self.path.parent, self._unfinished
        folder.mkdir(parents=True, exist_ok=True)
        try:
            _write(unfinished, content)
            if self._aside:
                _keep(self.path, self._aside)
            unfinished.replace(self.path)
        except BaseException:
            with suppress(OSError):
                unfinished.unlink(missing_ok=True)
            raise
        self._aside = None
        _sync_folder(folder)


def _content(path: Path) -> bytes | None:
    try:
        # Without waiting: a pipe in the place of the file would never answer.
        opened = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        if path.is_symlink():
            # What it points to may be there again tomorrow.
            raise
        return None
    try:
        if not stat.S_ISREG(os.fstat(opened).st_mode):
            raise OddFileError("it is no file")
        with os.fdopen(opened, "rb", closefd=False) as file:
            content = file.read(MOST_BYTES + 1)
    finally:
        os.close(opened)
    if len(content) > MOST_BYTES:
        raise OddFileError("it is too long")
    return content


def _write(path: Path, content: bytes) -> None:
    """Write a new file, and wait until it is on disk."""
    # The mode is that of every other file that Home Assistant stores.
    with path.open("wb") as file:
        os.fchmod(file.fileno(), 0o644)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _keep(path: Path, aside: Path) -> None:
    """Give a file another name; where it can have two, it has both until the end."""
    try:
        aside.hardlink_to(path)
    except OSError:
        with suppress(FileNotFoundError):
            path.rename(aside)


def _sync_folder(folder: Path) -> None:
    """Wait until the names of a folder are on disk, where that can be asked for."""
    try:
        opened = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
    except OSError as err:
        if err.errno not in FOLDER_NEEDS_NO_SYNC:
            raise
