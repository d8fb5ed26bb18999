"""Find and read the files of the repository."""

from collections.abc import Iterator
from fnmatch import fnmatch
import json
from pathlib import Path
from typing import Any

from homeassistant.util.yaml import load_yaml_dict

ROOT = Path(__file__).parent.parent.parent
INTEGRATION = ROOT / "custom_components" / "spot_planner"
ENGLISH = INTEGRATION / "translations" / "en.json"

# Bytes that are not text.
BINARY = {".gif", ".jpg", ".png", ".webp", ".zip"}


def load(path: Path) -> dict[str, Any]:
    """Return the document of a JSON file."""
    document = json.loads(path.read_text(encoding="utf-8"))
    assert isinstance(document, dict)
    return document


def load_yaml(path: Path) -> dict[str, Any]:
    """Return the document of a YAML file."""
    return load_yaml_dict(str(path))


def english() -> dict[str, Any]:
    """Return the English translations."""
    return load(ENGLISH)


def own_files() -> Iterator[Path]:
    """Go through all files of the project, without what `.gitignore` leaves out.

    Git itself is not asked, so that the checks hold in a copy without history too.
    """
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    ignored = {line.strip("/") for line in lines if line and not line.startswith("#")}
    ignored |= {".git"}

    def is_ours(name: str) -> bool:
        return not any(fnmatch(name, pattern) for pattern in ignored)

    for folder, folders, names in ROOT.walk():
        folders[:] = sorted(filter(is_ours, folders))
        yield from (folder / name for name in sorted(names) if is_ours(name))


def own_texts() -> Iterator[tuple[str, str]]:
    """Go through all text files of the project: the relative path and the text."""
    for path in own_files():
        if path.suffix not in BINARY:
            yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")
