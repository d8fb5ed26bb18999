"""Start a Home Assistant to try the integration in."""

import argparse
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
import sys
import time

from .answers import ANSWERS
from .api import PASSWORD, USERNAME, EntityState
from .child import INTERRUPTED, run, ticks
from .errors import DevError
from .home import Home, fresh_folder, kept_folder

CHECK_LIMIT = 180
LEVELS = ("green", "yellow", "red")
# Otark tells volumes, and no price.
VOLUMES = "otark"


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line asks for."""

    provider: str
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
        "--provider",
        choices=sorted(ANSWERS),
        default="sobry",
        help="whose entry to create (default: %(default)s)",
    )
    parser.add_argument(
        "--live", action="store_true", help="ask the vendor, not the local price server"
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="exit 0 once the entities show a price (or a volume), 1 with the reason",
    )
    parser.add_argument(
        "--limit",
        type=float,
        default=CHECK_LIMIT,
        metavar="SECONDS",
        help="how long a price may take (default: %(default)s)",
    )
    options = parser.parse_args()
    if options.live and options.provider != "sobry":
        parser.error("--live has no credentials for any vendor but Sobry")
    wish = Wish(options.provider, options.live, options.check, options.limit)
    # Ctrl-C is how a development session ends, and how a check fails to.
    return run(develop(wish), interrupted=INTERRUPTED if wish.check else 0)


async def develop(wish: Wish) -> None:
    """Start everything, show it, and keep it running unless it is only checked."""
    started = time.monotonic()
    print("Starting Home Assistant …", flush=True)
    try:
        with _folder(wish) as folder:
            async with Home(
                folder,
                provider=wish.provider,
                live=wish.live,
                keep=not wish.check,
            ) as home:
                await _set_up(home, wish, started)
                if not wish.check:
                    print(f"{_took(started)} Ctrl-C stops it.", flush=True)
                    await home.wait()
    finally:
        if wish.check:
            print(_took(started), flush=True)


async def _set_up(home: Home, wish: Wish, started: float) -> None:
    """Create the entry and show its entities once there is something to see."""
    await home.ensure_entry()
    try:
        await _shown(home, wish, wish.limit - (time.monotonic() - started))
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
    if wish.check:
        return fresh_folder("check")
    return nullcontext(kept_folder(wish.provider))


async def _shown(home: Home, wish: Wish, limit: float) -> None:
    """Wait until the entities show what they are for, or raise with the reason."""
    key = "contracted_volume" if wish.provider == VOLUMES else "current_price"
    missing = f"{key} shows nothing"
    try:
        async for _ in ticks(limit, missing):
            states = {entity.key: entity.state for entity in await home.api.entities()}
            if _is_number(states, key) and (
                wish.provider == VOLUMES or states.get("price_level") in LEVELS
            ):
                return
    except DevError as err:
        raise DevError(f"{err}: {await _reason(home, key)}") from err


def _is_number(states: dict[str, str], key: str) -> bool:
    """Return whether an entity shows a number."""
    try:
        float(states.get(key, ""))
    except ValueError:
        return False
    return True


async def _reason(home: Home, key: str) -> str:
    """Return what is known about why there is nothing to see."""
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
    return f"{key} is {states.get(key)} and price_level is {states.get('price_level')}"


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
