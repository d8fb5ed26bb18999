"""Home Assistant with contended appliances: what a start, new prices and midnight cost.

Each home is a process of its own that lives by the clock of `dev.chaos`: it runs at its
real speed while there is work, and leaps while there is none. So a day takes seconds,
and what is measured is work alone.
"""

import argparse
import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
import json
import os
from pathlib import Path
import platform
import sys
import time
from typing import Any, Final

from homeassistant.const import __version__

from ..chaos.clock import SharedClock
from ..chaos.home import Home
from ..chaos.house import build, entry, storage, store
from ..child import free_port, run
from ..errors import DevError
from ..home import fresh_folder
from ..price_server import PriceServer

# A morning in Paris, before tomorrow's prices are published at 13:00.
MORNING: Final = datetime(2026, 3, 24, 10, tzinfo=UTC)
BEFORE_NEWS: Final = datetime(2026, 3, 24, 11, 59, tzinfo=UTC)
AFTER_NEWS: Final = datetime(2026, 3, 24, 12, 16, tzinfo=UTC)
BEFORE_MIDNIGHT: Final = datetime(2026, 3, 24, 22, 59, tzinfo=UTC)
AFTER_MIDNIGHT: Final = datetime(2026, 3, 24, 23, 6, tzinfo=UTC)

# What is measured: whether it begins with a start, and when it ends.
SITUATIONS: Final = (
    ("first start", True, None),
    ("morning", False, BEFORE_NEWS),
    ("publication", False, AFTER_NEWS),
    ("afternoon and evening", False, BEFORE_MIDNIGHT),
    ("midnight", False, AFTER_MIDNIGHT),
    ("start again", True, None),
)

# A situation that takes longer, in real seconds, is given up.
LIMIT: Final = 300.0

# Who has nothing to do leaps over so many simulated seconds at once.
PROBE: Final = 20.0

PLAIN: Final = "01JPLAIN000000000000000000"
OPTIONS: Final = {"power_limit": 9.0, "power_limit_unit": "kva"}
DURATIONS: Final = tuple(60 + 15 * index for index in range(10))


def contended(home: int) -> dict[str, dict[str, Any]]:
    """Return ten appliances that cannot all run at the same time."""
    appliances: dict[str, dict[str, Any]] = {}
    for index, minutes in enumerate(DURATIONS):
        appliance: dict[str, Any] = {
            "duration": minutes,
            "power": round(0.5 + 0.4 * index, 1),
            "earliest_start": "18:00:00",
            "ready_by": "09:00:00",
            "automatic": True,
        }
        if index % 3 == 2:
            appliance |= {"split": True, "shortest_segment": 30}
        # An appliance has the same id in no two entries.
        appliances[f"home{home}machine{index}"] = appliance
    return appliances


@dataclass(frozen=True, slots=True)
class Figures:
    """What a situation has cost, in seconds."""

    situation: str
    cpu: float
    """Of the whole process, the threads that plan included."""
    block: float
    """The longest that the event loop was held up, by the wall clock."""
    block_cpu: float
    """The same by the CPU time of the loop's own thread."""
    is_finished: bool

    def __str__(self) -> str:
        """Write a row for people."""
        row = (
            f"{self.situation:24}{self.cpu:10.2f} s CPU"
            f"{self.block * 1000:10.0f} ms held up"
            f"{self.block_cpu * 1000:8.0f} ms of CPU"
        )
        return row if self.is_finished else f"{row}   unfinished after {LIMIT:.0f} s"


