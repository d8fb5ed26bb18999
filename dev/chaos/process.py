"""Process of a Home Assistant that lives by the shared clock, until it is killed.

It is imported by the server that forks each life, so that Home Assistant is imported
once. The clock has to be in place before that: what is imported later may keep a
function of the module `time`.
"""

import asyncio
from asyncio import base_events
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import wraps
import logging
import os
from pathlib import Path
import selectors
import signal
import sys
from threading import Thread
import time
from typing import Any, override

from .clock import SharedClock

# So long a Home Assistant with nothing to do waits before it leaps: whoever sends it
# something from outside needs a moment.
GRACE = 0.0003

# So often it looks whether what it waits for has come, or the horizon has moved.
PATIENCE = 0.002

# No leap is longer, in simulated seconds, so that nothing that is due is passed over.
LONGEST_LEAP = 60.0

# Home Assistant watches over the functions of that module, too.
_real, _sleep = time.monotonic, time.sleep
_clock: SharedClock | None = None
_origin = 0.0


@dataclass(frozen=True, slots=True)
class Life:
    """What a Home Assistant is told at its start."""

    config: Path
    clock: Path
    log: Path
    writes: int | None
    """How many changes to the files of Spot Planner it survives; None: any number."""
    delay: float = 0.0
    """How many real seconds it has left then."""


def home_clock() -> SharedClock:
    """Return the clock of this process.

    Raises:
        RuntimeError: This is no process of a Home Assistant that lives by a clock.
    """
    if _clock is None:
        raise RuntimeError("no clock has been given to this process")
    return _clock


