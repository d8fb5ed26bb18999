"""Print the figures of the engine, or a part of them by name.

The joint plans take an exact solver hours, and the stress takes half an hour, so they are
only measured when they are named. Whole numbers after `stress` are how many homes there
are, and the first seed.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
import platform
import sys

from homeassistant.const import __version__

from . import joint, reading, stress, windows


async def _windows() -> Iterable[str]:
    return windows.measure()


async def _joint() -> Iterable[str]:
    return joint.measure()


PARTS: dict[str, Callable[[], Awaitable[Iterable[str]]]] = {
    "windows": _windows,
    "joint": _joint,
    "reading": reading.measure,
}


async def main(names: list[str]) -> int:
    """Measure the named parts, or all of them."""
    if names[:1] == ["stress"] and all(it.isdecimal() for it in names[1:]):
        for line in stress.measure(*map(int, names[1:3])):
            print(line, flush=True)
        return 0
    if unknown := set(names) - set(PARTS):
        print(f"There is no {', '.join(unknown)}; there is {', '.join(PARTS)}, stress.")
        return 2
    print(f"Home Assistant {__version__}, Python {platform.python_version()}")
    for name in names or [it for it in PARTS if it != "joint"]:
        for line in await PARTS[name]():
            print(line, flush=True)
    return 0


sys.exit(asyncio.run(main(sys.argv[1:])))
