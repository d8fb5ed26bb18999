"""Start a Home Assistant to try the integration in."""

import argparse
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
import sys
import time

from .api import PASSWORD, USERNAME, EntityState
from .child import INTERRUPTED, run, ticks
from .errors import DevError
from .home import Home, fresh_folder, kept_folder

CHECK_LIMIT = 180
LEVELS = ("green", "yellow", "red")


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line asks for."""

    live: bool
    check: bool
    limit: float


def main() -> int:
    """Read the command line and do as it says."""
    parser = argparse.ArgumentParser(
        prog="scripts/develop",
        description="Start Home Assistant with a Spot Planner entry, until Ctrl-C.",
    )
    parser.add_argument(
        "--live", action="store_true", help="ask the vendor, not the local price server"
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="exit 0 once the entities show a price, 1 with the reason otherwise",
    )
    parser.add_argument(
        "--limit",
        type=float,
        default=CHECK_LIMIT,
        metavar="SECONDS",
        help="how long a price may take (default: %(default)s)",
    )
    options = parser.parse_args()
    wish = Wish(options.live, options.check, options.limit)
    # Ctrl-C is how a development session ends, and how a check fails to.
    return run(develop(wish), interrupted=INTERRUPTED if wish.check else 0)


async def develop(wish: Wish) -> None:
    """Start everything, show it, and keep it running unless it is only checked."""
    started = time.monotonic()
    print("Starting Home Assistant …", flush=True)
    try:
        with _folder(wish) as folder:
            async with Home(folder, live=wish.live, keep=not wish.check) as home:
                await _set_up(home, wish, started)
                if not wish.check:
                    print(f"{_took(started)} Ctrl-C stops it.", flush=True)
                    await home.wait()
    finally:
        if wish.check:
            print(_took(started), flush=True)


async def _set_up(home: Home, wish: Wish, started: float) -> None:
    """Create the entry and show its entities once there is a price."""
    await home.ensure_entry()
    try:
        await _price_shown(home, wish.limit - (time.monotonic() - started))
    except DevError as err:
        if wish.check:
            raise
        # Somebody who develops wants to look at what is wrong.
        print(f"{err}.", file=sys.stderr)
    _show(home, await home.api.entities())


def _took(started: float) -> str:
    """Say how long it took."""
    return f"This took {time.monotonic() - started:.0f} s."


def _folder(wish: Wish) -> AbstractContextManager[Path]:
    """Return a new folder for a check, and the one that is kept otherwise."""
    return fresh_folder("check") if wish.check else nullcontext(kept_folder())


async def _price_shown(home: Home, limit: float) -> None:
    """Wait until the entities show a price, and raise with the reason otherwise."""
    missing = "no entity shows a price"
    try:
        async for _ in ticks(limit, missing):
            states = {entity.key: entity.state for entity in await home.api.entities()}
            if _is_shown(states):
                return
    except DevError as err:
        raise DevError(f"{err}: {await _reason(home)}") from err


def _is_shown(states: dict[str, str]) -> bool:
    """Return whether there is a price and a colour."""
    try:
        float(states.get("current_price", ""))
    except ValueError:
        return False
    return states.get("price_level") in LEVELS


async def _reason(home: Home) -> str:
    """Return what is known about why there is no price."""
    for entry in await home.api.entries():
        if entry.state != "loaded":
            return (
                f"the entry is in {entry.state} ({entry.reason or 'no reason given'})"
            )
    errors = [
        line for line in home.log.read_text("utf-8").splitlines() if "ERROR" in line
    ]
    if errors:
        return errors[-1]
    states = {entity.key: entity.state for entity in await home.api.entities()}
    price, level = states.get("current_price"), states.get("price_level")
    return f"current_price is {price} and price_level is {level}"


def _show(home: Home, entities: Iterable[EntityState]) -> None:
    """Print where Home Assistant is, who may log in, and what it shows."""
    rows = [(entity.entity_id, entity.state, entity.unit) for entity in entities]
    table = [("entity", "state", "unit"), *rows]
    widths = [max(len(row[column]) for row in table) for column in range(3)]
    print(f"Home Assistant: {home.url}")
    print(f"Login: {USERNAME} / {PASSWORD}")
    if home.prices:
        print(f"Price server: {home.prices}")
    print()
    for row in table:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print("  ".join(cells).rstrip())
    print(flush=True)


if __name__ == "__main__":
    sys.exit(main())
