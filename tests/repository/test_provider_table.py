"""Check that the documentation's table of providers is what the vendors say."""

from collections.abc import Iterator
import re

import pytest

from custom_components.spot_planner.engine.providers.base import Product
from custom_components.spot_planner.engine.providers.vendor import Vendor
from custom_components.spot_planner.engine.providers.vendors import VENDORS

from .files import ROOT
from .test_readme import anchors

PAGE = ROOT / "docs" / "providers.md"


def rows() -> Iterator[str]:
    """Go through the rows that the vendors make, in the order of the form."""
    for vendor in VENDORS.values():
        for product in vendor.products:
            yield row(vendor, product)
        if not vendor.products:
            link = f"[{vendor.name}]({anchor(vendor)})"
            yield f"| {link} | {vendor.market} | There is no price | | |"


def row(vendor: Vendor, product: Product) -> str:
    """Return what is told of one product."""
    link = f"[{vendor.name}]({anchor(vendor, product)}) {product.how}".strip()
    market = product.market or vendor.market
    colours = f"{vendor.name}'s" if product.gives_levels else "Of the day"
    cells = (link, market, product.contains, product.lasts, colours)
    return f"| {' | '.join(cells)} |"


def anchor(vendor: Vendor, product: Product | None = None) -> str:
    """Return the section of a product, or else that of its vendor."""
    names = [vendor.name]
    if product:
        names.insert(0, f"{vendor.name} {product.how}")
    slugs = [it.lower().replace(" ", "-") for it in names]
    return "#" + next(it for it in slugs if it in anchors(PAGE))


def test_table_of_providers() -> None:
    """Each product has its row, and no row is left of one that is gone."""
    text = PAGE.read_text(encoding="utf-8")
    table = re.search(r"\| provider \|.*\n\| --- .*\n((?:\|.*\n)+)", text)
    assert table
    assert table[1].splitlines() == list(rows())


@pytest.mark.parametrize("vendor", VENDORS.values(), ids=lambda it: it.key)
def test_time_of_publication_is_told(vendor: Vendor) -> None:
    """The section of a vendor says when its prices are asked for."""
    text = PAGE.read_text(encoding="utf-8")
    section = text.partition(f"\n## {vendor.name}\n")[2].partition("\n## ")[0]
    for product in vendor.products:
        assert f"after {product.published_at:%H:%M}" in section
