"""Run child processes and leave none behind."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import suppress
import os
from pathlib import Path
import signal
import socket
import sys
import time
from types import TracebackType
from typing import Any, Self

from .errors import DevError

LOOPBACK = "127.0.0.1"
ROOT = Path(__file__).resolve().parent.parent
STOP_LIMIT = 30
INTERRUPTED = 130


class Child:
    """A Python module in a process that ends, with all it started, with its context."""

    def __init__(
        self, name: str, module: str, *arguments: str, log: Path, modules: Path
    ) -> None:
        """Remember what to run, where its output goes, and a folder of more modules."""
        self.name = name
        self._log = log
        self._modules = modules
        self._command = (sys.executable, "-m", module, *arguments)
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        """Start the process in a group of its own, which Ctrl-C does not reach."""
        with self._log.open("wb") as output:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(self._modules)},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,
            )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Ask the process to end, and end its whole group when it does not."""
        process = self._process
        if process is None:
            return
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            with suppress(TimeoutError):
                async with asyncio.timeout(STOP_LIMIT):
                    await process.wait()
        self._end_group()
        await process.wait()

    async def wait(self) -> int:
        """Wait until the process ends by itself."""
        if self._process is None:
            raise DevError(f"{self.name} is not running")
        process = self._process
        code = await process.wait()
        self._end_group()
        return code

    def check(self) -> None:
        """Raise when the process has ended."""
        if self._process is None or self._process.returncode is not None:
            lines = self.output().splitlines() or ["it said nothing"]
            raise DevError(f"{self.name} ended by itself: {lines[-1].strip()}")

    def output(self) -> str:
        """Return all that the process has said."""
        return self._log.read_text("utf-8", "replace")

    def _end_group(self) -> None:
        """End what the process has started, once: its id may belong to another later."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process = None


async def ticks(limit: float, reason: str) -> AsyncIterator[None]:
    """Tick four times a second, and raise with the reason once the limit is over."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        yield
        await asyncio.sleep(0.25)
    raise DevError(f"{reason} within {limit:.0f} s")


def free_port(wished: int = 0) -> int:
    """Return the wished loopback port when it is free, else any free one."""
    for port in (wished, 0):
        with socket.socket() as probe, suppress(OSError):
            # Without this a port stays taken for a minute after its last user ended.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((LOOPBACK, port))
            return int(probe.getsockname()[1])
    raise DevError("no loopback port is free")


def run(main: Coroutine[Any, Any, None], interrupted: int = INTERRUPTED) -> int:
    """Run to the end and return the exit code, with the reason of a failure printed."""
    try:
        asyncio.run(_until_signal(main))
    except asyncio.CancelledError:
        return interrupted
    except DevError as err:
        print(f"{str(err).rstrip('.')}.", file=sys.stderr, flush=True)
        return 1
    return 0


async def _until_signal(main: Coroutine[Any, Any, None]) -> None:
    """Cancel the work at the first signal, and let no other disturb its tidying up."""
    task = asyncio.ensure_future(main)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, _canceller(task))
    await task


def _canceller(task: asyncio.Task[None]) -> Callable[[], None]:
    """Build a handler that cancels a task unless it is being cancelled already."""

    def cancel() -> None:
        if not task.cancelling():
            task.cancel()

    return cancel