def live(life: Life) -> None:
    """Run Home Assistant as its own program does, until it ends or is killed."""
    from homeassistant import bootstrap, runner  # noqa: PLC0415 - the clock is first.

    if time.time is not _time:
        raise RuntimeError("the process was not prepared")
    global _clock, _origin  # noqa: PLW0603 - a process has one clock.
    _clock = SharedClock(life.clock)
    # A process may not rely on where a monotonic clock begins.
    _origin = _clock.time() - 1000
    output = os.open(life.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(output, 1)
    os.dup2(output, 2)
    logging.getLogger("custom_components.spot_planner").setLevel(logging.DEBUG)
    if life.writes is not None:
        _die_at_write(life.writes, life.delay)
    # Home Assistant looks there for a moment only, and then finds this project's folder.
    sys.path.insert(0, str(life.config))
    # The front end and what comes with it take seconds at each start, and are not what
    # is to be seen here; the rest starts as always.
    bootstrap.CRITICAL_INTEGRATIONS = set()
    bootstrap.DEFAULT_INTEGRATIONS = set()
    config = runner.RuntimeConfig(
        config_dir=str(life.config), skip_pip=True, log_no_color=True
    )
    sys.exit(runner.run(config))


def _die_at_write(count: int, delay: float) -> None:
    """Kill this process when it changes a file of Spot Planner once more.

    A file is changed in two steps: a new one is opened, and takes the old one's place.
    Either is a moment to die at, just before it or a little later.
    """
    left = count

    def hear(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal left
        if event == "os.rename":
            name = str(arguments[1])
        elif event == "open" and arguments[2] & (os.O_WRONLY | os.O_RDWR):
            name = str(arguments[0])
        else:
            return
        folder, _, file = name.rpartition("/")
        # The new file has a random name until it takes its place.
        if folder.endswith(".storage") and file.startswith(("spot_planner", "tmp")):
            left -= 1
            if left == -1 and delay:
                Thread(target=_die, args=(delay,), daemon=True).start()
            elif left == -1:
                _die(0.0)

    sys.addaudithook(hear)


def _die(delay: float) -> None:
    _sleep(delay)
    os.kill(os.getpid(), signal.SIGKILL)


class _LeapingSelector(selectors.EpollSelector):
    """Wait for files as always, but leap over the time in which there is nothing."""

    _woke = _woke_cpu = 0.0

    @override
    def select(
        self, timeout: float | None = None
    ) -> list[tuple[selectors.SelectorKey, int]]:
        if _clock is None:
            return super().select(timeout)
        if self._woke:
            # Whatever was done since then, nothing else could be.
            real, cpu = _real() - self._woke, time.thread_time() - self._woke_cpu
            _clock.note_block(real, cpu)
        try:
            return self._select(_clock, timeout)
        finally:
            self._woke, self._woke_cpu = _real(), time.thread_time()

    def _select(
        self, clock: SharedClock, timeout: float | None
    ) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is not None and timeout <= 0:
            return super().select(timeout)
        wanted = LONGEST_LEAP if timeout is None else timeout
        if not clock.is_busy:
            if found := super().select(0):
                return found
            # The wait for files is never shorter than a millisecond.
            _sleep(GRACE)
            if found := super().select(0):
                return found
            if clock.leap(min(wanted, LONGEST_LEAP)):
                return []
        return super().select(min(wanted, PATIENCE))


def _time() -> float:
    return _clock.time() if _clock else time.clock_gettime(time.CLOCK_REALTIME)


def _monotonic() -> float:
    return _clock.time() - _origin if _clock else _real()


def _utcnow() -> datetime:
    return datetime.fromtimestamp(_time(), UTC)


def _counted[**P, T](
    run: Callable[P, asyncio.Future[T]],
) -> Callable[P, asyncio.Future[T]]:
    """Hold the clock as long as a thread works."""

    @wraps(run)
    def counted(*args: P.args, **kwargs: P.kwargs) -> asyncio.Future[T]:
        future = run(*args, **kwargs)
        if _clock:
            _clock.begin()
            future.add_done_callback(_done)
        return future

    return counted


def _held[**P, T](
    wait: Callable[P, Coroutine[Any, Any, T]],
) -> Callable[P, Coroutine[Any, Any, T]]:
    """Hold the clock as long as something is waited for."""

    @wraps(wait)
    async def held(*args: P.args, **kwargs: P.kwargs) -> T:
        if _clock is None:
            return await wait(*args, **kwargs)
        with _clock.busy():
            return await wait(*args, **kwargs)

    return held


def _done(_: object) -> None:
    home_clock().end()


class _Resolver:
    """Resolve no name: everything is reached by its address."""

    async def resolve(self, host: str, *_: object) -> list[Any]:
        raise OSError(f"{host} is no address")

    async def close(self) -> None:
        """End; nothing was begun."""

    async def real_close(self) -> None:
        """End; nothing was begun."""


def install() -> tuple[object, ...]:
    """Put the shared clock in the place of all others, and return those.

    Nobody may have kept one of them before.
    """
    real = (time.time, time.time_ns, time.monotonic, time.monotonic_ns)
    _replace(
        (time, "time", _time),
        (time, "time_ns", lambda: int(_time() * 1e9)),
        (time, "monotonic", _monotonic),
        (time, "monotonic_ns", lambda: int(_monotonic() * 1e9)),
        (selectors, "DefaultSelector", _LeapingSelector),
    )
    base = base_events.BaseEventLoop
    _replace((base, "run_in_executor", _counted(base.run_in_executor)))

    # Everything else of Home Assistant is imported when this clock is in place, too.
    from homeassistant import util  # noqa: PLC0415
    from homeassistant.util import dt as dt_util  # noqa: PLC0415

    def now(time_zone: tzinfo | None = None) -> datetime:
        return datetime.fromtimestamp(_time(), time_zone or dt_util.DEFAULT_TIME_ZONE)

    kept = (dt_util.utcnow, dt_util.now)
    _replace(
        (util, "utcnow", _utcnow), (dt_util, "utcnow", _utcnow), (dt_util, "now", now)
    )

    from aiohttp import ClientSession, StreamReader  # noqa: PLC0415

    from homeassistant.helpers import aiohttp_client  # noqa: PLC0415

    _replace(
        # An answer of the provider takes real time as well.
        (ClientSession, "_request", _held(ClientSession._request)),  # noqa: SLF001
        (StreamReader, "_wait", _held(StreamReader._wait)),  # noqa: SLF001
        # Home Assistant's own resolver listens to the local network.
        (aiohttp_client, "_async_make_resolver", lambda _: _Resolver()),
    )
    return (*kept, *real)


def check(clocks: tuple[object, ...]) -> None:
    """Raise when a module of Home Assistant or of ours has kept one of these clocks.

    Raises:
        RuntimeError: It would live in another time than the rest.
    """
    for name, module in list(sys.modules.items()):
        if name.startswith(("homeassistant.", "custom_components.")):
            for key, value in vars(module).items():
                if any(value is clock for clock in clocks):
                    raise RuntimeError(f"{name} has kept its own clock as {key}")


def _replace(*replacements: tuple[object, str, object]) -> None:
    """Put something else in the place of an attribute."""
    for owner, name, replacement in replacements:
        if not hasattr(owner, name):
            raise RuntimeError(f"{owner} has no {name} any more")
        setattr(owner, name, replacement)
