"""Check the brand images that Home Assistant and HACS show."""

from pathlib import Path
import re
import struct

import pytest

from .files import INTEGRATION, own_files

BRAND = INTEGRATION / "brand"
IMAGE = re.compile(r"(dark_)?(icon|logo)(@2x)?\.png")
LARGEST = 40_000

RGBA = 6


def header(path: Path) -> tuple[int, int, int]:
    """Return the width, the height and the colour type of a PNG file."""
    data = path.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert data[12:16] == b"IHDR"
    width, height, _, colours = struct.unpack(">IIBB", data[16:26])
    return width, height, colours


@pytest.mark.parametrize(("name", "size"), [("icon.png", 256), ("icon@2x.png", 512)])
def test_icon(name: str, size: int) -> None:
    """The icon is a square of the size that its name says, and see-through."""
    width, height, colours = header(BRAND / name)
    assert (width, height) == (size, size)
    assert colours == RGBA or b"tRNS" in (BRAND / name).read_bytes()
    assert (BRAND / name).stat().st_size < LARGEST


def test_brand_has_nothing_else() -> None:
    """Every file of the brand has a name that Home Assistant asks for."""
    assert all(IMAGE.fullmatch(path.name) for path in BRAND.iterdir())


def test_brand_is_there_once() -> None:
    """No second copy of an image can grow old elsewhere."""
    images = [path for path in own_files() if IMAGE.fullmatch(path.name)]
    assert {path.parent for path in images} == {BRAND}
