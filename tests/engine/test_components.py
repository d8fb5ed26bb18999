"""Test which names components get, and how many."""

from itertools import pairwise
from math import fsum
import re

from hypothesis import given, strategies as st
import pytest

from custom_components.spot_planner.engine.components import (
    KNOWN,
    LONGEST_NAME,
    MOST_UNKNOWN,
    OTHER,
    plain_name,
    with_few_names,
)
from custom_components.spot_planner.engine.series import (
    Component,
    PriceInterval,
    PriceSeries,
)

from .helpers import QUARTER, at

PLAIN = re.compile(rf"[A-Za-z0-9_-][A-Za-z0-9 _-]{{0,{LONGEST_NAME - 1}}}")


def series(*rows: dict[str, float]) -> PriceSeries:
    """Return a series of quarter-hours with these components."""
    return PriceSeries(
        "EUR",
        tuple(
            PriceInterval(
                at(15 * n),
                at(15 * n) + QUARTER,
                fsum(row.values()),
                tuple(Component(*item) for item in row.items()),
            )
            for n, row in enumerate(rows)
        ),
    )


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("spot", "spot"),
        ("capacity_fee", "capacity_fee"),
        ("Nettarif C", "Nettarif C"),
        ("accise_été", "accise_ete"),
        ("<script>alert(1)</script>", "script alert 1 script"),
        ("a\n\tb", "a b"),
        ("x" * 5000, "x" * 40),
        ("spot!", OTHER),
        ("  vat ", OTHER),
        ("電力", OTHER),
        ("--", OTHER),
        ("", OTHER),
        (OTHER, OTHER),
        ("\ud800a", "a"),
    ],
)
def test_plain_names(name: str, plain: str) -> None:
    """Keep what people can read, and take nothing for a part that it is not."""
    assert plain_name(name) == plain


def test_known_names_stay() -> None:
    """Nothing is changed where every part is known."""
    known = series(dict.fromkeys(sorted(KNOWN), 0.1))
    assert with_few_names(known) is known


def test_twelve_names_beyond_the_known_ones() -> None:
    """Two thousand names become eleven and the sum of the rest."""
    row = {"spot": 0.5} | {f"part_{n}": 0.001 for n in range(2001)}
    (interval,) = with_few_names(series(row))
    names = [part.name for part in interval.components]
    assert len(names) == 1 + MOST_UNKNOWN
    assert names == ["spot", *(f"part_{n}" for n in range(11)), OTHER]
    assert interval.component(OTHER) == pytest.approx(1.990)
    assert fsum(part.amount for part in interval.components) == pytest.approx(
        interval.price
    )


def test_names_that_become_the_same_are_summed_up() -> None:
    """Two long names may differ where nobody looks."""
    row = {"y" * 50 + "1": 0.1, "y" * 50 + "2": 0.2}
    (interval,) = with_few_names(series(row))
    assert interval.components == (Component("y" * 40, pytest.approx(0.3)),)


def test_places_that_are_taken_stay_taken() -> None:
    """New names each day make no new entities for ever."""
    taken = [f"old_{n}" for n in range(10)]
    found = with_few_names(series({"new_1": 0.1, "new_2": 0.2, "old_3": 0.3}), taken)
    assert found.component_names == ("new_1", OTHER, "old_3")
    full = [*taken, "new_1"]
    later = with_few_names(series({"new_7": 0.1, "new_1": 0.2}), full)
    assert later.component_names == (OTHER, "new_1")


@given(
    st.lists(
        st.dictionaries(
            st.text(max_size=60) | st.sampled_from(sorted(KNOWN)),
            st.floats(-1, 1),
            max_size=30,
        ),
        max_size=6,
    ),
    st.lists(st.text(max_size=8), max_size=20),
)
def test_any_names(rows: list[dict[str, float]], taken: list[str]) -> None:
    """Names are plain and few, amounts add up, and doing it twice changes nothing."""
    before = series(*rows)
    after = with_few_names(before, taken)
    unknown = set(after.component_names) - KNOWN
    assert len(unknown) <= MOST_UNKNOWN
    assert all(PLAIN.fullmatch(name) for name in unknown)
    for old, new in zip(before, after, strict=True):
        names = [part.name for part in new.components]
        assert len(set(names)) == len(names)
        assert fsum(part.amount for part in new.components) == pytest.approx(old.price)
    assert with_few_names(after, taken) == after
    assert all(a.end == b.start for a, b in pairwise(after))
