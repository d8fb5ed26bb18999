"""Files of Spot Planner that a kill has damaged."""

import json
from pathlib import Path

PREFIX = "spot_planner"
# What Home Assistant and Spot Planner set aside.
ASIDE = (".corrupt.", ".damaged.")
# What was being written, and has not taken the place of anything yet.
UNFINISHED = ".unfinished"


def damaged(storage: Path) -> dict[str, str]:
    """Return the files that cannot be used, each with the reason."""
    found = {}
    for path in sorted(storage.glob(f"{PREFIX}*")):
        if path.name.endswith(UNFINISHED):
            continue
        if any(it in path.name for it in ASIDE):
            found[path.name] = "it was set aside"
            continue
        try:
            document = json.loads(path.read_bytes())
            if document["key"] != path.name or not isinstance(document["data"], dict):
                found[path.name] = "it holds something else"
        except (KeyError, TypeError, ValueError) as err:
            found[path.name] = f"it cannot be read ({type(err).__name__})"
    return found


def original(name: str) -> str:
    """Return the name that a file had before it was set aside."""
    for aside in ASIDE:
        name = name.partition(aside)[0]
    return name
