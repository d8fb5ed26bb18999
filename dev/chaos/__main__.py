"""Command line of the chaos: how often, from which seed, and what became of it."""

import argparse
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
import secrets
import sys
import time

from ..child import run
from ..errors import DevError
from ..home import fresh_folder
from .lives import Lives
from .report import details, table

KILLS = 200
# Of each kind of fault, so many are told with what led to them.
SHOWN = 4

# A week before the clocks are put forward, in the morning.
START = datetime(2026, 3, 21, 6, tzinfo=UTC)


def main() -> int:
    """Read the command line, let Home Assistant be killed, and say what that did."""
    parser = argparse.ArgumentParser(
        prog="scripts/chaos",
        description=(
            "Kill a real Home Assistant at random moments, and count the files that "
            "were damaged, the starts doubled, what was left on and what was lost."
        ),
    )
    parser.add_argument(
        "--kills", type=int, default=KILLS, help="how often (default: %(default)s)"
    )
    parser.add_argument(
        "--seed",
        type=int,
        default=secrets.randbelow(1_000_000),
        help="where chance begins (default: a new one each time)",
    )
    parser.add_argument(
        "--keep",
        type=Path,
        metavar="FOLDER",
        help="write everything into this new folder, and leave it there",
    )
    options = parser.parse_args()
    kills, seed, keep = options.kills, options.seed, options.keep
    print(f"Killing Home Assistant {kills} times; the seed is {seed}.", flush=True)
    if keep:
        keep.mkdir(parents=True)
    folders = nullcontext(keep.absolute()) if keep else fresh_folder("chaos")
    return run(_chaos(folders, kills, seed))


async def _chaos(folders: AbstractContextManager[Path], kills: int, seed: int) -> None:
    """Live all lives, print the report, and fail when anything was found."""
    with folders as folder:
        await _live(folder, kills, seed)


async def _live(folder: Path, kills: int, seed: int) -> None:
    begun = time.monotonic()
    lives = Lives(folder, seed, START)

    def progress(number: int) -> None:
        if number % 20 == 0:
            found = len(lives.judge.violations)
            print(f"{number} kills, {found} violations", flush=True)

    try:
        await lives.live(kills, progress)
    finally:
        hours = (lives.clock.time() - START.timestamp()) / 3600
        for line in table(lives, seed, hours, time.monotonic() - begun):
            print(line)
        for line in details(lives, seed, SHOWN):
            print(line)
        lives.timeline.close()
    if found := len(lives.judge.violations):
        raise DevError(f"{found} violations")


if __name__ == "__main__":
    sys.exit(main())