class _Bench:
    """One home that is measured."""

    def __init__(self, folder: Path, limit: float) -> None:
        self.clock = SharedClock.create(folder / "clock", MORNING)
        self.port = free_port()
        self.config = folder / "config"
        self.config.mkdir()
        self.home = Home(self.config, folder / "clock", self.port)
        self._folder = folder
        self._limit = limit
        self._launches = 0

    def launch(self) -> None:
        """Start Home Assistant."""
        self._launches += 1
        self.home.launch(self._folder / f"{self._launches}.log")

    @property
    def cpu(self) -> float:
        """Return the CPU time of the process so far."""
        text = Path(f"/proc/{self.home.process_id}/stat").read_text("ascii")
        # The second field is a name in brackets, which may hold anything.
        fields = text.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    async def until(self, moment: datetime | None) -> bool:
        """Let time pass up to a moment and until all is done; tell whether it was."""
        end = time.monotonic() + self._limit
        wanted = moment.timestamp() if moment else self.clock.time()
        while time.monotonic() < end:
            self.home_lives()
            now = self.clock.time()
            if now < wanted:
                self.clock.allow(wanted)
                await asyncio.sleep(0.01)
                continue
            self.clock.allow(now + PROBE)
            await asyncio.sleep(0.2)
            # Without a leap, a fifth of a second passes.
            if self.clock.time() >= now + PROBE:
                self.clock.hold()
                return True
        return False

    def home_lives(self) -> None:
        """Raise when Home Assistant has ended."""
        if not self.home.is_alive:
            raise DevError(f"Home Assistant ended by itself, see {self._folder}")

    async def measured(self, situation: str, moment: datetime | None) -> Figures:
        """Measure what happens up to a moment."""
        self.clock.forget_blocks()
        # What began with the process is part of the situation.
        before = 0.0 if moment is None else self.cpu
        is_finished = await self.until(moment)
        return Figures(
            situation, self.cpu - before, *self.clock.longest_block, is_finished
        )


async def measure(entries: int, folder: Path, limit: float) -> list[Figures]:
    """Measure a home with so many entries of ten appliances each."""
    bench = _Bench(folder, limit)
    found: list[Figures] = []
    async with PriceServer(clock=bench.clock.now) as prices:
        address = prices.vendor_url("sobry")
        try:
            await _store_prices(bench, address)
            ids = [f"01JBENCH{index:018}" for index in range(entries)]
            _share_prices(bench.config, ids)
            build(
                bench.config,
                http=bench.port,
                outside=None,
                entries=[
                    entry(entry_id, address, contended(index), OPTIONS)
                    for index, entry_id in enumerate(ids)
                ],
            )
            for situation, launches, moment in SITUATIONS:
                if launches:
                    bench.home.kill()
                    bench.launch()
                found.append(await bench.measured(situation, moment))
                print(found[-1], flush=True)
                if not found[-1].is_finished:
                    # What comes after that would not be what it is called.
                    break
        finally:
            bench.home.kill()
    return found


async def _store_prices(bench: _Bench, address: str) -> None:
    """Let an entry without appliances ask for today's prices and keep them."""
    plain = [entry(PLAIN, address, {})]
    build(bench.config, http=bench.port, outside=None, entries=plain)
    bench.launch()
    if not await bench.until(None):
        raise DevError("Home Assistant did not start")
    bench.home.kill()


def _share_prices(config: Path, ids: list[str]) -> None:
    """Give the prices that one entry has stored to others."""
    path = storage(config) / f"spot_planner.{PLAIN}"
    document = json.loads(path.read_text("utf-8"))
    for entry_id in ids:
        name = f"spot_planner.{entry_id}"
        store(config, name, document["version"], document["data"])
    for name in ("core.device_registry", "core.entity_registry"):
        (storage(config) / name).unlink(missing_ok=True)


def main() -> int:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(
        prog="scripts/bench home",
        description="Measure a start, new prices and midnight in a real Home Assistant.",
    )
    parser.add_argument(
        "--entries",
        type=int,
        nargs="+",
        default=[0, 1, 50],
        help="how many entries of ten appliances each home has (default: 0, 1 and 50)",
    )
    parser.add_argument(
        "--limit",
        type=float,
        default=LIMIT,
        metavar="SECONDS",
        help="when a situation is given up (default: %(default)s)",
    )
    options = parser.parse_args()
    return run(_measure(options.entries, options.limit))


async def _measure(homes: list[int], limit: float) -> None:
    print(f"Home Assistant {__version__}, Python {platform.python_version()}")
    for entries in homes:
        print(f"{entries} entries of 10 contended appliances", flush=True)
        with fresh_folder("bench") as folder:
            await measure(entries, folder, limit)


if __name__ == "__main__":
    sys.exit(main())
