"""Components of prices: which of them are known by name, and how many others there may be.

What a vendor calls a part of its price becomes the name and the id of an entity, so a
name is made plain, and the number of names that nobody foresaw has an end.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from math import fsum
import re
import unicodedata

from .series import Component, PriceInterval, PriceSeries

# The words of ours, and those of vendors that are documented and stay as they are.
KNOWN = frozenset(
    {
        "cee_capa",
        "charges",
        "excise",
        "grid",
        "spot",
        "supplier",
        "system",
        "transmission",
        "vat",
    }
)

# The sum of all parts that have no name of their own.
OTHER = "other"

# How many names beyond the known ones there may be, `OTHER` among them.
MOST_UNKNOWN = 12
LONGEST_NAME = 40

_NOT_PLAIN = re.compile(r"[^A-Za-z0-9_-]+")


@lru_cache(maxsize=1024)
def plain_name(name: str) -> str:
    """Return a name in at most 40 ASCII letters, digits, spaces, `_` and `-`.

    Letters lose their accents, and whatever else is not plain becomes one space. A name
    of which nothing is left, or that would be taken for a known part, is `other`.
    """
    if name in KNOWN:
        return name
    # Who sends a book as a name does not get it read to its end.
    text = unicodedata.normalize("NFKD", name[: 8 * LONGEST_NAME])
    ascii_text = "".join(it for it in text if not unicodedata.combining(it))
    plain = _NOT_PLAIN.sub(" ", ascii_text).strip()[:LONGEST_NAME].strip()
    has_letter = any(letter.isalnum() for letter in plain)
    return OTHER if not has_letter or plain in KNOWN else plain


def with_few_names(series: PriceSeries, taken: Iterable[str] = ()) -> PriceSeries:
    """Return a series in which at most 12 names of components are not known ones.

    `taken` are names that had a place before, and keep it. The other places go to new
    names in the order of their first use. What is left is summed up as `other`, and so
    are parts whose plain names are the same: the parts still add up to the price.
    """
    unknown = [name for name in series.component_names if name not in KNOWN]
    if not unknown:
        return series
    wanted = dict.fromkeys([*taken, *(plain_name(name) for name in unknown)])
    named = [name for name in wanted if name not in KNOWN and name != OTHER]
    kept = frozenset(named[: MOST_UNKNOWN - 1])
    names = {
        name: plain if (plain := plain_name(name)) in kept else OTHER
        for name in unknown
    }
    if all(name == ours for name, ours in names.items()):
        return series
    return replace(
        series, intervals=tuple(_renamed(interval, names) for interval in series)
    )


def _renamed(interval: PriceInterval, names: dict[str, str]) -> PriceInterval:
    """Return an interval whose parts have other names, summed up where they meet."""
    amounts: dict[str, list[float]] = {}
    for part in interval.components:
        amounts.setdefault(names.get(part.name, part.name), []).append(part.amount)
    return replace(
        interval,
        components=tuple(
            Component(name, parts[0] if len(parts) == 1 else fsum(parts))
            for name, parts in amounts.items()
        ),
    )
