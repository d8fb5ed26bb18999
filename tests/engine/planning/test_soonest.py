"""Cut a run so that it takes free time as it comes."""

from itertools import pairwise
from random import Random

import pytest

from custom_components.spot_planner.engine.planning.free_time import FreeTime
from custom_components.spot_planner.engine.planning.soonest import Cut, soonest_cut


def free(*parts: tuple[int, int]) -> list[FreeTime]:
    """Return free time in one course of the price."""
    return [FreeTime(start, end, 0) for start, end in parts]


@pytest.mark.parametrize(
    ("cut", "parts", "expected"),
    [
        (Cut(1, None, None), [(0, 3), (5, 9)], [(0, 3), (5, 7)]),
        # What is too short for a segment is left out.
        (Cut(3, None, None), [(0, 2), (4, 9)], [(4, 9)]),
        # The last segment is long enough, too.
        (Cut(2, None, None), [(0, 4), (6, 9)], [(0, 3), (6, 8)]),
        # After too long a pause, it begins anew.
        (Cut(1, 1, None), [(0, 3), (5, 7), (8, 11)], [(5, 7), (8, 11)]),
        # It ends late so that the pause is short enough.
        (Cut(2, 2, None), [(0, 4), (6, 9)], [(1, 4), (6, 8)]),
        # Only so many segments are allowed.
        (Cut(1, None, 2), [(0, 1), (2, 4), (6, 9)], [(2, 4), (6, 9)]),
        (Cut(1, None, 1), [(0, 3), (5, 7)], None),
        (Cut(1, None, None), [], None),
    ],
)
def test_cuts(
    cut: Cut, parts: list[tuple[int, int]], expected: list[tuple[int, int]] | None
) -> None:
    """Free time is taken as it comes, as far as the cut allows that."""
    assert soonest_cut(free(*parts), 5, cut) == expected


def test_every_cut_keeps_to_its_limits() -> None:
    """Whatever is found is a run that may be."""
    dice = Random(2)
    found = 0
    for _ in range(400):
        edges = sorted(dice.sample(range(60), 8))
        parts = list(zip(edges[::2], edges[1::2], strict=True))
        cut = Cut(dice.randint(1, 4), *dice.choices([None, 2, 5], k=2))
        duration = dice.randint(cut.shortest, 15)
        segments = soonest_cut(free(*parts), duration, cut)
        if segments is None:
            continue
        found += 1
        assert sum(end - start for start, end in segments) == duration
        assert min(end - start for start, end in segments) >= cut.shortest
        assert len(segments) <= (cut.segments or len(segments))
        for start, end in segments:
            assert any(first <= start and end <= last for first, last in parts)
        for (_, end), (start, _) in pairwise(segments):
            assert end < start <= end + (cut.pause or start)
    assert found > 100
